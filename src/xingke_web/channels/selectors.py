"""Reads: progress, inboxes, what a customer was sent, what went wrong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404

from xingke.words import Language
from xingke_web.accounts.facade import Viewer
from xingke_web.channels.answers import REPLIES
from xingke_web.channels.contracts import Progress, SentMessage
from xingke_web.channels.models import ANSWERS, InboxMessage, LinkVisit, OutboxMessage, Touch
from xingke_web.ui.viewer import ViewerLike


def progress_of(workspace_id: int, whats: Sequence[str]) -> dict[str, Progress]:
    """How far the messages of some actions have come; three queries whatever their number."""
    states: Mapping[str, dict[str, int]] = defaultdict(dict)
    reasons: Mapping[str, dict[str, int]] = defaultdict(dict)
    answers: Mapping[str, dict[str, int]] = defaultdict(dict)
    messages = OutboxMessage.objects.filter(workspace_id=workspace_id, what__in=whats).order_by()
    for what, state, count in messages.values_list("what", "state").annotate(n=Count("id")):
        states[what][state] = count
    for what, reason, count in messages.exclude(reason="").values_list("what", "reason").annotate(n=Count("id")):
        reasons[what][reason] = count
    touches = Touch.objects.filter(workspace_id=workspace_id, kind__in=ANSWERS, message__what__in=whats).order_by()
    for what, kind, detail, count in touches.values_list("message__what", "kind", "detail").annotate(n=Count("id")):
        answers[what][detail if kind == Touch.Kind.REPLIED else kind] = count
    return {what: Progress(states[what], reasons[what], answers[what]) for what in whats}


def opened_unseen(workspace_id: int, what: str) -> int:
    """Messages of an action whose link was opened, and of which nothing says that it was a person: scanners, previews, prefetches."""
    clicked = Touch.objects.filter(message=OuterRef("message"), kind=Touch.Kind.CLICKED)
    opened = LinkVisit.objects.filter(message__workspace_id=workspace_id, message__what=what, link=LinkVisit.Link.ANSWER)
    return opened.exclude(Exists(clicked)).count()


def inbox_of(viewer: Viewer) -> QuerySet[InboxMessage]:
    """The viewer's own messages, newest first; nobody else's."""
    if viewer.customer_number is None:
        return InboxMessage.objects.none()
    mine = InboxMessage.objects.filter(workspace_id=viewer.workspace.id, customer_number=viewer.customer_number)
    return mine.select_related("message__text")


def inbox_entry(viewer: Viewer, key: int) -> InboxMessage:
    """One of the viewer's own messages; 404 for any other."""
    entry = inbox_of(viewer).filter(pk=key).first()
    if entry is None:
        raise Http404
    return entry


def unread_of(viewer: ViewerLike) -> int:
    """How many messages wait to be read."""
    if not isinstance(viewer, Viewer):
        return 0
    return inbox_of(viewer).filter(read_at__isnull=True).count()


def answers_to(message: OutboxMessage) -> dict[str, str]:
    """What the customer answered so far: the kinds, and the last reply."""
    return dict(Touch.objects.filter(message=message, kind__in=ANSWERS).order_by("id").values_list("kind", "detail"))


def messages_of(workspace_id: int, number: int, *, most: int = 50) -> list[SentMessage]:
    """What a customer was sent or was about to be sent, newest first."""
    found = OutboxMessage.objects.filter(workspace_id=workspace_id, customer_number=number).select_related("text").order_by("-id")[:most]
    return [
        SentMessage(each.sent_at or each.due_at, each.channel, each.text.subject, each.state, each.reason, each.text.campaign_key)
        for each in found
    ]


def unknown_of(workspace_id: int, what: str, *, most: int = 50) -> list[OutboxMessage]:
    """Messages of which nobody knows whether they went out."""
    unknown = OutboxMessage.objects.filter(workspace_id=workspace_id, what=what, state=OutboxMessage.State.UNKNOWN)
    return list(unknown.order_by("id")[:most])


def next_due(workspace_id: int, what: str) -> datetime | None:
    """When the next planned message of an action may go out."""
    planned = OutboxMessage.objects.filter(workspace_id=workspace_id, what=what, state=OutboxMessage.State.PLANNED)
    return planned.order_by("due_at").values_list("due_at", flat=True).first()


def state_labels() -> dict[str, str]:
    """The states of a message in the language of the page, in their order."""
    return {value: str(label) for value, label in OutboxMessage.State.choices}


def answer_labels(language: Language) -> dict[str, str]:
    """The kinds of answer in words, in the order of their weight: as `Progress.answers` names them."""
    kinds = {value: str(label) for value, label in Touch.Kind.choices}
    replies = {key: words[language] for key, words in REPLIES.items()}
    return {"opened": kinds["opened"], "clicked": kinds["clicked"], **replies, "opted_out": kinds["opted_out"]}
