"""The few ways in which sources ask DuckDB, good on every supported version of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from xingke.engine.duck import fetch
from xingke.schema import CUSTOMER_BUCKETS, Table
from xingke.schema.findings import QUARANTINE_SCHEMA
from xingke.sources.contract import BATCH_ROWS

ONE_PASS_ROWS = 1_500_000


def arrow(connection: Any, sql: str, parameters: Mapping[str, object], tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
    """The answer as Arrow, from a cursor of its own, so that a caller may ask again while it reads; `tables` are known to it by name."""
    with connection.cursor() as cursor:
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        return fetch(cursor, sql, parameters)


def one_row(connection: Any, sql: str, parameters: Mapping[str, object], tables: Mapping[str, pa.Table] | None = None) -> tuple[Any, ...]:
    """The first row of the answer."""
    with connection.cursor() as cursor:
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        row: tuple[Any, ...] = cursor.execute(sql, dict(parameters)).fetchall()[0]
    return row


def quarantine(connection: Any, sql: str, parameters: Mapping[str, object], tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
    """The answer in the exact quarantine schema."""
    return arrow(connection, sql, parameters, tables).select(QUARANTINE_SCHEMA.names).cast(QUARANTINE_SCHEMA).combine_chunks()


def batches(table: Table, answer: pa.Table) -> Iterator[pa.RecordBatch]:
    """The answer in the exact schema of the canonical table; a missing value in a required column stops here."""
    exact = answer.select(list(table.column_names)).cast(table.arrow_schema).combine_chunks()
    yield from exact.to_batches(max_chunksize=BATCH_ROWS)


def passes(rows: int) -> tuple[int | None, ...]:
    """The customer buckets to work through one by one; a table that fits into memory is done in one pass (`None`)."""
    return (None,) if rows <= ONE_PASS_ROWS else tuple(range(CUSTOMER_BUCKETS))


def bucketed(
    connection: Any, table: Table, sql: str, parameters: Mapping[str, object], tables: Mapping[str, pa.Table], *, rows: int
) -> Iterator[pa.RecordBatch]:
    """The batches of a fact, bucket after bucket; `sql` keeps to `$bucket` of `$buckets`, to all of them where `$bucket` is null."""
    for bucket in passes(rows):
        asked = {**parameters, "bucket": bucket, "buckets": CUSTOMER_BUCKETS}
        yield from batches(table, arrow(connection, sql, asked, tables))
