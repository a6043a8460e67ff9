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


@dataclass(frozen=True, slots=True)
class Leavings:
    """One row an outlet that started to leave; weeks count from the start of the world."""

    outlet: NDArray[np.int64]
    onset: NDArray[np.int64]
    left: NDArray[np.int64]
    has_signs: NDArray[np.bool_]


class ChurnState:
    """The truth about leaving of one world, by outlet and judged week."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.weeks = scene.days.judged

    @cached_property
    def leavings(self) -> Leavings:
        """Everybody who started to leave; `NEVER` as week of leaving for those who were kept."""
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
    def left_week(self) -> NDArray[np.int64]:
        """By outlet: its first week without any order, `NEVER` for those who stay."""
        left = np.full(self._scene.outlets.size, NEVER)
        np.minimum.at(left, self.leavings.outlet, self.leavings.left)
        return left

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """By outlet and judged week: opened before, and not left."""
        return (self._scene.opened_week[:, None] < self.weeks) & (self.left_week[:, None] >= self.weeks)

    @cached_property
    def leaves(self) -> NDArray[np.bool_]:
        """By outlet and judged week: whether the first week without orders begins within 30 days."""
        return self.is_open & (self.left_week[:, None] < self.weeks + LEFT_WEEKS)

    @cached_property
    def is_sudden(self) -> NDArray[np.bool_]:
        """By outlet: leaves without signs."""
        sudden = np.zeros(self._scene.outlets.size, dtype=np.bool_)
        sudden[self.leavings.outlet[~self.leavings.has_signs & (self.leavings.left < NEVER)]] = True
        return sudden

    @cached_property
    def true_score(self) -> NDArray[np.float64]:
        """By outlet and judged week: the chance to leave within 30 days for somebody who knows the state of the week before.

        On the way out it is the share, counted over the world, of those who had been so for as many weeks; for all others the weekly
        hazard, times the five weeks and the share of leavers without signs.
        """
        at_risk, hazard = self._state_before()
        since = self.weeks - self._last_onset()
        since = np.where(at_risk, since.clip(0, LONGEST_SIGNS), -1)
        on_way = (since >= 0) & self.is_open
        seen = np.bincount(since[on_way], minlength=LONGEST_SIGNS + 1)
        left = np.bincount(since[on_way & self.leaves], minlength=LONGEST_SIGNS + 1)
        share = left / np.maximum(seen, 1)
        sudden = self.is_sudden[self.leavings.outlet].mean() if self.leavings.outlet.size else 0.0
        return np.where(on_way, share[since.clip(0)], hazard * LEFT_WEEKS * sudden)

    def _last_onset(self) -> NDArray[np.int64]:
        """By outlet and judged week: the latest week before in which it began to leave."""
        onset = np.full((self._scene.outlets.size, self.weeks.size), -NEVER)
        column = (self.leavings.onset + 1 - self.weeks[0]).clip(0)
        seen = column < self.weeks.size
        np.maximum.at(onset, (self.leavings.outlet[seen], column[seen]), self.leavings.onset[seen])
        return np.maximum.accumulate(onset, axis=1)

    def _state_before(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """By outlet and judged week: at risk, and the hazard, of the week before."""
        table = self._scene.truth(OUTLET_WEEK)
        outlet = places(integers(table["outlet_id"]), self._scene.outlets)
        column = integers(table["week"]) + 1 - self.weeks[0]
        inside = (outlet >= 0) & (column >= 0) & (column < self.weeks.size)
        at_risk = np.zeros((self._scene.outlets.size, self.weeks.size), dtype=np.bool_)
        hazard = np.zeros(at_risk.shape)
        at_risk[outlet[inside], column[inside]] = flags(table["is_at_risk"])[inside]
        hazard[outlet[inside], column[inside]] = numbers(table["hazard"], 0.0)[inside]
        return at_risk, hazard
