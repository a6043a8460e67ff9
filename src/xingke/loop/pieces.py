"""What came in beside the bulk sources: one immutable file a load and table, in intake form.

Layout below the lake::

    pieces/<load>/load.json          the load's place in the order of arrival
    pieces/<load>/<table>.parquet    its rows of one table

A load is undone by removing its directory; the tables that the next pass assembles are then as if it had never come.
"""

import fcntl
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.durable import make_folder, put_in_place, remove_folder, unfinished, write_whole
from xingke.errors import UnknownName, UserFacingError
from xingke.schema import ORDER_LINE, Table
from xingke.schema.intake import INTAKE_TABLES
from xingke.words import both

if TYPE_CHECKING:
    from xingke.privacy import Vault

DIRECTORY = "pieces"
LOAD_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_LOOKED_AT = 10_000
PART = re.compile(r"-[pr][0-9]+$")
"""What names of parts and of corrections have behind the name of their reading."""


class BadLoadId(UserFacingError):
    """A load cannot be stored under this name."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of one table that one load brought.

    Parameters
    ----------
    order
        Counts loads as they came, from 1.
    reading
        What the load is a part or a correction of; its own name where it is all of it.
    is_whole
        Whether the reading read every order that it speaks of as a whole.
    columns
        Those of the file, by name; a piece of an earlier version may lack some.
    emptied
        Columns of which an empty value empties what is known from earlier loads; elsewhere it says nothing.
    is_numbered
        Whether it is of a version that numbered the lines of orders as they came.
    """

    load_id: str
    order: int
    table: str
    path: Path
    rows: int
    reading: str
    is_whole: bool = False
    columns: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    is_numbered: bool = False


