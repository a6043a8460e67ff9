"""What a customer does with a message: opens it, follows its link, answers, refuses further ones."""

from django.db import transaction
from django.utils import timezone

from xingke.words import Words, both
from xingke_web.accounts.facade import Viewer, WorkspaceInfo, workspace_info
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import InboxMessage, OutboxMessage, Touch
from xingke_web.customers.facade import consent_record
from xingke_web.loop.facade import business_now

REPLIES: dict[str, Words] = {"interested": both("感兴趣", "Interested"), "not_interested": both("暂不需要", "Not now")}


def clicked(message: OutboxMessage) -> None:
    """The customer followed the link; counted once."""
    touches_add([message], Touch.Kind.CLICKED, at=business_now(_workspace(message)))


def replied(message: OutboxMessage, choice: str) -> None:
    """The customer chose an answer; the last one counts. An unknown choice is refused with KeyError."""
    REPLIES[choice]
    touches_add([message], Touch.Kind.REPLIED, at=business_now(_workspace(message)), detail=choice)


@transaction.atomic
def opted_out(message: OutboxMessage, *, by: str) -> None:
    """The customer wants no more of this: their consent ends at once, whatever is planned is withheld when its turn comes.

    Parameters
    ----------
    by
        How it was said: `link`, `header` (the mail program's button) or `inbox`.
    """
    at = business_now(_workspace(message))
    if Touch.objects.filter(message=message, kind=Touch.Kind.OPTED_OUT).exists():
        return
    consent_record(
        workspace_id=message.workspace_id,
        number=message.customer_number,
        purpose=message.text.purpose,
        channel=message.channel,
        state="withdrawn",
        basis="consent",
        evidence=f"opt_out:{by}:{message.idempotency_key[:12]}",
        at=at,
    )
    touches_add([message], Touch.Kind.OPTED_OUT, at=at)


@transaction.atomic
def read(entry: InboxMessage, *, viewer: Viewer) -> None:
    """The customer opened a message of their inbox; the first time is written down."""
    changed = InboxMessage.objects.filter(pk=entry.pk, read_at__isnull=True).update(read_at=timezone.now())
    if changed:
        touches_add([entry.message], Touch.Kind.OPENED, at=business_now(viewer.workspace))


def _workspace(message: OutboxMessage) -> WorkspaceInfo:
    return workspace_info(message.workspace.slug)
