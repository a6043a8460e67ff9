"""One workspace's events, followed from the log into the tags of the customers that they concern."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from xingke.engine.lake import LakeEmpty
from xingke.engine.live import LiveTable
from xingke.events.event import Event
from xingke.events.log import Position, durable_end
from xingke.events.reader import read_log
from xingke.loop.live import Change, LiveTags
from xingke.schema import TRACKED_EVENT, ColumnType
from xingke.tags import PORTRAIT
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import TagMove, lake_reader, tag_library, tag_moves_add
from xingke_web.tracking.cursors import cursor_move
from xingke_web.tracking.live.people import rows_of
from xingke_web.tracking.models import EventLoad
from xingke_web.tracking.places import events_root

log = logging.getLogger(__name__)

CONSUMER: Final = "live"
MOST_EVENTS: Final = 5_000
"""How many events are taken in at once while catching up."""
TOLD: Final = (ColumnType.FLAG, ColumnType.TEXT)
"""Changes of such tags are written down; counts change with every event and are read from the events themselves."""


class Follower:
    """Keeps the newer values of one workspace. One process does it at a time; it starts anew with each snapshot and each day."""

    def __init__(self, workspace: WorkspaceInfo) -> None:
        self.workspace = workspace
        self._root = events_root(workspace)
        self._table = LiveTable(workspace.lake_path, PORTRAIT)
        self._live: LiveTags | None = None
        self._sequence = -1
        self._position = Position.parse("")

    def step(self, workspace: WorkspaceInfo) -> int:
        """Take in what came since the last step; returns how many events that were.

        Parameters
        ----------
        workspace
            As it is now: its day may have changed.
        """
        self.workspace = workspace
        try:
            sequence = lake_reader(workspace).snapshot.sequence
        except LakeEmpty:
            return 0
        as_of = workspace.as_of + timedelta(days=1)
        if self._live is None or sequence != self._sequence or as_of != self._live.as_of:
            self._begin(sequence)
        end = durable_end(self._root)
        if end == self._position:
            return 0
        return self._take(end)

    def close(self) -> None:
        """Free the memory."""
        if self._live is not None:
            self._live.close()
            self._live = None

    def _begin(self, sequence: int) -> None:
        """Begin with a snapshot: what it may lack is read again from the log, and counts once."""
        self.close()
        reader = lake_reader(self.workspace)
        as_of = self.workspace.as_of + timedelta(days=1)
        self._live = LiveTags(reader.snapshot, tag_library(self.workspace.pack), as_of=as_of)
        self._sequence = sequence
        self._position = self._start()
        self._table.clear()
        cursor_move(self.workspace, CONSUMER, self._position)

    def _start(self) -> Position:
        """The position up to which the snapshot surely holds the events: behind the last piece that was closed before it."""
        snapshot = lake_reader(self.workspace).snapshot
        held = snapshot.tables[TRACKED_EVENT.name].inputs.get("pieces", "") if TRACKED_EVENT.name in snapshot.tables else ""
        loads = {entry.rsplit(":", 1)[0] for entry in held.split()}
        missing = [
            Position.parse(load.start)
            for load in EventLoad.objects.filter(workspace_id=self.workspace.id)
            if load.is_open or load.load_id not in loads or (load.written_at and load.written_at >= snapshot.created_at)
        ]
        last = EventLoad.objects.filter(workspace_id=self.workspace.id).last()
        return min(missing, default=Position.parse(last.end if last else ""))

    def _take(self, end: Position) -> int:
        events: list[Event] = []
        for chunk in read_log(self._root, vault_of(self.workspace.id), self._position, until=end):
            events += chunk.body.events
            self._position = chunk.end
            if len(events) >= MOST_EVENTS:
                break
        else:
            self._position = end
        if events:
            self._absorb(events)
        return len(events)

    def _absorb(self, events: Sequence[Event]) -> None:
        assert self._live is not None  # noqa: S101 - begun before anything is taken
        reader = lake_reader(self.workspace)
        rows, unknown = rows_of(self.workspace.id, events, reader, vault_of(self.workspace.id))
        if unknown:
            log.debug("%d events of people whom workspace %d does not know yet", unknown, self.workspace.id)
        changes = self._live.add(rows)
        if not changes:
            return
        self._table.write(self._live.values, as_of=self._live.as_of)
        last = dict(zip(rows["customer_id"].to_pylist(), rows["event_id"].to_pylist(), strict=True))
        self._tell(changes, last)

    def _tell(self, changes: Sequence[Change], last: dict[int, str]) -> None:
        """Write down what rules say differently now, and the event that made them."""
        library, now = tag_library(self.workspace.pack), timezone.now()
        moves = [
            TagMove(change.customer_id, change.tag, change.old, change.new, f"event:{last[change.customer_id]}", now)
            for change in changes
            if library[change.tag].type in TOLD
        ]
        with transaction.atomic():
            tag_moves_add(self.workspace.id, moves)