class PieceStore:
    """The pieces of one lake.

    Parameters
    ----------
    root
        The lake's directory.
    vault
        Seals identifying columns before they reach the disk; without one (in a bench, say) rows are stored as they are.
    """

    def __init__(self, root: Path, vault: "Vault | None" = None) -> None:
        self._root = root / DIRECTORY
        self._vault = vault

    def put(self, load_id: str, table: str, rows: pa.Table) -> Piece:
        """Store rows of a table under a load, in place of earlier ones of the same load and table.

        The rows are on disk when this returns. Columns that the intake form has and the rows have not are empty.

        Raises
        ------
        UnknownName
            No source fills a table of that name.
        BadLoadId
            The load's name is not made of small letters, digits and dashes.
        """
        declared = _declared(table)
        present = {name: rows[name] if name in rows.column_names else pa.nulls(rows.num_rows) for name in declared.column_names}
        exact = pa.table(present).cast(declared.arrow_schema)
        sealed = self._vault.seal_table(exact, declared) if self._vault else exact
        directory = self._directory(load_id)
        path = directory / f"{table}.parquet"
        temporary = unfinished(path)
        pq.write_table(sealed, temporary, compression="zstd", use_dictionary=_repeating(sealed), write_statistics=_ordered(sealed))
        put_in_place(temporary, path)
        return self._piece(load_id, table)

    def begin(
        self, load_id: str, *, reading: str = "", is_whole: bool = False, emptied: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """Give a load its place in the order before its first row comes, and say what it is.

        Parameters
        ----------
        reading
            What it goes on with: lines of one order are counted through all loads of a reading. Told by the load's name without it.
        is_whole
            Every order that it speaks of was read as a whole: it replaces what there was of them.
        emptied
            By table, the columns of which an empty value empties what is known. It holds for the parts of the load as well.
        """
        told = {"reading": reading, "whole": is_whole, "emptied": {table: list(names) for table, names in emptied.items() if names}}
        self._directory(load_id, {name: value for name, value in told.items() if value})

    def begin_correction(self, load_id: str, of: str) -> None:
        """Give a correction its place: it is of the reading that the loads named `of` and what follows are of.

        Where these are several readings, the correction is one of its own.
        """
        readings = {self._reading(each) for each in self.loads() if each == of or each.startswith(f"{of}-")}
        self.begin(load_id, reading=readings.pop() if len(readings) == 1 else load_id)

    def drop(self, load_id: str) -> bool:
        """Remove a load and all it brought; whether there was one."""
        return remove_folder(self._path(load_id))

    def loads(self) -> list[str]:
        """The loads, in the order in which they came."""
        return [name for _, name in sorted((self._order(path.name), path.name) for path in self._directories())]

    def tables(self, load_id: str) -> list[str]:
        """The tables that a load brought rows of, by name; none where there is no such load."""
        return sorted(path.stem for path in self._path(load_id).glob("*.parquet"))

    def read(self, load_id: str, table: str) -> pa.Table:
        """The rows of one piece, opened; empty where the load brought none."""
        stored = self.stored(load_id, table)
        return self._vault.open_table(stored, _declared(table)) if self._vault else stored

    def stored(self, load_id: str, table: str) -> pa.Table:
        """The rows of one piece as they lie on the disk; empty where the load brought none."""
        declared = _declared(table)
        path = self._path(load_id) / f"{table}.parquet"
        if not path.exists():
            return declared.arrow_schema.empty_table()
        rows = pq.read_table(path, partitioning=None)
        held = {name: rows[name] if name in rows.column_names else pa.nulls(rows.num_rows) for name in declared.column_names}
        return pa.table(held).cast(declared.arrow_schema)  # of an earlier version it may lack columns, or have one in another type

    def pieces(self, table: str) -> list[Piece]:
        """The pieces of one table, in the order in which they came."""
        found = []
        for load_id in self.loads():
            path = self._path(load_id) / f"{table}.parquet"
            if path.exists():
                found.append(self._piece(load_id, table))
        return found

    def _piece(self, load_id: str, table: str) -> Piece:
        path = self._root / load_id / f"{table}.parquet"
        metadata, told = pq.read_metadata(path), self._told(load_id)
        emptied = told.get("emptied") or self._told(PART.sub("", load_id)).get("emptied") or {}
        schema = metadata.schema.to_arrow_schema()
        return Piece(
            load_id=load_id,
            order=self._order(load_id),
            table=table,
            path=path,
            rows=metadata.num_rows,
            reading=self._reading(load_id),
            is_whole=bool(told.get("whole")),
            columns=tuple(schema.names),
            emptied=tuple(emptied.get(table, ())),
            is_numbered=table == ORDER_LINE.name and pa.types.is_integer(schema.field("line_no").type),
        )

    def _directories(self) -> Iterator[Path]:
        return (path for path in self._root.glob("*") if path.is_dir() and LOAD_ID.fullmatch(path.name))

    def _path(self, load_id: str) -> Path:
        if not LOAD_ID.fullmatch(load_id):
            raise BadLoadId(
                zh=f"批次编号「{load_id}」无效：只能由小写字母、数字和连字符组成，最长 80 个字符",
                en=f"'{load_id}' is no name for a load: small letters, digits and dashes only, 80 characters at most",
                load_id=load_id,
            )
        return self._root / load_id

    def _directory(self, load_id: str, told: Mapping[str, object] = MappingProxyType({})) -> Path:
        """The load's directory, made with its place in the order, and what is told of it, where it is new."""
        directory = self._path(load_id)
        if (directory / "load.json").exists():
            return directory
        make_folder(self._root)
        with self._numbering():
            if not (directory / "load.json").exists():
                order = max((self._order(path.name) for path in self._directories()), default=0) + 1
                make_folder(directory)
                write_whole(directory / "load.json", json.dumps({"order": order, **told}).encode("utf-8"))
        return directory

    def _order(self, load_id: str) -> int:
        return int(self._told(load_id).get("order", 0))

    def _reading(self, load_id: str) -> str:
        return str(self._told(load_id).get("reading") or PART.sub("", load_id))

    def _told(self, load_id: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self._root / load_id / "load.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}  # its maker died before the first row was stored
        return found

    @contextmanager
    def _numbering(self) -> Iterator[None]:
        """Only one process at a time gives out places in the order."""
        with (self._root / ".order").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _repeating(rows: pa.Table) -> list[str]:
    """Columns whose values come again, as far as the first rows tell: a dictionary of the others is made in vain."""
    head = rows.slice(0, _LOOKED_AT)
    return [name for name in rows.column_names if 2 * pc.count_distinct(head[name], mode="all").as_py() <= max(head.num_rows, 2)]


def _ordered(rows: pa.Table) -> list[str]:
    """Columns whose bounds are worth writing down: those of texts cost much, and nobody asks for a range of keys."""
    return [field.name for field in rows.schema if not pa.types.is_string(field.type)]


def _declared(table: str) -> Table:
    if table not in INTAKE_TABLES:
        raise UnknownName(kind=both("表", "table"), name=table, known=INTAKE_TABLES)
    return INTAKE_TABLES[table]
