"""Who trains in which month, on which days, and what they do there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.draws import spread_uniform
from xingke.simulate.firms.horizon import DAYS, months_of
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.truth_tables import LATENT_MEMBER
from xingke.simulate.firms.workshop import Workshop

MONTHS = 24
MONTHLY_ACTIVE = 0.35
"""Share of card holders who come at least once in a calendar month."""
ACTIVE_SHAPES = (0.83, 1.745)
"""Beta shapes of a member's share of active months. Their mean is below `MONTHLY_ACTIVE`: who comes renews, and trial lessons add some."""
MONTH_MEMORY = 0.7
VISIT_SHAPE, VISITS_BEYOND_FIRST = 2.0, 4.6
"""Gamma shape and mean of an active member's visits in a month, beyond the first."""
MOST_A_DAY = 0.6
COURSES = ("瑜伽", "动感单车", "游泳", "搏击", "普拉提", "舞蹈")
FREE_TRAINING = "器械"
FREE_SHARE, OWN_COURSE_SHARE = 0.40, 0.65
"""Share of visits without a course, and of the others that go to the course liked best."""


@dataclass(frozen=True, slots=True)
class Training:
    """One place a member.

    Parameters
    ----------
    taste
        Index in `COURSES` of the course liked best.
    is_active
        One column a calendar month.
    sure_day
        A day of each month on which the member comes if active.
    daily
        Chance to come on any other day of an active month.
    """

    taste: NDArray[np.int64]
    active_share: NDArray[np.float64]
    is_active: NDArray[np.bool_]
    sure_day: NDArray[np.int64]
    daily: NDArray[np.float64]
    habit_minute: NDArray[np.float64]

    def comes(self, days: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether a member comes on a day, had it a card: one row a day."""
        month = months_of(days)
        is_sure = days[:, None] == self.sure_day[:, month].T
        return np.asarray(self.is_active[:, month].T & (is_sure | (uniform < self.daily)))


def training_of(shop: Workshop, members: Members) -> Training:
    """Draw the activity of all members in all months, and write the truth about them."""
    from scipy.special import betaincinv, gammaincinv, ndtr, ndtri

    rng = shop.streams.of("training")
    count = members.count
    share = betaincinv(*ACTIVE_SHAPES, spread_uniform(rng, count))
    shocks = rng.standard_normal((count, MONTHS))
    mood = np.empty_like(shocks)
    mood[:, 0] = shocks[:, 0]
    for month in range(1, MONTHS):
        mood[:, month] = MONTH_MEMORY * mood[:, month - 1] + np.sqrt(1 - MONTH_MEMORY**2) * shocks[:, month]
    beyond = gammaincinv(VISIT_SHAPE, spread_uniform(rng, count)) / VISIT_SHAPE * VISITS_BEYOND_FIRST
    taste = (spread_uniform(rng, count) * len(COURSES)).astype(np.int64)
    edges = np.searchsorted(months_of(np.arange(DAYS)), np.arange(MONTHS + 1))
    sure = edges[:-1] + np.floor(rng.random((count, MONTHS)) * np.diff(edges)).astype(np.int64)
    is_early = rng.random(count) < 0.25
    habit = np.where(is_early, 8.0, 19.0) * 60 + 50 * np.clip(ndtri(spread_uniform(rng, count)), -2, 2)
    training = Training(taste, share, ndtr(mood) < share[:, None], sure, np.minimum(beyond / 30.4, MOST_A_DAY), habit)
    shop.know(
        LATENT_MEMBER,
        {
            "customer_id": members.customer_id,
            "monthly_visits": share * (1 + training.daily * 29.4),
            "habit_minute": habit,
            "spend_factor": np.ones(count),
            "taste": np.array(COURSES)[taste],
            "responsiveness": members.responsiveness,
            "frailty": members.frailty,
        },
    )
    return training


def activities(taste: NDArray[np.int64], chance: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.str_]:
    """What is done on a visit: free training, the course liked best, or any course."""
    names = np.array(COURSES)
    any_course = names[(other * len(COURSES)).astype(np.int64)]
    own_until = FREE_SHARE + (1 - FREE_SHARE) * OWN_COURSE_SHARE
    return np.where(chance < FREE_SHARE, FREE_TRAINING, np.where(chance < own_until, names[taste], any_course))
