"""A file as it was read: sheets with a header, and their rows as text with the number that a spreadsheet shows beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be taken apart; `row` counts from 1, the header and what stands above it included."""

    row: int
    reason: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some rows.

    Parameters
    ----------
    rows
        The number of each row in the file.
    cells
        One text column a header name; a blank cell is null.
    bad
        Rows that belong between these and could not be taken apart.
    """

    rows: pa.Array
    cells: pa.Table
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One table of a file; `batches` may be asked for again and again.

    Parameters
    ----------
    header_row
        The row of the last line of the header, 0 where the file has none and the columns go by their letters.
    header_rows
        Lines of the header joined into one.
    above
        What stands above the header, such as a title: one text a row.
    has_merged
        Whether merged cells below the header were filled down.
    """

    name: str
    header: tuple[str, ...]
    header_row: int
    header_rows: int
    above: tuple[str, ...]
    batches: Callable[[], Iterator[RawBatch]]
    has_merged: bool = False

    def head(self, most: int) -> pa.Table:
        """The first rows as one table of text."""
        taken: list[pa.Table] = []
        rows = 0
        for batch in self.batches():
            taken.append(batch.cells)
            rows += batch.cells.num_rows
            if rows >= most:
                break
        empty = pa.schema([(name, pa.string()) for name in self.header]).empty_table()
        return pa.concat_tables([empty, *taken]).slice(0, most)


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that was opened.

    Parameters
    ----------
    kind
        `text`, `xlsx`, `html`, `xml`, `json` or `parquet`.
    form
        How it is written, to be shown: the encoding and the delimiter of a text file, say.
    notes
        Codes of what the reader found worth telling: `mixed_encoding`, `doubtful_encoding`, `hidden_sheet:<name>`, `empty_sheet:<name>`.
    """

    path: Path
    kind: str
    form: str
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()

    def sheet(self, name: str) -> RawSheet | None:
        """The sheet of that name, the first one for an empty name."""
        if not name:
            return self.sheets[0] if self.sheets else None
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def without_blank_rows(rows: pa.Array, cells: pa.Table, bad: tuple[BadRow, ...] = ()) -> RawBatch:
    """The batch without rows of which every cell is blank; they are no records."""
    filled = None
    for column in cells.columns:
        if not column.null_count:
            return RawBatch(rows, cells, bad)
        valid = pc.is_valid(column)
        filled = valid if filled is None else pc.or_(filled, valid)
    return RawBatch(rows, cells, bad) if filled is None else RawBatch(rows.filter(filled.combine_chunks()), cells.filter(filled), bad)
