"""Who holds rows that wait: imports, pulls of connections, and the bulk load; each knows how its rows are tried again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone
from django.utils.translation import gettext as _

from xingke.engine.lake import LakeEmpty
from xingke.loop.pieces import PieceStore
from xingke.quality.checks import split
from xingke.quality.held import QuarantineStore
from xingke.schema import TABLES
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_form, quarantine_joined, record_text
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.connectors.contract import Batch
from xingke.sources.connectors.mapped import mapped
from xingke.sources.mapping import Mapping as FileMapping
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.ingest import connections, kept_files, pulls
from xingke_web.ingest.connection_models import Pull
from xingke_web.ingest.imports import keyer_of, mapping_of
from xingke_web.ingest.models import Import
from xingke_web.loop.facade import lake_reader

BULK: Final = "bulk"
PREFIX: Final = "quarantine_"
ANCHOR: Final = "ordering"
"""The system in whose name rows of bulk sources are tried again: its whole numbers are ids already."""


@dataclass(frozen=True)
class Held:
    """One load of which rows wait."""

    load_id: str
    label: str
    rows: int


@dataclass(frozen=True)
class Again:
    """What became of rows that were tried again: those that pass by table, and those that still wait."""

    pieces: Mapping[str, pa.Table]
    passed: int
    waiting: pa.Table


class Holder(Protocol):
    """Keeps waiting rows of one kind of load."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """Loads of which rows wait, the latest first."""

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """The waiting rows in the clear; None where there is no such load."""

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """Try rows again; nothing is stored."""

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """Keep what still waits; `gone` are the rows that wait no longer."""

    def piece_id(self, load_id: str) -> str:
        """What the name of a correction begins with, so that undoing the load takes its corrections along."""

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """The fields of a record that a column of the table is made of."""


def records_of(rows: pa.Table) -> list[dict[str, Any]]:
    """The records of waiting rows."""
    return [json.loads(text) for text in rows["record"].to_pylist()]


def mapped_again(mapping: FileMapping, rows: pa.Table, workspace: WorkspaceInfo) -> Again:
    """Rows as they came, by the mapping of their load; each under the table that refused it, the tables folded out of it along."""
    pieces: dict[str, list[pa.Table]] = {}
    waiting: list[pa.Table] = []
    passed = 0
    for name in sorted(set(rows["table"].to_pylist())):
        mine = rows.filter(pc.equal(rows["table"], name))
        sheets = {one.sheet for one in mapping.tables if one.table == name}
        tables = tuple(replace(one, sheet="") for one in mapping.tables if one.sheet in sheets)
        tables = tuple(sorted(tables, key=lambda one: one.table != name))
        records = records_of(mine)
        known = {header for one in tables for column in one.columns for header in column.source}
        fit = [bool(known & set(record)) for record in records]
        waiting.append(mine.filter(pa.array([not each for each in fit], pa.bool_())))
        trying = mine.filter(pa.array(fit, pa.bool_()))
        if not trying.num_rows:
            continue
        names = sorted({header for record in records for header in record} | known)
        cells = pa.table({header: pa.array([_text(one.get(header)) for one in records_of(trying)], pa.string()) for header in names})
        applied, kept = mapped(
            replace(mapping, tables=tables), "", [Batch(cells, None)], as_of=timezone.localdate(), keyer=keyer_of(workspace), free_form=True
        )
        own = next(one for one in applied.tables if one.table == name)
        passed += own.rows_loaded
        waiting.append(_placed(own.quarantine, trying))
        for table in kept.tables():
            pieces.setdefault(table, []).append(kept.whole(table))
    joined = {table: pa.concat_tables(parts).combine_chunks() for table, parts in pieces.items()}
    return Again(joined, passed, quarantine_joined(waiting))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _placed(quarantine: pa.Table, trying: pa.Table) -> pa.Table:
    """The quarantine of a second trial with the places of the first: its rows count from 1 among those that were tried."""
    places = pa.array([number - 1 for number in quarantine["row"].to_pylist()], pa.int64())
    for name in ("file", "row"):
        quarantine = quarantine.set_column(quarantine.schema.get_field_index(name), name, trying[name].take(places))
    return quarantine.cast(QUARANTINE_SCHEMA)


class ImportHolder:
    """Rows of files that somebody brought."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """Loaded files of which rows wait."""
        found = []
        for kept in Import.objects.filter(workspace_id=workspace.id, state=Import.State.LOADED):
            rows = kept_files.held_of(kept, workspace).num_rows
            if rows:
                found.append(Held(kept.load_id, kept.file_name, rows))
        return found

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """The waiting rows of a file."""
        kept = self._import(workspace, load_id)
        return quarantine_joined([kept_files.held_of(kept, workspace)]) if kept else None

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """By the mapping of the file."""
        kept = self._import(workspace, load_id)
        assert kept is not None  # noqa: S101 - the rows were read from it
        return mapped_again(mapping_of(kept), rows, workspace)

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """Sealed beside the upload."""
        kept = self._import(workspace, load_id)
        if kept:
            kept_files.held_keep(kept, workspace, waiting)

    def piece_id(self, load_id: str) -> str:
        """`import-5-r`."""
        return f"{load_id}-r"

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """By the mapping of the file."""
        kept = self._import(workspace, load_id)
        return _sources(mapping_of(kept), table, column) if kept else ()

    def _import(self, workspace: WorkspaceInfo, load_id: str) -> Import | None:
        number = load_id.removeprefix("import-")
        if not number.isdecimal():
            return None
        return Import.objects.filter(workspace_id=workspace.id, pk=int(number), state=Import.State.LOADED).first()


class PullHolder:
    """Rows of connections."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """Pulls of which rows wait."""
        found = []
        for pull in self._pulls(workspace).filter(rows_held__gt=0):
            rows = pulls.held_of(pull, workspace).num_rows
            if rows:
                label = _("%(name)s, pull %(number)s") % {"name": pull.connection.name, "number": pull.number}
                found.append(Held(self._id(pull), label, rows))
        return found

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """The waiting rows of a pull."""
        pull = self._pull(workspace, load_id)
        return quarantine_joined([pulls.held_of(pull, workspace)]) if pull else None

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """By the mapping of the connection."""
        pull = self._pull(workspace, load_id)
        assert pull is not None  # noqa: S101 - the rows were read from it
        mapping = connections.mapping_of(pull.connection)
        return mapped_again(mapping, rows, workspace) if mapping else Again({}, 0, rows)

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """Sealed beside the other rows of pulls."""
        pull = self._pull(workspace, load_id)
        if pull:
            pulls.held_keep(pull, workspace, waiting)

    def piece_id(self, load_id: str) -> str:
        """Begins as the pieces of the pull do."""
        pull = Pull.objects.get(pk=int(load_id.removeprefix("pull-")))
        return f"{pull.load_id(0).rpartition('-')[0]}-r"

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """By the mapping of the connection."""
        pull = self._pull(workspace, load_id)
        mapping = connections.mapping_of(pull.connection) if pull else None
        return _sources(mapping, table, column) if mapping else ()

    def _pulls(self, workspace: WorkspaceInfo) -> Any:  # a query set of a model of another module
        return Pull.objects.filter(connection__workspace_id=workspace.id, state=Pull.State.DONE).select_related("connection")

    def _id(self, pull: Pull) -> str:
        return f"pull-{pull.pk}"

    def _pull(self, workspace: WorkspaceInfo, load_id: str) -> Pull | None:
        number = load_id.removeprefix("pull-")
        found: Pull | None = self._pulls(workspace).filter(pk=int(number)).first() if number.isdecimal() else None
        return found


class BulkHolder:
    """Rows of the bulk source: they lie in the snapshot, which does not change, so what was settled is kept beside it."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """One entry for all of them."""
        rows = self.read(workspace, BULK)
        return [Held(BULK, _("The bulk source"), rows.num_rows)] if rows is not None and rows.num_rows else []

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """What the snapshot holds less what was settled."""
        if load_id != BULK:
            return None
        try:
            reader = lake_reader(workspace)
            names = [name for name in reader.snapshot.tables if name.startswith(PREFIX) and name.removeprefix(PREFIX) in TABLES]
        except LakeEmpty:
            return QUARANTINE_SCHEMA.empty_table()
        vault, store = vault_of(workspace.id), store_of(workspace)
        parts = []
        for name in sorted(names):
            table = name.removeprefix(PREFIX)
            rows = vault.open_table(reader.query(f'select * from "{name}" order by file, row'), quarantine_form(TABLES[table]))  # noqa: S608
            settled = {(row["file"], row["row"], row["record"]) for row in store.left_out(BULK, table).to_pylist()}
            keep = [(row["file"], row["row"], row["record"]) not in settled for row in rows.to_pylist()] if settled else None
            parts.append(rows.filter(pa.array(keep, pa.bool_())) if keep is not None else rows)
        return quarantine_joined(parts)

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """In the name of the anchor system, whose numbers the canonical ids are; a row of another form than the canonical one waits on."""
        pieces: dict[str, pa.Table] = {}
        waiting: list[pa.Table] = []
        passed = 0
        for name in sorted(set(rows["table"].to_pylist())):
            mine = rows.filter(pc.equal(rows["table"], name))
            form = INTAKE_TABLES.get(name)
            records = [_intake(record, form.column_names if form else (), self._keys(workspace)) for record in records_of(mine)]
            fit = [record is not None for record in records]
            waiting.append(mine.filter(pa.array([not each for each in fit], pa.bool_())))
            trying, known = mine.filter(pa.array(fit, pa.bool_())), [record for record in records if record is not None]
            if form is None or not known:
                continue
            cells = pa.table({column: pa.array([one.get(column) for one in known], pa.string()) for column in form.column_names})
            good, refused = split(cells, form, as_of=timezone.localdate())
            passed += good.num_rows
            pieces[name] = good
            waiting.append(_with_records(_placed(refused, trying), trying, refused))
        return Again(pieces, passed, quarantine_joined(waiting))

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """What is gone is written down; the rest is in the snapshot."""
        store = store_of(workspace)
        for table in sorted(set(gone["table"].to_pylist())):
            mine = gone.filter(pc.equal(gone["table"], table))
            store.settle(
                BULK, table, waiting=QUARANTINE_SCHEMA.empty_table(), left_out=quarantine_joined([store.left_out(BULK, table), mine])
            )

    def piece_id(self, load_id: str) -> str:
        """`bulk-r`."""
        return "bulk-r"

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """The columns themselves."""
        return tuple(column.split("+")) if "+" not in column else ()

    def _keys(self, workspace: WorkspaceInfo) -> Mapping[str, Mapping[str, str]]:
        """What the sources call the customers and products of the snapshot."""
        reader = lake_reader(workspace)
        found = {}
        for name in ("customer", "product"):
            rows = reader.query(f"select {name}_id::varchar as id, source_key from {name}")  # noqa: S608  # names above
            found[name] = dict(zip(rows["id"].to_pylist(), rows["source_key"].to_pylist(), strict=True))
        return found


def _sources(mapping: FileMapping, table: str, column: str) -> tuple[str, ...]:
    return next((one.source for each in mapping.tables if each.table == table for one in each.columns if one.target == column), ())


def _intake(record: Mapping[str, Any], columns: Sequence[str], keys: Mapping[str, Mapping[str, str]]) -> dict[str, str | None] | None:
    """A canonical record in intake form; None where it is of another form."""
    found: dict[str, str | None] = {"system": ANCHOR}
    for column in columns:
        stem = column.removesuffix("_key")
        if column in record:
            found[column] = _text(record[column])
        elif column != stem and f"{stem}_id" in record:
            given = _text(record[f"{stem}_id"])
            found[column] = keys.get(stem, {}).get(given or "", given)
    return found if len(found) > 1 + len(columns) // 3 else None


def _with_records(placed: pa.Table, trying: pa.Table, refused: pa.Table) -> pa.Table:
    """The refused rows with the records as they first came."""
    places = pa.array([number - 1 for number in refused["row"].to_pylist()], pa.int64())
    return placed.set_column(placed.schema.get_field_index("record"), "record", trying["record"].take(places)).cast(QUARANTINE_SCHEMA)


HOLDERS: Final[tuple[Holder, ...]] = (ImportHolder(), PullHolder(), BulkHolder())


def holder_of(workspace: WorkspaceInfo, load_id: str) -> Holder | None:
    """Who holds the rows of a load."""
    return next((holder for holder in HOLDERS if holder.read(workspace, load_id) is not None), None)


def loads_held(workspace: WorkspaceInfo) -> list[Held]:
    """Every load of which rows wait."""
    return [held for holder in HOLDERS for held in holder.loads(workspace)]


def store_of(workspace: WorkspaceInfo) -> QuarantineStore:
    """What was left out for good, and what was settled of the bulk source."""
    return QuarantineStore(workspace.lake_path, vault_of(workspace.id))


def pieces_store(workspace: WorkspaceInfo) -> PieceStore:
    """The pieces of a workspace."""
    return PieceStore(workspace.lake_path, vault_of(workspace.id))


def corrected(rows: pa.Table, *, fields: Sequence[str], value: str) -> pa.Table:
    """The rows with a new value in their records: in the first of the fields that make up the column, the others emptied."""
    new = {name: value if place == 0 else "" for place, name in enumerate(fields)}
    records = [record_text({**record, **new}) for record in records_of(rows)]
    return rows.set_column(rows.schema.get_field_index("record"), "record", pa.array(records, pa.string())).cast(QUARANTINE_SCHEMA)
