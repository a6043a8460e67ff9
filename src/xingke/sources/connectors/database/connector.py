"""A table or a read-only query of a database, whole or by what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xingke.errors import ConfigurationError
from xingke.sources.connectors.contract import BATCH_ROWS, Batch, Checked, Cursor, Mode, Stream
from xingke.sources.connectors.database.address import reading, without_password
from xingke.sources.connectors.database.query import QUERY, Reading, query_reading, statement, streams_of, table_reading, tables_of
from xingke.sources.connectors.database.values import OFFSET
from xingke.sources.connectors.database.whole import WholeOrders
from xingke.sources.connectors.progress import Progress
from xingke.sources.connectors.rows import digest, fitting, table_of
from xingke.sources.connectors.settings import CA, Setting, SettingKind
from xingke.words import both

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Row = Sequence[Any]
MOST_STREAMS = 500
LIKELY_CURSORS = (
    "updated_at", "modified_at", "update_time", "modify_time", "gmt_modified", "last_modified", "created_at", "create_time", "id",
)  # fmt: skip

SETTINGS = (
    Setting(
        name="url",
        label=both("数据库地址", "Address"),
        required=True,
        note=both(
            "postgresql://用户@主机:5432/库名，mysql://用户@主机:3306/库名，sqlite:////路径/文件.db",
            "postgresql://user@host:5432/name, mysql://user@host:3306/name, sqlite:////path/file.db",
        ),
    ),
    Setting(name="password", label=both("密码", "Password"), kind=SettingKind.SECRET),
    CA,
    Setting(name="schema", label=both("模式", "Schema"), note=both("留空为默认模式", "empty for the default one")),
    Setting(
        name="query",
        label=both("只读查询", "Read-only query"),
        kind=SettingKind.LONG_TEXT,
        note=both("一条 SELECT；填写后读取查询结果而不是整张表", "one SELECT; its result is read in place of a table"),
    ),
    Setting(
        name="cursor_column",
        label=both("游标列", "Cursor column"),
        note=both("按它只取新的行，如 updated_at；留空则每次全量", "tells new rows, such as updated_at; empty reads all each time"),
    ),
    Setting(
        name="key_columns",
        label=both("主键列", "Key columns"),
        kind=SettingKind.LIST,
        note=both("游标相同时按它排序；留空取表的主键", "order of rows with the same cursor; empty takes the primary key"),
    ),
    Setting(
        name="overlap",
        label=both("重叠（秒或序号）", "Overlap in seconds or units"),
        kind=SettingKind.NUMBER,
        default=0,
        minimum=0,
        maximum=31_536_000,
        note=both("再读最近这么多，以补上晚到的行；已读过的不重复", "read this much again for rows that come late; none counts twice"),
    ),
)


class EmptyKey(ConfigurationError):
    """A key that does not identify every row."""


class DatabaseConnector:
    """Reads through SQLAlchemy in a read-only transaction with a server-side cursor."""

    kind = "database"
    label = both("数据库", "Database")
    note = both("PostgreSQL、MariaDB、MySQL、SQLite 的表或只读查询", "tables and queries of PostgreSQL, MariaDB, MySQL and SQLite")
    settings = SETTINGS
    modes = (Mode.FULL, Mode.INCREMENTAL)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """Kind, host, port, user, database and how the connection is secured: the whole address."""
        return (without_password(settings["url"])[0], settings["ca"])

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Connect, and look whether the query and its cursor column are there."""
        with reading(settings) as connection:
            count = len(tables_of(connection, settings["schema"]))
            notes = []
            if settings["query"]:
                source = query_reading(connection, settings["query"], settings["key_columns"])
                statement(source, settings["cursor_column"], None, ())
                notes.append(both(f"查询有 {len(source.columns)} 列", f"the query has {len(source.columns)} columns"))
        words = both(f"已连接，可读 {count} 张表或视图", f"connected; {count} tables and views can be read")
        return Checked(words, tuple(notes))

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The query, where there is one, and every table and view."""
        with reading(settings) as connection:
            found = []
            if settings["query"]:
                source = query_reading(connection, settings["query"], settings["key_columns"])
                found.append(Stream(QUERY, source.columns, _cursors(source.columns), source.key))
            for name, columns, key in streams_of(connection, settings["schema"], most=MOST_STREAMS):
                found.append(Stream(name, columns, _cursors(columns), key))
        return tuple(found)

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """Rows in batches, ordered by the cursor column where there is one; of a preview, `most_rows` at most.

        The keeper may hand in as `whole_by` the columns that name an order, and as `whole_day` the one whose day belongs to its name: from
        a cursor on, orders with new or changed lines are then read as a whole.
        """
        with ExitStack() as opened:
            connection = opened.enter_context(reading(settings))
            source = _source(connection, settings, stream)
            column = settings["cursor_column"]
            if not column:
                for rows in _fetched(connection, source, "", None, (), settings.get("most_rows")):
                    found, odd = fitting(list(rows), place=stream)
                    yield Batch(table_of(source.columns, found), None, odd)
                return
            progress = Progress.of(cursor, settings["overlap"])
            if source.is_instant(column) and isinstance(progress.last, datetime) and progress.last.tzinfo is None:
                # Stored before instants carried their zone: it was that of the server's sessions.
                progress.last = progress.last.replace(tzinfo=connection.info["offset"]).astimezone(OFFSET)
            by_key = bool(source.key) and not settings["overlap"]
            after = progress.last_key if by_key else ()
            by, day = tuple(settings.get("whole_by", ())), str(settings.get("whole_day", ""))
            whole = None
            if cursor and by and {*by, *([day] if day else ())} <= set(source.columns):
                whole = WholeOrders(opened.enter_context(reading(settings)), source, by, day)
            for rows in _fetched(connection, source, column, progress.low, after, settings.get("most_rows")):
                found, odd = fitting(list(rows), place=stream)
                new = _by_key(source, column, found, progress) if by_key else _by_digest(source, column, found, progress)
                if whole is not None:
                    for orders in whole.of(new):
                        fits, long = fitting(orders, place=stream)
                        yield Batch(table_of(source.columns, fits), None, long, is_whole=True)
                    new = whole.without_order(new)
                yield Batch(table_of(source.columns, new), progress.cursor(), odd)


def _source(connection: Connection, settings: Mapping[str, Any], stream: str) -> Reading:
    if settings["query"] and stream in {"", QUERY}:
        return query_reading(connection, settings["query"], settings["key_columns"])
    return table_reading(connection, stream, settings["schema"], settings["key_columns"])


def _cursors(columns: Sequence[str]) -> tuple[str, ...]:
    low = {name.lower(): name for name in columns}
    return tuple(low[name] for name in LIKELY_CURSORS if name in low)


def _fetched(
    connection: Connection, source: Reading, column: str, low: Any, after: Sequence[Any], most: int | None
) -> Iterator[Iterable[Row]]:
    asked = statement(source, column, low, after).limit(most)
    with connection.execution_options(stream_results=True, max_row_buffer=BATCH_ROWS).execute(asked) as streamed:
        yield from streamed.partitions(BATCH_ROWS)


def _by_key(source: Reading, column: str, rows: Sequence[Row], progress: Progress) -> Sequence[Row]:
    """Move on to the last row, by its cursor value and its key."""
    at = source.columns.index(column)
    places = [(name, source.columns.index(name)) for name in source.key if name != column]
    for name, place in places:
        if any(row[place] is None for row in rows):
            raise EmptyKey(
                zh=f"主键列「{name}」有空值，无法按它续读；请换主键列，或设置重叠",
                en=f"key column '{name}' is empty in a row, so reading cannot go on by it; name another key, or set an overlap",
            )
    # They come in the order of the column, so the last row that has a value there is the furthest; one without any comes first or last.
    last = next((row for row in reversed(rows) if row[at] is not None and not source.is_odd(column, row[at])), None)
    if last is not None:
        # Where the cursor column is the key itself, the row's own value stands for it.
        progress.reach(last[at], [last[place] for _, place in places] or [last[at]])
    return rows


def _by_digest(source: Reading, column: str, rows: Sequence[Row], progress: Progress) -> Sequence[Row]:
    """Of the rows in the overlap, those that were not read before."""
    at, whole = source.columns.index(column), table_of(source.columns, rows)
    texts = zip(*(one.to_pylist() for one in whole.columns), strict=True)
    stands = (None if source.is_odd(column, row[at]) else row[at] for row in rows)
    return [row for row, stand, text in zip(rows, stands, texts, strict=True) if progress.take(stand, digest(text))]


CONNECTOR = DatabaseConnector()
