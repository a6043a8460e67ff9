"""Quotes that are opened and never closed: found before the rows are read, so that one of them does not swallow those behind it.

A cell may hold line ends between two quotes. A quote that was typed and not closed looks the same until some later quote ends it, and every
row between would become part of one cell. What gives it away are the lines inside: they are whole rows of the table's width.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

CHUNK = 8 << 20
LINE_END, CARRIAGE, QUOTE = ord("\n"), ord("\r"), ord('"')
MOST_LINES_IN_A_CELL = 200
NARROW = 3
SURELY_ROWS = 2
SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Quotes:
    """What the quotes of a file do.

    Parameters
    ----------
    torn
        By line, from 1: the number of the record that an open quote tears, and its text.
    spans
        Whether cells go over several lines.
    any
        Whether there are quotes at all.
    """

    torn: dict[int, tuple[int, str]] = field(default_factory=dict)
    spans: bool = False
    any: bool = False


def usual_width(lines: list[str], mark: str) -> int:
    """Cells of most lines, quotes left out of the count."""
    plain = [line for line in lines if line.strip() and '"' not in line] or lines
    counted = Counter(line.count(mark) + 1 for line in plain if line.strip())
    return max(counted, key=lambda width: (counted[width], width), default=1)


def quotes_of(stream: BinaryIO, mark: str, width: int) -> Quotes:
    """Look through a file for quotes that are not closed; `width` cells is what its rows usually have."""
    delimiter = mark.encode()
    lines = _Lines(stream, delimiter)
    torn: dict[int, tuple[int, str]] = {}
    extra, spans = 0, False
    while (opened := lines.next_suspect()) is not None:
        number, text = opened
        if not ends_inside(text, delimiter, inside=False):
            continue
        inner = _until_closed(lines.peek(number + 1), delimiter)
        if inner is None or _is_torn(text, inner, delimiter, width):
            torn[number] = (number - extra, text[:SHOWN].decode("utf-8", "replace").strip("\r\n"))
            lines.go_to(number + 1)
        else:
            spans = True
            extra += len(inner)
            lines.go_to(number + 1 + len(inner))
    return Quotes(torn, spans, lines.had_quotes)


def ends_inside(line: bytes, mark: bytes, *, inside: bool) -> bool:
    """Whether a quote is open at the end of the line; one opens at the beginning of a cell alone."""
    at = 0
    if not inside and line[:1] == b'"':
        inside, at = True, 1
    while True:
        if not inside:
            opened = line.find(mark + b'"', at)
            if opened < 0:
                return False
            inside, at = True, opened + len(mark) + 1
            continue
        closed = line.find(b'"', at)
        if closed < 0:
            return True
        if line[closed + 1 : closed + 2] == b'"':
            at = closed + 2
        else:
            inside, at = False, closed + 1


def _until_closed(lines: Iterator[bytes], mark: bytes) -> list[bytes] | None:
    """The lines up to the one that closes the quote; nothing where none does within reason."""
    inner: list[bytes] = []
    for line in lines:
        inner.append(line)
        if not ends_inside(line, mark, inside=True):
            return inner
        if len(inner) > MOST_LINES_IN_A_CELL:
            return None
    return None


def _is_torn(opened: bytes, inner: list[bytes], mark: bytes, width: int) -> bool:
    """Whether the quote that closes belongs to another cell: text follows it, or whole rows lie before it."""
    whole = width - 1
    rows = sum(line.count(mark) == whole for line in inner)
    if not rows or opened.count(mark) < whole:
        return False
    if width <= NARROW:
        return rows == len(inner)
    closed = _closing(inner[-1])
    after = inner[-1][closed + 1 : closed + 2]
    if after not in (mark, b"\r", b"\n", b"") or rows >= SURELY_ROWS:
        return True
    before = opened[: opened.rfind(mark + b'"') + 1].count(mark)
    return before + inner[-1][closed:].count(mark) != whole


def _closing(line: bytes) -> int:
    """The place of the quote that ends a cell begun above."""
    at = line.find(b'"')
    while line[at + 1 : at + 2] == b'"':
        at = line.find(b'"', at + 2)
    return at


class _Lines:
    """The lines of a file; blocks in which every quote stands at the edge of a cell, in pairs, are let go at once."""

    def __init__(self, stream: BinaryIO, mark: bytes) -> None:
        self._stream, self._mark = stream, mark
        self._held: list[bytes] = []
        self._first = 1
        self._at = 1
        self._rest = b""
        self._ended = False
        self.had_quotes = False

    def go_to(self, number: int) -> None:
        """Go on with this line."""
        self._at = number

    def next_suspect(self) -> tuple[int, bytes] | None:
        """The next line with quotes that may not come in pairs, and its number."""
        while True:
            for place in range(max(self._at - self._first, 0), len(self._held)):
                if b'"' in self._held[place]:
                    self._at = self._first + place + 1
                    return self._first + place, self._held[place]
            self._at = max(self._at, self._first + len(self._held))
            if not self._more(keep=False):
                return None

    def peek(self, number: int) -> Iterator[bytes]:
        """Lines from this one on, which stay to be looked at again."""
        place = number - self._first
        while place < len(self._held) or self._more(keep=True):
            if place < len(self._held):
                yield self._held[place]
                place += 1

    def _more(self, *, keep: bool) -> bool:
        """Read on."""
        while not self._ended:
            part = self._stream.read(CHUNK)
            self._ended = not part
            block = self._rest + part
            cut = len(block) if self._ended else block.rfind(b"\n") + 1
            block, self._rest = block[:cut], block[cut:]
            if not block:
                continue
            if not keep:
                self._first, self._held = self._first + len(self._held), []
                lines, suspect, quotes = _counted(block, self._mark)
                self.had_quotes |= quotes
                if not suspect:
                    self._first += lines
                    self._at = max(self._at, self._first)
                    continue
            self.had_quotes = True
            self._held += [line + b"\n" for line in block.removesuffix(b"\n").split(b"\n")]
            return True
        return False


def _counted(block: bytes, mark: bytes) -> tuple[int, bool, bool]:
    """Lines of a block, whether the quotes of one may not come in pairs, and whether there are quotes.

    In a line beyond doubt their number is even, the first one begins a cell and the last one ends one.
    """
    if b'"' not in block:
        return block.count(b"\n") + (not block.endswith(b"\n")), False, False
    data = np.frombuffer(b"\n" + block + (b"" if block.endswith(b"\n") else b"\n"), np.uint8)
    ends = np.flatnonzero(data == LINE_END)
    quotes = np.flatnonzero(data == QUOTE)
    before = np.searchsorted(quotes, ends)
    has = np.flatnonzero(np.diff(before))
    first, last = quotes[before[:-1][has]], quotes[before[1:][has] - 1]
    odd = (np.diff(before)[has] % 2).astype(bool)
    edges = np.isin(data, (LINE_END, CARRIAGE, *mark))
    return len(ends) - 1, bool((odd | ~edges[first - 1] | ~edges[last + 1]).any()), True


class WithoutLines(io.RawIOBase):
    """A file in which some lines are blank; their number stays."""

    def __init__(self, stream: Any, blank: dict[int, tuple[int, str]]) -> None:
        super().__init__()
        self._stream, self._blank = stream, sorted(blank)
        self._next, self._line, self._rest, self._ready = 0, 1, b"", b""

    def readable(self) -> bool:
        """Reading is all it does."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, fewer than asked for at the end alone."""
        parts, got = [self._ready], len(self._ready)
        while size < 0 or got < size:
            part = self._stream.read(CHUNK)
            block = self._rest + part
            cut = block.rfind(b"\n") + 1 if part else len(block)
            block, self._rest = block[:cut], block[cut:]
            block = self._blanked(block)
            parts.append(block)
            got += len(block)
            if not part:
                break
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else min(size, len(whole))
        self._ready = whole[cut:]
        return whole[:cut]

    def _blanked(self, block: bytes) -> bytes:
        count = block.count(b"\n") + (bool(block) and not block.endswith(b"\n"))
        last = self._line + count - 1
        if self._next < len(self._blank) and self._blank[self._next] <= last:
            lines = block.split(b"\n")
            while self._next < len(self._blank) and self._blank[self._next] <= last:
                lines[self._blank[self._next] - self._line] = b""
                self._next += 1
            block = b"\n".join(lines)
        self._line += count
        return block

    def close(self) -> None:
        """Close the file below as well."""
        self._stream.close()
        super().close()
