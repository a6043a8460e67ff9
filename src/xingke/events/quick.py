"""The ordinary track event of the Segment specification, read with few steps.

Nearly every event is such a one, and reading is most of what an event costs. `Quick` gives the id and line that `parse_segment` gives, or
nothing at all: whatever is out of the ordinary, and whatever would be refused or noted, is left to that one. A property test holds the two
together.
"""

from datetime import datetime
from typing import Any

import orjson

from xingke.events.arrival import Arrival
from xingke.events.people import names_nobody
from xingke.events.values import MAX_MS, MIN_MS, BadEvent, nested

_NOTHING: dict[str, Any] = {}


class Quick:
    """Reads the ordinary events of one request."""

    def __init__(self, arrival: Arrival) -> None:
        limits, received = arrival.limits, arrival.received_ms
        skew = 0 if arrival.sent_ms is None else received - arrival.sent_ms
        self._works = not arrival.kinds and not arrival.names and arrival.plan.mode == "off"
        self._shift = skew if abs(skew) > limits.skew_ms else 0
        self._notes = ("skew_corrected",) if self._shift else ()
        self._first = max(received - limits.late_ms, MIN_MS + max(self._shift, 0))
        self._last = min(received + limits.future_ms, MAX_MS + min(self._shift, 0))
        self._tail = (received, arrival.source, arrival.system)
        self._identifier, self._name, self._depth = limits.identifier, limits.name, limits.depth
        self._bytes = min(limits.text, limits.event_bytes)

    def read(self, raw: Any) -> tuple[str, bytes] | None:
        """The id of an event and its line for the log; None where it has to be read with care."""
        if not self._works or type(raw) is not dict or raw.get("type") != "track":
            return None
        given = raw.get
        name, event_id, time = given("event"), given("messageId"), given("timestamp")
        user, anonymous = given("userId"), given("anonymousId")
        user, anonymous = "" if user is None else user, "" if anonymous is None else anonymous
        properties, context = given("properties", _NOTHING), given("context", _NOTHING)
        if not type(name) is type(user) is type(anonymous) is type(event_id) is type(time) is str:
            return None
        if type(properties) is not dict or type(context) is not dict or given("traits") is not None or given("originalTimestamp"):
            return None
        longest = self._identifier
        if len(user) > longest or len(anonymous) > longest or len(event_id) > longest or len(name) > self._name:
            return None
        name, user, anonymous, event_id = name.strip(), user.strip(), anonymous.strip(), event_id.strip()
        if not name or not event_id or not (user or anonymous) or (user and names_nobody(user)) or (anonymous and names_nobody(anonymous)):
            return None
        try:
            at = round(datetime.fromisoformat(time).timestamp() * 1000) + self._shift
            line = orjson.dumps((event_id, "track", name, user, anonymous, at, *self._tail, properties, _NOTHING, context, self._notes))
            # Fewer brackets than levels cannot be nested too deeply.
            if line.count(b"{") + line.count(b"[") > self._depth:
                nested(properties, "", self._depth)
                nested(context, "", self._depth)
        except (ValueError, OverflowError, TypeError, RecursionError, BadEvent):
            return None
        # A text cannot be too long in a short line, and NUL is written in one way only.
        if len(line) > self._bytes or b"\\u0000" in line or not _has_offset(time):
            return None
        return (event_id, line) if self._first <= at <= self._last else None


def _has_offset(time: str) -> bool:
    """Whether a time that could be read says its offset: without one it would be read by the clock of this machine."""
    return time[-1] == "Z" or "+" in time[10:] or "-" in time[10:]
