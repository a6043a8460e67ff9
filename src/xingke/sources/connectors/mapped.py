"""From the batches of a connector to rows in intake form, by the same mapping that a file would have."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa

from xingke.sources.connectors.contract import Batch
from xingke.sources.files import RawBatch, RawFile, RawSheet
from xingke.sources.mapping import Applied, InMemory, Mapping, apply
from xingke.sources.mapping.apply import Keyer


def raw_file(name: str, batches: Iterable[Batch], *, start: int = 1, columns: Iterable[str] = ()) -> RawFile:
    """Batches of a connector in the form in which files are mapped; rows count from `start`.

    Batches whose columns differ are brought to the same ones, and to `columns`; a column that is in none of a batch's rows is empty there.
    """
    tables = [batch.rows for batch in batches if batch.rows.num_rows]
    names = tuple(dict.fromkeys([*(column for table in tables for column in table.column_names), *columns]))

    def read() -> Iterator[RawBatch]:
        row = start
        for table in tables:
            cells = pa.table(
                {column: table[column] if column in table.column_names else pa.nulls(len(table), pa.string()) for column in names}
            )
            yield RawBatch(pa.array(range(row, row + len(table)), pa.int64()), cells)
            row += len(table)

    sheet = RawSheet(name=name, header=names, header_row=0, header_rows=0, above=(), batches=read)
    return RawFile(path=Path(name), kind="connector", form="", sheets=(sheet,))


def mapped(
    mapping: Mapping,
    name: str,
    batches: Iterable[Batch],
    *,
    as_of: date | None,
    keyer: Keyer | None = None,
    start: int = 1,
    free_form: bool = False,
) -> tuple[Applied, InMemory]:
    """The rows of a connector by a mapping, in intake form.

    Parameters
    ----------
    start
        The number of the first row.
    free_form
        The rows are records without a fixed form: a column that the mapping reads and none of them has is empty. Otherwise it is an error.
    """
    columns = sorted({name for table in mapping.tables for one in table.columns for name in one.source}) if free_form else ()
    kept = InMemory()
    applied, _ = apply(mapping, raw_file(name, batches, start=start, columns=columns), as_of=as_of, sink=kept, keyer=keyer)
    return applied, kept
