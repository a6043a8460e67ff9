"""The personal values that a lake and its pieces hold: finding, erasing and sealing them again.

Everything goes by columns that identify (`Column.identifies`) and by the keys that tie a row to a person: the customer's id, the id of the
licence holder, the key of a record in a system.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.engine.lake import ROW_GROUP_ROWS, LakeWriter
from xingke.engine.snapshot import Snapshot, TableVersion
from xingke.loop.assemble.base import PREFIX as BASE
from xingke.loop.pieces import PieceStore
from xingke.privacy import Vault
from xingke.privacy.masks import HIDDEN
from xingke.schema import TABLES, TRACKED_EVENT, Table
from xingke.schema.findings import quarantine_form
from xingke.schema.golden import IDENTITY_TABLES
from xingke.schema.intake import INTAKE_TABLES, RECORD

QUARANTINE: Final = "quarantine_"
_KNOWN: Final[Mapping[str, Table]] = {**TABLES, **IDENTITY_TABLES, RECORD.name: RECORD, TRACKED_EVENT.name: TRACKED_EVENT}
_CUSTOMER_KEYS: Final = ("customer_id", "outlet_id", "from_customer_id")

Change = Callable[[pa.Table, Table], pa.Table | None]
"""A new form of the rows of one file; None leaves the file as it is."""


@dataclass(frozen=True)
class Person:
    """One person as a lake knows them.

    Parameters
    ----------
    customers
        Customer ids: one, or several where the person was held twice.
    owners
        Ids of the licence holder.
    records
        System and key of the records about the person.
    """

    customers: frozenset[int]
    owners: frozenset[int] = frozenset()
    records: frozenset[tuple[str, str]] = frozenset()


def declared_table(name: str) -> Table | None:
    """The declaration behind a table of the lake, for kept bases and quarantines too; None where nothing declares it."""
    if name.startswith(QUARANTINE):
        of = _KNOWN.get(name.removeprefix(QUARANTINE))
        return quarantine_form(of) if of else None
    return _KNOWN.get(name.removeprefix(BASE))


def identifying_tables(snapshot: Snapshot) -> Iterator[tuple[TableVersion, Table]]:
    """The tables of a snapshot that have columns that identify."""
    for name in sorted(snapshot.tables):
        declared = declared_table(name)
        if declared is not None and declared.identifying:
            yield snapshot.tables[name], declared


def person_of(snapshot: Snapshot, customer_id: int) -> Person:
    """What ties rows of this lake to one customer: holder and records by the links of identity, else by the base's own keys."""
    owners = _values(snapshot, "outlet", "owner_id", ("outlet_id", customer_id))
    shared = {owner for owner in owners if len(_values(snapshot, "outlet", "outlet_id", ("owner_id", owner))) > 1}
    records: set[tuple[str, str]] = set()
    if "identity_link" in snapshot.tables:
        links = _read(snapshot, "identity_link", ["system", "source_id", "customer_id"])
        links = links.filter(pc.equal(links["customer_id"], customer_id))
        records = set(zip(links["system"].to_pylist(), links["source_id"].to_pylist(), strict=True))
    elif RECORD.name in snapshot.tables:
        keys = {str(key) for key in _values(snapshot, "customer", "source_key", ("customer_id", customer_id))}
        held = _read(snapshot, RECORD.name, ["system", "source_id"])
        records = {(system, key) for system, key in zip(*(column.to_pylist() for column in held.columns), strict=True) if key in keys}
    return Person(frozenset({customer_id}), frozenset(owners - shared), frozenset(records))


