"""Who works on which message, and for how long: claim with a lease, and what becomes of a lease that ended."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from xingke_web.channels.models import DeliveryGate, OutboxMessage

State = OutboxMessage.State
AT_WORK = (State.CLAIMED, State.HANDED_OVER)


def lease_span() -> timedelta:
    """How long a silent worker keeps a message."""
    return timedelta(seconds=settings.XINGKE_WORKER_LEASE_SECONDS)


def worker_name() -> str:
    """A name of its own for each round of delivery."""
    return uuid.uuid4().hex


def recover(workspace_id: int) -> int:
    """Settle what dead workers left: the prepared are planned again, the handed over become unknown. Returns how many are unknown."""
    lost = OutboxMessage.objects.filter(workspace_id=workspace_id, lease_until__lt=timezone.now())
    lost.filter(state=State.CLAIMED).update(state=State.PLANNED, claimed_by="", lease_until=None)
    return lost.filter(state=State.HANDED_OVER).update(state=State.UNKNOWN, claimed_by="", lease_until=None, reason="delivery.worker_lost")


def claim(workspace_id: int, *, worker: str, now: datetime, most: int) -> list[OutboxMessage]:
    """Take up to `most` due messages, one a customer, and none of a customer whom another worker is writing to.

    The gate row serialises the claims of a workspace, so that two workers never count a customer's messages at the same time.
    """
    real = timezone.now()
    with transaction.atomic():
        DeliveryGate.objects.get_or_create(workspace_id=workspace_id)
        DeliveryGate.objects.select_for_update().get(workspace_id=workspace_id)
        taken = OutboxMessage.objects.filter(
            workspace_id=workspace_id, customer_number=OuterRef("customer_number"), state__in=AT_WORK, lease_until__gte=real
        )
        due = OutboxMessage.objects.filter(
            Q(retry_at__isnull=True) | Q(retry_at__lte=real),
            ~Exists(taken),
            workspace_id=workspace_id,
            state=State.PLANNED,
            due_at__lte=now,
        )
        first: dict[int, OutboxMessage] = {}
        for message in due.select_related("text").order_by("due_at", "id")[:most]:
            first.setdefault(message.customer_number, message)
        messages = list(first.values())
        ids = [each.pk for each in messages]
        OutboxMessage.objects.filter(pk__in=ids).update(
            state=State.CLAIMED, claimed_by=worker, lease_until=real + lease_span(), attempts=F("attempts") + 1
        )
    for message in messages:
        message.state, message.claimed_by, message.attempts = State.CLAIMED, worker, message.attempts + 1
    return messages


def held(worker: str, *ids: int, state: str = State.CLAIMED) -> QuerySet[OutboxMessage]:
    """Those of the messages that this worker still holds; every change goes through here."""
    return OutboxMessage.objects.filter(pk__in=ids, claimed_by=worker, state=state)
