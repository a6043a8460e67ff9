"""Where the header of a table is, how many lines it has, and what its columns are called.

People put titles above a table and merge the cells of its header. The header is the first row that is as wide as the table and holds no
value that looks like data; a row below it belongs to it where it fills the gaps that merged cells leave.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = 60
FURTHER = 30
SURELY_NAMED = 0.6
LIKE_BELOW = 0.5
MOST_LINES = 3
JOINT = "/"
DATA = re.compile(
    r"^[-+(]?[¥￥$]?\d[\d,. ]*%?\)?$|^\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?$|^1\d{10}$|^[\w.+-]+@[\w-]+\.[\w.]+$|^(TRUE|FALSE)$",
    re.ASCII,
)
LONGEST_NAME = 40
NAMED = re.compile(
    r"(号|编码|代码|编号|名称?|姓名|品规?|量|数|额|价|款|费|日期?|时间|期|地址|电话|手机|方式|状态|类型?|类别|渠道|备注|说明|单位|率|积分|余额|户|人|员|店|商品|产品|项目|性别|区域?|"
    r"档位|等级|客户|会员|条码|合计|小计|折扣|优惠|实收|应收|实付|折|姓|id|no|code|name|date|time|qty|quantity|amount|price|total|phone|address|type|status|unit|sku|channel)$",
    re.IGNORECASE,
)
"""How names of columns end; values now and then do too, so it takes most of a row."""


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


def named_share(row: Sequence[str]) -> float:
    """Share of the filled cells that end as names of columns do, units in brackets left out."""
    filled = [re.sub(r"[(（\[].*?[)）\]]", "", unicodedata.normalize("NFKC", cell)).strip(" *:#`") for cell in row if cell]
    return sum(bool(NAMED.search(cell)) for cell in filled) / (len(filled) or 1)


def _start(grid: list[list[str]]) -> int | None:
    """The row of the header: the first one wide enough without data in it, unless a better one follows text above the table."""
    filled = [sum(bool(cell) for cell in row) for row in grid]
    widest = max(filled, default=0)
    least = max(1, min(2, widest), round(widest * 0.5))
    for place, row in enumerate(grid):
        if filled[place] < least:
            continue
        is_plain = not any(looks_like_data(cell) or len(cell) > LONGEST_NAME for cell in row if cell)
        better = _better(grid, place, filled, widest) if filled[place] < widest or not is_plain else None
        if better is not None:
            return better
        return place if is_plain and _is_new(grid, place) else None
    return None


def _better(grid: list[list[str]], place: int, filled: Sequence[int], widest: int) -> int | None:
    """A row further down that is a header beyond doubt, where this one is a line of text above the table."""
    for further in range(place + 1, min(len(grid) - 1, place + FURTHER)):
        row = grid[further]
        if filled[further] < max(2, round(widest * 0.8)) or any(looks_like_data(cell) for cell in row if cell):
            continue
        is_header = named_share(row) >= SURELY_NAMED and filled[further] > filled[place] and _is_new(grid, further)
        if is_header and named_share(grid[place]) < SURELY_NAMED:
            return further
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
        fills = gaps and (spans or (not merged and named_share(below) >= LIKE_BELOW))
        if not fills and lines >= reach:
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
