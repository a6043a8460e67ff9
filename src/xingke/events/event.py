"""The one form of an event, whichever client sent it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from xingke.schema.events import EVENT_KINDS

ITEM: Final = "item"
KINDS: Final = (*EVENT_KINDS, ITEM)
"""Kinds of events in the log: what people do, and what a client says of a thing, which is nobody's doing."""


class Event(NamedTuple):
    """One accepted event (grain: one `event_id` of one system).

    Attributes
    ----------
    event_id
        The client's messageId, or one made of the content.
    kind
        One of `KINDS`.
    name
        Name of a track event, page or screen; the group of a group call, the earlier id of an alias call, the type of an item.
    happened_ms, received_ms
        Milliseconds since 1970 in UTC; when it happened, by a corrected clock, and when it reached the server.
    source
        Name of the write key.
    system
        The kind of system the key stands for, one of `xingke.schema.trade.identity.SYSTEMS`.
    notes
        Codes of `xingke.events.reasons.NOTES`.
    """

    event_id: str
    kind: str
    name: str
    user_id: str
    anonymous_id: str
    happened_ms: int
    received_ms: int
    source: str
    system: str
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def received_at(self) -> datetime:
        """The instant at which it reached the server."""
        return datetime.fromtimestamp(self.received_ms / 1000, UTC)

    @property
    def customer_key(self) -> str:
        """The id by which the system knows the person: the user's, else the anonymous one."""
        return self.user_id or self.anonymous_id

    def to_line(self) -> bytes:
        """One line of JSON; raises TypeError where a text is not valid Unicode."""
        return orjson.dumps(list(self))

    @classmethod
    def from_line(cls, line: bytes) -> "Event":
        """The event of a line that `to_line` made."""
        *values, notes = orjson.loads(line)
        return cls._make((*values, tuple(notes)))


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that waits in quarantine.

    Parameters
    ----------
    reason
        Code of `xingke.events.reasons.REASONS`.
    field
        Where in the event, empty for the whole of it.
    raw
        What came, as JSON.
    dialect
        `segment` or `sensors`: how it is read when it is tried again.
    """

    reason: str
    field: str
    raw: Any
    dialect: str
    source: str
    system: str
    received_ms: int
    sent_ms: int | None = None

    def to_line(self) -> bytes:
        """One line of JSON; texts that are not valid Unicode are escaped."""
        values = [self.reason, self.field, self.raw, self.dialect, self.source, self.system, self.received_ms, self.sent_ms]
        try:
            return orjson.dumps(values)
        except (TypeError, RecursionError):
            values[2] = _text_of(self.raw)
            return orjson.dumps(values)

    @classmethod
    def from_line(cls, line: bytes) -> "Rejected":
        """The rejected event of a line that `to_line` made."""
        return cls(*orjson.loads(line))


def _text_of(raw: Any) -> str:
    """Any JSON value as plain ASCII text."""
    import json

    try:
        return json.dumps(raw, ensure_ascii=True)
    except RecursionError:
        return ""
