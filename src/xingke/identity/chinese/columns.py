"""Columns worked through value by value: each distinct value once."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Column = pa.Array | pa.ChunkedArray


def text_column(records: pa.Table, name: str) -> pa.Array:
    """A column as text, blank values as null; all null where the table has none."""
    if name not in records.column_names:
        return pa.nulls(records.num_rows, pa.string())
    column = records[name].cast(pa.string()).combine_chunks()
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def distinct(column: pa.Array) -> tuple[pa.Array, list[str]]:
    """The place of each row's value among the distinct ones (null for none), and those."""
    encoded = column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.indices, encoded.dictionary.to_pylist()


def spread(place: pa.Array, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A value for every row from one for every distinct value."""
    return pa.array(values, kind).take(place)


def fields(
    place: pa.Array, found: Sequence[Any], takes: dict[str, Callable[[Any], Any]], kinds: dict[str, pa.DataType]
) -> dict[str, pa.Array]:
    """Several columns from what was found in every distinct value; null where nothing was."""
    return {
        name: spread(place, [None if one is None else (take(one) or None) for one in found], kinds.get(name, pa.string()))
        for name, take in takes.items()
    }


def flags(place: pa.Array, values: Sequence[bool]) -> pa.Array:
    """A flag for every row, false where there is no value."""
    return pc.fill_null(spread(place, values, pa.bool_()), fill_value=False)


def codes(column: pa.Array) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
    """The place of each row's value as NumPy, -1 for none, and the values."""
    place, values = distinct(column)
    return pc.fill_null(place, -1).to_numpy(zero_copy_only=False).astype(np.int64), values
