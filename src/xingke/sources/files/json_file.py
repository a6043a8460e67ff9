"""JSON lines and JSON arrays: objects flattened by their path, a list of objects inside one opened into a row each."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from xingke.sources.files.limits import FileRefused, Limits, nothing_in, too_large, too_many_columns
from xingke.sources.files.raw import BadRow, RawBatch, RawFile, RawSheet, without_blank_rows

BATCH = 10_000
LONGEST_LINE = 1 << 20


class _TooDeep(Exception):
    """An object goes deeper than the limit."""


def read_json(path: Path, *, limits: Limits) -> RawFile:
    """Open a file of JSON objects, one a line or all in an array, or in the one list of an outer object.

    Raises
    ------
    FileRefused
        It holds no objects, or too many fields.
    """
    is_array = _is_array(path)
    if is_array and path.stat().st_size > limits.json_bytes:
        raise too_large(path, path.stat().st_size, limits.json_bytes)
    objects = _from_array(path, limits) if is_array else None

    def records() -> Iterator[tuple[int, Any]]:
        return iter(enumerate(objects, 1)) if objects is not None else _from_lines(path)

    names: dict[str, None] = {}
    for _, record in records():
        for row in _rows_or_none(record, limits):
            names.update(dict.fromkeys(row))
        if len(names) > limits.columns:
            raise too_many_columns(path, f"> {limits.columns:,}", limits)
    if not names:
        raise nothing_in(path)
    header = tuple(names)
    sheet = RawSheet(path.stem, header, 0, 1, (), lambda: _batches(records(), header, limits))
    return RawFile(path, "json", "JSON" if is_array else "JSON Lines", (sheet,))


def _is_array(path: Path) -> bool:
    """Whether the file is one document; several lines that are whole objects each are not."""
    import orjson

    with path.open("rb") as file:
        first = next((line for line in iter(lambda: file.readline(LONGEST_LINE), b"") if line.strip()), b"").lstrip(b"\xef\xbb\xbf")
    if first.lstrip().startswith(b"["):
        return True
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return first.strip() in (b"{", b"[") or (first.lstrip().startswith(b"{") and len(first) >= LONGEST_LINE)
    return False


def _from_array(path: Path, limits: Limits) -> list[Any]:
    import orjson

    try:
        whole = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FileRefused(
            zh=f"文件 {path.name} 不是完整的 JSON：{error}",
            en=f"{path.name} is no whole JSON document: {error}",
            path=path,
        ) from error
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        whole = lists[0] if len(lists) == 1 else [whole]
    return list(whole)


def _from_lines(path: Path) -> Iterator[tuple[int, Any]]:
    import orjson

    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            text = line.strip().removeprefix(b"\xef\xbb\xbf")
            if not text:
                continue
            try:
                yield number, orjson.loads(text)
            except orjson.JSONDecodeError as error:
                yield number, BadRow(number, "bad_json", str(error)[:200], text[:2000].decode("utf-8", "replace"))


def _rows_or_none(record: Any, limits: Limits) -> list[dict[str, str | None]]:
    if not isinstance(record, Mapping):
        return []
    try:
        return _rows(record, limits)
    except _TooDeep:
        return []


def _rows(record: Mapping[str, Any], limits: Limits) -> list[dict[str, str | None]]:
    """One row, or one a member of the only list of objects inside."""
    flat: dict[str, str | None] = {}
    lists: dict[str, list[Any]] = {}
    _flatten(record, "", 1, limits, flat, lists)
    if len(lists) != 1:
        flat.update({name: _dumped(value) for name, value in lists.items()})
        return [flat]
    ((name, members),) = lists.items()
    rows = []
    for member in members:
        inner: dict[str, str | None] = {}
        more: dict[str, list[Any]] = {}
        _flatten(member, f"{name}.", 2, limits, inner, more)
        rows.append({**flat, **inner, **{key: _dumped(value) for key, value in more.items()}})
    return rows


def _flatten(
    value: Mapping[str, Any], prefix: str, depth: int, limits: Limits, flat: dict[str, str | None], lists: dict[str, list[Any]]
) -> None:
    if depth > limits.json_depth:
        raise _TooDeep
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, Mapping):
            _flatten(inner, f"{name}.", depth + 1, limits, flat, lists)
        elif isinstance(inner, list) and inner and all(isinstance(member, Mapping) for member in inner):
            lists[name] = inner
        else:
            flat[name] = _plain(inner)


def _plain(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _dumped(value)


def _dumped(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _batches(records: Iterator[tuple[int, Any]], header: tuple[str, ...], limits: Limits) -> Iterator[RawBatch]:
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    bad: list[BadRow] = []
    for number, record in records:
        try:
            taken = _taken(number, record, limits)
        except _TooDeep:
            taken = BadRow(number, "too_deep", f"> {limits.json_depth}", _dumped(sorted(record))[:2000])
        if isinstance(taken, BadRow):
            bad.append(taken)
        else:
            rows += taken
            numbers += [number] * len(taken)
        if len(rows) + len(bad) >= BATCH:
            yield _batch(rows, numbers, bad, header)
            rows, numbers, bad = [], [], []
    if rows or bad:
        yield _batch(rows, numbers, bad, header)


def _taken(number: int, record: Any, limits: Limits) -> list[dict[str, str | None]] | BadRow:
    if isinstance(record, BadRow):
        return record
    if not isinstance(record, Mapping):
        return BadRow(number, "bad_json", type(record).__name__, str(record)[:2000])
    return _rows(record, limits)


def _batch(rows: list[dict[str, str | None]], numbers: list[int], bad: list[BadRow], header: tuple[str, ...]) -> RawBatch:
    cells = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in header})
    return without_blank_rows(pa.array(numbers, pa.int64()), cells, tuple(bad))
