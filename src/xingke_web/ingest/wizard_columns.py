"""The step in which columns are chosen: what is shown for each target table, and what is read back from the form."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext

from xingke.errors import UserFacingError
from xingke.schema import Column, ColumnType
from xingke.schema.intake import INTAKE_TABLES
from xingke.schema.tables import CustomerKind
from xingke.schema.trade.identity import SYSTEMS
from xingke.sources.files import RawFile, RawSheet
from xingke.sources.mapping import RULES, TRANSFORMS, ColumnMap, Mapping, TableMap, Transform
from xingke.sources.mapping.cleaning import OTHER_DAY
from xingke.sources.mapping.guess import LIKELY, SURE, completed, profiles_of, table_guess, transforms_for
from xingke.sources.mapping.profile import Profile
from xingke.words import Language
from xingke_web.ingest.models import Import

DAY_FORMS: Final = ("ymd", "dmy", "mdy")


class ColumnsRefused(UserFacingError):
    """What was chosen does not go together."""


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file in the section of one target table."""

    place: int
    header: str
    samples: tuple[str, ...]
    target: str
    tone: str
    word: str
    reason: str
    steps: tuple[str, ...]
    day_form: str
    units: str


@dataclass(frozen=True)
class Section:
    """One target table with the columns of its sheet."""

    place: int
    table: str
    label: str
    grain: str
    sheet: str
    folds: bool
    system: str
    kind: str | None
    targets: tuple[tuple[str, str, bool], ...]
    rows: tuple[ColumnRow, ...]
    missing: tuple[str, ...]
    made: tuple[tuple[str, str], ...]
    can_empty: bool
    empties: bool


