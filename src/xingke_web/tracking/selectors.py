"""What the pages of tracking show."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.db.models import Sum
from django.http import Http404
from django.utils.translation import gettext as _

from xingke.events.event import Event, Rejected
from xingke.events.reader import read_log, tail
from xingke.events.reasons import NOTES, REASONS
from xingke.words import Language
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import BUSINESS_ZONE, business_now
from xingke_web.tracking.masking import masked_event, masked_key, shortened
from xingke_web.tracking.models import MinuteCount, RejectedEvent, WriteKey
from xingke_web.tracking.places import events_root
from xingke_web.tracking.sealing import REJECTED_PLACE
from xingke_web.ui.charts import Chart, Series, line_chart
from xingke_web.ui.numbers import active_language

LIVE_BYTES: Final = 512 * 1024
LIVE_EVENTS: Final = 30
CHART_MINUTES: Final = 60
REJECTED_SHOWN: Final = 50


@dataclass(frozen=True)
class KeyLine:
    """A write key with what came by it in the last day."""

    key: WriteKey
    accepted: int
    rejected: int
    repeated: int


@dataclass(frozen=True)
class ReasonLine:
    """A reason with the rejected events that wait."""

    code: str
    label: str
    accepts: str
    events: int


@dataclass(frozen=True)
class LiveEvent:
    """An event as it came, masked."""

    received_at: datetime
    source: str
    kind: str
    name: str
    who: str
    notes: tuple[str, ...]
    problem: str
    sample: str


def keys_of(workspace: WorkspaceInfo) -> list[KeyLine]:
    """The keys of a workspace."""
    since = business_now(workspace) - timedelta(days=1)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = MinuteCount.objects.filter(workspace_id=workspace.id, minute__gte=since).order_by().values_list("source")
    for source, *figures in rows.annotate(Sum("accepted"), Sum("rejected"), Sum("repeated")):
        sums[source] = figures
    keys = WriteKey.objects.filter(workspace_id=workspace.id).order_by("disabled_at", "name")
    return [KeyLine(key, *sums[key.name]) for key in keys]


def key_of(workspace: WorkspaceInfo, number: int) -> WriteKey:
    """A key of the workspace; 404 for that of another."""
    key = WriteKey.objects.filter(workspace_id=workspace.id, pk=number).first()
    if key is None:
        raise Http404
    return key


def reasons_of(workspace: WorkspaceInfo) -> list[ReasonLine]:
    """What waits in quarantine, by reason, most first."""
    language = active_language()
    waiting = RejectedEvent.objects.filter(workspace_id=workspace.id, state=RejectedEvent.State.OPEN)
    counts: dict[str, int] = {}
    for reason in waiting.order_by().values_list("reason", flat=True).iterator(chunk_size=5000):
        counts[reason] = counts.get(reason, 0) + 1
    return [
        ReasonLine(code, REASONS[code].label[language], REASONS[code].accepts[language], events)
        for code, events in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def minutes_chart(workspace: WorkspaceInfo) -> Chart:
    """Events a minute over the last hour, of all keys."""
    last = business_now(workspace).replace(second=0, microsecond=0)
    minutes = [last - timedelta(minutes=back) for back in reversed(range(CHART_MINUTES))]
    rows = MinuteCount.objects.filter(workspace_id=workspace.id, minute__gte=minutes[0]).values("minute")
    sums = {row["minute"]: row for row in rows.annotate(good=Sum("accepted"), bad=Sum("rejected"))}
    labels = [minute.astimezone(BUSINESS_ZONE).strftime("%H:%M") for minute in minutes]
    good = [sums[minute]["good"] if minute in sums else 0 for minute in minutes]
    bad = [sums[minute]["bad"] if minute in sums else 0 for minute in minutes]
    return line_chart(
        labels,
        [Series(_("Taken"), good), Series(_("Rejected events"), bad, colour="bad")],
        axis_label=_("Minute"),
        summary=_("Events a minute in the last hour: %(events)s in all") % {"events": f"{sum(good) + sum(bad):,}"},
        from_zero=True,
    )


def live_events(workspace: WorkspaceInfo, *, source: str = "", kind: str = "", name: str = "") -> list[LiveEvent]:
    """The newest events of the log, newest first, masked; straight from the log, so that an event is seen as soon as it is on disk."""
    root = events_root(workspace)
    wanted = name.casefold()
    found = [
        shown
        for shown in _shown(workspace, root)
        if (not source or shown.source == source) and (not kind or shown.kind == kind) and wanted in shown.name.casefold()
    ]
    return sorted(found, key=lambda one: one.received_at, reverse=True)[:LIVE_EVENTS]


def _shown(workspace: WorkspaceInfo, root: Any) -> Iterator[LiveEvent]:
    language = active_language()
    vault = vault_of(workspace.id)
    for chunk in read_log(root, vault, tail(root, most_bytes=LIVE_BYTES)):
        for event in chunk.body.events[-LIVE_EVENTS * 4 :]:
            yield _live(event, language)
        for one in chunk.body.rejected[-LIVE_EVENTS:]:
            yield _live_rejected(one, language)


def _live(event: Event, language: Language) -> LiveEvent:
    sample = {**event.properties, **({"traits": event.traits} if event.traits else {})}
    return LiveEvent(
        received_at=event.received_at,
        source=event.source,
        kind=event.kind,
        name=masked_key(event.name),
        who=masked_key(event.customer_key),
        notes=tuple(NOTES[note][language] for note in event.notes),
        problem="",
        sample=sample_text(sample),
    )


def _live_rejected(one: Rejected, language: Language) -> LiveEvent:
    raw = one.raw if isinstance(one.raw, dict) else {}
    kind, name = raw.get("type"), raw.get("event")
    problem = REASONS[one.reason].label[language] + (f"（{shortened(one.field)}）" if one.field else "")
    return LiveEvent(
        received_at=datetime.fromtimestamp(one.received_ms / 1000, BUSINESS_ZONE),
        source=one.source,
        kind=shortened(kind) if isinstance(kind, str) else "",
        name=shortened(name) if isinstance(name, str) else "",
        who="",
        notes=(),
        problem=problem,
        sample=sample_text(one.raw),
    )


@dataclass(frozen=True)
class RejectedLine:
    """A rejected event with a masked sample of what came."""

    row: RejectedEvent
    label: str
    sample: str


def rejected_of(workspace: WorkspaceInfo, *, reason: str = "") -> tuple[Sequence[RejectedLine], int]:
    """The newest rejected events that wait, of one reason where it is given, and how many there are."""
    rows = RejectedEvent.objects.filter(workspace_id=workspace.id, state=RejectedEvent.State.OPEN)
    if reason:
        rows = rows.filter(reason=reason)
    vault, language = vault_of(workspace.id), active_language()
    lines = []
    for row in rows[:REJECTED_SHOWN]:
        opened = Rejected.from_line(vault.open_bytes(bytes(row.sealed), place=REJECTED_PLACE))
        lines.append(RejectedLine(row, REASONS[row.reason].label[language], sample_text(opened.raw)))
    return lines, rows.count()


def sample_text(value: Any) -> str:
    """A masked value as short JSON."""
    try:
        text = orjson.dumps(masked_event(value)).decode()
    except TypeError:
        return ""
    return text if len(text) <= 400 else f"{text[:400]}…"
