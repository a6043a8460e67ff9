"""When members leave: a weekly hazard of their own, fewer visits ahead of it for most of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.firms.horizon import WEEKS
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.truth_tables import LEAVING_WEEK, MEMBER_LEAVING
from xingke.simulate.firms.workshop import Workshop

WEEKS_A_YEAR = 365.25 / 7
WARNED_SHARE = 0.7
"""Share of leavers whose visits fall off before they stop."""
SHORTEST_WARNING, LONGEST_WARNING = 4, 9
VISITS_LEFT = 0.45
"""Factor on the visits of a member who is about to leave."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One place a member; `WEEKS` for whoever stays.

    Parameters
    ----------
    left_week
        First week without any visit.
    onset_week
        First week of fewer visits; the same as `left_week` where there is no warning.
    """

    left_week: NDArray[np.int64]
    onset_week: NDArray[np.int64]

    def visit_factor(self, week: int) -> NDArray[np.float64]:
        """Factor on the visits of a week: 1, fewer for those about to leave, 0 for those who left."""
        going = np.where(week >= self.onset_week, VISITS_LEFT, 1.0)
        return np.where(week >= self.left_week, 0.0, going)


def leaving_of(shop: Workshop, members: Members, *, annual_share: float, week_factor: NDArray[np.float64]) -> Leaving:
    """Draw who leaves when, and write the truth about it.

    Everyone has a budget of risk, exponential with mean 1, and leaves in the week in which the hazard summed up since joining exceeds it. A
    higher hazard in some weeks therefore brings leavings forward and changes nobody else.

    Parameters
    ----------
    annual_share
        Share of members who leave in a year at mean frailty and no planted factor.
    week_factor
        Planted factor on the hazard, one a week.
    """
    rng = shop.streams.of("leaving")
    budget = -np.log1p(-rng.random(members.count))
    is_warned, length = rng.random((2, members.count))
    joined_week = np.maximum(-(-members.joined_day // 7), 0)
    hazard = -np.log1p(-annual_share) / WEEKS_A_YEAR * members.frailty
    calm, _, _ = _left_weeks(budget, joined_week, hazard, np.ones(WEEKS))
    left, present, expected = _left_weeks(budget, joined_week, hazard, week_factor)
    warning = np.where(is_warned < WARNED_SHARE, SHORTEST_WARNING + np.floor(length * (LONGEST_WARNING - SHORTEST_WARNING + 1)), 0)
    # A warning comes from what would have happened anyway: nobody comes less often before the event that drives them off.
    onset = np.where(calm < WEEKS, np.maximum(calm - warning, joined_week), WEEKS).astype(np.int64)
    leaving = Leaving(left, np.minimum(onset, left))
    _write(shop, members, leaving, present, expected)
    return leaving


def _left_weeks(
    budget: NDArray[np.float64], joined_week: NDArray[np.int64], hazard: NDArray[np.float64], week_factor: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Week of leaving by member; by week, members at its start and leavers to be expected."""
    left = np.full(budget.size, WEEKS)
    present, expected, spent = np.zeros(WEEKS, dtype=np.int64), np.zeros(WEEKS), np.zeros(budget.size)
    for week in range(WEEKS):
        here = (joined_week <= week) & (left == WEEKS)
        risk = np.where(here, hazard * week_factor[week], 0.0)
        expected[week], present[week] = np.sum(-np.expm1(-risk)), np.count_nonzero(here)
        spent += risk
        left[here & (spent > budget)] = week
    return left, present, expected


def _write(shop: Workshop, members: Members, leaving: Leaving, present: NDArray[np.int64], expected: NDArray[np.float64]) -> None:
    gone = np.flatnonzero(leaving.left_week < WEEKS)
    shop.know(
        MEMBER_LEAVING,
        {
            "customer_id": members.customer_id[gone],
            "onset_week": leaving.onset_week[gone],
            "left_week": leaving.left_week[gone],
            "has_precursors": leaving.onset_week[gone] < leaving.left_week[gone],
        },
    )
    shop.know(
        LEAVING_WEEK,
        {
            "week": np.arange(WEEKS),
            "members": present,
            "expected_leavers": expected,
            "leavers": np.bincount(leaving.left_week[gone], minlength=WEEKS)[:WEEKS],
        },
    )
