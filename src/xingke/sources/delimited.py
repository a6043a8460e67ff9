"""Text files with a delimiter: read as text in blocks, then typed a column at a time, so that no bad cell stops a load."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xingke.errors import UserFacingError
from xingke.schema import Column, ColumnType
from xingke.schema.findings import quarantine_joined, quarantine_of, record_text
from xingke.schema.parsing import ISO_DAY, parsed

PLACE = "place_in_file"
MOST_COMPARED = 500
"""Headers beyond these are not looked through for one of nearly the same name."""


class EmptyFile(UserFacingError):
    """A file without a header, or with nothing below it."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            zh=f"文件 {path.name} 是空的；第一行应为列名，其下每行一条记录",
            en=f"{path.name} is empty; its first line must name the columns, with one record a line below it",
            path=path,
        )


class MissingHeader(UserFacingError):
    """A file without a column that the mapping needs."""

    def __init__(self, *, path: Path, missing: Sequence[str], present: Sequence[str]) -> None:
        near = [match for name in missing for match in get_close_matches(name, present[:MOST_COMPARED], n=1)]
        zh_hint = f"；相近的列：{'、'.join(near)}" if near else ""
        en_hint = f"; the closest it has: {', '.join(near)}" if near else ""
        super().__init__(
            zh=f"文件 {path.name} 缺少列：{'、'.join(missing)}{zh_hint}。请补上该列，或在映射中指定列名",
            en=f"{path.name} lacks the column(s) {', '.join(missing)}{en_hint}. Add them, or name the right columns in the mapping",
            path=path,
            missing=tuple(missing),
            present=tuple(present),
        )


class DoubleHeader(UserFacingError):
    """A file with two columns of one name that the mapping needs."""

    def __init__(self, *, path: Path, double: Sequence[str]) -> None:
        super().__init__(
            zh=f"文件 {path.name} 的列名重复：{'、'.join(double)}，无法确定取哪一列。请改掉其中一个列名",
            en=f"{path.name} has two columns named {', '.join(double)}; nobody can tell which one is meant. Rename one of them",
            path=path,
            double=tuple(double),
        )


