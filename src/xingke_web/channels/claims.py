"""Who works on which message, and for how long: claim with a lease, and what becomes of a lease that ended."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
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


def gate_lock(workspace_id: int) -> None:
    """Keep others from claiming in a workspace until the caller's transaction ends.

    Whoever changes many messages at once comes through here (claims, stops, recovery), so that two of them neither wait for each
    other nor count a customer's messages at the same time. On SQLite every transaction that writes is alone anyway.
    """
    gate = DeliveryGate.objects.select_for_update().filter(workspace_id=workspace_id)
    if not gate.first():
        DeliveryGate.objects.bulk_create([DeliveryGate(workspace_id=workspace_id)], ignore_conflicts=True)
        gate.get()


@transaction.atomic
def recover(workspace_id: int) -> int:
    """Settle what dead workers left: the prepared are planned again, the handed over become unknown. Returns how many are unknown."""
    lost = OutboxMessage.objects.filter(workspace_id=workspace_id, lease_until__lt=timezone.now())
    if not lost.filter(state__in=AT_WORK).exists():
        return 0
    gate_lock(workspace_id)
    lost.filter(state=State.CLAIMED).update(state=State.PLANNED, claimed_by="", lease_until=None)
    return lost.filter(state=State.HANDED_OVER).update(state=State.UNKNOWN, claimed_by="", lease_until=None, reason="delivery.worker_lost")


def claim(workspace_id: int, *, worker: str, now: datetime, most: int, channels: Collection[str]) -> list[OutboxMessage]:
    """Take up to `most` due messages of some channels, one a customer, and none of a customer whom another worker is writing to."""
    real = timezone.now()
    taken = OutboxMessage.objects.filter(
        workspace_id=workspace_id, customer_number=OuterRef("customer_number"), state__in=AT_WORK, lease_until__gte=real
    )
    due = OutboxMessage.objects.filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=real),
        ~Exists(taken),
        workspace_id=workspace_id,
        state=State.PLANNED,
        due_at__lte=now,
        channel__in=channels,
    )
    if not due.exists():  # asked without the gate, so that an idle worker disturbs nobody
        return []
    with transaction.atomic():
        gate_lock(workspace_id)
        return _taken(due, worker=worker, most=most, until=real + lease_span())


def _taken(due: QuerySet[OutboxMessage], *, worker: str, most: int, until: datetime) -> list[OutboxMessage]:
    first: dict[int, OutboxMessage] = {}
    for message in due.order_by("due_at", "id")[:most]:
        first.setdefault(message.customer_number, message)
    messages = list(first.values())
    OutboxMessage.objects.filter(pk__in=[each.pk for each in messages]).update(state=State.CLAIMED, claimed_by=worker, lease_until=until)
    for message in messages:
        message.state, message.claimed_by = State.CLAIMED, worker
    return messages


def held(worker: str, *ids: int, state: str = State.CLAIMED) -> QuerySet[OutboxMessage]:
    """Those of the messages that this worker still holds; every change goes through here."""
    return OutboxMessage.objects.filter(pk__in=ids, claimed_by=worker, state=state)
