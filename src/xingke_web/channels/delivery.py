"""Delivering what is due: claim, hand over, let it leave, confirm. Killed anywhere, nobody gets a message twice."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import F

from xingke.errors import PermanentError, TransientError
from xingke_web.accounts.facade import WorkspaceInfo, workspaces_all
from xingke_web.channels.claims import State, claim, held, recover, worker_name
from xingke_web.channels.contracts import DeliveryCount, Envelope, LineClosed, OutcomeUnknown, Session
from xingke_web.channels.facts import touches_add
from xingke_web.channels.handover import hand_over, place
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.channels.registry import transport_for, transports
from xingke_web.channels.settling import BACK_OFF, Round, fail, plan_again, settle, try_later

AT_ONCE: Final = 1000
"""Messages of a transactional channel that are placed in one transaction."""

IN_HAND: Final = 25
"""Messages over a provider that a worker claims at once: few, so that several workers share them and none waits long for its turn."""

FRESH_LINES: Final = 2
"""On how many lines a message is tried before the provider counts as away."""

logger = logging.getLogger(__name__)


class _ProviderAway(TransientError):
    """The provider cannot be reached: whatever this worker still holds has not gone anywhere."""

    def __init__(self, reason: str, before: str = State.CLAIMED) -> None:
        super().__init__(reason)
        self.reason, self.before = reason, before


def deliver_due(*, now: datetime | None = None, limit: int = 20_000, workspace: WorkspaceInfo | None = None) -> DeliveryCount:
    """Deliver up to `limit` due messages of a workspace, or of each workspace.

    Parameters
    ----------
    now
        A business time that holds for the whole round, to replay one. Where it is not given, each message is judged by the clock of the
        moment at which it is handed over; a workspace whose day is pinned stands still there (ADR 0008).
    """
    total = DeliveryCount()
    for info in (workspace,) if workspace else workspaces_all():
        total += _deliver(Round(info, worker_name(), now), limit)
    return total


def _deliver(turn: Round, limit: int) -> DeliveryCount:
    """All channels of a workspace, one after the other."""
    total = DeliveryCount(unknown=recover(turn.workspace.id))
    by_kind = {True: set[str](), False: set[str]()}
    for transport in transports().values():
        by_kind[transport.capabilities.transactional].add(transport.name)
    for batch in _batches(turn, by_kind[True], AT_ONCE, limit):
        batch.sort(key=lambda each: each.text_id)
        for text_id, messages in groupby(batch, key=lambda each: each.text_id):
            total += place(turn, text_id, list(messages))
    for channel in sorted(by_kind[False]):
        total += _over_provider(turn, channel, limit)
    return total


def _batches(turn: Round, channels: set[str], most: int, limit: int) -> Iterator[list[OutboxMessage]]:
    left = limit
    while left > 0:
        batch = claim(turn.workspace.id, worker=turn.worker, now=turn.now(), most=min(most, left), channels=channels)
        if not batch:
            return
        left -= len(batch)
        yield batch


def _over_provider(turn: Round, channel: str, limit: int) -> DeliveryCount:
    """One message after the other over one way to the provider; where it is away, the rest waits for another round."""
    total = DeliveryCount()
    with ExitStack() as lines:
        session: Session | None = None
        for batch in _batches(turn, {channel}, IN_HAND, limit):
            session = session or lines.enter_context(transport_for(channel).session())
            for message in batch:
                try:
                    total += _deliver_one(turn, session, message)
                except _ProviderAway as away:
                    total += plan_again(turn, [message], reason=away.reason, pause=BACK_OFF, before=away.before)
                    return total + plan_again(turn, batch, reason=away.reason, pause=BACK_OFF)
    return total


def _deliver_one(turn: Round, session: Session, message: OutboxMessage) -> DeliveryCount:
    """Hand one message over, let it leave, write down what became of it; on a fresh line where the provider closed the first one."""
    total = DeliveryCount()
    for line in range(1, FRESH_LINES + 1):
        try:
            session.ready()
        except TransientError as error:
            raise _ProviderAway("delivery.provider_away") from error
        envelope, count = hand_over(turn, message)
        total += count
        if envelope is None:
            return total
        try:
            return total + _let_leave(turn, session, envelope, message)
        except LineClosed as error:
            if line == FRESH_LINES:
                raise _ProviderAway("delivery.line_closed", before=State.HANDED_OVER) from error
            held(turn.worker, message.pk, state=State.HANDED_OVER).update(state=State.CLAIMED, sent_at=None, attempts=F("attempts") - 1)
    return total


def _let_leave(turn: Round, session: Session, envelope: Envelope, message: OutboxMessage) -> DeliveryCount:
    """Give one message to the provider, after it was handed over."""
    try:
        session.send(envelope)
    except LineClosed:
        raise
    except TransientError:
        return try_later(turn, message, reason="delivery.try_again")
    except PermanentError as error:
        return fail(turn, [message], reason=f"delivery.refused:{error}"[:80], before=State.HANDED_OVER)
    except OutcomeUnknown:
        settle(turn, [message], State.UNKNOWN, reason="delivery.line_broke", before=State.HANDED_OVER)
        return DeliveryCount(unknown=1)
    except Exception:
        # Whatever went wrong in here, the message may be out; the next recipient is not to suffer for it.
        logger.exception("message %s: the transport failed", message.pk)
        settle(turn, [message], State.UNKNOWN, reason="delivery.transport_failed", before=State.HANDED_OVER)
        return DeliveryCount(unknown=1)
    return _confirm(turn, message)


@transaction.atomic
def _confirm(turn: Round, message: OutboxMessage) -> DeliveryCount:
    """The provider took it. If it took longer than the lease, others have called the outcome unknown by now: here it is known."""
    late = OutboxMessage.objects.filter(pk=message.pk, state=State.UNKNOWN, reason="delivery.worker_lost")
    if settle(turn, [message], State.CONFIRMED, before=State.HANDED_OVER) or late.update(state=State.CONFIRMED, reason=""):
        touches_add([message], Touch.Kind.SENT, at=message.sent_at or turn.now())
    return DeliveryCount(confirmed=1)
