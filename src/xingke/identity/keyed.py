"""Records found again by system and key."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_BETWEEN = "\x1f"
"""Stands in no key."""


def keys_of(table: pa.Table, prefix: str = "") -> pa.Array:
    """System and key of every row as one text."""
    columns = (table[f"{prefix}system"].cast(pa.string()), table[f"{prefix}source_id"].cast(pa.string()))
    joined = pc.binary_join_element_wise(*columns, _BETWEEN)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def rows_in(records: pa.Table, known: pa.Table, *, prefix: str = "") -> NDArray[np.int64]:
    """For every record its row in another table, -1 where it is not there; of several rows the first."""
    found = pc.index_in(keys_of(records, prefix), value_set=keys_of(known))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
