"""What became of the rows of a system's table: read, loaded, wrong, repeated; the balance of one source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xingke.sources.connectors.contract import Batch
from xingke.sources.connectors.mapped import mapped
from xingke.sources.systems.registry import System, SystemTable


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table of one system; `rows_read == rows_loaded + rows_wrong + duplicates + set_aside + folded`."""

    system: str
    table: str
    fills: str
    rows_read: int
    rows_loaded: int
    rows_wrong: int
    duplicates: int
    set_aside: int
    folded: int


def source_report(system: System, table: SystemTable, batches: Iterable[Batch], *, as_of: date | None = None) -> list[TableReport]:
    """What becomes of the rows of a table by the system's own mapping, one line a canonical table that it fills."""
    applied, _ = mapped(table.mapping, table.name, batches, as_of=as_of)
    return [
        TableReport(
            system=system.name,
            table=table.name,
            fills=one.table,
            rows_read=one.rows_read,
            rows_loaded=one.rows_loaded,
            rows_wrong=one.quarantined,
            duplicates=one.duplicates,
            set_aside=one.set_aside,
            folded=one.folded,
        )
        for one in applied.tables
    ]
