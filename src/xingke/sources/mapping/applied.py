"""What became of a file's rows, table by table, with the balance that always holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from xingke.errors import XingkeError
from xingke.schema.findings import REASONS, quarantine_of, reason_counts


class RowsLost(XingkeError):
    """The rows of a file do not add up: some were neither taken nor accounted for."""


@dataclass(frozen=True, slots=True)
class TableApplied:
    """One target table of one sheet.

    `rows_read == rows_loaded + quarantined + duplicates + set_aside + folded` always holds.

    Parameters
    ----------
    folded
        Rows that are a further sight of a record that is loaded, such as the customer of a second order line.
    quarantine
        Rows that stay outside with a reason each, duplicates and those set aside by rule included
        (`xingke.schema.findings.QUARANTINE_SCHEMA`).
    emptied
        By canonical column the cells that a spreadsheet damaged beyond repair; their rows are loaded without them.
    """

    table: str
    sheet: str
    folds: bool
    rows_read: int
    rows_loaded: int
    folded: int
    quarantine: pa.Table = field(default_factory=quarantine_of)
    emptied: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        accounted = self.rows_loaded + self.quarantine.num_rows + self.folded
        if accounted != self.rows_read:
            raise RowsLost(f"{self.table}: {self.rows_read} rows were read, {accounted} are accounted for")

    @property
    def reasons(self) -> dict[str, int]:
        """Rows by reason."""
        return reason_counts(self.quarantine)

    @property
    def duplicates(self) -> int:
        """Rows whose key an earlier row of the file has."""
        return int(self.reasons.get("duplicate_key", 0))

    @property
    def set_aside(self) -> int:
        """Rows that are right and no facts, such as totals."""
        return sum(rows for code, rows in self.reasons.items() if code in REASONS and not REASONS[code].is_fault)

    @property
    def quarantined(self) -> int:
        """Rows that are wrong."""
        return int(self.quarantine.num_rows) - self.duplicates - self.set_aside


@dataclass(frozen=True, slots=True)
class Applied:
    """A file by its mapping; the rows themselves are in the sink, `parts[table]` parts of each table."""

    tables: tuple[TableApplied, ...]
    parts: dict[str, int]

    @property
    def rows_read(self) -> int:
        """Rows of the file, each counted once: those of the tables that are not folded out of another's rows."""
        return sum(one.rows_read for one in self.main)

    @property
    def main(self) -> tuple[TableApplied, ...]:
        """The first table of each sheet; the others are made of the same rows."""
        first: dict[str, TableApplied] = {}
        for one in self.tables:
            first.setdefault(one.sheet, one)
        return tuple(first.values())

    @property
    def quarantine(self) -> pa.Table:
        """All rows that stay outside."""
        return pa.concat_tables([quarantine_of(), *(one.quarantine for one in self.tables)]).combine_chunks()
