"""Rows that did not reach the lake: how many, why, and what would have been taken; records masked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from xingke.engine import LakeReader
from xingke.privacy import is_sealed
from xingke.schema import TABLES
from xingke.schema.findings import REASONS, quarantine_form, reason_counts
from xingke_web.accounts.facade import ROOT, Viewer, WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.ingest.quarantine_units import within_scope
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.filters import ChoiceFilter, FilterSet
from xingke_web.ui.numbers import active_language, mask_licence, mask_name
from xingke_web.ui.tables import Column, DataTable, Window

PREFIX: Final = "quarantine_"
MOST_EXPORTED: Final = 50_000
_NAMES: Final = frozenset({"display_name"})
_KEYS: Final = frozenset({"source_key", "licence_no"})


@dataclass(frozen=True)
class ReasonCount:
    """A reason with how many rows it holds."""

    code: str
    label: str
    accepts: str
    is_fault: bool
    rows: int
    share: float


@dataclass(frozen=True)
class QuarantinedRow:
    """A row with its place in the source."""

    row: int | None
    file: str
    column: str
    value: str
    reason: str
    accepts: str
    record: str


TABLE: Final = DataTable(
    name="quarantine",
    caption=_("Rows in quarantine"),
    row_key="row",
    columns=(
        Column("row", _("Row"), format="integer", phone="value"),
        Column("file", _("File"), phone="line"),
        Column("column", _("Column"), phone="title"),
        Column("value", _("Value"), phone="line"),
        Column("reason", _("Reason"), phone="sub"),
        Column("accepts", _("Would be taken"), phone="line"),
        Column("record", _("Record, masked"), phone="line"),
    ),
)


def quarantine_tables(workspace: WorkspaceInfo) -> dict[str, dict[str, int]]:
    """For each canonical table with rows in quarantine, the rows by reason."""
    reader = lake_reader(workspace)
    names = sorted(name for name in reader.snapshot.tables if name.startswith(PREFIX))
    return {name.removeprefix(PREFIX): _counts(reader, name) for name in names}


def counts_in_scope(viewer: Viewer, table: str) -> dict[str, int]:
    """The rows of one canonical table in the viewer's scope by reason, the most frequent first; nothing where it has no quarantine."""
    reader, name = lake_reader(viewer.workspace), f"{PREFIX}{table}"
    if table not in TABLES or not reader.has(name):
        return {}
    if viewer.scope_path == ROOT:
        return _counts(reader, name)
    counts = reason_counts(_in_scope(viewer, reader, table))
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def tables_in_scope(viewer: Viewer) -> dict[str, dict[str, int]]:
    """For each canonical table with rows of the viewer's scope in quarantine, those rows by reason."""
    names = sorted(name.removeprefix(PREFIX) for name in lake_reader(viewer.workspace).snapshot.tables if name.startswith(PREFIX))
    found = {name: counts_in_scope(viewer, name) for name in names}
    return {name: counts for name, counts in found.items() if counts}


def _in_scope(viewer: Viewer, reader: LakeReader, table: str) -> pa.Table:
    rows = reader.query(f'select * from "{PREFIX}{table}" order by file, row')  # noqa: S608  # a declared name
    opened = vault_of(viewer.workspace.id).open_table(rows, quarantine_form(TABLES[table]))
    return within_scope(viewer, reader, opened)


def _counts(reader: LakeReader, name: str) -> dict[str, int]:
    rows = reader.rows(f'select reason, count(*) as rows from "{name}" group by 1 order by 2 desc, 1')  # noqa: S608  # a name of the snapshot
    return {row["reason"]: row["rows"] for row in rows}


def reasons_of(counts: Mapping[str, int]) -> list[ReasonCount]:
    """Reasons in words, the most frequent first."""
    language, total = active_language(), sum(counts.values()) or 1
    found = []
    for code, rows in counts.items():
        known = REASONS.get(code)
        label, accepts = (known.label[language], known.accepts[language]) if known else (code, "")
        found.append(ReasonCount(code, label, accepts, known.is_fault if known else True, rows, rows / total))
    return found


def faults_in(counts: Mapping[str, int]) -> int:
    """Rows that are wrong, without those set aside by a declared rule."""
    return sum(rows for code, rows in counts.items() if code not in REASONS or REASONS[code].is_fault)


def filters_for(counts: Mapping[str, int]) -> FilterSet:
    """The filter of the page: one reason."""
    return FilterSet((ChoiceFilter("reason", _("Reason"), choices=tuple((one.code, one.label) for one in reasons_of(counts))),))


def rows_of(viewer: Viewer, table: str, *, reason: str, window: Window) -> tuple[list[QuarantinedRow], int]:
    """A page of the rows of one canonical table in the viewer's scope; 404 for a table that is none."""
    reader, name = lake_reader(viewer.workspace), f"{PREFIX}{table}"
    if table not in TABLES or name not in reader.snapshot.tables:
        raise Http404
    if viewer.scope_path != ROOT:
        rows = _in_scope(viewer, reader, table)
        rows = rows.filter(pc.equal(rows["reason"], reason)) if reason else rows
        return [_shown(table, row) for row in rows.slice(window.offset, window.limit).to_pylist()], rows.num_rows
    where = "where reason = $reason" if reason else ""
    known = {"reason": reason} if reason else {}
    total = int(reader.value(f'select count(*) from "{name}" {where}', known) or 0)  # noqa: S608  # checked above
    sql = f'select * from "{name}" {where} order by file, row limit {window.limit:d} offset {window.offset:d}'  # noqa: S608
    opened = vault_of(viewer.workspace.id).open_table(reader.query(sql, known), quarantine_form(TABLES[table]))
    return [_shown(table, row) for row in opened.to_pylist()], total


def _shown(table: str, row: Mapping[str, Any]) -> QuarantinedRow:
    language, known = active_language(), REASONS.get(row["reason"])
    return QuarantinedRow(
        row=row["row"],
        file=row["file"].rpartition("/")[2],
        column=row["column"] or "",
        value=masked(table, row["column"] or "", row["value"]) or "",
        reason=known.label[language] if known else row["reason"],
        accepts=known.accepts[language] if known else "",
        record=_record(table, row["record"]),
    )


def _record(table: str, text: str) -> str:
    try:
        record = json.loads(text)
    except ValueError:
        return "****"
    return " · ".join(f"{name} {masked(table, name, value) or '—'}" for name, value in record.items())


def masked(table: str, column: str, value: str | None) -> str | None:
    """A value as it may be shown: names and keys of customers in part, personal values and unknown columns not at all."""
    if not value:
        return value
    if is_sealed(value):
        return "****"
    if table == "customer" and column in _NAMES:
        return mask_name(value)
    if table == "customer" and column in _KEYS:
        return mask_licence(value)
    declared = {one.name: one for one in TABLES[table].columns}
    parts = column.split("+")
    if any(part not in declared or declared[part].personal for part in parts):
        return "****" if table == "customer" else value
    return value
