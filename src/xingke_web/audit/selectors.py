"""Reads of the audit log, limited to the viewer's units of one workspace."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from xingke.words import Language
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.models import Membership, User
from xingke_web.accounts.paths import below
from xingke_web.audit.models import AuditEntry
from xingke_web.audit.names import names_all, say

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class EntryFilter:
    """What to look for; empty fields look for anything. `days` are business days, both included."""

    search: str = ""
    name: str = ""
    person: str = ""
    days: tuple[date | None, date | None] = (None, None)
    subject: str = ""


@dataclass(frozen=True)
class EntryRow:
    """An entry in words."""

    id: int
    sequence: int
    at: datetime
    actor: str
    sentence: str
    name: str
    subject: str


def entries_visible(viewer: Viewer) -> QuerySet[AuditEntry]:
    """What was done in the viewer's scope; what no unit can be told of is for the scope of the whole workspace."""
    return AuditEntry.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id)


def entry_list(*, viewer: Viewer, wanted: EntryFilter) -> QuerySet[AuditEntry]:
    """The entries that a viewer may read, newest first."""
    entries = entries_visible(viewer)
    if wanted.name:
        entries = entries.filter(name=wanted.name)
    if wanted.person:
        entries = entries.filter(actor__username=wanted.person)
    if wanted.subject:
        kind, _, key = wanted.subject.partition(":")
        entries = entries.filter(subject_kind=kind.strip(), **({"subject_id": key.strip()} if key else {}))
    entries = entries.filter(**_span(*wanted.days))
    if wanted.search:
        entries = entries.filter(_found(wanted.search))
    return entries.order_by("-at", "-id")


def _span(first: date | None, last: date | None) -> dict[str, Any]:
    span: dict[str, Any] = {}
    if first is not None:
        span["at__gte"] = make_aware(datetime.combine(first, time.min), _ZONE)
    if last is not None:
        span["at__lt"] = make_aware(datetime.combine(last + timedelta(days=1), time.min), _ZONE)
    return span


def _found(search: str) -> Q:
    """Names whose sentence holds the text, in either language, and subjects and people that hold it."""
    text = search.casefold()
    names = [
        each.name for each in names_all() if any(text in part.casefold() for part in (each.name, each.sentence["zh"], each.sentence["en"]))
    ]
    return Q(name__in=names) | Q(subject_id=search) | Q(actor__display_name__icontains=search) | Q(actor__username__icontains=search)


def rows_of(entries: list[AuditEntry], language: Language) -> list[EntryRow]:
    """Entries with their people, in one query more."""
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id is not None})
    return [_row(entry, people, language) for entry in entries]


def _row(entry: AuditEntry, people: dict[int, User], language: Language) -> EntryRow:
    return EntryRow(
        id=entry.pk,
        sequence=entry.sequence,
        at=entry.at,
        actor=_actor(entry.actor_id, people, language),
        sentence=say(entry.name, entry.facts, language),
        name=entry.name,
        subject=f"{entry.subject_kind}:{entry.subject_id}" if entry.subject_kind else "",
    )


def _actor(actor_id: int | None, people: dict[int, User], language: Language) -> str:
    if actor_id is None:
        return "系统" if language == "zh" else "System"
    return str(people[actor_id]) if actor_id in people else f"#{actor_id}"


def people_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Everybody who belongs to the viewer's scope or did something in it, for the filter."""
    members = Membership.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id)
    people = User.objects.filter(Q(pk__in=members.values("user_id")) | Q(pk__in=entries_visible(viewer).values("actor_id")))
    return [(user.username, str(user)) for user in people.distinct().order_by("username")]
