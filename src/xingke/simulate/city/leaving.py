"""Leaving: its causes, the signs before it, and who is kept.

Each outlet has a threshold, drawn once; hazard gathers week by week, and where it passes the threshold the way out begins. The way out of
four causes takes 4 to 10 weeks with signs, a sudden event takes none. At its end the outlet leaves unless the actions on it keep it: its
own uniform against the product of the actions' factors, so that doing more never makes anybody leave.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.habits import CAUSES, Habits
from xingke.simulate.city.state import NEVER, State
from xingke.simulate.draws import spread_uniform
from xingke.simulate.scenarios import Scenario
from xingke.simulate.streams import Streams

EPISODES = 4
NOT_AT_RISK = -100
"""In place of the week of an onset, which may lie up to ten weeks before the world."""
WAY_OUT_WEEKS = (4, 10)
UNHAPPY_HAZARD, UNHAPPY_WEEKS = 1.6, 12
UNSEEN_HAZARD, UNSEEN_WEEKS = 1.25, 9
LEFT_ALONE_HAZARD, HANDED_OVER_HAZARD = 1.5, 1.05
SIGNS_CHANCE = {"service": 0.75, "supply": 0.80, "price": 0.70, "closing": 0.80}
"""Chance that the way out of a cause shows the evidence of that cause."""
PRICE_SIGN = 0.20
"""By how much the price index in the shop falls where the cause is the price."""
CLOSES_LICENCE = {"service": 0.4, "supply": 0.4, "price": 0.4, "closing": 0.9, "sudden": 0.9}
DIP_SHARE, DIP_WEEKS, DIP_LEVELS = 0.35, (2, 6), (0.30, 0.80)
BEFORE = 10
"""Weeks before the world from which ways out may already be under way."""
HAZARD_CALIBRATION = 1.0
"""The hazards above raise the mean; measured on `baseline`, so that the yearly share of leavers is the scenario's."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What chance has decided for each outlet (and episode), whatever anybody does."""

    weekly_hazard: NDArray[np.float64]
    threshold: NDArray[np.float64]
    keep_uniform: NDArray[np.float64]
    length: NDArray[np.int32]
    depth: NDArray[np.float64]
    shows_signs: NDArray[np.bool_]
    closes: NDArray[np.bool_]
    early_week: NDArray[np.int32]
    dip_from: NDArray[np.int32]
    dip_until: NDArray[np.int32]
    dip_level: NDArray[np.float64]
    returns_after: NDArray[np.int32]
    return_uniform: NDArray[np.float64]

    def has_signs(self, habits: Habits, cause: str) -> NDArray[np.bool_]:
        """Outlets whose way out would show the evidence of this cause."""
        return np.asarray(self.shows_signs & (habits.cause == CAUSES.index(cause)))


def draw_fate(streams: Streams, habits: Habits, weeks: int, scenario: Scenario) -> Fate:
    """Draw the fates; thresholds of the first episode are spread evenly, so that the yearly share comes out as it should."""
    draw = streams.of("fate")
    count = habits.cause.size
    shape = (count, EPISODES)
    steps = np.cumsum(np.column_stack([-np.log(spread_uniform(draw, count)), draw.exponential(1.0, (count, EPISODES - 1))]), axis=1)
    sudden = habits.cause == CAUSES.index("sudden")
    low, high = WAY_OUT_WEEKS
    length = np.where(sudden[:, None], 0, draw.integers(low, high + 1, shape)).astype(np.int32)
    chance = np.array([SIGNS_CHANCE.get(name, 0.0) for name in CAUSES])[habits.cause]
    closing = np.array([CLOSES_LICENCE[name] for name in CAUSES])[habits.cause]
    early = np.where(habits.fails_early, habits.opens_week + draw.integers(8, 52, count), NEVER).astype(np.int32)
    dips = draw.permutation(np.arange(count)) < DIP_SHARE * count * min(weeks / 104, 1.0)
    dip_from = np.where(dips, draw.integers(0, weeks, count), 10_000).astype(np.int32)
    return Fate(
        weekly_hazard=_base_hazard(habits.frailty, scenario.annual_churn) * habits.frailty * HAZARD_CALIBRATION,
        threshold=steps,
        keep_uniform=draw.random(shape),
        length=length,
        depth=draw.uniform(0.30, 0.70, count),
        shows_signs=draw.random(count) < chance,
        closes=draw.random(count) < closing,
        early_week=early,
        dip_from=dip_from,
        dip_until=(dip_from + draw.integers(DIP_WEEKS[0], DIP_WEEKS[1] + 1, count)).astype(np.int32),
        dip_level=draw.uniform(*DIP_LEVELS, count),
        returns_after=draw.integers(13, 40, count).astype(np.int32),
        return_uniform=draw.random(count),
    )


