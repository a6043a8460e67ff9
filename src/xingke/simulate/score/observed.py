"""What everybody may see of a world, read part by part."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.schema import TABLES, Table
from xingke.schema.trade.people import OUTLET
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.simulate.store import OBSERVED

BATCH = 1_000_000
EPOCH = date(1970, 1, 1)
CITY_TABLES = {CITY_ORDER_LINE.name: CITY_ORDER_LINE, SKU.name: SKU, OUTLET.name: OUTLET}


class ObservedTables:
    """The observed tables of one world by name."""

    def __init__(self, world: Path) -> None:
        self._root = world / OBSERVED

    def files(self, name: str) -> list[str]:
        """The parts of a table."""
        return [str(path) for path in sorted((self._root / name).glob("part-*.parquet"))]

    def batches(self, name: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Some columns of a table as they lie in its parts; none where the world lacks the table."""
        import pyarrow.parquet as pq

        for path in sorted((self._root / name).glob("part-*.parquet")):
            with pq.ParquetFile(path) as opened:
                yield from opened.iter_batches(BATCH, columns=list(columns))

    def table(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a whole table."""
        declared: Table = CITY_TABLES.get(name) or TABLES[name]
        schema = pa.schema([declared.arrow_schema.field(column).with_nullable(nullable=True) for column in columns])
        batches = [batch.cast(schema) for batch in self.batches(name, columns)]
        return pa.Table.from_batches(batches, schema=schema).combine_chunks()


def numbers(column: pa.Array | pa.ChunkedArray, missing: float = np.nan) -> NDArray[np.float64]:
    """A column as floats; empty values as `missing`, days as days since 1970."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return _flat(pc.fill_null(column.cast(pa.float64()), missing))


def integers(column: pa.Array | pa.ChunkedArray, missing: int = -1) -> NDArray[np.int64]:
    """A column as whole numbers; empty values as `missing`, days as days since 1970."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return _flat(pc.fill_null(column.cast(pa.int64()), missing))


def flags(column: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """A column of flags; empty values as false."""
    return _flat(pc.fill_null(column, fill_value=False))


def texts(column: pa.Array | pa.ChunkedArray) -> NDArray[np.object_]:
    """A column of texts as Python strings."""
    return _flat(column)


def codes(column: pa.Array | pa.ChunkedArray, names: Sequence[str]) -> NDArray[np.int64]:
    """A column of texts as places in `names`, -1 for others."""
    return integers(pc.index_in(column, value_set=pa.array(list(names), type=pa.string())))


def places(ids: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of every id in the sorted `known`, -1 where it is not there."""
    if not known.size:
        return np.full(ids.size, -1, dtype=np.int64)
    at = np.searchsorted(known, ids).clip(0, known.size - 1)
    return np.where(known[at] == ids, at, -1)


def _flat(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], type=whole.type)
    flat: NDArray[Any] = whole.to_numpy(zero_copy_only=False)
    return flat
