"""Values that are newer than the snapshot: a small table beside a large one, replaced as a whole many times a minute.

Layout below the lake::

    live/<table>.json               which file is in force, and the day it is true for
    live/<table>-<random>.parquet   the newer values, one row a customer

Nothing here has to survive a crash: whoever writes it can make it again from what is durable. So it is not forced to disk, and no
snapshot names it.
"""

import json
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.engine.duck import file_list, quoted

DIRECTORY = "live"
KEEP_SECONDS = 60.0
"""How long a replaced file stays for queries under way."""


@dataclass(frozen=True, slots=True)
class Live:
    """The newer values in force.

    Parameters
    ----------
    as_of
        The day that they are true for; a table that is itself true for that day or later needs them no more.
    columns
        The columns they have, `customer_id` apart.
    mark
        Changes with each replacement.
    """

    path: Path
    as_of: date
    columns: tuple[str, ...]
    mark: int


class LiveTable:
    """The newer values of one table of a lake: one writer, any number of readers."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._name = root / DIRECTORY, name
        self._pointer = self._root / f"{name}.json"

    def write(self, rows: pa.Table, *, as_of: date) -> None:
        """Replace the newer values; `rows` has one row a customer, `customer_id` among its columns."""
        self._root.mkdir(parents=True, exist_ok=True)
        file = f"{self._name}-{uuid.uuid4().hex[:12]}.parquet"
        pq.write_table(rows, self._root / file, compression="lz4")
        columns = [name for name in rows.column_names if name != "customer_id"]
        temporary = self._pointer.with_suffix(f".{uuid.uuid4().hex[:8]}.tmp")
        temporary.write_text(json.dumps({"file": file, "as_of": as_of.isoformat(), "columns": columns}), encoding="utf-8")
        temporary.replace(self._pointer)
        self._collect(keep=file)

    def clear(self) -> None:
        """Forget the newer values: the table itself holds them now."""
        self._pointer.unlink(missing_ok=True)

    def mark(self) -> int:
        """What changes with each replacement; 0 without any newer values. Cheap enough for every query."""
        try:
            return self._pointer.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def current(self) -> Live | None:
        """The newer values in force, if there are any."""
        mark = self.mark()
        try:
            told = json.loads(self._pointer.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Live(self._root / told["file"], date.fromisoformat(told["as_of"]), tuple(told["columns"]), mark)

    def _collect(self, *, keep: str) -> None:
        for path in self._root.glob(f"{self._name}-*.parquet"):
            with suppress(FileNotFoundError):
                if path.name != keep and time.time() - path.stat().st_mtime > KEEP_SECONDS:
                    path.unlink()


def overlaid(files: Sequence[str], live: Live) -> str:
    """A query of the table's files in which the customers that have newer values show those."""
    newer = ", ".join(
        f"case when newer.customer_id is null then stored.{quoted(name)} else newer.{quoted(name)} end as {quoted(name)}"
        for name in live.columns
    )
    stored = f"read_parquet({file_list(files)}, hive_partitioning = false)"
    fresh = f"read_parquet({file_list([str(live.path)])}, hive_partitioning = false)"
    return f"select stored.* replace ({newer}) from {stored} as stored left join {fresh} as newer on newer.customer_id = stored.customer_id"
