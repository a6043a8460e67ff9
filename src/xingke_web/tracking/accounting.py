"""What the pages show of the log: counts by minute, rejected events, links of anonymous ids. Each block is counted exactly once."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from xingke.events.compact import links_in
from xingke.events.event import Rejected
from xingke.events.log import Position
from xingke.events.reader import Chunk, read_log
from xingke.privacy import Vault
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.tracking.cursors import cursor_move, cursor_of
from xingke_web.tracking.links import links_store
from xingke_web.tracking.models import MinuteCount, RejectedEvent
from xingke_web.tracking.sealing import REJECTED_PLACE

CONSUMER: Final = "accounting"
_EVENTS_AT_ONCE: Final = 20_000
_MINUTE_MS: Final = 60_000

Minute = tuple[str, datetime]


def account(workspace: WorkspaceInfo, root: Path, vault: Vault) -> Position:
    """Count what is new in the log; returns the position up to which everything is counted."""
    position = cursor_of(workspace, CONSUMER)
    chunks: list[Chunk] = []
    waiting = 0
    for chunk in read_log(root, vault, position):
        chunks.append(chunk)
        waiting += len(chunk.body.events) + len(chunk.body.rejected)
        if waiting >= _EVENTS_AT_ONCE:
            _count(workspace, chunks, vault)
            chunks, waiting = [], 0
    if chunks:
        _count(workspace, chunks, vault)
    return cursor_of(workspace, CONSUMER)


@transaction.atomic
def _count(workspace: WorkspaceInfo, chunks: list[Chunk], vault: Vault) -> None:
    counts: dict[str, Counter[Minute]] = {name: Counter() for name in ("accepted", "rejected", "repeated")}
    rows: list[RejectedEvent] = []
    for chunk in chunks:
        body, latest = chunk.body, 0
        for event in body.events:
            counts["accepted"][event.source, _minute(event.received_ms)] += 1
            latest = event.received_ms
        for index, one in enumerate(body.rejected):
            counts["rejected"][one.source, _minute(one.received_ms)] += 1
            rows.append(_rejected_row(workspace, one, f"{chunk.end}:{index}", vault))
            latest = max(latest, one.received_ms)
        for source, repeats in body.repeated.items():
            counts["repeated"][source, _minute(latest or round(datetime.now(UTC).timestamp() * 1000))] += repeats
    links_store(workspace.id, links_in(event for chunk in chunks for event in chunk.body.events), vault)
    RejectedEvent.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    for (source, minute), added in _by_minute(counts).items():
        MinuteCount.objects.get_or_create(workspace_id=workspace.id, source=source, minute=minute)
        MinuteCount.objects.filter(workspace_id=workspace.id, source=source, minute=minute).update(
            **{name: F(name) + value for name, value in added.items()}
        )
    cursor_move(workspace, CONSUMER, chunks[-1].end)


def _by_minute(counts: dict[str, Counter[Minute]]) -> dict[Minute, dict[str, int]]:
    minutes = sorted({minute for counter in counts.values() for minute in counter})
    return {minute: {name: counter[minute] for name, counter in counts.items() if counter[minute]} for minute in minutes}


def _minute(received_ms: int) -> datetime:
    return datetime.fromtimestamp(received_ms // _MINUTE_MS * 60, UTC)


def _rejected_row(workspace: WorkspaceInfo, one: Rejected, place: str, vault: Vault) -> RejectedEvent:
    return RejectedEvent(
        workspace_id=workspace.id,
        source=one.source,
        reason=one.reason,
        field=one.field[:200],
        name=_name(one.raw),
        received_at=datetime.fromtimestamp(one.received_ms / 1000, UTC),
        place=place,
        sealed=vault.seal_bytes(one.to_line(), place=REJECTED_PLACE),
    )


def _name(raw: Any) -> str:
    value = raw.get("event") if isinstance(raw, dict) else None
    return value[:200].replace("\0", "") if isinstance(value, str) and value.isprintable() else ""
