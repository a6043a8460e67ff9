"""Delivering what is due: claim, judge afresh, hand over, confirm. Killed anywhere, nobody gets a message twice."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from xingke.errors import PermanentError, TransientError
from xingke_web.accounts.facade import WorkspaceInfo, workspaces_all
from xingke_web.channels.claims import State, claim, held, lease_span, recover, worker_name
from xingke_web.channels.contracts import DeliveryCount, Envelope, OutcomeUnknown, Session
from xingke_web.channels.counting import facts_for_text
from xingke_web.channels.envelopes import envelopes_of
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import MessageText, OutboxMessage, Touch
from xingke_web.channels.registry import transport_for
from xingke_web.channels.texts import action_of
from xingke_web.compliance.facade import StoredVerdict, verdicts_for_many, verdicts_stored
from xingke_web.loop.facade import business_now

BATCH = 1000
MOST_ATTEMPTS = 5
BACK_OFF = timedelta(seconds=30)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Round:
    """One round over one workspace: business time and the name under which messages are held."""

    workspace: WorkspaceInfo
    now: datetime
    worker: str


def deliver_due(*, now: datetime | None = None, limit: int = 20_000, workspace: WorkspaceInfo | None = None) -> DeliveryCount:
    """Deliver up to `limit` due messages of a workspace, or of each workspace.

    Parameters
    ----------
    now
        Business time; each workspace's own clock where it is not given.
    """
    total = DeliveryCount()
    for info in (workspace,) if workspace else workspaces_all():
        total += _deliver(_Round(info, now or business_now(info), worker_name()), limit)
    return total


def _deliver(turn: _Round, limit: int) -> DeliveryCount:
    total = DeliveryCount(unknown=recover(turn.workspace.id))
    left = limit
    while left > 0:
        batch = claim(turn.workspace.id, worker=turn.worker, now=turn.now, most=min(BATCH, left))
        if not batch:
            break
        left -= len(batch)
        batch.sort(key=lambda each: each.text_id)
        for _, messages in groupby(batch, key=lambda each: each.text_id):
            total += _deliver_text(turn, list(messages))
    return total


def _deliver_text(turn: _Round, messages: Sequence[OutboxMessage]) -> DeliveryCount:
    """Messages of one text: those of a transactional channel in one transaction, others one by one."""
    text = messages[0].text
    if transport_for(text.channel).capabilities.transactional:
        with transaction.atomic():
            allowed, count = _judge(turn, text, messages)
            return count + _place(turn, text, allowed)
    with transaction.atomic():
        allowed, count = _judge(turn, text, messages)
    return count + _hand_over_each(turn, text, allowed)


def _judge(turn: _Round, text: MessageText, messages: Sequence[OutboxMessage]) -> tuple[list[OutboxMessage], DeliveryCount]:
    """A fresh verdict for each message; those not allowed now are put off or withheld. Returns the allowed ones."""
    still = set(held(turn.worker, *(each.pk for each in messages)).values_list("pk", flat=True))
    messages = [each for each in messages if each.pk in still]
    numbers = [each.customer_number for each in messages]
    verdicts = verdicts_for_many(
        workspace=turn.workspace,
        action=action_of(text, pack=turn.workspace.pack, at=turn.now),
        numbers=numbers,
        facts=facts_for_text(text, numbers, at=turn.now),
        subject=f"{text.what}/send",
    )
    _keep_verdicts(turn, messages, verdicts)
    allowed = [each for each in messages if verdicts[each.customer_number].outcome == "allow"]
    later = [each for each in messages if verdicts[each.customer_number].outcome == "defer"]
    refused = [each for each in messages if verdicts[each.customer_number].outcome in {"block", "hold"}]
    _put_off(turn, later, verdicts)
    _withhold(turn, refused, verdicts)
    return allowed, DeliveryCount(withheld=len(refused), deferred=len(later))


def _keep_verdicts(turn: _Round, messages: Sequence[OutboxMessage], verdicts: dict[int, StoredVerdict]) -> None:
    """Note on each message which verdict was the last, in one statement."""
    ids = [each.id for each in verdicts.values() if each.id is not None]
    if not ids:
        return
    latest = verdicts_stored(turn.workspace.id, subject=f"{messages[0].what}/send", ids=ids).filter(
        customer_number=OuterRef("customer_number")
    )
    held(turn.worker, *(each.pk for each in messages)).update(send_verdict_id=Subquery(latest.order_by("-pk").values("pk")[:1]))


def _put_off(turn: _Round, messages: Sequence[OutboxMessage], verdicts: dict[int, StoredVerdict]) -> None:
    by_time: dict[datetime, list[OutboxMessage]] = {}
    for each in messages:
        by_time.setdefault(verdicts[each.customer_number].next_allowed_at or turn.now + timedelta(days=1), []).append(each)
    for due_at, group in by_time.items():
        reason = verdicts[group[0].customer_number].reason
        held(turn.worker, *(each.pk for each in group)).update(
            state=State.PLANNED, due_at=due_at, reason=reason, claimed_by="", lease_until=None, attempts=F("attempts") - 1
        )


def _withhold(turn: _Round, messages: Sequence[OutboxMessage], verdicts: dict[int, StoredVerdict]) -> None:
    by_reason: dict[str, list[OutboxMessage]] = {}
    for each in messages:
        by_reason.setdefault(verdicts[each.customer_number].reason, []).append(each)
    for reason, group in by_reason.items():
        _settle(turn, group, State.WITHHELD, reason=reason)
        touches_add(group, Touch.Kind.WITHHELD, at=turn.now, detail=reason)


def _settle(turn: _Round, messages: Sequence[OutboxMessage], state: str, *, reason: str = "", before: str = State.CLAIMED) -> int:
    """Move messages that this worker holds to where they stay."""
    return held(turn.worker, *(each.pk for each in messages), state=before).update(
        state=state, reason=reason, claimed_by="", lease_until=None
    )


def _place(turn: _Round, text: MessageText, messages: Sequence[OutboxMessage]) -> DeliveryCount:
    """Hand over and confirm in the transaction that is open."""
    if not messages:
        return DeliveryCount()
    envelopes, broken = envelopes_of(text, messages, at=turn.now)
    fail_count = _fail(turn, [each for each in messages if each.pk in broken], reason="delivery.no_text")
    sent = [each for each in messages if each.pk not in broken]
    transport_for(text.channel).send_all(envelopes)
    held(turn.worker, *(each.pk for each in sent)).update(
        state=State.CONFIRMED, sent_at=turn.now, reason="", claimed_by="", lease_until=None
    )
    touches_add(sent, Touch.Kind.SENT, at=turn.now)
    touches_add(sent, Touch.Kind.DELIVERED, at=turn.now)
    return fail_count + DeliveryCount(confirmed=len(sent))


def _hand_over_each(turn: _Round, text: MessageText, messages: Sequence[OutboxMessage]) -> DeliveryCount:
    if not messages:
        return DeliveryCount()
    envelopes, broken = envelopes_of(text, messages, at=turn.now)
    total = _fail(turn, [each for each in messages if each.pk in broken], reason="delivery.no_address")
    by_id = {each.pk: each for each in messages}
    try:
        with transport_for(text.channel).session() as session:
            for envelope in envelopes:
                total += _hand_over(turn, session, envelope, by_id[envelope.message_id])
    except TransientError:
        # The provider cannot be reached: whatever this worker still holds has not gone anywhere.
        total += _try_later(turn, messages, reason="delivery.provider_away")
    return total


def _hand_over(turn: _Round, session: Session, envelope: Envelope, message: OutboxMessage) -> DeliveryCount:
    """One message: write down that it leaves, let it leave, write down what became of it."""
    left = held(turn.worker, message.pk).update(state=State.HANDED_OVER, sent_at=turn.now, lease_until=timezone.now() + lease_span())
    if not left:
        return DeliveryCount()
    try:
        session.send(envelope)
    except TransientError:
        return _try_later(turn, [message], reason="delivery.try_again", before=State.HANDED_OVER)
    except PermanentError as error:
        return _fail(turn, [message], reason=f"delivery.refused:{error}"[:80], before=State.HANDED_OVER)
    except OutcomeUnknown:
        _settle(turn, [message], State.UNKNOWN, reason="delivery.line_broke", before=State.HANDED_OVER)
        return DeliveryCount(unknown=1)
    except Exception:
        # Whatever went wrong in here, the message may be out; the next recipient is not to suffer for it.
        logger.exception("message %s: the transport failed", message.pk)
        _settle(turn, [message], State.UNKNOWN, reason="delivery.transport_failed", before=State.HANDED_OVER)
        return DeliveryCount(unknown=1)
    with transaction.atomic():
        if _settle(turn, [message], State.CONFIRMED, before=State.HANDED_OVER):
            touches_add([message], Touch.Kind.SENT, at=turn.now)
    return DeliveryCount(confirmed=1)


def _try_later(turn: _Round, messages: Iterable[OutboxMessage], *, reason: str, before: str = State.CLAIMED) -> DeliveryCount:
    """Plan again after a pause that doubles, up to the most attempts."""
    retried = DeliveryCount()
    for each in messages:
        if each.attempts >= MOST_ATTEMPTS:
            retried += _fail(turn, [each], reason=reason, before=before)
            continue
        retry_at = timezone.now() + BACK_OFF * 2 ** (each.attempts - 1)
        changed = held(turn.worker, each.pk, state=before).update(
            state=State.PLANNED, retry_at=retry_at, reason=reason, claimed_by="", lease_until=None, sent_at=None
        )
        retried += DeliveryCount(retried=changed)
    return retried


@transaction.atomic
def _fail(turn: _Round, messages: Sequence[OutboxMessage], *, reason: str, before: str = State.CLAIMED) -> DeliveryCount:
    if not messages:
        return DeliveryCount()
    failed = [each for each in messages if _settle(turn, [each], State.FAILED, reason=reason, before=before)]
    touches_add(failed, Touch.Kind.FAILED, at=turn.now, detail=reason)
    return DeliveryCount(failed=len(failed))
