"""What becomes of messages that a worker holds: put off, withheld, cancelled, failed, tried again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.channels.claims import State, held
from xingke_web.channels.contracts import DeliveryCount
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.compliance.facade import StoredVerdict
from xingke_web.loop.facade import business_now

MOST_ATTEMPTS = 5
BACK_OFF = timedelta(seconds=30)
SHORTLY = timedelta(seconds=2)
Messages = Sequence[OutboxMessage]
Verdicts = Mapping[int, StoredVerdict]


@dataclass(frozen=True)
class Round:
    """One round over one workspace: the name under which messages are held, and its clock."""

    workspace: WorkspaceInfo
    worker: str
    given: datetime | None = None

    def now(self) -> datetime:
        """Business time at this moment, unless the caller of the round gave a fixed one."""
        return self.given or business_now(self.workspace)


def settle(turn: Round, messages: Iterable[OutboxMessage], state: str, *, reason: str = "", before: str = State.CLAIMED) -> int:
    """Move messages that this worker holds to where they stay."""
    return held(turn.worker, *(each.pk for each in messages), state=before).update(
        state=state, reason=reason, claimed_by="", lease_until=None
    )


def put_off(turn: Round, messages: Messages, verdicts: Verdicts, *, now: datetime) -> None:
    """Plan again for when the rules permit it."""
    by_time: dict[datetime, list[OutboxMessage]] = {}
    for each in messages:
        by_time.setdefault(verdicts[each.customer_number].next_allowed_at or now + timedelta(days=1), []).append(each)
    for due_at, group in by_time.items():
        reason = verdicts[group[0].customer_number].reason
        held(turn.worker, *(each.pk for each in group)).update(
            state=State.PLANNED, due_at=due_at, reason=reason, claimed_by="", lease_until=None
        )


def withhold(turn: Round, messages: Messages, verdicts: Verdicts, *, now: datetime) -> None:
    """Keep back what the rules refuse."""
    by_reason: dict[str, list[OutboxMessage]] = {}
    for each in messages:
        by_reason.setdefault(verdicts[each.customer_number].reason, []).append(each)
    for reason, group in by_reason.items():
        settle(turn, group, State.WITHHELD, reason=reason)
        touches_add(group, Touch.Kind.WITHHELD, at=now, detail=reason)


def plan_again(
    turn: Round, messages: Iterable[OutboxMessage], *, reason: str, pause: timedelta, before: str = State.CLAIMED
) -> DeliveryCount:
    """Plan messages again that were not taken through no fault of theirs: that counts as no attempt."""
    changed = held(turn.worker, *(each.pk for each in messages), state=before).update(
        state=State.PLANNED, retry_at=timezone.now() + pause, reason=reason, claimed_by="", lease_until=None, sent_at=None,
        attempts=F("attempts") - (1 if before == State.HANDED_OVER else 0),
    )  # fmt: skip
    return DeliveryCount(retried=changed)


def try_later(turn: Round, message: OutboxMessage, *, reason: str) -> DeliveryCount:
    """Plan a message again that the provider refused for now, after a pause that doubles, up to the most attempts."""
    if message.attempts >= MOST_ATTEMPTS:
        return fail(turn, [message], reason=reason, before=State.HANDED_OVER)
    changed = held(turn.worker, message.pk, state=State.HANDED_OVER).update(
        state=State.PLANNED, retry_at=timezone.now() + BACK_OFF * 2 ** (message.attempts - 1), reason=reason, claimed_by="",
        lease_until=None, sent_at=None,
    )  # fmt: skip
    return DeliveryCount(retried=changed)


def fail(turn: Round, messages: Messages, *, reason: str, before: str = State.CLAIMED) -> DeliveryCount:
    """Give messages up, with their reason."""
    if not messages:
        return DeliveryCount()
    with transaction.atomic():
        failed = [each for each in messages if settle(turn, [each], State.FAILED, reason=reason, before=before)]
        touches_add(failed, Touch.Kind.FAILED, at=turn.now(), detail=reason)
    return DeliveryCount(failed=len(failed))
