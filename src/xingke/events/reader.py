"""Reading the log from a position on: exactly once, when the reader keeps the position together with what it made of the events."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xingke.events.blocks import Body, Sealer, headers, unpack
from xingke.events.log import START, Position, durable_end, segment_path, segments


@dataclass(frozen=True, slots=True)
class Chunk:
    """A block as it was read: what it holds and the position behind it."""

    body: Body
    end: Position


def read_log(root: Path, sealer: Sealer, start: Position = START, *, until: Position | None = None) -> Iterator[Chunk]:
    """The blocks of a workspace's log behind a position, in the order in which they were acknowledged.

    Every event is there once: repeats are told before they are written. A consumer stores `chunk.end` in the same transaction as its result
    and starts from there the next time.

    Parameters
    ----------
    root
        Directory of the workspace's events.
    until
        Read no further; the end that is on disk when left out.

    Raises
    ------
    LogDamaged
        A block in the middle cannot be read.
    """
    end = until or durable_end(root)
    for number in segments(root):
        if number < start.segment or number > end.segment:
            continue
        path = segment_path(root, number)
        first = start.offset if number == start.segment else 0
        last = end.offset if number == end.segment else None
        with path.open("rb") as file:
            for header in headers(path, start=first, end=last):
                file.seek(header.start)
                yield Chunk(unpack(file.read(header.end - header.start), header, sealer), Position(number, header.end))


def tail(root: Path, *, most_bytes: int) -> Position:
    """A position from which about `most_bytes` are left to the end: where a look at the newest events begins."""
    end = durable_end(root)
    found, left = end, most_bytes
    for number in reversed([one for one in segments(root) if one <= end.segment]):
        blocks = list(headers(segment_path(root, number), end=end.offset if number == end.segment else None))
        for header in reversed(blocks):
            left -= header.end - header.offset
            if left < 0:
                return found
            found = Position(number, header.offset)
    return found
