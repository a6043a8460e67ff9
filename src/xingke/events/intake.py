"""A workspace's events as any process of the installation takes them: one writes the log, the others hand over to it.

Who holds the log's lock writes. When that process ends, however it ends, its socket closes and the first of the others to get the lock goes
on; what was under way is handed to it again, and what the old one had written already is told as a repeat.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from xingke.events.log import LogHeld
from xingke.events.relay import Relay, RelayServer, WriterGone
from xingke.events.store import Batch, EventStore, Receipt

PATIENCE_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.05


class Intake:
    """Where a process puts a workspace's events.

    Parameters
    ----------
    root
        Directory of the workspace's events.
    open_store
        Opens the store, in a thread; raises LogHeld where another process has it.
    """

    def __init__(self, root: Path, open_store: Callable[[], EventStore]) -> None:
        self._root, self._open_store = root, open_store
        self._store: EventStore | None = None
        self._server: RelayServer | None = None
        self._relay: Relay | None = None
        self._opening = asyncio.Lock()

    @property
    def writes(self) -> bool:
        """Whether this process writes the log."""
        return self._store is not None

    async def add(self, batch: Batch) -> Receipt:
        """Take a request's events; when this returns they are on disk.

        Raises
        ------
        xingke.events.store.Overloaded, xingke.events.store.NotStored
            The disk does not keep up, or refuses.
        WriterGone
            For `PATIENCE_SECONDS` no process was there to write.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await (self._store or await self.ready()).add(batch)
            except WriterGone:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)

    async def ready(self) -> EventStore | Relay:
        """Become the writer, or find it; raises WriterGone where neither is possible now."""
        async with self._opening:
            if self._store is not None:
                return self._store
            if self._relay is not None and self._relay.is_open:
                return self._relay
            try:
                store = await asyncio.to_thread(self._open_store)
            except LogHeld:
                self._relay = await Relay.to(self._root)
                return self._relay
            self._server = RelayServer(self._root, store)
            await self._server.start()
            self._store = store
            return store

    async def close(self) -> None:
        """Finish what is under way and let another process write."""
        if self._relay is not None:
            await self._relay.close()
        if self._server is not None:
            await self._server.close()
        if self._store is not None:
            await self._store.close()
        self._relay = self._server = self._store = None
