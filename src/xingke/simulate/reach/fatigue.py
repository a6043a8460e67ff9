"""Who was touched lately and who wants no more messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.reach.curves import Flags, Floats

WINDOW_DAYS = 7
FREE_TOUCHES = 2
TIRED = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class FatigueState:
    """Touches of the last seven days and opt-outs, by outlet index.

    Parameters
    ----------
    touches
        Delivered messages, one column for each of seven days; a day's column is its number modulo seven.
    opted_out
        Whether the outlet has opted out; for good.
    day
        The last day that a column is for, counted from day 0 of the world.
    """

    touches: NDArray[np.uint8]
    opted_out: Flags
    day: int = 0

    @classmethod
    def fresh(cls, count: int) -> "FatigueState":
        """Nobody touched yet."""
        return cls(np.zeros((count, WINDOW_DAYS), dtype=np.uint8), np.zeros(count, dtype=np.bool_))

    def on(self, day: int) -> "FatigueState":
        """The state on a day: touches older than seven days forgotten. A day before the last one stands for that last one."""
        passed = min(max(day - self.day, 0), WINDOW_DAYS)
        touches = self.touches.copy()
        touches[:, [(self.day + ahead) % WINDOW_DAYS for ahead in range(1, passed + 1)]] = 0
        return FatigueState(touches, self.opted_out.copy(), max(day, self.day))

    def extra_touches(self) -> NDArray[np.int64]:
        """By how much one more touch today would exceed two in seven days."""
        return np.asarray(np.maximum(self.touches.sum(axis=1, dtype=np.int64) + 1 - FREE_TOUCHES, 0), dtype=np.int64)

    def response_factor(self) -> Floats:
        """Factor on opening and effect of a message sent today: 0.8 for each touch from the third on."""
        return np.asarray(TIRED ** self.extra_touches(), dtype=np.float64)

    def after(self, *, delivered: Flags, opted_out: Flags) -> "FatigueState":
        """The state after a message of today."""
        touches = self.touches.copy()
        today = self.day % WINDOW_DAYS
        touches[:, today] = np.minimum(touches[:, today].astype(np.int64) + delivered, 255)
        return FatigueState(touches, self.opted_out | opted_out, self.day)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The state as plain arrays, to be stored."""
        return {"touches": self.touches, "opted_out": self.opted_out, "day": np.array(self.day, dtype=np.int64)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "FatigueState":
        """The state of stored arrays."""
        return cls(arrays["touches"].astype(np.uint8), arrays["opted_out"].astype(np.bool_), int(arrays["day"]))
