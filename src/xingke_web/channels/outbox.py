"""Putting messages into the outbox: intent first, once by the natural key, never without a verdict."""

from collections.abc import Sequence

from django.db import transaction

from xingke_web.channels.claims import State, gate_lock
from xingke_web.channels.contracts import NewText, Recipient
from xingke_web.channels.in_flight import in_flight_wait
from xingke_web.channels.models import MessageText, OutboxMessage
from xingke_web.channels.registry import transport_for
from xingke_web.channels.texts import text_fingerprint

CHUNK = 2000


def text_put(*, workspace_id: int, new: NewText) -> MessageText:
    """Store the text of one step; the same step and channel again gives the text that is there."""
    transport_for(new.channel)
    text, _ = MessageText.objects.get_or_create(
        workspace_id=workspace_id,
        what=new.what,
        step=new.step,
        channel=new.channel,
        defaults={
            "campaign_key": new.campaign_key,
            "org_path": new.org_path,
            "actor": new.actor,
            "purpose": new.purpose,
            "language": new.language,
            "subject": new.subject,
            "body": new.body,
            "template_key": new.template_key,
            "fingerprint": text_fingerprint(new.subject, new.body),
        },
    )
    return text


@transaction.atomic
def outbox_add(*, workspace_id: int, new: NewText, recipients: Sequence[Recipient], occurrence: str = "1") -> int:
    """Plan one message for each recipient, in a few statements; those already planned stay as they are. Returns how many were added."""
    text = text_put(workspace_id=workspace_id, new=new)
    mine = OutboxMessage.objects.filter(workspace_id=workspace_id, what=new.what, step=new.step, channel=new.channel, occurrence=occurrence)
    before = mine.count()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                workspace_id=workspace_id,
                text=text,
                what=new.what,
                step=new.step,
                customer_number=each.number,
                channel=new.channel,
                occurrence=occurrence,
                verdict_id=each.verdict_id,
                due_at=each.due_at,
            )
            for each in recipients
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,
    )
    return mine.count() - before


@transaction.atomic
def outbox_cancel(*, workspace_id: int, what: str, reason: str) -> int:
    """Stop an action for good: cancel what is planned or being prepared, and let nothing of it be handed over later.

    A message that was handed over when this commits stays what it is; should the provider not take it, it is not tried again.
    Returns how many were cancelled.
    """
    gate_lock(workspace_id)
    # Without the key: a worker that settles a message checks its reference to the text, and must not wait for this transaction.
    texts = MessageText.objects.select_for_update(no_key=True).filter(workspace_id=workspace_id, what=what)
    texts.filter(pk__in=[each.pk for each in texts.order_by("pk")]).update(stopped=reason)
    waiting = OutboxMessage.objects.filter(workspace_id=workspace_id, what=what, state__in=(State.PLANNED, State.CLAIMED))
    cancelled = waiting.update(state=State.CANCELLED, reason=reason, claimed_by="", lease_until=None)
    transaction.on_commit(lambda: in_flight_wait(workspace_id, what=what), robust=True)
    return cancelled
