"""The rows of a large load stored part by part, written while the next part is read."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import pyarrow as pa

from xingke.loop.pieces import PieceStore


def part_id(load_id: str, part: int) -> str:
    """The name of a part among the pieces; the first part has the name of the load."""
    return load_id if not part else f"{load_id}-p{part:02d}"


class StoredParts:
    """Parts as pieces of the lake (`xingke.sources.mapping.PartSink`); when the context ends, all of them are on the disk.

    Parameters
    ----------
    load_id
        Name of the load; part `n` is stored under `part_id(load_id, n)`.
    """

    def __init__(self, store: PieceStore, load_id: str) -> None:
        self._store, self._load_id = store, load_id
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pieces")
        self._waiting: Future[object] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._settle()
        finally:
            self._writer.shutdown(wait=True)

    def put(self, table: str, part: int, rows: pa.Table) -> None:
        """Store a part; one is written at a time, and an error of the one before is raised here."""
        self._settle()
        self._waiting = self._writer.submit(self._store.put, part_id(self._load_id, part), table, rows)

    def take(self, table: str, part: int) -> pa.Table:
        """The rows of a part."""
        self._settle()
        return self._store.read(part_id(self._load_id, part), table)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.result()