def _base_hazard(frailty: NDArray[np.float64], annual: float) -> float:
    """The weekly hazard at which the expected share of leavers in 52 weeks is `annual`, by bisection."""
    low, high = 0.0, 0.05
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(np.mean(1 - np.exp(-52 * middle * frailty))) < annual else (low, middle)
    return middle


def ways_out_before(fate: Fate) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Hazard gathered, onset, length and episode at the start: some are already on their way out.

    Whoever would have left before the first day begins the next episode instead.
    """
    gathered = fate.weekly_hazard * BEFORE
    episode = np.zeros(gathered.size, dtype=np.int32)
    began = fate.threshold[:, 0] < gathered
    onset = np.floor(fate.threshold[:, 0] / fate.weekly_hazard - BEFORE).astype(np.int32)
    gone = began & (onset + fate.length[:, 0] < 1)
    episode[gone] = 1
    gathered = np.where(gone, fate.threshold[:, 0], gathered)
    under_way = began & ~gone
    return gathered, np.where(under_way, onset, NOT_AT_RISK).astype(np.int32), np.where(under_way, fate.length[:, 0], 0), episode


@dataclass(frozen=True, slots=True)
class Risk:
    """How far each outlet is on its way out: 0 not at all, 1 at the end."""

    is_at_risk: NDArray[np.bool_]
    progress: NDArray[np.float64]
    weeks_since: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Leavers:
    """Who left, who was kept, in this week; outlet indices."""

    left: NDArray[np.int64]
    kept: NDArray[np.int64]
    early: NDArray[np.int64]
    returned: NDArray[np.int64]


def leaving_week(
    state: State, habits: Habits, fate: Fate, modifier: NDArray[np.float64], action_factor: NDArray[np.float64], back: NDArray[np.bool_]
) -> tuple[Risk, Leavers, NDArray[np.float64]]:
    """Advance everybody's leaving by one week.

    Parameters
    ----------
    modifier
        Factor of circumstances on the hazard: complaints, visits, managers.
    action_factor
        Factor of actions on the hazard and on leaving at the end of the way out.
    back
        Who comes back this week after having left.

    Returns
    -------
    tuple
        The risk after this week's onsets, who left, and this week's hazard.
    """
    week = state.week
    returned = np.flatnonzero(back)
    state.left_week[returned] = NEVER
    is_open = state.is_open(habits.opens_week)
    hazard = np.where(is_open, fate.weekly_hazard * modifier * action_factor, 0.0)
    at_risk = state.risk_from > NOT_AT_RISK
    state.hazard_sum += np.where(at_risk, 0.0, hazard)
    rows = np.arange(hazard.size)
    starts = (
        is_open
        & ~at_risk
        & (state.episode < EPISODES)
        & (state.hazard_sum >= fate.threshold[rows, np.minimum(state.episode, EPISODES - 1)])
    )
    starts &= fate.early_week == NEVER
    state.risk_from[starts] = week
    state.risk_weeks[starts] = fate.length[rows, np.minimum(state.episode, EPISODES - 1)][starts]
    at_risk |= starts
    ends = is_open & at_risk & (week >= state.risk_from + state.risk_weeks)
    keep = ends & (fate.keep_uniform[rows, np.minimum(state.episode, EPISODES - 1)] >= action_factor)
    early = is_open & (fate.early_week == week)
    leaves = (ends & ~keep) | early
    state.left_week[leaves] = week
    state.licence_closed[leaves] = fate.closes[leaves] | early[leaves]
    over = keep | leaves
    state.risk_from[over] = NOT_AT_RISK
    state.episode[over] += 1
    at_risk &= ~over
    since = np.where(at_risk, week - state.risk_from + 1, 0)
    progress = np.where(at_risk, since / np.maximum(state.risk_weeks, 1), 0.0).clip(0.0, 1.0)
    found = Leavers(np.flatnonzero(ends & ~keep), np.flatnonzero(keep), np.flatnonzero(early), returned)
    return Risk(at_risk, progress, since.astype(np.int32)), found, hazard
