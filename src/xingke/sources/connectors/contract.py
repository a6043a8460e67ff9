"""What every connector promises: typed settings, a check in words, and batches of raw rows, each with the cursor that follows it.

A connector reads rows as they are. What they mean, the mapping says; whether they are right, the checks say. Whoever stores a batch stores
its cursor in the same step, and reading again from a stored cursor yields what came after it, no row twice and none left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from xingke.sources.connectors.settings import Setting
from xingke.words import Words

Cursor = Mapping[str, Any]
"""How far a stream was read; whatever the connector needs, as JSON."""

BATCH_ROWS = 20_000


class Mode(StrEnum):
    """How a stream is read: all of it each time, what is new, or as it comes."""

    FULL = "full"
    INCREMENTAL = "incremental"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Stream:
    """Something that a source offers: a table, an address, a topic, a file.

    Parameters
    ----------
    columns
        Names where they are known without reading.
    cursors
        Columns that new rows can be told by, the likeliest first.
    key
        Columns that identify a row.
    """

    name: str
    columns: tuple[str, ...] = ()
    cursors: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that came and is no row: where it stood, the reason's code, and the text as it came."""

    place: str
    reason: str
    record: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that belong together.

    Parameters
    ----------
    rows
        Raw rows as text columns, written as a file would have them: `2026-01-31`, `2026-01-31T08:00:00+08:00`, `12.50`, `true`; an empty
        value is null.
    cursor
        Where to go on after these rows; None where the stream is read whole each time.
    rejected
        What came and is no row; it goes to quarantine.
    units
        For each row what it came in, a message or a file: an order that comes again in a later one is that order again, not more of it.
        Without them all rows are of one reading.
    is_whole
        Whether every order that the rows speak of is here with all its lines.
    """

    rows: pa.Table
    cursor: Cursor | None = None
    rejected: tuple[Rejected, ...] = ()
    units: tuple[str | int, ...] | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the source answers, and what is worth saying about it."""

    words: Words
    notes: tuple[Words, ...] = ()


@runtime_checkable
class Connector(Protocol):
    """A kind of source that rows are pulled from or sent by; found by the entry-point group `xingke.connectors`."""

    kind: str
    label: Words
    note: Words
    settings: tuple[Setting, ...]
    modes: tuple[Mode, ...]

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """To whom the secrets of the settings are sent, and by which name; empty where none is sent.

        A stored secret is not used for another target than the one that it was typed for.
        """

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Try the settings without reading rows; a `UserFacingError` says what is wrong with them."""

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """What there is to read."""

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """The rows after the cursor, all of them without one."""
