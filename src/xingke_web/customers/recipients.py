"""What compliance has to know about many customers at once; whatever is not known stays `unknown` and is refused there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.db import connection
from django.db.models import Q

from xingke.compliance import LOG_IN_CHANNELS, RecipientFacts
from xingke.compliance.action import AgeState
from xingke.compliance.action import Consent as ConsentState
from xingke_web.customers.contracts import ALL_CHANNELS, TouchCounter
from xingke_web.customers.models import Consent, ContactPoint, Customer
from xingke_web.customers.successors import Absorbed, absorbed_by, added_up, is_stricter, numbers_with

FEW: Final = 500
"""So many numbers are asked by name; more by their range, so that a query never has thousands of parameters."""

_counters: dict[str, TouchCounter] = {}


def touch_counter_register(counter: TouchCounter) -> None:
    """Name who counts marketing touches; the same function again changes nothing, several add up."""
    _counters[f"{counter.__module__}.{counter.__qualname__}"] = counter


@dataclass(frozen=True)
class InForce:
    """The ledger entry in force for one customer, purpose and channel."""

    state: ConsentState
    basis: str
    at: datetime
    expires_at: datetime | None


def numbers_filter(numbers: Sequence[int], field: str = "number") -> Q:
    """Rows of these customers, or of a range that holds them: the caller drops the others."""
    if len(numbers) <= FEW:
        return Q(**{f"{field}__in": list(numbers)})
    return Q(**{f"{field}__gte": min(numbers), f"{field}__lte": max(numbers)})


def recipient_facts(workspace_id: int, numbers: Sequence[int], *, channel: str, purpose: str, at: datetime) -> dict[int, RecipientFacts]:
    """Facts of every number asked for, in four queries whatever their number. A number that is no customer is suppressed.

    What a merged customer consented to, where they are reached and what they were sent counts for the survivor.
    """
    asked = set(numbers)
    if not asked:
        return {}
    rows = _customers(workspace_id, list(asked))
    family = absorbed_by(workspace_id, list(asked))
    everybody = numbers_with(asked, family)
    ledger = _in_force_of(workspace_id, everybody, family, purposes=(purpose,), channels=(channel, ALL_CHANNELS), at=at)
    reachable = asked if channel in LOG_IN_CHANNELS else _with_address(workspace_id, everybody, channel)
    reachable |= {one.survivor for one in family if one.number in reachable}
    touches = added_up(_touches(workspace_id, everybody, at), family)
    return {number: _facts(number, rows.get(number), ledger, purpose, channel, number in reachable, touches) for number in numbers}


def customers_lock(workspace_id: int, numbers: Sequence[int]) -> set[int]:
    """Lock customers, and the numbers that became part of them, until the caller's transaction ends; the ones nobody else is changing.

    A new entry in the ledger of consent refers to its customer's row, so that it waits for this lock, however it is written. Those whom
    somebody else is changing right now are left out rather than waited for: the caller comes back to them. On SQLite a transaction
    that writes is alone, and all are locked.
    """
    if not connection.features.has_select_for_update:
        return set(numbers)
    family = absorbed_by(workspace_id, numbers)
    everybody = sorted(set(numbers_with(numbers, family)))
    busy: set[int] = set()
    for start in range(0, len(everybody), FEW):
        some = Customer.objects.filter(workspace_id=workspace_id, number__in=everybody[start : start + FEW])
        ours = set(some.select_for_update(skip_locked=True).order_by("number").values_list("number", flat=True))
        busy.update(set(some.values_list("number", flat=True)) - ours)
    return set(numbers) - busy - {one.survivor for one in family if one.number in busy}


Row = tuple[int, str, str, str, object, str, bool]
Ledger = dict[tuple[int, str, str], InForce]


def _customers(workspace_id: int, numbers: list[int]) -> dict[int, Row]:
    found = Customer.objects.filter(numbers_filter(numbers), workspace_id=workspace_id)
    return {
        row[0]: row
        for row in found.values_list("number", "kind", "status", "licence_status", "licence_valid_until", "age_state", "present")
    }


def in_force(
    workspace_id: int, numbers: Sequence[int], *, purposes: Sequence[str] = (), channels: Sequence[str] = (), at: datetime
) -> Ledger:
    """The entry in force by (number, purpose, channel) at an instant: the latest by its own day.

    A withdrawal counts at once, whatever its day says, until a later grant follows it; a grant counts from its day on. Of a customer
    and those merged into them the strictest entry holds, unless the customer granted it anew after the merge.
    """
    family = absorbed_by(workspace_id, numbers)
    return _in_force_of(workspace_id, numbers_with(numbers, family), family, purposes=purposes, channels=channels, at=at)


def _in_force_of(
    workspace_id: int,
    numbers: Sequence[int],
    family: Sequence[Absorbed],
    *,
    purposes: Sequence[str],
    channels: Sequence[str],
    at: datetime,
) -> Ledger:
    own = _own_in_force(workspace_id, numbers, purposes=purposes, channels=channels, at=at)
    of_number: dict[int, list[tuple[int, str, str]]] = {}
    for key in own if family else ():
        of_number.setdefault(key[0], []).append(key)
    joint = dict(own)
    for one in family:
        for key in of_number.get(one.number, ()):
            mine = joint.get((one.survivor, *key[1:]))
            renewed = mine is not None and mine.state == "granted" and mine.at > one.since
            if not renewed and is_stricter(own[key].state, mine.state if mine else None):
                joint[one.survivor, key[1], key[2]] = own[key]
    return joint


def _own_in_force(workspace_id: int, numbers: Sequence[int], *, purposes: Sequence[str], channels: Sequence[str], at: datetime) -> Ledger:
    entries = Consent.objects.filter(
        numbers_filter(numbers, "customer__number"), Q(state=Consent.State.WITHDRAWN) | Q(at__lte=at), customer__workspace_id=workspace_id
    )
    if purposes:
        entries = entries.filter(purpose__in=purposes)
    if channels:
        entries = entries.filter(channel__in=channels)
    latest: Ledger = {}
    fields = ("customer__number", "purpose", "channel", "state", "basis", "at", "expires_at")
    for number, purpose, channel, state, basis, said_at, expires_at in entries.order_by("at", "id").values_list(*fields):
        latest[number, purpose, channel] = InForce(_state(state, expires_at, at), basis, said_at, expires_at)
    return latest


def _state(state: str, expires_at: datetime | None, at: datetime) -> ConsentState:
    if state == Consent.State.WITHDRAWN:
        return "withdrawn"
    return "expired" if expires_at is not None and expires_at <= at else "granted"


def _with_address(workspace_id: int, numbers: list[int], channel: str) -> set[int]:
    points = ContactPoint.objects.filter(numbers_filter(numbers, "customer__number"), customer__workspace_id=workspace_id, channel=channel)
    return set(points.values_list("customer__number", flat=True))


def _touches(workspace_id: int, numbers: list[int], at: datetime) -> dict[int, tuple[int, int]]:
    total: dict[int, tuple[int, int]] = {}
    for counter in _counters.values():
        counted: Mapping[int, tuple[int, int]] = counter(workspace_id, numbers, at)
        for number, (week, today) in counted.items():
            before = total.get(number, (0, 0))
            total[number] = (before[0] + week, before[1] + today)
    return total


def _facts(
    number: int, row: Row | None, ledger: Ledger, purpose: str, channel: str, reachable: bool, touches: dict[int, tuple[int, int]]
) -> RecipientFacts:
    if row is None:
        return RecipientFacts(customer_kind="unknown", suppressed=True)
    _, kind, status, licence_status, licence_valid_until, age_state, present = row
    entry, overall = ledger.get((number, purpose, channel)), ledger.get((number, purpose, ALL_CHANNELS))
    refused = overall is not None and overall.state == "withdrawn"
    week, today = touches.get(number, (0, 0))
    return RecipientFacts(
        customer_kind=kind,
        licence_status=licence_status,
        licence_valid_until=licence_valid_until,  # type: ignore[arg-type]  # a date or None, as the model declares
        consent="withdrawn" if refused else entry.state if entry else "unknown",
        consent_basis=entry.basis if entry is not None and entry.state == "granted" and not refused else "unknown",
        age_state=cast("AgeState", age_state),
        suppressed=refused or not present or status == "closed",
        touches_7d=week,
        touches_same_text_today=today,
        contact_point=reachable,
    )
