"""Reading a lake from many threads at once: one database, one cursor a query, views on a pinned snapshot."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlglot import exp

from xingke.engine.duck import DuckEngine, fetch
from xingke.engine.lake import Lake
from xingke.engine.live import LiveTable, overlaid
from xingke.engine.snapshot import Snapshot
from xingke.engine.step import DIALECT


class LakeReader:
    """A lake's tables as views, always those of one snapshot together.

    A query sees the snapshot that was current when it began. The pointer is read again before each query; when it has
    moved, a new set of views replaces the old one, and queries under way finish on the old.

    Parameters
    ----------
    live
        Tables of which newer values may stand beside the snapshot (`xingke.engine.live`); their views show them.
    """

    def __init__(self, lake: Lake, *, memory_mb: int = 1024, threads: int = 0, live: Sequence[str] = ()) -> None:
        self._lake = lake
        self._live = {name: LiveTable(lake.root, name) for name in live}
        self._marks: dict[str, int] = {}
        self._memory_mb, self._threads = memory_mb, threads
        self._lock = threading.Lock()
        self._name: str | None = None
        self._engine: DuckEngine | None = None
        self._snapshot: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The live snapshot; raises `LakeEmpty` where there is none."""
        return self._current()[1]

    def query(self, query: exp.Query | str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run a query over the live snapshot and return its rows."""
        engine, _ = self._current()
        sql = query if isinstance(query, str) else query.sql(DIALECT)
        cursor = engine.cursor()
        try:
            return fetch(cursor, sql, parameters)
        finally:
            cursor.close()

    def rows(self, query: exp.Query | str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries; for pages, where rows are few."""
        result: list[dict[str, Any]] = self.query(query, parameters).to_pylist()
        return result

    def value(self, query: exp.Query | str, parameters: Mapping[str, object] | None = None) -> Any:
        """The first column of the first row, or None."""
        table = self.query(query, parameters)
        return table.column(0)[0].as_py() if table.num_rows else None

    def has(self, table: str) -> bool:
        """Whether the live snapshot holds a table."""
        return table in self.snapshot.tables

    def _current(self) -> tuple[DuckEngine, Snapshot]:
        with self._lock:
            name = self._lake.current_name()
            if self._engine is None or self._snapshot is None or name != self._name:
                snapshot = self._lake.current()
                engine = DuckEngine(memory_mb=self._memory_mb, threads=self._threads)
                engine.connection.execute("set enable_object_cache = true")
                for table in snapshot.tables:
                    if snapshot.files(table):
                        engine.scan(table, snapshot.files(table))
                self._engine, self._snapshot, self._name, self._marks = engine, snapshot, name, {}
            self._show_newer(self._engine, self._snapshot)
            return self._engine, self._snapshot

    def _show_newer(self, engine: DuckEngine, snapshot: Snapshot) -> None:
        """Let the views of tables with newer values show them; nothing to do where they did not change."""
        for name, table in self._live.items():
            mark = table.mark()
            if name not in snapshot.tables or self._marks.get(name, 0) == mark:
                continue
            self._marks[name] = mark
            live, as_of = table.current(), snapshot.tables[name].as_of
            if live is not None and as_of is not None and live.as_of > as_of:
                engine.view(name, overlaid(snapshot.files(name), live))
            else:
                engine.scan(name, snapshot.files(name))
