"""Where an incremental reading stands: the last value of the cursor column, and which rows near it were seen already.

Rows are read again from a little before the last value, because a row may be committed after one with a later value. Those that were seen
are known by their digest; so a row that comes late is taken once, and a row that has changed is taken again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from xingke.errors import ConfigurationError
from xingke.sources.connectors.contract import Cursor

MOST_SEEN = 100_000


class WindowTooWide(ConfigurationError):
    """More rows lie in the overlap than are remembered."""


def to_json(value: Any) -> dict[str, str]:
    """A cursor value with its type, as JSON keeps it."""
    match value:
        case bool() | int():
            return {"integer": str(int(value))}
        case float():
            return {"number": repr(value)}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case _:
            return {"text": str(value)}


def from_json(stored: Mapping[str, str]) -> Any:
    """The cursor value in its type."""
    ((kind, text),) = stored.items()
    return _READERS[kind](text)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "decimal": Decimal,
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "text": str,
}


def minus(value: Any, overlap: int) -> Any:
    """The value an overlap earlier: seconds of an instant, whole days of a day, units of a number; a text stays where it is."""
    match value:
        case datetime():
            return value - timedelta(seconds=overlap)
        case date():
            return value - timedelta(days=-(-overlap // 86_400))
        case int() | float() | Decimal():
            return value - overlap
        case _:
            return value


def comparable(value: Any) -> tuple[str, Any]:
    """The value so that it can be compared with any other of its column: numbers with numbers, instants without a zone as if in UTC."""
    match value:
        case datetime():
            return ("instant", value.replace(tzinfo=UTC) if value.tzinfo is None else value)
        case date():
            return ("day", value)
        case int() | float() | Decimal():
            return ("number", value)
        case _:
            return ("text", str(value))


@dataclass
class Progress:
    """The state of one reading while it goes on.

    Parameters
    ----------
    overlap
        How far before the last value rows are read again.
    last, last_key
        The highest value of the cursor column so far, and the key of the row that had it.
    seen
        For the digest of each row in the overlap: its cursor value, and how often such a row was taken.
    """

    overlap: int = 0
    last: Any = None
    last_key: tuple[Any, ...] = ()
    seen: dict[str, tuple[Any, int]] = field(default_factory=dict)
    _met: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, cursor: Cursor | None, overlap: int) -> "Progress":
        """The state that a stored cursor holds."""
        if not cursor:
            return cls(overlap=overlap)
        seen = {name: (from_json(value), count) for value, names in cursor.get("seen", ()) for name, count in Counter(names).items()}
        key = tuple(from_json(value) for value in cursor.get("key", ()))
        return cls(overlap, from_json(cursor["last"]), key, seen)

    @property
    def low(self) -> Any:
        """From where rows are read."""
        return None if self.last is None else minus(self.last, self.overlap)

    def take(self, at: Any, row_digest: str) -> bool:
        """Note a row; whether it is new. Of rows that are alike in all they hold, as many are taken as the source has."""
        if at is None:
            return True
        self._met[row_digest] += 1
        taken = self.seen.get(row_digest, (at, 0))[1]
        if self._met[row_digest] <= taken:
            return False
        self.seen[row_digest] = (at, taken + 1)
        self.reach(at)
        return True

    def reach(self, at: Any, key: Sequence[Any] = ()) -> None:
        """Move the last value on, where this one lies behind it."""
        if at is not None and (self.last is None or comparable(at) >= comparable(self.last)):
            self.last, self.last_key = at, tuple(key)

    def cursor(self) -> Cursor:
        """The state to store: by the key of the last row where there is one, else by the rows seen in the overlap."""
        if self.last is None:
            return {}
        if self.last_key:
            return {"last": to_json(self.last), "key": [to_json(value) for value in self.last_key]}
        self._trim()
        grouped: dict[str, tuple[dict[str, str], list[str]]] = {}
        for name, (at, count) in self.seen.items():
            stored = to_json(at)
            grouped.setdefault(repr(stored), (stored, []))[1].extend([name] * count)
        return {"last": to_json(self.last), "seen": [[stored, names] for stored, names in grouped.values()]}

    def _trim(self) -> None:
        low = comparable(self.low)
        self.seen = {name: one for name, one in self.seen.items() if comparable(one[0]) >= low}
        if len(self.seen) > MOST_SEEN:
            raise WindowTooWide(
                zh=f"重叠窗口内有超过 {MOST_SEEN:,} 行；请缩短重叠，或指定主键列以按主键续读",
                en=f"more than {MOST_SEEN:,} rows lie in the overlap; make it shorter, or name the key columns and set it to 0",
            )
