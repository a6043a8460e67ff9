"""Handing batches of events to the process that writes the log, over a socket of this machine.

One process holds a workspace's log; every other one that is sent events hands them over and answers its own sender when the writer says
that they are on disk. The socket lies in the workspace's directory, which only the user of the platform can enter, and both ends belong to
that user. A batch is a frame of lengths, digests and lines; an answer names the frame it belongs to, so that many are under way at once.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from xingke.errors import TransientError
from xingke.events.blocks import DIGEST
from xingke.events.store import Batch, EventStore, NotStored, Overloaded, Receipt

SOCKET: Final = "INTAKE"
MOST_BYTES: Final = 64 * 1024 * 1024
WAIT_SECONDS: Final = 30.0
_BUFFER_BYTES: Final = 4 * 1024 * 1024
_PATH_BYTES: Final = 100
"""A little less than the system allows for the address of a socket."""

_FRAME: Final = struct.Struct("<IIIIIII")  # bytes that follow, number, then lengths: source, ids, lines, rejected, count of rejected
_ANSWER: Final = struct.Struct("<IBIII")  # number, outcome, events counted, repeated, rejected
_STORED, _OVERLOADED, _REFUSED = range(3)


class WriterGone(TransientError):
    """The process that writes the log cannot be reached, or ended before it answered."""


class RelayServer:
    """The writer's end: takes the batches of other processes into its store."""

    def __init__(self, root: Path, store: EventStore) -> None:
        self._root, self._store = root, store
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen. Whoever holds the log may do so, hence what an ended process left of its socket is replaced."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _address(self._root) as address:
            with suppress(FileNotFoundError):
                os.unlink(address)
            listener.bind(address)
            os.chmod(address, 0o600)
        listener.setblocking(False)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=_BUFFER_BYTES)

    async def close(self) -> None:
        """Answer what is under way and stop listening; the others find that this process no longer writes."""
        if self._server is not None:
            self._server.close()
        await asyncio.gather(*self._tasks)
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_own(writer.get_extra_info("socket")):
            writer.close()
            return
        self._writers.add(writer)
        try:
            while True:
                size, number, *lengths = _FRAME.unpack(await reader.readexactly(_FRAME.size))
                if size > MOST_BYTES:
                    break
                batch = _unpacked(await reader.readexactly(size), lengths)
                task = asyncio.create_task(self._take(number, batch, writer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        except (asyncio.IncompleteReadError, OSError):
            pass  # the other process ended; what it has sent is written all the same
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _take(self, number: int, batch: Batch, writer: asyncio.StreamWriter) -> None:
        try:
            receipt = await self._store.add(batch)
        except (Overloaded, NotStored) as error:
            writer.write(_ANSWER.pack(number, _OVERLOADED if isinstance(error, Overloaded) else _REFUSED, 0, 0, 0))
        else:
            writer.write(_ANSWER.pack(number, _STORED, receipt.counted, receipt.repeated, receipt.rejected))


class Relay:
    """The other end: hands batches to the writer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Receipt]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def to(cls, root: Path) -> "Relay":
        """Connect to the process that writes the log below `root`; raises WriterGone where nobody listens."""
        try:
            with _address(root) as address:
                return cls(*await asyncio.open_unix_connection(address))
        except OSError as error:
            raise WriterGone(str(error)) from error

    @property
    def is_open(self) -> bool:
        """Whether the writer is there."""
        return not self._listener.done()

    async def add(self, batch: Batch) -> Receipt:
        """The same as `EventStore.add`; raises WriterGone where nobody knows whether the batch was written: it has to be sent again."""
        if not self.is_open:
            raise WriterGone("the writer ended")
        self._number = number = (self._number + 1) & 0xFFFFFFFF
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(_packed(number, batch))
            await self._writer.drain()
            return await asyncio.wait_for(answer, WAIT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise WriterGone(str(error)) from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Let go."""
        self._listener.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        try:
            while True:
                number, outcome, *figures = _ANSWER.unpack(await self._reader.readexactly(_ANSWER.size))
                answer = self._waiting.get(number)
                if answer is None or answer.done():
                    continue
                if outcome == _STORED:
                    answer.set_result(Receipt(*figures))
                else:
                    answer.set_exception((Overloaded if outcome == _OVERLOADED else NotStored)("the writer refused"))
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self._writer.close()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(WriterGone("the writer ended"))


@contextmanager
def _address(root: Path) -> Iterator[str]:
    """The address of the socket; through the open directory where the path is too long for one."""
    path = root / SOCKET
    if len(os.fsencode(path)) <= _PATH_BYTES:
        yield str(path)
        return
    directory = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{SOCKET}"
    finally:
        os.close(directory)


def _is_own(connection: socket.socket) -> bool:
    """Whether the other end runs as the same user; true where the system does not say, as the directory is the user's alone."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _pid, user, _group = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.geteuid())


def _packed(number: int, batch: Batch) -> bytes:
    source, ids = batch.source.encode(), b"".join(batch.ids)
    lines, rejected = b"\n".join(batch.lines), b"\n".join(batch.rejected)
    size = len(source) + len(ids) + len(lines) + len(rejected)
    head = _FRAME.pack(size, number, len(source), len(ids), len(lines), len(rejected), len(batch.rejected))
    return b"".join((head, source, ids, lines, rejected))


def _unpacked(body: bytes, lengths: list[int]) -> Batch:
    *sizes, rejected_count = lengths
    parts, start = [], 0
    for size in sizes:
        parts.append(body[start : start + size])
        start += size
    source, ids, lines, rejected = parts
    return Batch(
        source.decode(),
        [ids[at : at + DIGEST] for at in range(0, len(ids), DIGEST)],
        lines.split(b"\n") if ids else [],
        rejected.split(b"\n") if rejected_count else [],
    )
