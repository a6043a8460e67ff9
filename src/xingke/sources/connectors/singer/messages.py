"""Messages of a Singer tap, one JSON object a line: SCHEMA, RECORD, STATE, ACTIVATE_VERSION.

A STATE speaks of all records before it. So records are handed on together with the state behind them, and whoever stores both in one step
can start the tap again from the stored state without losing or doubling a row.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from xingke.errors import UserFacingError
from xingke.sources.connectors.contract import BATCH_ROWS, Rejected
from xingke.sources.connectors.rows import table_of_records

MOST_LINE = 16_000_000


class BadTap(UserFacingError):
    """A line that is no message of a tap; `line` counts from 1."""

    def __init__(self, line: int, *, zh: str, en: str) -> None:
        super().__init__(zh=f"第 {line} 行：{zh}", en=f"line {line}: {en}", line=line)
        self.line = line


@dataclass(frozen=True, slots=True)
class SingerBatch:
    """Records that belong to one state.

    Parameters
    ----------
    tables
        Raw rows by stream.
    state
        The tap's state behind them; None where it has not said one yet.
    activated
        Streams of which everything older than this batch's version is to be replaced.
    rejected
        Records that do not fit their schema, by stream.
    """

    tables: Mapping[str, pa.Table]
    state: Mapping[str, Any] | None
    activated: frozenset[str] = frozenset()
    rejected: Mapping[str, tuple[Rejected, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SingerResult:
    """What a tap brought: rows and rejected records by stream, and the state to start it with next time."""

    rows: Mapping[str, int]
    rejected: Mapping[str, int]
    state: Mapping[str, Any] | None


@dataclass
class _Stream:
    """What is known of a stream: its columns, its key, and the records since the last batch."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    records: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def singer_batches(lines: Iterable[str], *, batch_rows: int = BATCH_ROWS) -> Iterator[SingerBatch]:
    """The records of a tap in batches that each end at a state, or with the last line.

    A tap that writes no state for a long time makes one large batch: rows are not handed on before the state that covers them.

    Raises
    ------
    BadTap
        A line is no message, or a record comes before its schema.
    """
    streams: dict[str, _Stream] = {}
    state: Mapping[str, Any] | None = None
    activated: set[str] = set()
    waiting = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        message = _message(number, line)
        match message["type"]:
            case "SCHEMA":
                _declare(streams, message, number)
            case "RECORD":
                waiting += 1
                _take(_known(streams, message, number), message, number)
            case "STATE":
                state = _object(message, "value", number)
                if waiting >= batch_rows:
                    yield _flushed(streams, state, activated)
                    activated, waiting = set(), 0
            case "ACTIVATE_VERSION":
                _known(streams, message, number)
                activated.add(message["stream"])
            case _:
                continue  # a target ignores messages that it does not know
    yield _flushed(streams, state, activated)


def singer_load(lines: Iterable[str], *, write: Callable[[SingerBatch], None], batch_rows: int = BATCH_ROWS) -> SingerResult:
    """Read a tap to its end and hand each batch to `write`, which stores its rows and its state in one step."""
    rows: dict[str, int] = {}
    rejected: dict[str, int] = {}
    state: Mapping[str, Any] | None = None
    for batch in singer_batches(lines, batch_rows=batch_rows):
        write(batch)
        state = batch.state if batch.state is not None else state
        for stream, table in batch.tables.items():
            rows[stream] = rows.get(stream, 0) + table.num_rows
        for stream, odd in batch.rejected.items():
            rejected[stream] = rejected.get(stream, 0) + len(odd)
    return SingerResult(rows, rejected, state)


def _message(number: int, line: str) -> dict[str, Any]:
    if len(line) > MOST_LINE:
        raise BadTap(number, zh=f"长度超过 {MOST_LINE:,} 个字符", en=f"longer than {MOST_LINE:,} characters")
    try:
        found = json.loads(line, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        shown = line.strip()[:60]
        raise BadTap(number, zh=f"不是 Singer 消息：{shown}", en=f"not a Singer message: {shown}")
    return found


def _object(message: Mapping[str, Any], name: str, number: int) -> dict[str, Any]:
    found = message.get(name)
    if not isinstance(found, dict):
        raise BadTap(number, zh=f"{message['type']} 缺少对象「{name}」", en=f"{message['type']} has no object '{name}'")
    return found


def _declare(streams: dict[str, _Stream], message: Mapping[str, Any], number: int) -> None:
    properties = _object(message, "schema", number).get("properties", {})
    key = message.get("key_properties") or []
    name = message.get("stream")
    if not isinstance(name, str) or not isinstance(properties, dict) or not isinstance(key, list):
        raise BadTap(number, zh="SCHEMA 不完整", en="the SCHEMA is not complete")
    # What an object property holds becomes columns of its own, so it is not a column itself.
    columns = tuple(str(column) for column, kind in properties.items() if not _is_object(kind))
    known = streams.get(name)
    streams[name] = _Stream(columns, tuple(map(str, key)), known.records if known else [], known.rejected if known else [])


def _is_object(kind: Any) -> bool:
    types = kind.get("type") if isinstance(kind, dict) else None
    return "object" in (types if isinstance(types, list) else [types])


def _known(streams: Mapping[str, _Stream], message: Mapping[str, Any], number: int) -> _Stream:
    name = message.get("stream")
    if not isinstance(name, str) or name not in streams:
        kind = message["type"]
        raise BadTap(number, zh=f"{kind} 的流「{name}」没有先给出 SCHEMA", en=f"{kind} of stream '{name}' comes before its SCHEMA")
    return streams[name]


def _take(stream: _Stream, message: Mapping[str, Any], number: int) -> None:
    record = _object(message, "record", number)
    if any(record.get(name) is None for name in stream.key):
        stream.rejected.append(Rejected(f"line {number}", "required_missing", json.dumps(record, ensure_ascii=False)))
    else:
        stream.records.append(record)


def _flushed(streams: Mapping[str, _Stream], state: Mapping[str, Any] | None, activated: set[str]) -> SingerBatch:
    tables = {name: table_of_records(stream.records, stream.columns) for name, stream in streams.items() if stream.records}
    rejected = {name: tuple(stream.rejected) for name, stream in streams.items() if stream.rejected}
    for stream in streams.values():
        stream.records, stream.rejected = [], []
    return SingerBatch(tables, state, frozenset(activated), rejected)
