"""Values of whatever a source holds as raw rows: text, as a file would have them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isnan
from typing import Any, TypeVar

import pyarrow as pa

from xingke.errors import UserFacingError
from xingke.sources.connectors.contract import Rejected

Row = TypeVar("Row", bound=Sequence[Any] | Mapping[str, Any])

MOST_COLUMNS = 2_000
MOST_CHARACTERS = 1_000_000
REJECTED_CHARACTERS = 1_000
"""How much of a row that is too large is kept in quarantine."""


class TooWide(UserFacingError):
    """A row with more columns than anything reasonable has."""


class TooLong(UserFacingError):
    """A value with more characters than are read; it costs its row."""


def text_of(value: Any) -> str | None:
    """A value as text without loss; None for nothing, and for a number that is none (NaN)."""
    match value:
        case None:
            return None
        case str():
            return _bounded(_storable(value))
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if isnan(value):
            return None
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
        case Decimal():
            return None if value.is_nan() else format(value, "f") if value.is_finite() else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return _clock(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case list() | dict() | tuple():
            return _bounded(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return str(value)


def _storable(text: str) -> str:
    """Without what no column of text can hold: NUL, and halves of characters."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _clock(value: timedelta) -> str:
    """A time or a span as hours, minutes and seconds; minus one hour is `-01:00:00`."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{fraction}"


def _bounded(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise TooLong(
            zh=f"一个值有 {len(text):,} 个字符，最多 {MOST_CHARACTERS:,} 个；请在查询中去掉该列",
            en=f"a value has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read; leave that column out",
        )
    return text


def table_of(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows of known columns as one table of text; a name that comes twice gets a number behind it."""
    unique = unique_names(names)
    columns = list(zip(*rows, strict=True)) or [()] * len(unique)
    return pa.table({name: _texts(column) for name, column in zip(unique, columns, strict=True)})


def fitting(rows: Sequence[Row], *, place: str) -> tuple[Sequence[Row], tuple[Rejected, ...]]:
    """The rows or records without those that hold a value that is too long; such a one costs itself and not its table."""
    odd = [number for number, row in enumerate(rows) if _is_long(row)]
    if not odd:
        return rows, ()
    rejected = tuple(Rejected(place, "too_long", _storable(str(rows[number])[:REJECTED_CHARACTERS])) for number in odd)
    out = set(odd)
    return [row for number, row in enumerate(rows) if number not in out], rejected


def _is_long(row: Sequence[Any] | Mapping[str, Any]) -> bool:
    values = row.values() if isinstance(row, Mapping) else row
    return any(_length(value) > MOST_CHARACTERS for value in values)


def _length(value: Any) -> int:
    """How long a value is as text, if it may be long at all."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return 2 * len(value)
    return len(json.dumps(value, ensure_ascii=False, default=str)) if isinstance(value, list | dict | tuple) and value else 0


def _texts(column: Sequence[Any]) -> pa.Array:
    """A column as text; texts and whole numbers at once, anything else value by value."""
    kinds = set(map(type, column)) - {type(None)}
    if kinds == {str} and not any("\x00" in value or len(value) > MOST_CHARACTERS for value in column if value):
        try:
            return pa.array(column, pa.string())
        except UnicodeEncodeError:  # half a character; value by value it is replaced
            pass
    if kinds == {int}:
        return pa.array([None if value is None else str(value) for value in column], pa.string())
    return pa.array([text_of(value) for value in column], pa.string())


def table_of_records(records: Sequence[Mapping[str, Any]], names: Iterable[str] = ()) -> pa.Table:
    """Records whose fields may differ as one table: the named columns first, then the others in the order of their first appearance.

    An object inside a record becomes columns named `outer.inner`; a list stays one value, as JSON.
    """
    flat = [flattened(record) for record in records]
    order = dict.fromkeys(names)
    for record in flat:
        order.update(dict.fromkeys(record))
    if len(order) > MOST_COLUMNS:
        raise TooWide(
            zh=f"数据有 {len(order):,} 个不同的列，最多 {MOST_COLUMNS:,} 个；请指定行所在的位置",
            en=f"the data have {len(order):,} columns, at most {MOST_COLUMNS:,} are read; say where in the answer the rows are",
        )
    return pa.table({name: pa.array([text_of(record.get(name)) for record in flat], pa.string()) for name in order})


def flattened(record: Mapping[str, Any], *, depth: int = 4) -> dict[str, Any]:
    """The record with inner objects as columns of their own, down to `depth`."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and value and depth > 0:
            found |= {f"{name}.{inner}": one for inner, one in flattened(value, depth=depth - 1).items()}
        else:
            found[str(name)] = value
    return found


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, with ` (2)` and so on behind one that was there before."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def digest(values: Iterable[str | None]) -> str:
    """A short digest of a row, to know it again: 80 bits, so that among 10^5 rows two differ in it with certainty for all purposes."""
    text = json.dumps(list(values), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
