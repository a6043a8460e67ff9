"""How members shop: how often, at what hour, for how much and with what taste."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.draws import spread_uniform
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.truth_tables import LATENT_MEMBER
from xingke.simulate.firms.workshop import Workshop

DAYS_A_MONTH = 365.25 / 12
VISIT_SHAPE = 1.6
"""Gamma shape of the members' visit rates: a few come often, many seldom."""
MOST_A_DAY = 0.8
TASTES = 6
TASTE_SPREAD = 0.5
HABIT_SD_MINUTES = 35.0
SPEND_SHARE = 0.3
"""Share of the variance of the log ticket that lies between members."""


@dataclass(frozen=True, slots=True)
class Shoppers:
    """One place a member, `mix` one row a taste.

    Parameters
    ----------
    daily_visits
        Chance to come on an average day.
    habit_minute
        Minute of the local day about which the member arrives.
    spend
        Log factor on the ticket.
    mix
        Share of lines by category of each taste on ordinary days, and on hot days.
    """

    daily_visits: NDArray[np.float64]
    habit_minute: NDArray[np.float64]
    spend: NDArray[np.float64]
    taste: NDArray[np.int64]
    mix: NDArray[np.float64]
    hot_mix: NDArray[np.float64]


def shoppers_of(shop: Workshop, members: Members, trade: Trade) -> Shoppers:
    """Draw the habits of the members, and write the truth about them."""
    from scipy.special import gammaincinv, ndtri

    rng = shop.streams.of("shoppers")
    count = members.count
    rate = gammaincinv(VISIT_SHAPE, spread_uniform(rng, count)) / VISIT_SHAPE * trade.monthly_visits / DAYS_A_MONTH
    share, mean, spread = (np.array(column) for column in zip(*trade.habits, strict=True))
    kind = np.minimum(np.searchsorted(np.cumsum(share), spread_uniform(rng, count)), share.size - 1)
    habit = mean[kind] + spread[kind] * np.clip(ndtri(spread_uniform(rng, count)), -2.5, 2.5)
    spend = trade.ticket_sigma * np.sqrt(SPEND_SHARE) * ndtri(spread_uniform(rng, count))
    taste = np.minimum((spread_uniform(rng, count) * TASTES).astype(np.int64), TASTES - 1)
    mix = _mixes(shop.streams.of("tastes"), trade)
    factor = np.array([category.hot_factor for category in trade.categories])
    shoppers = Shoppers(np.minimum(rate, MOST_A_DAY), habit, spend, taste, mix, _hot(mix, factor))
    shop.know(
        LATENT_MEMBER,
        {
            "customer_id": members.customer_id,
            "monthly_visits": shoppers.daily_visits * DAYS_A_MONTH,
            "habit_minute": habit,
            "spend_factor": np.exp(spend),
            "taste": [f"basket_{number}" for number in taste],
            "responsiveness": members.responsiveness,
            "frailty": members.frailty,
        },
    )
    return shoppers


def _mixes(rng: np.random.Generator, trade: Trade) -> NDArray[np.float64]:
    """Mixes of the tastes whose mean is the mix of the trade; every taste wants as much of what heat or messages change."""
    base = np.array([category.share for category in trade.categories])
    tilt = np.exp(TASTE_SPREAD * rng.standard_normal((TASTES, base.size)))
    fixed = np.array([category.hot_factor != 1.0 or category.is_pushed for category in trade.categories])
    mix = np.where(fixed, base, base * tilt / tilt.mean(axis=0))
    rest = base[~fixed].sum()
    mix[:, ~fixed] *= (rest / mix[:, ~fixed].sum(axis=1))[:, None]
    return np.asarray(mix)


def _hot(mix: NDArray[np.float64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mixes on hot days: categories with a factor have exactly that much more, the others share what is left."""
    is_hot = factor != 1.0
    raised = mix * factor
    left = (1 - raised[:, is_hot].sum(axis=1)) / mix[:, ~is_hot].sum(axis=1)
    return np.where(is_hot, raised, mix * left[:, None])
