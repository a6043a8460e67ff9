"""What keeps rows that wait: each kind of load has one, which knows how its rows are tried again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from xingke.schema.findings import QUARANTINE_SCHEMA, record_text
from xingke_web.accounts.facade import WorkspaceInfo


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


def corrected(rows: pa.Table, *, fields: Sequence[str], value: str) -> pa.Table:
    """The rows with a new value in their records: in the first of the fields that make up the column, the others emptied."""
    new = {name: value if place == 0 else "" for place, name in enumerate(fields)}
    records = [record_text({**record, **new}) for record in records_of(rows)]
    return rows.set_column(rows.schema.get_field_index("record"), "record", pa.array(records, pa.string())).cast(QUARANTINE_SCHEMA)
