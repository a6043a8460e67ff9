"""Waiting rows of the bulk source."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone
from django.utils.translation import gettext as _

from xingke.engine.lake import LakeEmpty
from xingke.quality.checks import split
from xingke.schema import TABLES
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_form, quarantine_joined
from xingke.schema.intake import INTAKE_TABLES
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.ingest.held_again import as_text, placed
from xingke_web.ingest.held_stores import store_of
from xingke_web.ingest.holder import Again, Held, records_of
from xingke_web.loop.facade import lake_reader

BULK: Final = "bulk"
PREFIX: Final = "quarantine_"
ANCHOR: Final = "ordering"
"""The system in whose name rows of bulk sources are tried again: its whole numbers are ids already."""


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
            waiting.append(_with_records(placed(refused, trying), trying, refused))
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


def _intake(record: Mapping[str, Any], columns: Sequence[str], keys: Mapping[str, Mapping[str, str]]) -> dict[str, str | None] | None:
    """A canonical record in intake form; None where it is of another form."""
    found: dict[str, str | None] = {"system": ANCHOR}
    for column in columns:
        stem = column.removesuffix("_key")
        if column in record:
            found[column] = as_text(record[column])
        elif column != stem and f"{stem}_id" in record:
            given = as_text(record[f"{stem}_id"])
            found[column] = keys.get(stem, {}).get(given or "", given)
    return found if len(found) > 1 + len(columns) // 3 else None


def _with_records(there: pa.Table, trying: pa.Table, refused: pa.Table) -> pa.Table:
    """The refused rows with the records as they first came."""
    places = pa.array([number - 1 for number in refused["row"].to_pylist()], pa.int64())
    return there.set_column(there.schema.get_field_index("record"), "record", trying["record"].take(places)).cast(QUARANTINE_SCHEMA)
