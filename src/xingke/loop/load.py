"""Writing what a source yields into the lake, bucket by bucket, with every row accounted for."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.engine.lake import ROW_GROUP_ROWS, LakeWriter, TableDraft
from xingke.privacy.masks import persons_masked
from xingke.schema import CORE_TABLES, CUSTOMER, CUSTOMER_BUCKETS, Table
from xingke.schema.findings import Finding, quarantine_form, reason_counts
from xingke.sources import Source, SourceTable
from xingke.sources.closed import refuse_truth

if TYPE_CHECKING:
    from xingke.privacy import Vault


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """What became of the rows of one table: `rows_read == rows_loaded + rows_quarantined`."""

    table: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    duplicates: int
    reasons: Mapping[str, int]
    findings: tuple[Finding, ...]
    seconds: float


def load_source(
    writer: LakeWriter,
    source: Source,
    location: Path,
    *,
    connection: Any,
    now: datetime,
    as_of: date | None = None,
    progress: Callable[[str, int], None] | None = None,
    vault: "Vault | None" = None,
) -> list[LoadedTable]:
    """Load every table of a source into the snapshot to come; publishing is the caller's.

    The rows that stay outside are stored too, as the table `quarantine_<table>`, with their reasons. With a vault, identifying columns are
    sealed before they reach the disk, and names of persons shown as customers are masked; without one (a bench, a notebook) values are
    stored as they are.

    Raises
    ------
    xingke.sources.closed.TruthIsClosed
        The location is the truth of a synthetic world; no source is asked to read it.
    """
    refuse_truth(location)
    loaded = []
    for yielded in source.tables(location, as_of=as_of, connection=connection):
        started = time.perf_counter()
        sealed = partial(sealed_rows, table=yielded.table, vault=vault)
        rows = _store(writer, yielded, sealed, source=source.name, now=now, progress=progress)
        if yielded.quarantine.num_rows:
            outside = vault.seal_table(yielded.quarantine, quarantine_form(yielded.table)) if vault else yielded.quarantine
            writer.put(f"quarantine_{yielded.table.name}", outside, as_of=as_of, definition=source.name)
        else:
            writer.forget(f"quarantine_{yielded.table.name}")
        loaded.append(
            LoadedTable(
                table=yielded.table.name,
                rows_read=yielded.rows_read,
                rows_loaded=rows,
                rows_quarantined=yielded.quarantine.num_rows,
                duplicates=yielded.duplicates,
                reasons=reason_counts(yielded.quarantine),
                findings=yielded.findings,
                seconds=round(time.perf_counter() - started, 3),
            )
        )
    store_empty(writer)
    return loaded


def store_empty(writer: LakeWriter) -> None:
    """Give every core table that nothing filled an empty version, so that steps can rely on its name."""
    for table in CORE_TABLES.values():
        if table.name not in writer.tables:
            writer.put(table.name, table.arrow_schema.empty_table(), definition="empty")


def sealed_rows(rows: pa.Table, *, table: Table, vault: "Vault | None") -> pa.Table:
    """Rows as they may lie on a disk: identifying columns sealed, the shown names of persons masked. Without a vault, as they are."""
    if vault is None:
        return rows
    if table.name == CUSTOMER.name:
        rows = persons_masked(rows)
    return vault.seal_table(rows, table)


def _store(
    writer: LakeWriter,
    yielded: SourceTable,
    sealed: Callable[[pa.Table], pa.Table],
    *,
    source: str,
    now: datetime,
    progress: Callable[[str, int], None] | None,
) -> int:
    """Write one table's batches, one file a customer bucket where the table is bucketed."""
    started = time.perf_counter()
    draft = writer.draft(yielded.table.name)
    rows = 0
    for buckets, batches in _by_bucket(yielded):
        file_name = f"part-{buckets[0]:02d}.parquet" if buckets else "part-00.parquet"
        for written in _write_file(draft, file_name, yielded.table, batches, sealed):
            rows += written
            if progress:
                progress(yielded.table.name, rows)
        draft.add(file_name, buckets=buckets)
    writer.take(draft.finish(now=now, seconds=time.perf_counter() - started, engine="arrow", definitions={"source": source}))
    return rows


def _write_file(
    draft: TableDraft, file_name: str, table: Table, batches: Iterator[pa.RecordBatch], sealed: Callable[[pa.Table], pa.Table]
) -> Iterator[int]:
    with pq.ParquetWriter(draft.path(file_name), table.arrow_schema, compression="zstd") as file:
        waiting: list[pa.RecordBatch] = []
        rows = 0
        for batch in batches:
            waiting.append(batch)
            rows += batch.num_rows
            if rows >= ROW_GROUP_ROWS:
                file.write_table(sealed(pa.Table.from_batches(waiting, schema=table.arrow_schema)), row_group_size=ROW_GROUP_ROWS)
                yield rows
                waiting, rows = [], 0
        if waiting:
            file.write_table(sealed(pa.Table.from_batches(waiting, schema=table.arrow_schema)), row_group_size=ROW_GROUP_ROWS)
            yield rows


def _by_bucket(yielded: SourceTable) -> Iterator[tuple[tuple[int, ...], Iterator[pa.RecordBatch]]]:
    """The batches grouped by customer bucket; they come sorted by it, so one is open at a time."""
    if not yielded.table.bucketed:
        yield (), yielded.batches
        return
    pieces = _split_at_buckets(yielded.batches)
    waiting = next(pieces, None)
    if waiting is None:
        yield (), iter(())  # no rows, but a file that says which columns there are
    while waiting is not None:
        bucket = waiting[0]

        def one_bucket(first: pa.RecordBatch, bucket: int = bucket) -> Iterator[pa.RecordBatch]:
            nonlocal waiting
            yield first
            while (following := next(pieces, None)) is not None and following[0] == bucket:
                yield following[1]
            waiting = following

        yield (bucket,), one_bucket(waiting[1])


def _split_at_buckets(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches cut where the bucket of their customers changes."""
    import numpy as np

    for batch in batches:
        if not batch.num_rows:
            continue
        buckets = batch.column("customer_id").to_numpy(zero_copy_only=False) % CUSTOMER_BUCKETS
        cuts = [0, *(np.flatnonzero(np.diff(buckets)) + 1).tolist(), batch.num_rows]
        for start, end in pairwise(cuts):
            yield int(buckets[start]), batch.slice(start, end - start)
