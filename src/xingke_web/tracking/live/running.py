"""The thread that follows the events of all workspaces, beside the worker."""

import fcntl
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from threading import Event
from typing import Final

from django.db import DatabaseError, close_old_connections, connection

from xingke.errors import XingkeError
from xingke.events.log import segments
from xingke_web.accounts.facade import WorkspaceInfo, workspaces_all
from xingke_web.tracking.live.follower import Follower
from xingke_web.tracking.places import events_root

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 0.25
LOOK_SECONDS: Final = 5.0
"""How often workspaces are looked for that have begun to receive events."""


class Followers:
    """The followers of this process: one a workspace that receives events and that no other process follows."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Follower, int]] = {}

    def step(self, workspaces: Sequence[WorkspaceInfo]) -> int:
        """Follow each workspace one step; returns how many events were taken in."""
        taken = 0
        for workspace in workspaces:
            follower = self._follower(workspace)
            if follower is not None:
                taken += follower.step(workspace)
        return taken

    def close(self) -> None:
        """Let other processes follow."""
        for follower, descriptor in self._held.values():
            follower.close()
            os.close(descriptor)
        self._held.clear()

    def _follower(self, workspace: WorkspaceInfo) -> Follower | None:
        if workspace.id not in self._held:
            root = events_root(workspace)
            if not segments(root):
                return None
            descriptor = os.open(root / "LIVE", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return None
            self._held[workspace.id] = (Follower(workspace), descriptor)
        return self._held[workspace.id][0]


def follow_events(stop: Event) -> None:
    """Follow until told to stop. What goes wrong is logged and tried again: nothing is lost, since all of it is in the log."""
    followers, rounds = Followers(), 0
    workspaces: Sequence[WorkspaceInfo] = ()
    while not stop.is_set():
        taken = 0
        try:
            close_old_connections()
            if rounds % round(LOOK_SECONDS / PAUSE_SECONDS) == 0:
                workspaces = workspaces_all()
            taken = followers.step(workspaces)
        except (DatabaseError, OSError, XingkeError):
            log.exception("events could not be followed; it is tried again")
            followers.close()
            stop.wait(LOOK_SECONDS)
        rounds += 1
        if not taken:
            stop.wait(PAUSE_SECONDS)
    with suppress(OSError):
        followers.close()
    connection.close()