class UnreadableFile(UserFacingError):
    """A file that is no delimited text in the stated encoding."""

    def __init__(self, *, path: Path, encoding: str, reason: str) -> None:
        super().__init__(
            zh=f"无法按 {encoding} 编码读取文件 {path.name}：{reason}",
            en=f"{path.name} cannot be read as {encoding} text: {reason}",
            path=path,
            encoding=encoding,
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file and what it becomes."""

    header: str
    column: Column


@dataclass(frozen=True, slots=True)
class Form:
    """How the file is written.

    Parameters
    ----------
    day_form
        How it writes days, in the codes of `strftime`.
    money_signs
        Characters to strip from numbers, such as `$,`.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    day_form: str = ISO_DAY
    money_signs: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The good rows with their row number in `place_in_file` (the first below the header is 1), and the others."""

    rows: pa.Table
    quarantine: pa.Table
    rows_read: int


def read_typed(path: Path, fields: Sequence[Field], *, form: Form, table: str, as_of: date | None = None) -> Typed:
    """Read a file.

    Parameters
    ----------
    as_of
        The day of loading: a later day in a day column is refused. Not checked without it.

    Raises
    ------
    EmptyFile, MissingHeader, UnreadableFile
        Nothing of the file can be used.
    """
    ragged: list[Any] = []
    good: list[pa.Table] = []
    refused: list[pa.Table] = []
    seen = last = 0
    for block in _blocks(path, fields, form, ragged):
        places = _places(last, block.num_rows, ragged)
        seen, last = seen + block.num_rows, places[-1] if places else last
        numbered = block.append_column(PLACE, pa.array(places, pa.int64()))
        typed, faults = _typed(numbered, fields, form, as_of)
        good.append(typed)
        refused.extend(_refused(numbered, faults, path, table))
    if not seen and not ragged:
        raise EmptyFile(path=path)
    refused.append(quarantine_of(_ragged(bad, path, table) for bad in ragged))
    quarantine = quarantine_joined(refused).sort_by("row")
    return Typed(pa.concat_tables(good).combine_chunks() if good else _no_rows(fields), quarantine, seen + len(ragged))


def _no_rows(fields: Sequence[Field]) -> pa.Table:
    return pa.schema([*((field.column.name, field.column.type.arrow) for field in fields), (PLACE, pa.int64())]).empty_table()


def _blocks(path: Path, fields: Sequence[Field], form: Form, ragged: list[Any]) -> Iterator[pa.Table]:
    from pyarrow import csv

    def keep(row: Any) -> str:
        ragged.append(row)
        return "skip"

    header = _header(path, form)
    missing = [field.header for field in fields if field.header not in header]
    if missing:
        raise MissingHeader(path=path, missing=missing, present=header)
    double = sorted({field.header for field in fields if header.count(field.header) > 1})
    if double:
        raise DoubleHeader(path=path, double=double)
    try:
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(use_threads=False, encoding=form.encoding, block_size=8 << 20),
            parse_options=csv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=keep),
            convert_options=csv.ConvertOptions(column_types={name: pa.string() for name in header}, strings_can_be_null=False),
        )
        for batch in reader:
            yield pa.Table.from_batches([batch])
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise UnreadableFile(path=path, encoding=form.encoding, reason=str(error)) from error


def _header(path: Path, form: Form) -> list[str]:
    from csv import reader

    try:
        with path.open(encoding=form.encoding, newline="") as lines:
            names = next(reader(lines, delimiter=form.delimiter), [])
    except UnicodeDecodeError as error:
        raise UnreadableFile(path=path, encoding=form.encoding, reason=str(error)) from error
    if not any(name.strip() for name in names):
        raise EmptyFile(path=path)
    return [name.removeprefix("\ufeff") for name in names]


def _places(last: int, rows: int, ragged: list[Any]) -> list[int]:
    """Row numbers of a block behind row `last`, leaving out those that ragged rows take."""
    taken = {_place(bad) for bad in ragged}
    places: list[int] = []
    while len(places) < rows:
        last += 1
        if last not in taken:
            places.append(last)
    return places


def _place(bad: Any) -> int:
    """The number below the header; the reader counts the header as the first row."""
    return int(bad.number) - 1


def _ragged(bad: Any, path: Path, table: str) -> dict[str, Any]:
    found = f"{bad.actual_columns} / {bad.expected_columns}"
    place = {"table": table, "file": path.name, "row": _place(bad), "column": None, "value": found}
    return {**place, "reason": "ragged_row", "record": record_text({"text": bad.text})}


def _typed(block: pa.Table, fields: Sequence[Field], form: Form, as_of: date | None) -> tuple[pa.Table, list[tuple[Field, str, pa.Array]]]:
    arrays, faults = {}, []
    for field in fields:
        result = parsed(block[field.header], field.column.type, day_form=form.day_form, money_signs=form.money_signs)
        arrays[field.column.name] = result.values
        faults.append((field, "wrong_type", result.misfit))
        if field.column.required:
            faults.append((field, "required_missing", pc.and_(pc.is_null(result.values), pc.invert(result.misfit))))
        faults += [(field, "out_of_bounds", mask) for mask in _outside(result.values, field.column)]
        if as_of is not None and field.column.type is ColumnType.DAY:
            late = pc.greater_equal(result.values, pa.scalar(as_of + timedelta(days=1), pa.date32()))
            faults.append((field, "future_day", pc.fill_null(late, fill_value=False)))
    bad = pa.repeat(pa.scalar(value=False), block.num_rows)
    for _, _, mask in faults:
        bad = pc.or_(bad, mask)
    return pa.table({**arrays, PLACE: block[PLACE]}).filter(pc.invert(bad)), faults


def _outside(values: pa.Array, column: Column) -> Iterator[pa.Array]:
    if column.minimum is not None:
        yield pc.fill_null(pc.less(values, pa.scalar(column.minimum, values.type)), fill_value=False)
    if column.maximum is not None:
        yield pc.fill_null(pc.greater(values, pa.scalar(column.maximum, values.type)), fill_value=False)


def _refused(block: pa.Table, faults: list[tuple[Field, str, pa.Array]], path: Path, table: str) -> Iterator[pa.Table]:
    taken = pa.repeat(pa.scalar(value=False), block.num_rows)
    for field, reason, mask in faults:
        fresh = pc.and_(mask, pc.invert(taken))
        taken = pc.or_(taken, mask)
        rows = block.filter(fresh).to_pylist()
        named = {"table": table, "file": path.name, "column": field.header, "reason": reason}
        yield quarantine_of(
            {**named, "row": row[PLACE], "value": row[field.header], "record": record_text({k: v for k, v in row.items() if k != PLACE})}
            for row in rows
        )
