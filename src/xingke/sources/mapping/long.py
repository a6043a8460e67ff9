"""Wide sheets made long: one row a cell, where a sheet has a column for each month."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from xingke.sources.files import RawBatch, RawSheet
from xingke.sources.mapping.model import Long


def lengthened(sheet: RawSheet, long: Long) -> RawSheet:
    """The sheet with a row for each filled cell of the wide columns; rows keep the number that they have in the file."""
    stay = [name for name in sheet.header if name not in long.columns]
    return replace(sheet, header=(*stay, long.name, long.value), batches=lambda: _batches(sheet, long, stay))


def _batches(sheet: RawSheet, long: Long, stay: list[str]) -> Iterator[RawBatch]:
    wide = [name for name in long.columns if name in sheet.header]
    for batch in sheet.batches():
        rows, parts = [], []
        for name in wide:
            values = batch.cells[name].combine_chunks()
            kept = values.is_valid()
            part = batch.cells.select(stay).filter(kept)
            names = pa.array([name] * part.num_rows, pa.string())
            parts.append(part.append_column(long.name, names).append_column(long.value, values.filter(kept)))
            rows.append(batch.rows.filter(kept))
        whole, numbers = pa.concat_tables(parts), pa.concat_arrays(rows)
        order = pa.array(np.argsort(numbers.to_numpy(), kind="stable"))
        yield RawBatch(numbers.take(order), whole.take(order).combine_chunks(), batch.bad)
