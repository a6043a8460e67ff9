"""How much a client may send."""

from dataclasses import dataclass
from typing import Final

KB: Final = 1024
MOST_BATCH_KB: Final = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one event and of one request.

    Parameters
    ----------
    event_bytes, batch_bytes
        Sizes as JSON; the batch after decompression.
    depth
        Levels of nesting inside properties, traits and context.
    text
        Characters of one text.
    future_ms
        How far ahead of the server's clock an event may be dated.
    late_ms
        Age from which an event is noted as late.
    skew_ms
        Difference of clocks from which `sentAt` corrects the time.
    """

    event_bytes: int = 32 * KB
    batch_bytes: int = 500 * KB
    batch_events: int = 10_000
    depth: int = 10
    text: int = 8 * KB
    identifier: int = 255
    name: int = 200
    future_ms: int = 15 * 60 * 1000
    late_ms: int = 30 * 24 * 3600 * 1000
    skew_ms: int = 5_000


DEFAULT_LIMITS: Final = Limits()
