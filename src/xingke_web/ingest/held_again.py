"""Waiting rows tried again by the mapping of their load, and put back at their places where they still wait."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_joined
from xingke.sources.connectors.contract import Batch
from xingke.sources.connectors.mapped import mapped
from xingke.sources.mapping import Mapping as FileMapping
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.holder import Again, records_of
from xingke_web.ingest.imports import keyer_of


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
        cells = pa.table({header: pa.array([as_text(one.get(header)) for one in records_of(trying)], pa.string()) for header in names})
        applied, kept = mapped(
            replace(mapping, tables=tables), "", [Batch(cells, None)], as_of=timezone.localdate(), keyer=keyer_of(workspace), free_form=True
        )
        own = next(one for one in applied.tables if one.table == name)
        passed += own.rows_loaded
        waiting.append(placed(own.quarantine, trying))
        for table in kept.tables():
            pieces.setdefault(table, []).append(kept.whole(table))
    joined = {table: pa.concat_tables(parts).combine_chunks() for table, parts in pieces.items()}
    return Again(joined, passed, quarantine_joined(waiting))


def as_text(value: Any) -> str | None:
    """A value of a record as it is read again."""
    return None if value is None else str(value)


def placed(quarantine: pa.Table, trying: pa.Table) -> pa.Table:
    """The quarantine of a second trial with the places of the first: its rows count from 1 among those that were tried."""
    places = pa.array([number - 1 for number in quarantine["row"].to_pylist()], pa.int64())
    for name in ("file", "row"):
        quarantine = quarantine.set_column(quarantine.schema.get_field_index(name), name, trying[name].take(places))
    return quarantine.cast(QUARANTINE_SCHEMA)


def sources_of(mapping: FileMapping, table: str, column: str) -> tuple[str, ...]:
    """The fields of a record that a column of a table is made of."""
    return next((one.source for each in mapping.tables if each.table == table for one in each.columns if one.target == column), ())
