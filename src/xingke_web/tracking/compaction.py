"""From the log to pieces of the lake.

A piece holds a stretch of the log. The newest one stays open: each time it is written again with what came since, until it is large or
a day old; then the next begins. Writing a piece twice gives the same piece, so a worker may be killed anywhere.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone

from xingke.events.compact import Person, event_rows, product_rows, record_rows
from xingke.events.event import ITEM, Event
from xingke.events.log import Position, segment_path, segments, trim
from xingke.events.personal import blinded_key
from xingke.events.reader import read_log
from xingke.events.reseal import log_resealed
from xingke.events.seen import remembered_from
from xingke.loop.pieces import PieceStore
from xingke.privacy import Vault
from xingke.schema import PRODUCT
from xingke.schema.events import TRACKED_EVENT
from xingke.schema.intake import RECORD
from xingke.schema.trade.identity import SOURCE_RECORD
from xingke_web.accounts.facade import WorkspaceInfo, workspaces_all
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import pieces_of
from xingke_web.tracking.accounting import account
from xingke_web.tracking.cursors import slowest
from xingke_web.tracking.links import closed_pieces_stitch, users_of
from xingke_web.tracking.models import EventLoad
from xingke_web.tracking.places import events_root

PIECE_EVENTS: Final = 100_000
PIECE_AGE: Final = timedelta(days=1)
KEEP_SECONDS: Final = 7 * 24 * 3600.0
"""How long segments stay after everybody has read them: for the page that shows the newest events, and for repairs."""


def compact_workspace(workspace: WorkspaceInfo) -> int:
    """Bring counts and pieces up to the end of the log; returns the events written into pieces, 0 where another worker does it."""
    root = events_root(workspace)
    if not segments(root):
        return 0
    with _alone(root) as alone:
        if not alone:
            return 0
        vault = vault_of(workspace.id)
        until = account(workspace, root, vault)
        store = pieces_of(workspace)
        written = 0
        while (load := _open_load(workspace)).end != str(until):
            written += _write(workspace, load, until, store, vault)
            if load.is_open:
                break
        closed_pieces_stitch(workspace.id, store, vault)
        _trim(workspace, root)
    return written


def _write(workspace: WorkspaceInfo, load: EventLoad, until: Position, store: PieceStore, vault: Vault) -> int:
    """Write the open piece with all that came up to a position, or to its full size."""
    end = start = Position.parse(load.start)
    tables: list[pa.Table] = []
    stating: list[Event] = []
    things: list[Event] = []
    for chunk in read_log(events_root(workspace), vault, start, until=until):
        events = chunk.body.events
        tables.append(event_rows(events, users_of(workspace.id, events, vault), vault))
        stating += [event for event in events if event.kind == "identify"]
        things += [event for event in events if event.kind == ITEM]
        end = chunk.end
        if sum(table.num_rows for table in tables) >= PIECE_EVENTS:
            break
    rows = int(sum(table.num_rows for table in tables))
    if rows:
        store.put(load.load_id, TRACKED_EVENT.name, pa.concat_tables(tables))
    records = record_rows(stating, _before(workspace, load, stating, store, vault), vault)
    if records.num_rows:
        store.put(load.load_id, SOURCE_RECORD.name, records)
    products = product_rows(things)
    if products.num_rows:
        store.put(load.load_id, PRODUCT.name, products)
    now = timezone.now()
    before = load.events
    load.end, load.events, load.records, load.written_at = str(end), rows, records.num_rows, now
    load.is_open = rows < PIECE_EVENTS and now - load.opened_at < PIECE_AGE
    load.save(update_fields=["end", "events", "records", "written_at", "is_open"])
    return rows - before


def _open_load(workspace: WorkspaceInfo) -> EventLoad:
    """The open stretch; a new one behind the last where all are closed."""
    with transaction.atomic():
        found = EventLoad.objects.filter(workspace_id=workspace.id, is_open=True).first()
        if found is not None:
            return found
        last = EventLoad.objects.filter(workspace_id=workspace.id).last()
        start = last.end if last else ""
        place = Position.parse(start)
        load_id = f"events-{place.segment:08d}-{place.offset:010d}"
        return EventLoad.objects.create(workspace_id=workspace.id, load_id=load_id, start=start, end=start, opened_at=timezone.now())


def _before(
    workspace: WorkspaceInfo, load: EventLoad, stating: list[Event], store: PieceStore, vault: Vault
) -> dict[Person, Mapping[str, Any]]:
    """What earlier pieces of events say about the people that are spoken of again."""
    wanted = {blinded_key(event.customer_key, vault) for event in stating}
    if not wanted:
        return {}
    earlier = set(EventLoad.objects.filter(workspace_id=workspace.id, pk__lt=load.pk, records__gt=0).values_list("load_id", flat=True))
    found: dict[Person, Mapping[str, Any]] = {}
    for piece in store.pieces(SOURCE_RECORD.name):
        if piece.load_id in earlier:
            stored = pq.read_table(piece.path, filters=[("source_id", "in", wanted)], partitioning=None)
            for row in vault.open_table(stored, RECORD).to_pylist():
                known = {name: value for name, value in row.items() if value is not None}
                found[row["system"], row["source_id"]] = known
    return found


def _trim(workspace: WorkspaceInfo, root: Path) -> None:
    """Remove segments that are old and that nobody needs any more."""
    loads = EventLoad.objects.filter(workspace_id=workspace.id, is_open=True).values_list("start", flat=True)
    keep = min(slowest(workspace), remembered_from(root), *map(Position.parse, loads))
    oldest = time.time() - KEEP_SECONDS
    young = [number for number in segments(root) if segment_path(root, number).stat().st_mtime > oldest]
    trim(root, min(keep, Position(min(young, default=0), 0)))


@contextmanager
def _alone(root: Path) -> Iterator[bool]:
    """Whether no other process compacts this workspace now; the right ends with the process, however it ends."""
    descriptor = os.open(root / "COMPACT", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def log_reseal(workspace_id: int, vault: Vault) -> int:
    """Put a workspace's log under the newest key; returns how many blocks were sealed again."""
    return sum(log_resealed(events_root(one), vault) for one in workspaces_all() if one.id == workspace_id)