def system_label(name: str) -> str:
    """A kind of system in the language of the page."""
    words = {
        "ordering": gettext("Ordering"),
        "crm": gettext("Customer files"),
        "pos": gettext("Cash register"),
        "erp": gettext("Enterprise system"),
        "logistics": gettext("Logistics"),
        "licensing": gettext("Licence register"),
        "membership": gettext("Membership"),
        "wechat": gettext("WeChat account"),
        "app": gettext("App or web shop"),
        "customer_service": gettext("Customer service"),
        "campaign": gettext("Campaign tool"),
        "iot": gettext("Shelf sensors"),
    }
    return words[name]


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of customers a list may hold."""
    return [
        ("", gettext("as the trade has them")),
        ("consumer", gettext("Persons")),
        ("outlet", gettext("Shops")),
        ("account", gettext("Firms")),
        ("lead", gettext("Leads")),
    ]


def system_choices() -> list[tuple[str, str]]:
    """Every kind of system."""
    return [(name, system_label(name)) for name in SYSTEMS]


def table_choices(language: Language) -> list[tuple[str, str]]:
    """Every table that a file can fill, the frequent ones first."""
    first = ("source_record", "order_line", "product", "member", "touch", "stock_snapshot", "member_visit")
    names = [*first, *sorted(set(INTAKE_TABLES) - set(first))]
    return [(name, table_label(name, language)) for name in names]


def table_label(name: str, language: Language) -> str:
    """A target table as people call it: a source record is a customer of theirs."""
    return gettext("Customer records") if name == "source_record" else INTAKE_TABLES[name].label[language]


def sections_of(kept: Import, mapping: Mapping, raw: RawFile, language: Language) -> list[Section]:
    """The sections of the page."""
    profiles = profiles_of(raw)
    found = []
    for place, table in enumerate(mapping.tables):
        sheet = raw.sheet(table.sheet)
        if sheet is not None:
            found.append(_section(place, table, sheet, profiles[sheet.name], _choices(kept, place), language))
    return found


def unread_of(mapping: Mapping, raw: RawFile) -> list[str]:
    """Columns of the file that nothing is made of."""
    found = []
    for sheet in raw.sheets:
        tables = [table for table in mapping.tables if raw.sheet(table.sheet) is sheet]
        read = {name for table in tables for one in table.columns for name in one.source}
        for table in tables:
            read |= {table.only, *table.leave_out, *(table.long.columns if table.long else ())}
        found += [name for name in sheet.header if name not in read] if tables else []
    return found


def to_confirm(sections: list[Section]) -> int:
    """Columns that somebody should look at: unlikely ones, and required ones that nothing fills."""
    return sum(row.tone == "warn" for one in sections for row in one.rows) + sum(len(one.missing) for one in sections)


def mapping_from(form: QueryDict, mapping: Mapping, raw: RawFile) -> Mapping:
    """The mapping as the form has it.

    Raises
    ------
    ColumnsRefused
        Two columns are to become one that holds no text, or a unit is no number.
    """
    profiles = profiles_of(raw)
    tables = []
    for place, table in enumerate(mapping.tables):
        sheet = raw.sheet(table.sheet)
        if sheet is None or f"system-{place}" not in form:
            tables.append(table)
            continue
        wanted = form.get(f"table-{place}", table.table)
        if wanted != table.table and wanted in INTAKE_TABLES:
            fresh, _ = table_guess(sheet, wanted, profiles[sheet.name])
            tables.append(replace(fresh, sheet=table.sheet, constants={**fresh.constants, "system": _system(form, place)}))
        elif form.get(f"keep-{place}", "1") == "1":
            read = _table_from(form, place, table, sheet, profiles[sheet.name])
            tables.append(replace(read, blanks_replace=form.get(f"blanks-{place}") == "1"))
    return replace(mapping, tables=tuple(tables) or mapping.tables)


def _section(
    place: int, table: TableMap, sheet: RawSheet, profiles: MappingOf[str, Profile], choices: MappingOf[str, Any], language: Language
) -> Section:
    declared = table.declared
    by_header = _shown_at(table)
    rows = []
    for at, header in enumerate(sheet.header):
        column = by_header.get(header)
        rows.append(_row(at, header, profiles[header], column, table, choices.get(column.target if column else ""), language))
    targets = tuple(
        (one.name, one.label[language], one.required and one.name in {each.name for each in (*table.missing, *_filled_by_file(table))})
        for one in declared.columns
        if one.name != "system"
    )
    return Section(
        place=place,
        table=table.table,
        label=table_label(table.table, language),
        grain=declared.grain[language],
        sheet=sheet.name if table.sheet else "",
        folds=table.folds,
        system=table.constants.get("system", ""),
        kind=table.constants.get("kind", "") if table.table == "source_record" and table.column("kind") is None else None,
        targets=targets,
        rows=tuple(rows),
        missing=tuple(one.label[language] for one in table.missing),
        can_empty=declared.day is None,
        empties=table.blanks_replace,
        made=(
            *((declared.column(one.target).label[language], _source_words(one, language)) for one in _beside(table, sheet)),
            *((declared.column(one.target).label[language], _rule_words(one.rule, one.of, table, language)) for one in table.derived),
        ),
    )


def _shown_at(table: TableMap) -> dict[str, ColumnMap]:
    """By header the column that the page shows there; a header of two columns shows the first one."""
    found: dict[str, ColumnMap] = {}
    for one in table.columns:
        for name in one.source:
            found.setdefault(name, one)
    return found


def _beside(table: TableMap, sheet: RawSheet) -> list[ColumnMap]:
    """Columns that no header of the sheet can show: those of a header that shows another one, and those of a sheet made long."""
    shown = {one.target for name, one in _shown_at(table).items() if name in sheet.header}
    return [one for one in table.columns if one.target not in shown]


def _source_words(column: ColumnMap, language: Language) -> str:
    steps = [TRANSFORMS[step.name][0][language] for step in column.transforms]
    named = " + ".join(column.source)
    return f"{named}（{'，'.join(steps)}）" if steps and language == "zh" else f"{named} ({', '.join(steps)})" if steps else named


def _filled_by_file(table: TableMap) -> list[Column]:
    return [table.declared.column(one.target) for one in table.columns if table.declared.column(one.target).required]


def _rule_words(rule: str, of: tuple[str, ...], table: TableMap, language: Language) -> str:
    names = " + ".join(table.declared.column(name).label[language] for name in of)
    return f"{RULES[rule][language]}（{names}）" if language == "zh" else f"{RULES[rule][language]} ({names})"


def _row(at: int, header: str, profile: Profile, column: ColumnMap | None, table: TableMap, choice: Any, language: Language) -> ColumnRow:
    tone, word, reason = "", "", ""
    if column is not None:
        guessed = choice if choice and choice["source"] == header else None
        confidence = guessed["confidence"] if guessed else 1.0
        tone = "ok" if confidence >= SURE else "info" if confidence >= LIKELY else "warn"
        word = {"ok": gettext("sure"), "info": gettext("likely"), "warn": gettext("please check")}[tone]
        reason = guessed["reason"][language] if guessed else ""
    kind = table.declared.column(column.target).type if column else ColumnType.TEXT
    ambiguous = kind in (ColumnType.DAY, ColumnType.INSTANT) and any(OTHER_DAY.match(text.split(" ")[0]) for text in profile.samples)
    dated = column.transform("date") if column else None
    units = column.transform("units") if column else None
    factors = ", ".join(f"{name}={factor}" for name, factor in dict(units.options.get("factors", {})).items()) if units else ""
    steps = tuple(TRANSFORMS[step.name][0][language] for step in column.transforms if step.name not in ("date",)) if column else ()
    form = str(dated.options.get("form", "ymd")) if dated else "ymd"
    return ColumnRow(
        at, header, profile.samples[:3], column.target if column else "", tone, word, reason, steps, form if ambiguous else "", factors
    )


def _choices(kept: Import, place: int) -> dict[str, Any]:
    return {one["target"]: one for one in kept.choices if one["table"] == place}


def _system(form: QueryDict, place: int) -> str:
    system = str(form.get(f"system-{place}", "crm"))
    return system if system in SYSTEMS else "crm"


def _table_from(form: QueryDict, place: int, table: TableMap, sheet: RawSheet, profiles: MappingOf[str, Profile]) -> TableMap:
    declared = table.declared
    wanted: dict[str, list[str]] = {}
    for at, header in enumerate(sheet.header):
        target = str(form.get(f"t{place}-{at}", ""))
        if target in declared.column_names and target != "system":
            wanted.setdefault(target, []).append(header)
    columns = []
    for target, headers in wanted.items():
        column = declared.column(target)
        if len(headers) > 1 and column.type is not ColumnType.TEXT:
            raise ColumnsRefused(
                zh=f"{'、'.join(headers)} 都选成了「{column.label['zh']}」；请只留一列",
                en=f"{', '.join(headers)} were all chosen as {column.label['en']}; keep one of them",
            )
        before = table.column(target)
        fresh = ColumnMap(target, tuple(headers), _joined(headers) + transforms_for(column, profiles[headers[0]]))
        kept = before if before is not None and set(before.source) == set(headers) else fresh
        columns.append(_adjusted(form, place, sheet.header.index(headers[0]), kept, column))
    constants = _constants(form, place, table, columns)
    columns += [one for one in _beside(table, sheet) if one.target not in wanted]
    return _with_rules(replace(table, columns=tuple(columns), constants=constants, derived=(), unique=()), table)


def _constants(form: QueryDict, place: int, table: TableMap, columns: list[ColumnMap]) -> dict[str, str]:
    filled = {column.target for column in columns}
    found = {name: value for name, value in table.constants.items() if name not in filled}
    found["system"] = _system(form, place)
    kind = form.get(f"kind-{place}")
    if kind is not None and "kind" not in filled:
        found.pop("kind", None)
        if kind in tuple(CustomerKind):
            found["kind"] = kind
    return found


def _with_rules(plain: TableMap, before: TableMap) -> TableMap:
    """What can be made of the columns now, and the rules that were there before where nothing else fills their column."""
    made = completed(plain)
    have = made.filled
    old = tuple(one for one in before.derived if one.target not in have and set(one.of) <= have)
    whole = replace(made, derived=(*made.derived, *old))
    unique = tuple(name for name in (before.unique or whole.unique) if name in whole.filled)
    return replace(whole, unique=unique)


def _joined(headers: list[str]) -> tuple[Transform, ...]:
    return (Transform("concat", {"by": ""}),) if len(headers) > 1 else ()


def _adjusted(form: QueryDict, place: int, at: int, mapped: ColumnMap, column: Column) -> ColumnMap:
    steps = mapped.transforms
    chosen = form.get(f"d{place}-{at}", "")
    if chosen in DAY_FORMS:
        steps = tuple(step for step in steps if step.name != "date")
        steps += (Transform("date", {"form": chosen}),) if chosen != "ymd" else ()
    text = form.get(f"u{place}-{at}")
    if text is not None and mapped.transform("units") is not None:
        steps = tuple(
            Transform("units", {**step.options, "factors": _factors(text, column)}) if step.name == "units" else step for step in steps
        )
    return replace(mapped, transforms=steps)


def _factors(text: str, column: Column) -> dict[str, str]:
    found = {}
    for part in text.replace("，", ",").split(","):
        if not part.strip():
            continue
        unit, _, factor = part.replace("＝", "=").partition("=")
        try:
            found[unit.strip()] = str(Decimal(factor.strip()))
        except InvalidOperation as error:
            raise ColumnsRefused(
                zh=f"「{column.label['zh']}」的单位换算「{part.strip()}」不是「单位=数」，例如 件=50",
                en=f"'{part.strip()}' of {column.label['en']} is not of the form unit=number, such as case=50",
            ) from error
    return found
