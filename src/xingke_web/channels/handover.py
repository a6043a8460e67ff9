"""The transaction that hands messages over: it asks everything anew, with the clock of that moment, and commits before a byte leaves.

Consent, suppression, licence, caps, quiet hours and whether the action was stopped are read while the rows they live in are locked
(on SQLite the whole database is). So a refusal or a stop that was committed before is seen, and one that comes later waits for the
few milliseconds of this transaction and finds the message handed over. See ADR 0022.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from xingke_web.channels.claims import State, held, lease_span
from xingke_web.channels.contracts import DeliveryCount, Envelope
from xingke_web.channels.counting import facts_for_text
from xingke_web.channels.envelopes import envelopes_of
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import MessageText, OutboxMessage, Touch
from xingke_web.channels.registry import transport_for
from xingke_web.channels.settling import SHORTLY, Round, Verdicts, fail, plan_again, put_off, settle, withhold
from xingke_web.channels.texts import action_of
from xingke_web.compliance.facade import verdicts_for_many, verdicts_stored
from xingke_web.customers.facade import customers_lock


@dataclass(frozen=True)
class Leaving:
    """What may leave now: messages with their envelopes, the moment they were judged, and what became of the others."""

    messages: tuple[OutboxMessage, ...]
    envelopes: tuple[Envelope, ...]
    at: datetime
    others: DeliveryCount


@transaction.atomic
def hand_over(turn: Round, message: OutboxMessage) -> tuple[Envelope | None, DeliveryCount]:
    """Hand one message over: from its commit on it counts as sent, whatever becomes of it. No envelope where it must not leave."""
    leaving = _leaving(turn, MessageText.objects.get(pk=message.text_id), [message])
    if not leaving.envelopes:
        return None, leaving.others
    held(turn.worker, message.pk).update(
        state=State.HANDED_OVER,
        sent_at=leaving.at,
        handed_at=timezone.now(),
        attempts=F("attempts") + 1,
        lease_until=timezone.now() + lease_span(),
    )
    message.attempts, message.sent_at, message.text = leaving.messages[0].attempts + 1, leaving.at, leaving.messages[0].text
    return leaving.envelopes[0], leaving.others


@transaction.atomic
def place(turn: Round, text_id: int, messages: Sequence[OutboxMessage]) -> DeliveryCount:
    """Hand over and confirm messages of one text over a transactional channel, all in one transaction."""
    text = MessageText.objects.select_for_update(no_key=True).get(pk=text_id)  # a stop changes many messages, too: one after the other
    leaving = _leaving(turn, text, messages)
    transport_for(text.channel).send_all(leaving.envelopes)
    held(turn.worker, *(each.pk for each in leaving.messages)).update(
        state=State.CONFIRMED,
        sent_at=leaving.at,
        handed_at=timezone.now(),
        reason="",
        claimed_by="",
        lease_until=None,
        attempts=F("attempts") + 1,
    )
    touches_add(leaving.messages, Touch.Kind.SENT, at=leaving.at)
    touches_add(leaving.messages, Touch.Kind.DELIVERED, at=leaving.at)
    return leaving.others + DeliveryCount(confirmed=len(leaving.messages))


def _leaving(turn: Round, text: MessageText, messages: Sequence[OutboxMessage]) -> Leaving:
    """Lock, ask, settle those that may not leave now."""
    mine = list(held(turn.worker, *(each.pk for each in messages)).select_for_update().order_by("pk"))
    for each in mine:
        each.text = text
    now = turn.now()
    if text.stopped:
        settle(turn, mine, State.CANCELLED, reason=text.stopped)
        return Leaving((), (), now, DeliveryCount(cancelled=len(mine)))
    ours = customers_lock(turn.workspace.id, [each.customer_number for each in mine])
    busy = [each for each in mine if each.customer_number not in ours]
    count = plan_again(turn, busy, reason="delivery.busy", pause=SHORTLY) if busy else DeliveryCount()
    allowed, refused = _judged(turn, text, [each for each in mine if each.customer_number in ours], now)
    envelopes, broken = envelopes_of(text, allowed, at=now)
    lost = [each for each in allowed if each.pk in broken]
    login_only = transport_for(text.channel).capabilities.login_only
    count += refused + fail(turn, lost, reason="delivery.no_text" if login_only else "delivery.no_address")
    whole = tuple(each for each in allowed if each.pk not in broken)
    return Leaving(whole, tuple(envelopes), now, count)


def _judged(turn: Round, text: MessageText, messages: Sequence[OutboxMessage], now: datetime) -> tuple[list[OutboxMessage], DeliveryCount]:
    """A fresh verdict for each message; those not allowed now are put off or withheld. Returns the allowed ones."""
    if not messages:
        return [], DeliveryCount()
    numbers = [each.customer_number for each in messages]
    verdicts = verdicts_for_many(
        workspace=turn.workspace,
        action=action_of(text, pack=turn.workspace.pack, at=now),
        numbers=numbers,
        facts=facts_for_text(text, numbers, at=now),
        subject=f"{text.what}/send",
    )
    _keep_verdicts(turn, messages, verdicts)
    allowed = [each for each in messages if verdicts[each.customer_number].outcome == "allow"]
    later = [each for each in messages if verdicts[each.customer_number].outcome == "defer"]
    refused = [each for each in messages if verdicts[each.customer_number].outcome in {"block", "hold"}]
    put_off(turn, later, verdicts, now=now)
    withhold(turn, refused, verdicts, now=now)
    return allowed, DeliveryCount(withheld=len(refused), deferred=len(later))


def _keep_verdicts(turn: Round, messages: Sequence[OutboxMessage], verdicts: Verdicts) -> None:
    """Note on each message which verdict was the last, in one statement."""
    ids = [each.id for each in verdicts.values() if each.id is not None]
    if not ids:
        return
    latest = verdicts_stored(turn.workspace.id, subject=f"{messages[0].what}/send", ids=ids).filter(
        customer_number=OuterRef("customer_number")
    )
    held(turn.worker, *(each.pk for each in messages)).update(send_verdict_id=Subquery(latest.order_by("-pk").values("pk")[:1]))
