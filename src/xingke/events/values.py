"""Checks of single values of an event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from xingke.events.arrival import Arrival
from xingke.events.limits import Limits

MIN_MS = 946_684_800_000  # the year 2000: an earlier time is a wrong unit or an unset clock
MAX_MS = 253_402_214_400_000  # the last day of the year 9999


class BadEvent(Exception):
    """An event that is not taken; `reason` is a code of `REASONS`, `field` says where."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"{reason} {field}")
        self.reason, self.field = reason, field


def identifier(value: Any, field: str, limits: Limits) -> str:
    """A user's or message's id as text; empty where there is none. Whole numbers are taken as their digits."""
    if value is None or value == "":
        return ""
    if type(value) is not str:
        if type(value) is not int:
            raise BadEvent("wrong_type", field)
        value = str(value)
    text: str = value
    if len(text) > limits.identifier:
        raise BadEvent("text_too_long", field)
    if "\0" in text:
        raise BadEvent("nul_byte", field)
    return text.strip()


def mapping(value: Any, field: str) -> dict[str, Any]:
    """An object; empty where there is none."""
    if value is None:
        return {}
    if type(value) is not dict:
        raise BadEvent("wrong_type", field)
    return value


def time_ms(value: Any, field: str) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 text, or of a number of seconds or milliseconds; None where there is none.

    A text without an offset is taken as UTC.
    """
    if value is None or value == "":
        return None
    if type(value) is str:
        found = _text_ms(value, field)
    elif type(value) is int or type(value) is float:
        found = _number_ms(value, field)
    else:
        raise BadEvent("bad_time", field)
    if not MIN_MS <= found <= MAX_MS:
        raise BadEvent("bad_time", field)
    return found


def _number_ms(value: float, field: str) -> int:
    if not -1e15 < value < 1e15:  # also false for what is not a number
        raise BadEvent("bad_time", field)
    return round(value * 1000) if abs(value) < 1e11 else round(value)


def _text_ms(value: str, field: str) -> int:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return round(instant.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise BadEvent("bad_time", field) from error


def happened(value: Any, field: str, arrival: Arrival) -> tuple[int, tuple[str, ...]]:
    """When an event happened, by the server's clock, and what is to be noted.

    A client whose clock differs from the server's at sending is corrected by the difference (received - sent), the rule of the Segment
    specification. What then still lies more than a quarter of an hour ahead gets the time of receipt.
    """
    found = time_ms(value, field)
    notes: tuple[str, ...] = ()
    if found is None:
        return arrival.received_ms, ("no_time",)
    if arrival.sent_ms is not None:
        skew = arrival.received_ms - arrival.sent_ms
        if abs(skew) > arrival.limits.skew_ms:
            found, notes = found + skew, ("skew_corrected",)
    if found > arrival.received_ms + arrival.limits.future_ms:
        return arrival.received_ms, ("future_time",)
    if found < arrival.received_ms - arrival.limits.late_ms:
        return found, (*notes, "late")
    return found, notes


def nested(value: dict[str, Any] | list[Any], field: str, levels: int) -> None:
    """Refuse more levels of nesting than allowed."""
    if levels < 0:
        raise BadEvent("too_deep", field)
    inners: Iterable[Any] = value.values() if isinstance(value, dict) else value
    for inner in inners:
        kind = type(inner)
        if kind is dict or kind is list:
            nested(inner, field, levels - 1)


def texts(value: Any, field: str, most: int) -> None:
    """Refuse texts (keys too) that are too long or hold a NUL; the nesting is known to be shallow."""
    if type(value) is str:
        if len(value) > most:
            raise BadEvent("text_too_long", field)
        if "\0" in value:
            raise BadEvent("nul_byte", field)
    elif type(value) is dict:
        for key, inner in value.items():
            place = f"{field}.{key[:40]}"
            texts(key, field, most)
            texts(inner, place, most)
    elif type(value) is list:
        for inner in value:
            texts(inner, field, most)