def rows_about(snapshot: Snapshot, person: Person, vault: Vault) -> dict[str, list[dict[str, Any]]]:
    """Every row of an identifying table about a person, opened; by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for version, declared in identifying_tables(snapshot):
        for path in _paths(snapshot.root, version):
            rows = pq.read_table(path, partitioning=None)
            mask = _is_about(rows, declared, person)
            if mask is not None and pc.any(mask).as_py():
                found.setdefault(version.name, []).extend(vault.open_table(rows.filter(mask), declared).to_pylist())
    return found


def erase_in_lake(
    writer: LakeWriter, person: Person, *, now: datetime, vault: Vault | None = None, values: frozenset[str] = frozenset()
) -> dict[str, int]:
    """Empty every identifying value about a person and drop what was done on sites and in apps; returns values and rows gone by table.

    Facts of the trade (orders, deliveries) stay under the customer's number, which then names nobody. Rows in quarantine have no sure key:
    those go whose stored record holds one of `values`, which needs the vault.
    """
    erased: dict[str, int] = {}

    def change(rows: pa.Table, declared: Table) -> pa.Table | None:
        if declared.name.startswith(QUARANTINE):
            changed, gone = _without_values(rows, declared, vault, values)
        else:
            changed, gone = erased_rows(rows, declared, person)
        if gone:
            erased[declared.name] = erased.get(declared.name, 0) + gone
        return changed if gone else None

    rewrite(writer, change, now=now)
    return erased


def erased_rows(rows: pa.Table, declared: Table, person: Person) -> tuple[pa.Table, int]:
    """Rows without what identifies a person, and how many values or rows that were."""
    mask = _is_about(rows, declared, person)
    if mask is None or not pc.any(mask).as_py():
        return rows, 0
    if declared.name == TRACKED_EVENT.name:
        return rows.filter(pc.invert(mask)), int(pc.sum(mask).as_py())
    gone = 0
    for name in (*declared.identifying, *(["display_name"] if "display_name" in rows.column_names else [])):
        if name not in rows.column_names:
            continue
        position = rows.schema.get_field_index(name)
        values = rows.column(position)
        empty = pa.scalar(HIDDEN if declared.column(name).required else None, pa.string())
        held = pc.and_(mask, pc.fill_null(pc.not_equal(values, HIDDEN), False))
        gone += int(pc.sum(held).as_py() or 0)
        rows = rows.set_column(position, rows.schema.field(position), pc.if_else(held, empty, values))
    return rows, gone


def _without_values(rows: pa.Table, declared: Table, vault: Vault | None, values: frozenset[str]) -> tuple[pa.Table, int]:
    if vault is None or not values:
        return rows, 0
    mask = holding(vault.open_table(rows, declared), declared, values)
    return rows.filter(pc.invert(mask)), int(pc.sum(mask).as_py() or 0)


def holding(opened: pa.Table, declared: Table, values: frozenset[str]) -> pa.ChunkedArray:
    """Which rows of an opened table hold one of the values inside one of their identifying texts."""
    columns = [opened.column(name).to_pylist() for name in declared.identifying if name in opened.column_names]
    held = [any(value in (text or "") for text in texts for value in values) for texts in zip(*columns, strict=True)]
    return pa.chunked_array([pa.array(held, pa.bool_())])


def erase_in_pieces(store: PieceStore, person: Person) -> dict[str, int]:
    """The same in the stored rows of every load; returns values and rows gone by load."""
    erased: dict[str, int] = {}
    for load_id in store.loads():
        owners = _owner_keys(store, load_id, person)
        for table in store.tables(load_id):
            declared = INTAKE_TABLES.get(table)
            if declared is None:
                continue
            changed, gone = _erased_intake(store.read(load_id, table), declared, person, owners)
            if gone:
                store.put(load_id, table, changed)
                erased[load_id] = erased.get(load_id, 0) + gone
    return erased


def reseal_lake(writer: LakeWriter, vault: Vault, *, now: datetime) -> int:
    """Put every identifying value under the vault's present key; returns how many files were written anew."""
    written = 0

    def change(rows: pa.Table, declared: Table) -> pa.Table | None:
        nonlocal written
        if vault.is_current(rows, declared):
            return None
        written += 1
        return vault.reseal_table(rows, declared)

    rewrite(writer, change, now=now)
    return written


def reseal_pieces(store: PieceStore, vault: Vault) -> int:
    """The same for the stored rows of every load; returns how many files were written anew."""
    written = 0
    for load_id in store.loads():
        for table in store.tables(load_id):
            declared = INTAKE_TABLES.get(table)
            if declared is not None and declared.identifying and not vault.is_current(store.stored(load_id, table), declared):
                store.put(load_id, table, store.read(load_id, table))
                written += 1
    return written


