"""Who really leaves, and how likely it was for somebody who knows the true state."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.observed import flags, integers, numbers, places
from xingke.simulate.score.scene import LEFT_DAYS, Scene
from xingke.simulate.truth.tables import CHURN_TRUTH, OUTLET_WEEK

NEVER = 1_000_000
LEFT_WEEKS = -(-LEFT_DAYS // 7)
"""Mondays of the weeks `w` to `w + 4` lie within 30 days of the Monday of week `w`."""
LONGEST_SIGNS = 30
SILENT_WEEKS = 8
"""Whoever has not ordered for so long counts as gone, whatever the register says."""


@dataclass(frozen=True, slots=True)
class Leavings:
    """One row an outlet at the end of its way out; weeks count from the start of the world, `NEVER` for those who were kept."""

    outlet: NDArray[np.int64]
    onset: NDArray[np.int64]
    left: NDArray[np.int64]
    has_signs: NDArray[np.bool_]


class ChurnState:
    """The truth about leaving of one world, by outlet and judged week."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.weeks = scene.days.judged
        self._shape = (scene.outlets.size, scene.days.weeks)
        table = scene.truth(OUTLET_WEEK)
        outlet, week = places(integers(table["outlet_id"]), scene.outlets), integers(table["week"])
        known = (outlet >= 0) & (week >= 0) & (week < scene.days.weeks)
        cell = (outlet[known], week[known])
        self._at_risk = np.zeros(self._shape, dtype=np.bool_)
        self._at_risk[cell] = flags(table["is_at_risk"])[known]
        self._hazard = np.zeros(self._shape, dtype=np.float32)
        self._hazard[cell] = numbers(table["hazard"], 0.0)[known]

    @cached_property
    def leavings(self) -> Leavings:
        """Everybody whose way out has ended."""
        table = self._scene.truth(CHURN_TRUTH)
        outlet = places(integers(table["outlet_id"]), self._scene.outlets)
        known = outlet >= 0
        return Leavings(
            outlet[known],
            integers(table["onset_week"])[known],
            integers(table["left_week"], NEVER)[known],
            flags(table["has_precursors"])[known],
        )

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """By outlet and judged week: in business as far as anybody can see.

        The register shows it as open, and it has ordered within the 8 weeks before. Whoever has left without a word may be among them.
        """
        orders, shape = self._scene.orders, (self._shape[0], self._shape[1] + 1)
        ordered = np.bincount(orders.order_outlet.astype(np.int64) * shape[1] + orders.order_day // 7 + 1, minlength=shape[0] * shape[1])
        total = np.cumsum(ordered.reshape(shape), axis=1)
        lately = total[:, self.weeks] > total[:, (self.weeks - SILENT_WEEKS).clip(0)]
        return np.asarray(lately & (self._scene.register_closed_week[:, None] >= self.weeks))

    @cached_property
    def leaves(self) -> NDArray[np.bool_]:
        """By outlet and judged week: whether its first week without any order begins within 30 days."""
        return self.is_open & self._leave_in_time(self.leavings.left < NEVER)

    @cached_property
    def leaves_at_once(self) -> NDArray[np.bool_]:
        """The same, of those who leave without signs."""
        return self.is_open & self._leave_in_time((self.leavings.left < NEVER) & ~self.leavings.has_signs)

    @cached_property
    def true_score(self) -> NDArray[np.float64]:
        """By outlet and judged week: the chance to leave within 30 days for somebody who knows the state of the week before.

        On the way out it is the share, counted over the world, of those who had been so for as many weeks; for all others the weekly
        hazard, times the five weeks and the share of leavers without signs.
        """
        since = self._weeks_at_risk()[:, self.weeks - 1]
        on_way = (since > 0) & self.is_open
        seen = np.bincount(since[on_way], minlength=LONGEST_SIGNS + 1)
        left = np.bincount(since[on_way & self.leaves], minlength=LONGEST_SIGNS + 1)
        share = left / np.maximum(seen, 1)
        gone = self.leavings.left < NEVER
        sudden = (~self.leavings.has_signs[gone]).mean() if gone.any() else 0.0
        return np.where(on_way, share[since], self._hazard[:, self.weeks - 1] * LEFT_WEEKS * sudden)

    def _weeks_at_risk(self) -> NDArray[np.int64]:
        """By outlet and week: for how many weeks, this one included, it has been on its way out without a break; 30 at most."""
        week = np.arange(self._shape[1])
        last_safe = np.maximum.accumulate(np.where(self._at_risk, -1, week), axis=1)
        return (week - last_safe).clip(0, LONGEST_SIGNS)

    def _leave_in_time(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """By outlet and judged week: whether one of the chosen leavings falls into the five weeks from then on."""
        left = np.zeros((self._shape[0], self._shape[1] + LEFT_WEEKS + 1), dtype=np.int32)
        inside = chosen & (self.leavings.left >= 0) & (self.leavings.left < self._shape[1])
        left[self.leavings.outlet[inside], self.leavings.left[inside] + 1] = 1
        total = np.cumsum(left, axis=1)
        return np.asarray(total[:, self.weeks + LEFT_WEEKS] > total[:, self.weeks])
