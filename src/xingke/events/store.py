"""Taking events: repeats are told, the rest is written with those of other requests in one group, and then the sender is answered."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xingke.errors import TransientError
from xingke.events.blocks import Sealer, pack
from xingke.events.log import LogWriter
from xingke.events.seen import MEMORY_IDS, Frozen, Run, Seen, digest

GROUP_EVENTS: Final = 20_000
QUEUE_BYTES: Final = 64 * 1024 * 1024


class Overloaded(TransientError):
    """More came than the disk takes; the sender should try again in a moment."""


class NotStored(TransientError):
    """The disk refused; nothing of the request was kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one request: ids and lines of the good ones, lines of the rejected ones."""

    source: str
    ids: Sequence[bytes]
    lines: Sequence[bytes]
    rejected: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request: events written, repeats left out, events in quarantine."""

    counted: int
    repeated: int
    rejected: int


@dataclass(slots=True)
class _Waiting:
    ids: list[bytes]
    lines: list[bytes]
    rejected: Sequence[bytes]
    repeated: dict[str, int]
    bytes: int
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class EventStore:
    """The events of one workspace, open for writing in one event loop.

    Parameters
    ----------
    root
        Directory of the workspace's events.
    sealer
        Seals what is written.

    Raises
    ------
    LogHeld
        Another process takes this workspace's events.
    """

    def __init__(self, root: Path, sealer: Sealer, *, memory_ids: int = MEMORY_IDS) -> None:
        self.root, self._sealer = root, sealer
        self._log = LogWriter(root)
        self._seen = Seen(root, memory_ids=memory_ids)
        self._pending: set[bytes] = set()
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._flusher: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="event-log")

    async def add(self, batch: Batch) -> Receipt:
        """Take a request's events; when this returns they are on disk.

        Raises
        ------
        Overloaded
            Too much waits for the disk already.
        NotStored
            The disk refused.
        """
        if self._waiting_bytes > QUEUE_BYTES:
            raise Overloaded(f"{self._waiting_bytes} bytes wait for the disk")
        ids, lines = self._new(batch)
        repeated = len(batch.ids) - len(ids)
        size = sum(map(len, lines)) + sum(map(len, batch.rejected))
        waiting = _Waiting(ids, lines, batch.rejected, {batch.source: repeated} if repeated else {}, size)
        self._pending.update(ids)
        self._waiting.append(waiting)
        self._waiting_bytes += size
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        # Also a request of repeats only waits for its group: what it repeats may be on its way to the disk.
        await waiting.done
        return Receipt(len(ids), repeated, len(batch.rejected))

    async def close(self) -> None:
        """Finish what is under way and let another process write."""
        for task in (self._writer, self._flusher):
            if task is not None:
                await task
        self._disk.shutdown()
        self._log.close()

    def _new(self, batch: Batch) -> tuple[list[bytes], list[bytes]]:
        known = self._seen.known(batch.ids)
        mine = set(batch.ids)
        if not known and len(mine) == len(batch.ids) and mine.isdisjoint(self._pending):
            return list(batch.ids), list(batch.lines)
        ids, lines = [], []
        mine.clear()
        for one, line in zip(batch.ids, batch.lines, strict=True):
            if one not in known and one not in self._pending and one not in mine:
                mine.add(one)
                ids.append(one)
                lines.append(line)
        return ids, lines

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group = self._take()
            try:
                await loop.run_in_executor(self._disk, self._store, group)
            except Exception as error:  # noqa: BLE001 - whatever it is, the senders must hear that nothing was kept
                # What waits may have been told a repeat of what was lost: all of it goes back to its senders.
                self._give_back([*group, *self._waiting], error)
                self._waiting = []
                continue
            ids = [one for waiting in group for one in waiting.ids]
            self._seen.add(ids)
            self._pending.difference_update(ids)
            for waiting in group:
                self._waiting_bytes -= waiting.bytes
                if not waiting.done.done():
                    waiting.done.set_result(None)
            self._flush_when_due()

    def _take(self) -> list[_Waiting]:
        count = events = 0
        for waiting in self._waiting:
            count, events = count + 1, events + len(waiting.lines)
            if events >= GROUP_EVENTS:
                break
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    def _give_back(self, group: Sequence[_Waiting], error: Exception) -> None:
        for waiting in group:
            self._pending.difference_update(waiting.ids)
            self._waiting_bytes -= waiting.bytes
            if not waiting.done.done():
                waiting.done.set_exception(NotStored(str(error)))

    def _store(self, group: Sequence[_Waiting]) -> None:
        repeated: Counter[str] = Counter()
        for waiting in group:
            repeated.update(waiting.repeated)
        ids = [one for waiting in group for one in waiting.ids]
        lines = [line for waiting in group for line in waiting.lines]
        rejected = [line for waiting in group for line in waiting.rejected]
        self._log.append(pack(ids, lines, rejected, repeated, self._sealer))

    def _flush_when_due(self) -> None:
        if self._flusher is not None and not self._flusher.done():
            return
        # No group is being written at this moment, so that every remembered id lies before the end of the log.
        frozen = self._seen.freeze(self._log.end)
        if frozen is not None:
            self._flusher = asyncio.create_task(self._flush(frozen))

    async def _flush(self, frozen: Frozen) -> None:
        try:
            runs: list[Run] = await asyncio.to_thread(self._seen.write, frozen)
        except OSError:
            self._seen.thaw(frozen)  # the disk is full, say; the ids stay in memory and in the log until it is not
        else:
            self._seen.adopt(frozen, runs)


def batch_of(source: str, system: str, good: Sequence[tuple[str, bytes]], rejected: Sequence[bytes]) -> Batch:
    """A request's events, given as (event id, line)."""
    return Batch(source, [digest(system, event_id) for event_id, _ in good], [line for _, line in good], rejected)