def rewrite(writer: LakeWriter, change: Change, *, now: datetime) -> None:
    """Apply a change to every identifying table and to events; a table that nothing changes keeps its version."""
    for name in list(writer.tables):
        declared, version = declared_table(name), writer.tables[name]
        if declared is None or not (declared.identifying or declared.name == TRACKED_EVENT.name or "display_name" in declared.column_names):
            continue
        contents = [pq.read_table(path, partitioning=None) for path in _paths(writer.root, version)]
        changed = [change(rows, declared) for rows in contents]
        if all(rows is None for rows in changed):
            continue
        draft = writer.draft(name)
        for file, before, after in zip(version.files, contents, changed, strict=True):
            pq.write_table(before if after is None else after, draft.path(file.path), compression="zstd", row_group_size=ROW_GROUP_ROWS)
            draft.add(file.path, buckets=file.buckets)
        written = draft.finish(
            now=now,
            seconds=0.0,
            engine="arrow",
            as_of=version.as_of,
            inputs=version.inputs,
            definitions=version.definitions,
        )
        writer.take(replace(written, name=name))


def _is_about(rows: pa.Table, declared: Table, person: Person) -> Any:
    """Which rows are about a person; None where the table has no key that could tell."""
    names = set(rows.column_names)
    if declared.name.startswith(QUARANTINE):
        return None
    if {"system", "source_id"} <= names:
        keys = [
            (system, key) in person.records for system, key in zip(rows["system"].to_pylist(), rows["source_id"].to_pylist(), strict=True)
        ]
        return pa.chunked_array([pa.array(keys, pa.bool_())])
    for key in _CUSTOMER_KEYS:
        if key in names:
            return pc.is_in(rows[key], pa.array(sorted(person.customers), rows[key].type))
    if "owner_id" in names:
        return pc.is_in(rows["owner_id"], pa.array(sorted(person.owners), rows["owner_id"].type))
    return None


def _erased_intake(rows: pa.Table, declared: Table, person: Person, owners: set[tuple[str, str]]) -> tuple[pa.Table, int]:
    key = next((name for name in ("source_id", "customer_key", "outlet_key", "owner_key") if name in rows.column_names), None)
    if key is None or not (declared.identifying or declared.name == TRACKED_EVENT.name):
        return rows, 0
    wanted = owners if key == "owner_key" else person.records
    pairs = zip(rows["system"].to_pylist(), rows[key].to_pylist(), strict=True)
    mask = pa.chunked_array([pa.array([pair in wanted for pair in pairs], pa.bool_())])
    if not pc.any(mask).as_py():
        return rows, 0
    if declared.name == TRACKED_EVENT.name:
        return rows.filter(pc.invert(mask)), int(pc.sum(mask).as_py())
    gone = 0
    for name in declared.identifying:
        position = rows.schema.get_field_index(name)
        values = rows.column(position)
        empty = pa.scalar(HIDDEN if declared.column(name).required else None, pa.string())
        held = pc.and_(mask, pc.fill_null(pc.not_equal(values, HIDDEN), False))
        gone += int(pc.sum(held).as_py() or 0)
        rows = rows.set_column(position, rows.schema.field(position), pc.if_else(held, empty, values))
    return rows, gone


def _owner_keys(store: PieceStore, load_id: str, person: Person) -> set[tuple[str, str]]:
    """Keys of the licence holder of the person's outlets, as the load names them."""
    if "outlet" not in store.tables(load_id):
        return set()
    rows = store.read(load_id, "outlet")
    triples = zip(rows["system"].to_pylist(), rows["outlet_key"].to_pylist(), rows["owner_key"].to_pylist(), strict=True)
    return {(system, owner) for system, outlet, owner in triples if (system, outlet) in person.records and owner}


def _values(snapshot: Snapshot, table: str, column: str, where: tuple[str, object]) -> set[Any]:
    if table not in snapshot.tables:
        return set()
    rows = _read(snapshot, table, [column, where[0]])
    return set(rows.filter(pc.equal(rows[where[0]], where[1]))[column].to_pylist()) - {None}


def _read(snapshot: Snapshot, table: str, columns: list[str]) -> pa.Table:
    return pa.concat_tables(
        [pq.read_table(path, columns=list(dict.fromkeys(columns)), partitioning=None) for path in snapshot.files(table)]
    )


def _paths(root: Path, version: TableVersion) -> list[Path]:
    return [root / version.directory / file.path for file in version.files]
