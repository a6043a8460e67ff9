"""How fast a key may send: a bucket of tokens that fills at its rate."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Rates:
    """The buckets of all keys; a second's worth of events may come at once, and a large batch puts its key into debt."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    def wait_seconds(self, key: int, rate: int) -> int:
        """Seconds until the key may send again, 0 for now; a rate of 0 is no limit."""
        if not rate:
            return 0
        tokens = self._filled(key, rate).tokens
        return 0 if tokens > 0 else max(1, math.ceil((1 - tokens) / rate))

    def take(self, key: int, rate: int, events: int) -> None:
        """Count events that were let in."""
        if rate:
            self._filled(key, rate).tokens -= events

    def _filled(self, key: int, rate: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(float(rate), now))
        bucket.tokens = min(float(rate), bucket.tokens + (now - bucket.filled_at) * rate)
        bucket.filled_at = now
        return bucket
