"""Rows of loads that wait outside: kept by load and table until they are corrected, left out for good, or their load is undone.

Layout below the lake::

    quarantine/<load>/<table>.parquet        rows that wait, in `QUARANTINE_SCHEMA`
    quarantine/<load>/<table>.out.parquet    rows that somebody left out for good

The values of tables with identifying columns are sealed. A row never leaves both files but for a piece, so what came in can always be
counted: loaded, waiting, left out, and duplicates named.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.durable import make_folder, put_in_place, remove_folder, unfinished
from xingke.schema import TABLES
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_form, quarantine_joined

if TYPE_CHECKING:
    from xingke.privacy import Vault

DIRECTORY: Final = "quarantine"
_LOAD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_OUT: Final = ".out"


class QuarantineStore:
    """What waits of the loads of one lake.

    Parameters
    ----------
    root
        The lake's directory.
    vault
        Seals values and records of tables that hold identifying columns; without one they are stored as they are.
    """

    def __init__(self, root: Path, vault: "Vault | None" = None) -> None:
        self._root = root / DIRECTORY
        self._vault = vault

    def put(self, load_id: str, table: str, rows: pa.Table) -> None:
        """Keep the waiting rows of one load and table, in place of those kept before."""
        self._write(self._path(load_id, table), table, rows)

    def add(self, load_id: str, table: str, rows: pa.Table) -> None:
        """Keep rows behind those that wait already."""
        self.put(load_id, table, quarantine_joined([self.read(load_id, table), rows]))

    def read(self, load_id: str, table: str) -> pa.Table:
        """The waiting rows, opened."""
        return self._read(self._path(load_id, table), table)

    def left_out(self, load_id: str, table: str) -> pa.Table:
        """The rows that were left out for good, opened."""
        return self._read(self._path(load_id, table, _OUT), table)

    def settle(self, load_id: str, table: str, *, waiting: pa.Table, left_out: pa.Table) -> None:
        """Keep what still waits and what was left out, the latter first, so that a row is never in neither."""
        self._write(self._path(load_id, table, _OUT), table, left_out)
        self._write(self._path(load_id, table), table, waiting)

    def drop(self, load_id: str) -> bool:
        """Forget a load; whether there was one."""
        return remove_folder(self._root / _checked(load_id))

    def loads(self) -> list[str]:
        """Loads of which something waits or was left out, by name."""
        return sorted(path.name for path in self._root.glob("*") if path.is_dir() and _LOAD.fullmatch(path.name))

    def tables(self, load_id: str) -> list[str]:
        """Tables of a load of which something waits or was left out."""
        names = {path.name.removesuffix(".parquet").removesuffix(_OUT) for path in (self._root / _checked(load_id)).glob("*.parquet")}
        return sorted(names & set(TABLES))

    def _path(self, load_id: str, table: str, kind: str = "") -> Path:
        return self._root / _checked(load_id) / f"{TABLES[table].name}{kind}.parquet"

    def _read(self, path: Path, table: str) -> pa.Table:
        if not path.exists():
            return QUARANTINE_SCHEMA.empty_table()
        rows = pq.read_table(path, partitioning=None)
        return quarantine_joined([self._vault.open_table(rows, quarantine_form(TABLES[table])) if self._vault else rows])

    def _write(self, path: Path, table: str, rows: pa.Table) -> None:
        if not rows.num_rows and not path.exists():
            return
        make_folder(path.parent)
        sealed = self._vault.seal_table(rows, quarantine_form(TABLES[table])) if self._vault else rows
        temporary = unfinished(path)
        pq.write_table(sealed, temporary, compression="zstd")
        put_in_place(temporary, path)


def _checked(load_id: str) -> str:
    if not _LOAD.fullmatch(load_id):
        raise ValueError(f"'{load_id}' is no name of a load")
    return load_id
