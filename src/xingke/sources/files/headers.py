"""Where the header of a table is, how many lines it has, and what its columns are called.

People put titles above a table and merge the cells of its header. The header is the first row that is as wide as the table and holds no
value that looks like data; a row below it belongs to it where it fills the gaps that merged cells leave.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = 60
MOST_LINES = 3
JOINT = "/"
DATA = re.compile(
    r"^[-+(]?[¥￥$]?\d[\d,. ]*%?\)?$|^\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?$|^1\d{10}$|^[\w.+-]+@[\w-]+\.[\w.]+$|^(TRUE|FALSE)$",
    re.ASCII,
)
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns that are kept with their places, the first row of data (from 0) and what stands above."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    data_at: int
    lines: int
    above: tuple[str, ...]


def header_of(rows: Sequence[Sequence[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()) -> Header:
    """Find the header.

    Parameters
    ----------
    rows
        The first rows of the table as text, blank cells as `""`.
    merged
        Corners of merged cells, row and column from 0.
    """
    width = max((len(row) for row in rows), default=0)
    grid = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows[:LOOKED_AT]]
    start = _start(grid)
    if start is None:
        return _without(grid, width)
    lines = _lines(grid, start, merged)
    names = _joined(grid, start, lines, merged)
    used = [place for place in range(width) if names[place] or any(row[place] for row in grid[start + lines :])]
    shown = _distinct([names[place] or column_letter(place) for place in used])
    above = tuple(" ".join(cell for cell in row if cell) for row in grid[:start] if any(row))
    return Header(tuple(shown), tuple(used), start + lines, lines, above)


def column_letter(place: int) -> str:
    """What a spreadsheet calls the column at this place, from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"列 {letters}"


def looks_like_data(cell: str) -> bool:
    """Whether a cell holds a number, a day, a phone or a mail address, rather than a name."""
    return bool(DATA.match(unicodedata.normalize("NFKC", cell)))


def _start(grid: list[list[str]]) -> int | None:
    filled = [sum(bool(cell) for cell in row) for row in grid]
    widest = max(filled, default=0)
    for place, row in enumerate(grid):
        is_wide = filled[place] >= max(1, min(2, widest), round(widest * 0.5))
        if is_wide and not any(looks_like_data(cell) or len(cell) > LONGEST_NAME for cell in row if cell):
            return place if _is_new(grid, place) else None
        if is_wide:
            return None
    return None


def _is_new(grid: list[list[str]], place: int) -> bool:
    """A header does not repeat its own names, apart from merged ones, more than now and then."""
    names = [cell for cell in grid[place] if cell]
    return len(set(names)) * 2 > len(names)


def _lines(grid: list[list[str]], start: int, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> int:
    reach = max((last[0] - start + 1 for first, last in merged if first[0] == start and any(grid[start])), default=1)
    lines = 1
    while lines < MOST_LINES and start + lines < len(grid) - 1:
        below = grid[start + lines]
        if not any(below) or any(looks_like_data(cell) or len(cell) > LONGEST_NAME for cell in below if cell):
            break
        spans = any(first[0] == start + lines - 1 and first[1] != last[1] for first, last in merged)
        gaps = [place for place, cell in enumerate(grid[start + lines - 1]) if not cell and below[place]]
        if not (gaps and (spans or not merged)) and lines >= reach:
            break
        lines += 1
    return lines


def _joined(grid: list[list[str]], start: int, lines: int, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[str]:
    filled = [list(row) for row in grid[start : start + lines]]
    for line, row in enumerate(filled[:-1]):
        for place in range(1, len(row)):
            covered = any(first[0] <= start + line <= last[0] and first[1] < place <= last[1] for first, last in merged)
            if not row[place] and (covered or (not merged and filled[line + 1][place] and row[place - 1])):
                row[place] = row[place - 1]
    names = []
    for place in range(len(filled[0])):
        parts: list[str] = []
        for row in filled:
            if row[place] and row[place] not in parts:
                parts.append(" ".join(row[place].split()))
        names.append(JOINT.join(parts))
    return names


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _without(grid: list[list[str]], width: int) -> Header:
    first = next((place for place, row in enumerate(grid) if any(row)), 0)
    return Header(tuple(column_letter(place) for place in range(width)), tuple(range(width)), first, 0, ())
