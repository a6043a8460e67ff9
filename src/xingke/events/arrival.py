"""What is known of a request before its events are read: the key it came with, its times, its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xingke.events.limits import DEFAULT_LIMITS, Limits

PropertyType = Literal["text", "number", "flag", "list", "object", "any"]


@dataclass(frozen=True, slots=True)
class PlannedProperty:
    """A declared property of an event."""

    type: PropertyType = "any"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The tracking plan of a key: its track events by name, with their properties.

    `mode` says what a violation leads to: `off` (nothing), `flag` (a note), `refuse` (quarantine).
    """

    mode: str = "off"
    events: Mapping[str, Mapping[str, PlannedProperty]] = field(default_factory=dict)


NO_PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Arrival:
    """The circumstances of a request.

    Parameters
    ----------
    received_ms
        The server's clock at receipt, milliseconds since 1970.
    sent_ms
        The client's clock at sending (`sentAt`, `_flush_time`); None where it does not say.
    kinds, names
        What the key may send; empty for everything.
    """

    received_ms: int
    source: str
    system: str
    sent_ms: int | None = None
    kinds: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    plan: Plan = NO_PLAN
    limits: Limits = DEFAULT_LIMITS
