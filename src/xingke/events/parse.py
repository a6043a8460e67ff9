"""Events of the Segment specification and of RudderStack's clients, read into the one form.

RudderStack sends the traits of an identify call in `context.traits` and has `originalTimestamp` where Segment has `timestamp`; both are
looked at for every client.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Final

import orjson

from xingke.events.arrival import Arrival
from xingke.events.event import Event, Rejected
from xingke.events.people import earlier, people
from xingke.events.plan import permitted, planned
from xingke.events.values import BadEvent, happened, identifier, mapping, nested, texts
from xingke.schema.events import EVENT_KINDS

KINDS: Final = frozenset(EVENT_KINDS)
Parsed = tuple[Event, bytes] | Rejected
Dialect = Callable[[dict[str, Any], Arrival], Event]


def parse_segment(raw: Any, arrival: Arrival) -> Parsed:
    """An event with its line for the log, or why it is refused."""
    return parsed(raw, arrival, "segment", _segment)


def parsed(raw: Any, arrival: Arrival, dialect: str, read: Dialect) -> Parsed:
    """Read one event in a dialect and check what holds for all of them: scope, nesting, texts, size."""
    try:
        if type(raw) is not dict:
            raise BadEvent("not_an_object")
        event = read(raw, arrival)
        if arrival.kinds or arrival.names:
            permitted(event.kind, event.name, arrival)
        if arrival.plan.mode != "off":
            event = event._replace(notes=(*event.notes, *planned(event.kind, event.name, event.properties, arrival)))
        return event, _line(event, arrival)
    except BadEvent as bad:
        reason, field = bad.reason, bad.field
    except (TypeError, RecursionError):
        # What orjson cannot write: half of a surrogate pair, or nesting beyond its own limit.
        reason, field = "bad_text", ""
    return Rejected(reason, field, raw, dialect, arrival.source, arrival.system, arrival.received_ms, arrival.sent_ms)


def _line(event: Event, arrival: Arrival) -> bytes:
    limits = arrival.limits
    if event.properties:
        nested(event.properties, "properties", limits.depth)
    if event.traits:
        nested(event.traits, "traits", limits.depth)
    if event.context:
        nested(event.context, "context", limits.depth)
    line = event.to_line()
    if len(line) > limits.event_bytes:
        raise BadEvent("event_too_large")
    # A text can only be too long in a long line, and orjson writes NUL in one way only.
    if len(line) > limits.text or b"\\u0000" in line:
        for field, value in (("properties", event.properties), ("traits", event.traits), ("context", event.context)):
            texts(value, field, limits.text)
    return line


def _segment(raw: dict[str, Any], arrival: Arrival) -> Event:
    limits = arrival.limits
    kind = raw.get("type")
    if type(kind) is not str or kind not in KINDS:
        raise BadEvent("unknown_kind", "type")
    user, anonymous = identifier(raw.get("userId"), "userId", limits), identifier(raw.get("anonymousId"), "anonymousId", limits)
    user, anonymous, about = people(kind, user, anonymous, ("userId", "anonymousId"))
    context, properties = mapping(raw.get("context"), "context"), mapping(raw.get("properties"), "properties")
    traits = mapping(raw.get("traits"), "traits")
    if not traits and kind in {"identify", "group"}:
        traits = mapping(context.get("traits"), "context.traits")
    field = "originalTimestamp" if raw.get("originalTimestamp") else "timestamp"
    at, notes = happened(raw.get(field), field, arrival)
    event_id = identifier(raw.get("messageId"), "messageId", limits)
    if not event_id:
        event_id, notes = made_id(raw, dated=bool(raw.get(field))), (*notes, "made_id")
    if about:
        notes = (*notes, *about)
    name = _name(kind, raw, arrival)
    # By place and not by name: this runs for every event.
    return Event(
        event_id, kind, name, user, anonymous, at, arrival.received_ms, arrival.source, arrival.system, properties, traits, context, notes
    )


def _name(kind: str, raw: dict[str, Any], arrival: Arrival) -> str:
    if kind == "identify":
        return ""
    if kind == "track":
        found = event_name(raw.get("event"), "event", arrival)
        if not found:
            raise BadEvent("no_event_name", "event")
        return found
    field = {"group": "groupId", "alias": "previousId"}.get(kind, "name")
    value = raw.get(field)
    if value is None:
        value = raw.get("category", "") if kind in {"page", "screen"} else ""
    if kind == "alias":
        return earlier(identifier(value, field, arrival.limits), field)
    if kind == "group":
        found = identifier(value, field, arrival.limits)
        if not found:
            raise BadEvent("no_user", field)
        return found
    return event_name(value, field, arrival)


def event_name(value: Any, field: str, arrival: Arrival) -> str:
    """The name of an event: a text within the limit."""
    if value is None:
        return ""
    if type(value) is not str:
        raise BadEvent("wrong_type", field)
    if len(value) > arrival.limits.name:
        raise BadEvent("text_too_long", field)
    if "\0" in value:
        raise BadEvent("nul_byte", field)
    return value.strip()


def made_id(raw: dict[str, Any], *, dated: bool) -> str:
    """An id for an event that came without one.

    A dated event sent twice gets the same id and counts once; an undated one cannot be told from another like it, so each is its own.
    """
    if not dated:
        return uuid.uuid4().hex
    content = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(content, digest_size=16).hexdigest()
