"""The bytes of the event log: one block a group commit.

A block is a header, the digests of its events and a sealed body (lines of JSON: events, then rejected events, then one line of counts).
Digests lie outside of the seal, so that the set of seen events can be rebuilt without opening bodies. The checksum tells a torn block.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import orjson

from xingke.errors import PermanentError
from xingke.events.event import Event, Rejected

_HEADER: Final = struct.Struct("<4sIIII")
_MAGIC: Final = b"XKE1"
DIGEST: Final = 16
PLACE: Final = "event_log"


class Sealer(Protocol):
    """What seals the bodies; `xingke.privacy.Vault` is one."""

    def seal_bytes(self, content: bytes, /, *, place: str) -> bytes:
        """The sealed form."""
        ...

    def open_bytes(self, content: bytes, /, *, place: str) -> bytes:
        """The clear form of what `seal_bytes` made for the same place."""
        ...


class LogDamaged(PermanentError):
    """A block in the middle of the log cannot be read."""


@dataclass(frozen=True, slots=True)
class Header:
    """A block's place in its file: it begins at `offset`, its body lies in [`start`, `end`)."""

    offset: int
    start: int
    end: int
    checksum: int
    events: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Body:
    """The contents of a block; `repeated` counts, by source, events that were left out because they were there already."""

    events: Sequence[Event]
    rejected: Sequence[Rejected]
    repeated: Mapping[str, int]


def pack(digests: Sequence[bytes], lines: Sequence[bytes], rejected: Sequence[bytes], repeated: Mapping[str, int], sealer: Sealer) -> bytes:
    """A block of events and rejected events."""
    clear = b"\n".join([*lines, *rejected, orjson.dumps(repeated)])
    body = b"".join(digests) + sealer.seal_bytes(clear, place=PLACE)
    return packed_body(body, len(lines), len(rejected))


def packed_body(body: bytes, events: int, rejected: int) -> bytes:
    """A block of a body that is sealed already."""
    return _HEADER.pack(_MAGIC, len(body), zlib.crc32(body), events, rejected) + body


def unpack(body: bytes, header: Header, sealer: Sealer) -> Body:
    """What a block holds; raises LogDamaged where its checksum is wrong."""
    if zlib.crc32(body) != header.checksum:
        raise LogDamaged(f"the block at byte {header.offset} has a wrong checksum")
    lines = sealer.open_bytes(body[header.events * DIGEST :], place=PLACE).split(b"\n")
    split = header.events + header.rejected
    return Body(
        events=[Event.from_line(line) for line in lines[: header.events]],
        rejected=[Rejected.from_line(line) for line in lines[header.events : split]],
        repeated=orjson.loads(lines[split]),
    )


def headers(path: Path, *, start: int = 0, end: int | None = None) -> Iterator[Header]:
    """The blocks of a file between two offsets; ends before one that is cut off or is none."""
    there = path.stat().st_size
    size = there if end is None else min(end, there)
    with path.open("rb") as file:
        offset = start
        while offset + _HEADER.size <= size:
            file.seek(offset)
            magic, length, checksum, events, rejected = _HEADER.unpack(file.read(_HEADER.size))
            body = offset + _HEADER.size
            if magic != _MAGIC or body + length > size or events * DIGEST > length:
                return
            yield Header(offset, body, body + length, checksum, events, rejected)
            offset = body + length


def digests_of(path: Path, *, start: int = 0) -> Iterator[bytes]:
    """The digests of all events in a file from an offset on, joined block by block."""
    with path.open("rb") as file:
        for header in headers(path, start=start):
            file.seek(header.start)
            yield file.read(header.events * DIGEST)


def sound_end(path: Path) -> int:
    """The offset behind the last whole block: what lies after it was cut off by a crash."""
    end = 0
    with path.open("rb") as file:
        for header in headers(path):
            file.seek(header.start)
            if zlib.crc32(file.read(header.end - header.start)) != header.checksum:
                break
            end = header.end
    return end
