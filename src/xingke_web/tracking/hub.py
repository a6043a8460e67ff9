"""Where this process puts events, one intake a workspace, and what has to happen beside the requests."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, close_old_connections, connection

from xingke.errors import XingkeError
from xingke.events.event import Rejected
from xingke.events.intake import Intake
from xingke.events.log import segments
from xingke.events.parse import parse_segment
from xingke.events.quick import Quick
from xingke.events.relay import WriterGone
from xingke.events.sensors import parse_sensors
from xingke.events.store import EventStore, NotStored, Overloaded, Receipt, batch_of
from xingke.privacy import Vault
from xingke_web.config.vault import vault_of
from xingke_web.tracking.contracts import KeyRights
from xingke_web.tracking.keybook import REFRESH_SECONDS, KeyBook
from xingke_web.tracking.rates import Rates
from xingke_web.tracking.refusals import held_elsewhere, overloaded
from xingke_web.tracking.retries import retries_in, retry_done, retry_read

log = logging.getLogger(__name__)

PARSERS: Final = {"segment": parse_segment, "sensors": parse_sensors}
_AT_ONCE: Final = 500
_SWITCH_SECONDS: Final = 0.0005
"""How soon a thread that waits for the interpreter gets it. The thread of the disk waits after each call of the system, and with the usual
5 ms a group of requests would wait for that longer than for the disk."""


class Hub:
    """What the tracking server keeps between requests."""

    def __init__(self) -> None:
        self.keys = KeyBook()
        self.rates = Rates()
        self._intakes: dict[int, Intake] = {}
        self._ticker: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Begin the work beside the requests, once."""
        if self._ticker is None or self._ticker.done():
            sys.setswitchinterval(_SWITCH_SECONDS)
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
        good, rejected = await self._read(rights, events, dialect, sent_ms)
        if strict and rejected:
            return None, rejected
        return await self._store(rights, good, [one.to_line() for _, one in rejected]), rejected

    async def read_only(self, rights: KeyRights, events: Sequence[Any], *, dialect: str, sent_ms: int | None) -> list[tuple[int, Rejected]]:
        """Read the events of a request and keep nothing; the rejected ones by place."""
        return (await self._read(rights, events, dialect, sent_ms))[1]

    async def _read(
        self, rights: KeyRights, events: Sequence[Any], dialect: str, sent_ms: int | None
    ) -> tuple[list[tuple[str, bytes]], list[tuple[int, Rejected]]]:
        parse = PARSERS[dialect]
        arrival = rights.arrival(rights.now_ms(), sent_ms)
        quick = Quick(arrival).read if dialect == "segment" else _never
        good: list[tuple[str, bytes]] = []
        rejected: list[tuple[int, Rejected]] = []
        for index, raw in enumerate(events):
            if index % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)  # a large batch does not keep the others waiting
            ordinary = quick(raw)
            if ordinary is not None:
                good.append(ordinary)
                continue
            found = parse(raw, arrival)
            if isinstance(found, Rejected):
                rejected.append((index, found))
            else:
                good.append((found[0].event_id, found[1]))
        return good, rejected

    async def _store(self, rights: KeyRights, good: list[tuple[str, bytes]], rejected: list[bytes]) -> Receipt:
        if not good and not rejected:
            return Receipt(0, 0, 0)
        try:
            return await self._intake(rights).add(batch_of(rights.name, rights.system, good, rejected))
        except WriterGone as error:
            raise held_elsewhere() from error
        except (Overloaded, NotStored, OSError) as error:
            log.warning("events of workspace %d were not stored: %s", rights.workspace_id, error)
            raise overloaded() from error

    def _intake(self, rights: KeyRights) -> Intake:
        found = self._intakes.get(rights.workspace_id)
        if found is None:
            found = self._intakes[rights.workspace_id] = Intake(rights.root, partial(_opened, rights))
        return found

    async def recover(self) -> None:
        """Open the logs of all keys, so that what a crash left is in order, and let them go again."""
        await self.keys.refresh()
        for rights in self.keys.keys.values():
            await self._intake(rights).ready()
        await self.close()

    async def close(self) -> None:
        """Finish what is under way and let other processes write."""
        for intake in self._intakes.values():
            await intake.close()
        self._intakes.clear()

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

        A log that another process writes is asked for each time, so that one of the others takes over when that one ends.
        """
        for rights in self.keys.keys.values():
            if await asyncio.to_thread(segments, rights.root):
                with suppress(WriterGone):
                    await self._intake(rights).ready()

    async def _retry(self) -> None:
        by_name = {(one.root, one.name): one for one in self.keys.keys.values()}
        for root in {one.root for one in self.keys.keys.values() if self._intake(one).writes}:  # once, by the one process that writes
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


def _never(_raw: Any) -> None:
    """No call of the other dialects is read quickly."""


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
