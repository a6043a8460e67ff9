"""How often a customer was written to: for the caps, counted from the outbox at the moment of asking."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from xingke.compliance import RecipientFacts
from xingke_web.channels.models import MessageText, OutboxMessage
from xingke_web.customers.facade import recipient_facts

_ZONE = ZoneInfo("Asia/Shanghai")
_WENT_OUT = (OutboxMessage.State.HANDED_OVER, OutboxMessage.State.CONFIRMED, OutboxMessage.State.UNKNOWN)
FEW = 500


def touch_counts(workspace_id: int, numbers: Sequence[int], at: datetime) -> dict[int, tuple[int, int]]:
    """Marketing messages of the last seven days by customer; one that may have gone out counts. The second figure belongs to a text."""
    found = _sent(workspace_id, numbers).filter(text__purpose="marketing", sent_at__gt=at - timedelta(days=7), sent_at__lte=at)
    return {number: (count, 0) for number, count in _grouped(found)}


def facts_for_text(text: MessageText, numbers: Sequence[int], *, at: datetime) -> dict[int, RecipientFacts]:
    """The facts of recipients, with how often this very text reached each of them today."""
    return facts_for(text.workspace_id, numbers, channel=text.channel, purpose=text.purpose, fingerprint=text.fingerprint, at=at)


def facts_for(
    workspace_id: int, numbers: Sequence[int], *, channel: str, purpose: str, fingerprint: str, at: datetime
) -> dict[int, RecipientFacts]:
    """The same for a text that is not stored yet, by its fingerprint."""
    facts = recipient_facts(workspace_id, numbers, channel=channel, purpose=purpose, at=at)
    today = at.astimezone(_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    same = _grouped(_sent(workspace_id, numbers).filter(text__fingerprint=fingerprint, sent_at__gte=today, sent_at__lte=at))
    return _with_same(facts, dict(same))


def _with_same(facts: Mapping[int, RecipientFacts], same: Mapping[int, int]) -> dict[int, RecipientFacts]:
    return {number: replace(each, touches_same_text_today=same[number]) if number in same else each for number, each in facts.items()}


def _sent(workspace_id: int, numbers: Sequence[int]) -> QuerySet[OutboxMessage]:
    sent = OutboxMessage.objects.filter(workspace_id=workspace_id, state__in=_WENT_OUT)
    if not numbers:
        return sent.none()
    if len(numbers) <= FEW:
        return sent.filter(customer_number__in=list(numbers))
    return sent.filter(customer_number__gte=min(numbers), customer_number__lte=max(numbers))


def _grouped(sent: QuerySet[OutboxMessage]) -> list[tuple[int, int]]:
    return list(sent.order_by().values_list("customer_number").annotate(n=Count("id")))
