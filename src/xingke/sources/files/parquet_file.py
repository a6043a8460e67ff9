"""Parquet: typed columns as text, nested ones flattened by their path."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from xingke.sources.files.limits import FileRefused, Limits, nothing_in, too_many_columns
from xingke.sources.files.raw import RawBatch, RawFile, RawSheet, without_blank_rows

BATCH = 65_536


def read_parquet(path: Path, *, limits: Limits) -> RawFile:
    """Open a Parquet file.

    Raises
    ------
    FileRefused
        It is damaged, empty, or too wide.
    """
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise FileRefused(
            zh=f"文件 {path.name} 不是完整的 Parquet 文件：{error}",
            en=f"{path.name} is no whole Parquet file: {error}",
            path=path,
        ) from error
    if len(names) > limits.columns:
        raise too_many_columns(path, f"{len(names):,}", limits)
    if not names or not file.metadata.num_rows:
        raise nothing_in(path)
    header = tuple(_flat(file.schema_arrow.empty_table()).column_names)
    return RawFile(path, "parquet", "Parquet", (RawSheet(path.stem, header, 0, 1, (), lambda: _batches(path)),))


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _batches(path: Path) -> Iterator[RawBatch]:
    import pyarrow.parquet as pq

    start = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                table = _flat(pa.Table.from_batches([batch]))
                cells = pa.table({name: _text(table[name]) for name in table.column_names})
                yield without_blank_rows(pa.array(range(start, start + cells.num_rows), pa.int64()), cells)
                start += cells.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise FileRefused(
            zh=f"文件 {path.name} 从第 {start:,} 行起无法读取：{error}",
            en=f"{path.name} cannot be read from row {start:,} on: {error}",
            path=path,
        ) from error


def _text(column: pa.ChunkedArray) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    try:
        text = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        text = pa.chunked_array([pa.array([_plain(value) for value in column.to_pylist()], pa.string())])
    array = text.combine_chunks()
    return array if isinstance(array, pa.Array) else pa.concat_arrays([pa.nulls(0, pa.string()), *array.chunks])


def _plain(value: Any) -> str | None:
    import json

    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
