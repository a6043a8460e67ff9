"""Whether an event is one that the key may send and that its tracking plan declares."""

from collections.abc import Mapping
from typing import Any

from xingke.events.arrival import Arrival, PlannedProperty
from xingke.events.values import BadEvent

_TYPES: Mapping[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "flag": (bool,), "list": (list,), "object": (dict,)}


def permitted(kind: str, name: str, arrival: Arrival) -> None:
    """Refuse what is outside the key's scope."""
    if arrival.kinds and kind not in arrival.kinds:
        raise BadEvent("not_permitted", "type")
    if arrival.names and kind == "track" and name not in arrival.names:
        raise BadEvent("not_permitted", "event")


def planned(kind: str, name: str, properties: Mapping[str, Any], arrival: Arrival) -> tuple[str, ...]:
    """What is to be noted of a track event; raises BadEvent where the plan refuses violations."""
    plan = arrival.plan
    if plan.mode == "off" or kind != "track":
        return ()
    reason, field = _violation(plan.events.get(name), properties)
    if not reason:
        return ()
    if plan.mode == "refuse":
        raise BadEvent(reason, field)
    return (reason,)


def _violation(declared: Mapping[str, PlannedProperty] | None, properties: Mapping[str, Any]) -> tuple[str, str]:
    if declared is None:
        return "not_in_plan", "event"
    for key, wanted in declared.items():
        value = properties.get(key)
        if value is None:
            if wanted.required:
                return "plan_mismatch", f"properties.{key}"
        elif not _fits(value, wanted):
            return "plan_mismatch", f"properties.{key}"
    return "", ""


def _fits(value: Any, wanted: PlannedProperty) -> bool:
    if wanted.type == "any":
        return True
    if isinstance(value, bool):
        return wanted.type == "flag"
    return isinstance(value, _TYPES[wanted.type])
