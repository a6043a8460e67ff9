"""The write keys in the memory of the server: no query for a request, and a change is known within seconds."""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from django.db import DatabaseError, connection
from django.utils import timezone

from xingke.errors import TransientError
from xingke_web.accounts.facade import WorkspaceInfo, workspaces_all
from xingke_web.loop.facade import business_now
from xingke_web.tracking.contracts import KeyRights, rights_of
from xingke_web.tracking.models import WriteKey
from xingke_web.tracking.places import events_root
from xingke_web.tracking.secret_keys import secret_hash

log = logging.getLogger(__name__)

REFRESH_SECONDS: Final = 2.0
MISS_SECONDS: Final = 0.5


class KeysUnknown(TransientError):
    """The database did not answer yet; the sender should try again in a moment."""


class KeyBook:
    """The live keys by the digest of their secrets."""

    def __init__(self) -> None:
        self._keys: Mapping[str, KeyRights] = MappingProxyType({})
        self._read_at = float("-inf")
        self._was_read = False
        self._reading: asyncio.Task[None] | None = None
        self._used: set[int] = set()

    @property
    def keys(self) -> Mapping[str, KeyRights]:
        """All live keys."""
        return self._keys

    async def find(self, secret: str) -> KeyRights | None:
        """The rights of a secret. A secret that is not known is looked up again at most twice a second: its key may be new.

        Raises
        ------
        KeysUnknown
            The keys could not be read since this process began: nobody may be told that a key is unknown then, as clients drop what they
            were told never to send again.
        """
        hashed = secret_hash(secret)
        age = time.monotonic() - self._read_at
        if age > REFRESH_SECONDS or (hashed not in self._keys and age > MISS_SECONDS):
            await self.refresh()
        if not self._was_read:
            raise KeysUnknown("the write keys could not be read yet")
        found = self._keys.get(hashed)
        if found is not None:
            self._used.add(found.id)
        return found

    async def refresh(self) -> None:
        """Read the keys again; requests that ask meanwhile wait for the same reading."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await self._reading

    async def _read(self) -> None:
        used, self._used = self._used, set()
        try:
            self._keys = await asyncio.to_thread(_load, used)
            self._was_read = True
        except DatabaseError:
            # The keys that are known go on to work while the database is away.
            log.exception("write keys could not be read")
        self._read_at = time.monotonic()


def _load(used: set[int]) -> Mapping[str, KeyRights]:
    try:
        if used:
            WriteKey.objects.filter(pk__in=used).update(last_seen_at=timezone.now())
        workspaces = {workspace.id: workspace for workspace in workspaces_all()}
        live = WriteKey.objects.filter(disabled_at__isnull=True)
        return MappingProxyType({key.secret_hash: _rights(key, workspaces[key.workspace_id]) for key in live})
    finally:
        connection.close()


def _rights(key: WriteKey, workspace: WorkspaceInfo) -> KeyRights:
    ahead = business_now(workspace) - timezone.now() if workspace.pinned else timedelta(0)
    return rights_of(key, events_root(workspace), clock_ms=round(ahead / timedelta(milliseconds=1)))
