"""The step in which rows are checked: the balance, the first good rows, and the bad cells with a way to mend them."""

import json
from collections import Counter
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Any, Final

from xingke.errors import UserFacingError
from xingke.schema import ColumnType
from xingke.schema.findings import REASONS
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.mapping import Mapping, TableApplied, TableMap
from xingke.words import Language, Words, both
from xingke_web.ingest.imports import Checked
from xingke_web.ingest.wizard_columns import table_label
from xingke_web.ui.numbers import active_language, mask_name

PROBLEMS_SHOWN: Final = 40
PREVIEW_ROWS: Final = 8
MENDABLE: Final = frozenset(
    {"wrong_type", "not_a_choice", "unit_unknown", "not_whole", "not_a_phone", "out_of_bounds", "future_day", "formula"}
)
_ACCEPTS: Final[MappingOf[ColumnType, Words]] = {
    ColumnType.DAY: both("日期，如 2026-01-31、2026年1月31日", "a day such as 2026-01-31"),
    ColumnType.INSTANT: both("日期和时间，如 2026-01-31 14:05", "a day with its time such as 2026-01-31 14:05"),
    ColumnType.MONEY: both("金额，如 1,280.50", "an amount such as 1,280.50"),
    ColumnType.NUMBER: both("数字，如 12.5", "a number such as 12.5"),
    ColumnType.INTEGER: both("整数，如 12", "a whole number such as 12"),
    ColumnType.FLAG: both("是 或 否", "yes or no"),
    ColumnType.TEXT: both("文字", "a text"),
}


class NotMendable(UserFacingError):
    """A correction that goes nowhere."""


@dataclass(frozen=True)
class Problem:
    """A cell that keeps its row outside, with how many rows have the same value there."""

    place: int
    row: int
    table: str
    target: str
    header: str
    value: str
    reason: str
    accepts: str
    same: int
    mendable: bool
    record: str


@dataclass(frozen=True)
class Balance:
    """One table of the balance, in words."""

    label: str
    sheet: str
    applied: TableApplied

    @property
    def share(self) -> float:
        """Share of the rows that is loaded or told apart rightly."""
        read = self.applied.rows_read
        return (read - self.applied.quarantined) / read if read else 0.0


@dataclass(frozen=True)
class Preview:
    """The first good rows of one table."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Correction:
    """A rule that replaces a value."""

    place: int
    target: str
    label: str
    old: str
    new: str


def balances(checked: Checked) -> list[Balance]:
    """The balance by table."""
    language = active_language()
    return [Balance(_label(one.table, language), one.sheet, one) for one in checked.applied.tables]


def problems(mapping: Mapping, tables: tuple[TableApplied, ...], *, masked: bool = False) -> list[Problem]:
    """The first bad rows of each table, one a value, the most frequent first."""
    language = active_language()
    found: list[Problem] = []
    for place, (table, applied) in enumerate(zip(mapping.tables, tables, strict=False)):
        faults = [row for row in applied.quarantine.to_pylist() if _is_fault(row["reason"])]
        counted = Counter((row["column"], row["value"], row["reason"]) for row in faults)
        seen: set[tuple[Any, ...]] = set()
        for row in faults:
            key = (row["column"], row["value"], row["reason"])
            if key not in seen:
                seen.add(key)
                found.append(_problem(place, table, row, counted[key], language, masked=masked))
    return sorted(found, key=lambda one: (-one.same, one.place, one.row))[:PROBLEMS_SHOWN]


def duplicates(tables: tuple[TableApplied, ...], most: int = 10) -> list[tuple[int, str]]:
    """The first repeated rows: the row and the key that an earlier one has."""
    rows = [row for one in tables for row in one.quarantine.to_pylist() if row["reason"] == "duplicate_key"]
    return [(row["row"], row["value"] or "") for row in rows[:most]]


def previews(checked: Checked) -> list[Preview]:
    """The first good rows by table, columns that hold something."""
    language = active_language()
    found = []
    for name, rows in checked.preview.items():
        head = rows.slice(0, PREVIEW_ROWS)
        columns = [one for one in INTAKE_TABLES[name].columns if one.name != "system" and head[one.name].null_count < head.num_rows]
        cells = [[_text(value) for value in head[one.name].to_pylist()] for one in columns]
        labels = tuple(one.label[language] for one in columns)
        found.append(Preview(_label(name, language), labels, tuple(zip(*cells, strict=True)) if cells else ()))
    return found


def corrections(mapping: Mapping) -> list[Correction]:
    """The rules that replace values."""
    language = active_language()
    return [
        Correction(place, column.target, table.declared.column(column.target).label[language], old, new)
        for place, table in enumerate(mapping.tables)
        for column in table.columns
        for old, new in column.replace.items()
    ]


def corrected(mapping: Mapping, *, place: int, target: str, old: str, new: str | None) -> Mapping:
    """The mapping with a value replaced wherever it stands in the column; without the rule where `new` is None.

    Raises
    ------
    NotMendable
        There is no such column, or nothing to replace.
    """
    table = mapping.tables[place] if 0 <= place < len(mapping.tables) else None
    column = table.column(target) if table else None
    if table is None or column is None or not old:
        raise NotMendable(
            zh="这一列不能逐值更正，请返回上一步重新选择列", en="values of this column cannot be replaced; choose the column again"
        )
    rules = {key: value for key, value in column.replace.items() if key != old}
    if new is not None:
        rules[old] = new.strip()
    columns = tuple(replace(one, replace=rules) if one is column else one for one in table.columns)
    return mapping.with_table(place, replace(table, columns=columns))


def _problem(place: int, table: TableMap, row: MappingOf[str, Any], same: int, language: Language, *, masked: bool) -> Problem:
    reason, target = REASONS[row["reason"]], row["column"] or ""
    column = table.column(target)
    declared = next((one for one in table.declared.columns if one.name == target), None)
    accepts = reason.accepts[language]
    if declared is not None and row["reason"] == "wrong_type":
        accepts = _ACCEPTS[declared.type][language]
    if declared is not None and row["reason"] == "out_of_bounds" and declared.minimum is not None:
        accepts = f"{declared.minimum} … {declared.maximum if declared.maximum is not None else '∞'}"
    if declared is not None and row["reason"] == "not_a_choice":
        accepts = "、".join(declared.choices) if language == "zh" else ", ".join(declared.choices)
    value = row["value"] or ""
    return Problem(
        place=place,
        row=row["row"],
        table=_label(table.table, language),
        target=target,
        header=" + ".join(column.source) if column else (declared.label[language] if declared else ""),
        value=_hidden(value) if masked else value,
        reason=reason.label[language],
        accepts=accepts,
        same=same,
        mendable=row["reason"] in MENDABLE and column is not None and len(column.source) == 1 and bool(value),
        record="" if masked else _record(row["record"]),
    )


def _record(text: str) -> str:
    try:
        record = json.loads(text)
    except ValueError:
        return text[:200]
    return " · ".join(str(value) for value in record.values() if value)[:200]


def _hidden(value: str) -> str:
    return mask_name(value) if len(value) < 4 else f"{value[:1]}***{value[-1:]}"


def _is_fault(code: str) -> bool:
    return code != "duplicate_key" and (code not in REASONS or REASONS[code].is_fault)


def _label(name: str, language: Language) -> str:
    return table_label(name, language)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.astimezone().strftime("%Y-%m-%d %H:%M") if hasattr(value, "astimezone") else str(value)
