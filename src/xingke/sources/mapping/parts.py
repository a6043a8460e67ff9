"""Where the rows of a table go while a file is read: in parts, so that memory follows the part and not the file."""

from typing import Protocol

import pyarrow as pa

PART_ROWS = 1_000_000


class PartSink(Protocol):
    """Keeps parts; a part may be asked back to take repeated rows out of it."""

    def put(self, table: str, part: int, rows: pa.Table) -> None:
        """Keep a part, in place of an earlier one of the same number."""

    def take(self, table: str, part: int) -> pa.Table:
        """The rows of a part."""


class InMemory:
    """Parts in the memory of this process, for files of people."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, int], pa.Table] = {}

    def put(self, table: str, part: int, rows: pa.Table) -> None:
        """Keep a part."""
        self._parts[table, part] = rows

    def take(self, table: str, part: int) -> pa.Table:
        """The rows of a part."""
        return self._parts[table, part]

    def whole(self, table: str) -> pa.Table:
        """All rows of a table, in the order in which they came."""
        return pa.concat_tables([rows for (name, _), rows in sorted(self._parts.items()) if name == table]).combine_chunks()

    def tables(self) -> list[str]:
        """Tables with a part."""
        return sorted({name for name, _ in self._parts})
