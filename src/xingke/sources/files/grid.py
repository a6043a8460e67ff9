"""Rows of cells, wherever they come from, as a sheet with its header found and merged cells filled."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from xingke.sources.files.headers import LOOKED_AT, Header, header_of
from xingke.sources.files.limits import Limits, too_large, too_many_columns
from xingke.sources.files.raw import RawBatch, RawSheet, without_blank_rows

BATCH = 10_000
Corner = tuple[int, int]
Merged = tuple[Corner, Corner]
MEASURE = re.compile(
    r"金额|[额价款费元]$|[额价款费](?=[(（/])|数量|[条件支包盒箱]数|[销订需求货]量|优惠|折扣|合计|积分|实[收付]|应[收付]|amount|price|total|qty|quantity",
    re.IGNORECASE,
)
"""Names of columns whose values add up: a merged cell of theirs is one value and stands on its first row."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet before its header is known; rows and columns count from 0, within the used area.

    Parameters
    ----------
    rows
        The rows from the first one on, as often as asked.
    text
        A cell as text.
    merged
        First and last corner of each merged area.
    """

    name: str
    rows: Callable[[], Iterator[Sequence[object]]]
    height: int
    width: int
    text: Callable[[object], str]
    merged: Sequence[Merged] = ()


def sheet_of(path: Path, grid: Grid, limits: Limits) -> RawSheet | None:
    """The sheet, or nothing where it holds no row below its header."""
    if grid.width > limits.columns:
        raise too_many_columns(path, f"{grid.width:,}", limits)
    if grid.height * grid.width > limits.workbook_cells:
        raise too_large(path, grid.height * grid.width, limits.workbook_cells)
    first = [[grid.text(cell) for cell in row] for row, _ in zip(grid.rows(), range(LOOKED_AT), strict=False)]
    header = header_of(first, grid.merged)
    if grid.height <= header.data_at:
        return None
    return RawSheet(
        grid.name,
        header.names,
        header.data_at if header.lines else 0,
        header.lines,
        header.above,
        lambda: _batches(grid, header),
        has_merged=bool(_spans(grid, header)),
    )


def _spans(grid: Grid, header: Header) -> dict[int, list[tuple[int, int]]]:
    """Merged areas of several rows below the header: by their first row the columns with the last row of each."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in grid.merged:
        if bottom > top >= header.data_at:
            found.setdefault(top, []).append((left, bottom))
    return found


def _batches(grid: Grid, header: Header) -> Iterator[RawBatch]:
    waiting: list[Sequence[str]] = []
    start = header.data_at + 1
    for row in _filled(grid, header):
        waiting.append(row)
        if len(waiting) == BATCH:
            yield _batch(waiting, header, start)
            start, waiting = start + len(waiting), []
    if waiting:
        yield _batch(waiting, header, start)


def _filled(grid: Grid, header: Header) -> Iterator[Sequence[str]]:
    """The rows as text: a merged cell counts for each of its rows, an amount for the first one."""
    spans = _spans(grid, header)
    names = dict(zip(header.places, header.names, strict=True))
    open_: dict[int, tuple[int, str]] = {}
    for place, row in enumerate(grid.rows()):
        if place < header.data_at:
            continue
        texts = [grid.text(cell) for cell in row]
        for column, (_, value) in open_.items():
            if column < len(texts) and not texts[column] and any(texts):
                texts[column] = value
        for column, last in spans.get(place, ()):
            if column < len(texts):
                is_measure = bool(MEASURE.search(names.get(column, "")))
                open_[column] = (last, "0" if is_measure and texts[column] else texts[column])
        open_ = {column: (last, value) for column, (last, value) in open_.items() if last > place}
        yield texts


def _batch(rows: list[Sequence[str]], header: Header, start: int) -> RawBatch:
    cells = {
        name: pa.array([row[place] or None if place < len(row) else None for row in rows], pa.string())
        for name, place in zip(header.names, header.places, strict=True)
    }
    return without_blank_rows(pa.array(range(start, start + len(rows)), pa.int64()), pa.table(cells))
