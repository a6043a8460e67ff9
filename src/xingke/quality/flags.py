"""Rows that stay but are marked: which, why, what would be usual, and what is proposed."""

from collections.abc import Sequence

import pyarrow as pa

FLAG_SCHEMA = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("column", pa.string(), nullable=False),
        pa.field("check", pa.string(), nullable=False),
        pa.field("value", pa.string()),
        pa.field("usual", pa.string()),
        pa.field("factor", pa.float64()),
        pa.field("certainty", pa.float64(), nullable=False),
        pa.field("proposal", pa.string()),
        pa.field("key", pa.string()),
    ]
)
"""`row` counts from 1 in the rows that were checked; `certainty` is 0..1; `proposal` is given where it is nearly certain."""


def flags_joined(parts: Sequence[pa.Table]) -> pa.Table:
    """The parts one behind the other, sorted by row."""
    whole = pa.concat_tables([FLAG_SCHEMA.empty_table(), *(part.select(FLAG_SCHEMA.names).cast(FLAG_SCHEMA) for part in parts)])
    return whole.sort_by([("row", "ascending"), ("column", "ascending"), ("check", "ascending")]).combine_chunks()
