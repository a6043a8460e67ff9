"""What every source promises: canonical tables as Arrow, repeatable to the byte, and every row accounted for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from xingke.errors import ConfigurationError
from xingke.schema import Table
from xingke.schema.findings import Finding, reason_counts
from xingke.words import Words

BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One canonical table as a source yields it.

    Parameters
    ----------
    batches
        In the exact schema of `table`; to be read once. Facts come sorted by customer bucket, customer and day, so that a bucket can be
        written while the next one is read and memory follows the bucket.
    quarantine
        Rows that stay outside, with a reason each (`xingke.schema.findings.QUARANTINE_SCHEMA`).
    rows_read, rows_loaded
        `rows_read == rows_loaded + quarantine.num_rows`; `batches` hold `rows_loaded` rows.
    findings
        What else is worth saying, such as names that the master list does not have.
    """

    table: Table
    batches: Iterator[pa.RecordBatch]
    quarantine: pa.Table
    rows_read: int
    rows_loaded: int
    findings: tuple[Finding, ...] = ()

    @property
    def duplicates(self) -> int:
        """Rows in quarantine because an earlier row has their key."""
        return reason_counts(self.quarantine).get("duplicate_key", 0)

    def read(self) -> pa.Table:
        """All batches as one table; uses them up."""
        return pa.Table.from_batches(list(self.batches), schema=self.table.arrow_schema)


@runtime_checkable
class Source(Protocol):
    """Where facts come from; found by the entry-point group `xingke.sources`.

    Attributes
    ----------
    pack
        The industry pack whose words fit these data.
    currency
        ISO 4217 code of the money in them, the unit of account of a workspace that loads them.
    note
        Where the data come from, under which licence, and what in them is real.
    """

    name: str
    label: Words
    kind: str
    pack: str
    currency: str
    note: Words

    def default_location(self) -> Path | None:
        """Where the data are on this machine, or nothing."""

    def tables(self, location: Path, *, as_of: date | None, connection: Any) -> Iterator[SourceTable]:
        """The canonical tables in the order in which they refer to each other.

        Parameters
        ----------
        as_of
            The day of loading: facts of a later day are set aside as `future_day`. Nothing is checked without it.
        connection
            A DuckDB connection; the source works in cursors of its own and leaves nothing behind.
        """


class DataNotFound(ConfigurationError):
    """The files of a source are not where they were looked for."""

    def __init__(self, *, source: str, path: Path, expected: str) -> None:
        super().__init__(
            zh=f"在 {path} 没有找到数据源 {source} 的文件；需要：{expected}",
            en=f"the files of source {source} are not at {path}; expected: {expected}",
            source=source,
            path=path,
            expected=expected,
        )
