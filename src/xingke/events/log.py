"""The append-only log of one workspace: what is acknowledged is behind an fdatasync.

Layout::

    log/00000000000000000007.log   segments, numbered without gaps; one process writes, each start begins a new one
    log/END                        segment and offset up to which the log is on disk; readers go no further
    LOCK                           held by the writing process

A block is written with one write and one fdatasync, whatever the number of requests in it. Where a crash cut the last block, the next start
removes what is left of it: nobody was told that it is there.
"""

import fcntl
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from xingke.durable import make_folder, sync
from xingke.errors import TransientError
from xingke.events.blocks import sound_end

SEGMENT_BYTES: Final = 64 * 1024 * 1024
SEGMENT_SECONDS: Final = 60.0
_END: Final = struct.Struct("<QQI")


class LogHeld(TransientError):
    """Another process writes this log."""


class Position(NamedTuple):
    """A place in the log: everything before it has been read or written."""

    segment: int
    offset: int

    def __str__(self) -> str:
        return f"{self.segment}:{self.offset}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """The position of a text that `str` made; the beginning for an empty one."""
        segment, _, offset = text.partition(":")
        return cls(int(segment), int(offset)) if text else START


START: Final = Position(0, 0)


def log_directory(root: Path) -> Path:
    """Where the segments lie."""
    return root / "log"


def segment_path(root: Path, number: int) -> Path:
    """The file of a segment."""
    return log_directory(root) / f"{number:020d}.log"


def segments(root: Path) -> list[int]:
    """The numbers of the segments that are there, in order."""
    return sorted(int(path.stem) for path in log_directory(root).glob("*.log"))


def durable_end(root: Path) -> Position:
    """Up to where the log is known to be on disk."""
    try:
        raw = (log_directory(root) / "END").read_bytes()
        segment, offset, checksum = _END.unpack(raw)
    except (FileNotFoundError, struct.error):
        return START
    return Position(segment, offset) if zlib.crc32(raw[:16]) == checksum else START


class LogWriter:
    """The one writer of a log.

    Parameters
    ----------
    root
        Directory of the workspace's events; made where it is missing.
    clock
        Seconds, for rotation.

    Raises
    ------
    LogHeld
        Another process has it open.
    """

    def __init__(
        self,
        root: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        segment_seconds: float = SEGMENT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root, self._clock = root, clock
        self._segment_bytes, self._segment_seconds = segment_bytes, segment_seconds
        make_folder(log_directory(root), mode=0o700)
        self._lock = os.open(root / "LOCK", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise LogHeld(f"another process writes {root}") from error
        self._file: int | None = None
        self._opened = 0.0
        self._end_file = os.open(log_directory(root) / "END", os.O_RDWR | os.O_CREAT, 0o600)
        self.end = self._recovered()

    def append(self, block: bytes) -> Position:
        """Write a block and wait until it is on disk; returns the new end.

        Raises
        ------
        OSError
            The block is not in the log: the disk is full or broken.
        """
        self._rotate_when_due()
        descriptor = self._descriptor()
        try:
            _write_all(descriptor, block)
            os.fdatasync(descriptor)
        except OSError:
            self._cut()
            raise
        self.end = Position(self.end.segment, self.end.offset + len(block))
        self._publish()
        return self.end

    def close(self) -> None:
        """Let another process write."""
        for descriptor in (self._file, self._end_file, self._lock):
            if descriptor is not None:
                os.close(descriptor)
        self._file = None

    def _recovered(self) -> Position:
        numbers = segments(self._root)
        if not numbers:
            return START
        path = segment_path(self._root, numbers[-1])
        sound = sound_end(path)
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.ftruncate(descriptor, sound)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.end = Position(numbers[-1], sound)
        self._publish()
        return self.end

    def _rotate_when_due(self) -> None:
        if self._file is None:
            return
        if self.end.offset >= self._segment_bytes or self._clock() - self._opened >= self._segment_seconds:
            os.close(self._file)
            self._file = None

    def _descriptor(self) -> int:
        if self._file is None:
            number = self.end.segment + 1
            self._file = os.open(segment_path(self._root, number), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            sync(log_directory(self._root))
            self._opened = self._clock()
            self.end = Position(number, 0)
        return self._file

    def _cut(self) -> None:
        """Take a half-written block away and go on in a new segment."""
        if self._file is not None:
            try:
                os.ftruncate(self._file, self.end.offset)
            finally:
                os.close(self._file)
                self._file = None

    def _publish(self) -> None:
        raw = _END.pack(self.end.segment, self.end.offset, 0)[:16]
        # In one write of a few bytes; after a loss of power the next start finds the end from the blocks themselves.
        os.pwrite(self._end_file, raw + struct.pack("<I", zlib.crc32(raw)), 0)


def trim(root: Path, keep_from: Position) -> int:
    """Remove segments that lie wholly before a position; returns how many."""
    gone = [number for number in segments(root) if number < keep_from.segment]
    for number in gone:
        segment_path(root, number).unlink()
    return len(gone)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
