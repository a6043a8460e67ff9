"""The open event stores of this process, one a workspace, and what has to happen beside the requests."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, close_old_connections, connection

from xingke.errors import XingkeError
from xingke.events.event import Rejected
from xingke.events.log import LogHeld, segments
from xingke.events.parse import parse_segment
from xingke.events.sensors import parse_sensors
from xingke.events.store import EventStore, NotStored, Overloaded, Receipt, batch_of
from xingke.privacy import Vault
from xingke_web.config.vault import vault_of
from xingke_web.tracking.contracts import KeyRights
from xingke_web.tracking.keybook import REFRESH_SECONDS, KeyBook
from xingke_web.tracking.rates import Rates
from xingke_web.tracking.refusals import Refused, held_elsewhere, overloaded
from xingke_web.tracking.retries import retries_in, retry_done, retry_read

log = logging.getLogger(__name__)

PARSERS: Final = {"segment": parse_segment, "sensors": parse_sensors}
_AT_ONCE: Final = 500


class Hub:
    """What the tracking server keeps between requests."""

    def __init__(self) -> None:
        self.keys = KeyBook()
        self.rates = Rates()
        self._stores: dict[int, EventStore] = {}
        self._opening: dict[int, asyncio.Lock] = {}
        self._ticker: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Begin the work beside the requests, once."""
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.create_task(self._tick())

    async def take(
        self, rights: KeyRights, events: Sequence[Any], *, dialect: str, sent_ms: int | None, strict: bool = False
    ) -> tuple[Receipt | None, list[tuple[int, Rejected]]]:
        """Read the events of a request and put them on disk.

        Returns
        -------
        tuple
            What became of them, and the rejected ones by place. With `strict` and anything rejected nothing is kept: no receipt then.
        """
        parse = PARSERS[dialect]
        arrival = rights.arrival(rights.now_ms(), sent_ms)
        good: list[tuple[str, bytes]] = []
        rejected: list[tuple[int, Rejected]] = []
        for index, raw in enumerate(events):
            if index % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)  # a large batch does not keep the others waiting
            found = parse(raw, arrival)
            if isinstance(found, Rejected):
                rejected.append((index, found))
            else:
                good.append((found[0].event_id, found[1]))
        if strict and rejected:
            return None, rejected
        return await self._store(rights, good, [one.to_line() for _, one in rejected]), rejected

    async def _store(self, rights: KeyRights, good: list[tuple[str, bytes]], rejected: list[bytes]) -> Receipt:
        if not good and not rejected:
            return Receipt(0, 0, 0)
        store = self._stores.get(rights.workspace_id) or await self._open(rights)
        try:
            return await store.add(batch_of(rights.name, rights.system, good, rejected))
        except (Overloaded, NotStored) as error:
            log.warning("events of workspace %d were not stored: %s", rights.workspace_id, error)
            raise overloaded() from error

    async def _open(self, rights: KeyRights) -> EventStore:
        async with self._opening.setdefault(rights.workspace_id, asyncio.Lock()):
            if rights.workspace_id not in self._stores:
                try:
                    self._stores[rights.workspace_id] = await asyncio.to_thread(_opened, rights)
                except LogHeld as error:
                    raise held_elsewhere() from error
                except OSError as error:
                    raise overloaded() from error
            return self._stores[rights.workspace_id]

    async def recover(self) -> None:
        """Open the logs of all keys, so that what a crash left is in order, and let them go again."""
        await self.keys.refresh()
        for rights in self.keys.keys.values():
            await self._open(rights)
        for store in self._stores.values():
            await store.close()
        self._stores.clear()

    async def _tick(self) -> None:
        while True:
            try:
                await self.keys.refresh()
                await self._open_known()
                await self._retry()
            except (DatabaseError, OSError, XingkeError):
                log.exception("work beside the tracking requests failed; it is tried again")
            await asyncio.sleep(REFRESH_SECONDS)

    async def _open_known(self) -> None:
        """Open the logs that are there, before a request comes: what a crash left at the end is put in order and can be read.

        A log that another process holds is tried again the next time, so that this one takes over when the other ends.
        """
        for rights in self.keys.keys.values():
            if rights.workspace_id in self._stores:
                continue
            there = await asyncio.to_thread(segments, rights.root)
            if there:
                with suppress(Refused):
                    await self._open(rights)

    async def _retry(self) -> None:
        by_name = {(one.root, one.name): one for one in self.keys.keys.values()}
        for root in {one.root for one in self.keys.keys.values()}:
            for path in await asyncio.to_thread(retries_in, root):
                await self._retry_file(root, path, by_name)

    async def _retry_file(self, root: Path, path: Path, by_name: dict[tuple[Path, str], KeyRights]) -> None:
        """Take the events of a file again, under the rules of now and with the times of then."""
        any_rights = next(one for one in by_name.values() if one.root == root)
        for one in await asyncio.to_thread(_read_retry, any_rights.workspace_id, path):
            rights = by_name.get((root, one.source))
            # Of a key that is gone: back into quarantine as it was.
            found = PARSERS[one.dialect](one.raw, rights.arrival(one.received_ms, one.sent_ms)) if rights else one
            if isinstance(found, Rejected):
                await self._store(rights or any_rights, [], [found.to_line()])
            else:
                await self._store(rights or any_rights, [(found[0].event_id, found[1])], [])
        await asyncio.to_thread(retry_done, path)


class _ThreadVault:
    """A vault for the thread of the log, which lives as long as the process: a connection that the database gave up is not kept."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def seal_bytes(self, content: bytes, /, *, place: str) -> bytes:
        close_old_connections()  # the vault reads its keys again now and then
        return self._vault.seal_bytes(content, place=place)

    def open_bytes(self, content: bytes, /, *, place: str) -> bytes:
        close_old_connections()
        return self._vault.open_bytes(content, place=place)


def _opened(rights: KeyRights) -> EventStore:
    try:
        return EventStore(rights.root, _ThreadVault(vault_of(rights.workspace_id)))
    finally:
        connection.close()


def _read_retry(workspace_id: int, path: Path) -> list[Rejected]:
    try:
        return retry_read(path, vault_of(workspace_id))
    finally:
        connection.close()
