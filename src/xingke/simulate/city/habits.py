"""What nobody sees: how much each outlet sells and of what, how it orders, how content it is, whether and why it would leave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from xingke.simulate.city.products import Products
from xingke.simulate.city.trade import Trade
from xingke.simulate.draws import spread_uniform, stratified
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

FIRST_CARTONS, CARTONS_A_GRADE, CARTONS_SD = 5.2, 0.10, 0.35
MEDIAN_PRICE, PRICE_SD, PRICE_CORRELATION = 106.0, 0.27, 0.4
YEARLY_YUAN = 186_000.0
"""Mean yearly order amount of an open outlet."""
ORDERED_SHARE = 0.957
"""Orders over expected consumer demand in money, measured on `baseline`; others replace what is tight, so the SKUs hardly matter."""
REMAINING_GROWTH, REMAINING_GROWTH_WEEKS, REMAINING_GROWTH_A_WEEK = 0.952, 78, -0.0003
"""Mean amount of the outlets open at a time over the one expected of all at the start (dips, newcomers, who leaves): in a world of so many
weeks, and what each further week takes off."""
TASTE_SD = 0.6
FAST_SHARE, DECLINING_SHARE = 0.04, 0.03
CAUSES = ("service", "supply", "price", "closing", "sudden")
CAUSE_SHARES = (0.24, 0.26, 0.12, 0.18, 0.20)
EARLY_FAILURE = 0.20
SEASONAL_HOARDERS, ONE_OFF_HOARDERS, SWITCHERS = 0.06, 0.015, 0.02
LEADERS = 0.01


@dataclass(frozen=True, slots=True)
class Habits:
    """Latent traits by outlet index; see `LATENT_OUTLET` for their meaning.

    Parameters
    ----------
    opens_week
        First week open; negative for those of the first day.
    leave_uniform, keep_uniform
        Decide when leaving starts and whether an action keeps the outlet.
    hoard_factor, one_off, switch_week
        1 and -1 for those without the habit.
    """

    weekly_cartons: NDArray[np.float64]
    mean_price_yuan: NDArray[np.float64]
    annual_trend: NDArray[np.float64]
    cover_weeks: NDArray[np.float64]
    satisfaction: NDArray[np.float64]
    frailty: NDArray[np.float64]
    price_index: NDArray[np.float64]
    price_sensitivity: NDArray[np.float64]
    compliance: NDArray[np.float64]
    cost_to_serve_yuan: NDArray[np.float64]
    promotion_propensity: NDArray[np.float64]
    cause: NDArray[np.int32]
    opens_week: NDArray[np.int32]
    fails_early: NDArray[np.bool_]
    hoard_factor: NDArray[np.float64]
    one_off: NDArray[np.bool_]
    switch_week: NDArray[np.int32]
    is_leader: NDArray[np.bool_]

    @property
    def size_log(self) -> NDArray[np.float64]:
        """How large an outlet is among all: the log of its cartons, standardised."""
        value = np.log(self.weekly_cartons)
        return np.asarray((value - value.mean()) / value.std())


def draw_habits(streams: Streams, trade: Trade, first: int, size: Size, scenario: Scenario) -> Habits:
    """Draw the latent traits."""
    draw = streams.of("habits")
    count = trade.grade.size
    noise = ndtri(spread_uniform(draw, count))
    cartons = FIRST_CARTONS * np.exp(CARTONS_A_GRADE * (trade.grade - 1) + CARTONS_SD * noise)
    log_size = np.log(cartons)
    standard = (log_size - log_size.mean()) / log_size.std()
    price_noise = ndtri(spread_uniform(draw, count))
    price = MEDIAN_PRICE * np.exp(PRICE_SD * (PRICE_CORRELATION * standard + np.sqrt(1 - PRICE_CORRELATION**2) * price_noise))
    trend = draw.normal(0.0, 0.08, count)
    kind = stratified(draw, (1 - FAST_SHARE - DECLINING_SHARE, FAST_SHARE, DECLINING_SHARE), count)
    trend = np.where(kind == 1, np.log(1 + draw.uniform(0.30, 0.60, count)), trend)
    trend = np.where(kind == 2, np.log(1 - draw.uniform(0.20, 0.35, count)), trend)
    satisfaction = draw.beta(7.0, 3.0, count)
    discontent = (0.7 - satisfaction) / 0.1382  # standardised: Beta(7, 3) has mean 0.7 and sd 0.1382
    frailty = np.exp(0.6 * (0.6 * discontent + 0.8 * draw.normal(0.0, 1.0, count)) - 0.18)
    opens = np.full(count, -1, dtype=np.int32)
    opens[first:] = np.sort(np.floor(spread_uniform(draw, count - first) * size.weeks)).astype(np.int32)
    hoards = draw.permutation(np.arange(count)) < SEASONAL_HOARDERS * count
    one_off = ~hoards & (draw.permutation(np.arange(count)) < ONE_OFF_HOARDERS * count)
    switches = draw.permutation(np.arange(count)) < SWITCHERS * count
    return Habits(
        weekly_cartons=cartons * scenario.amounts,
        mean_price_yuan=price,
        annual_trend=trend,
        cover_weeks=draw.uniform(1.3, 2.6, count),
        satisfaction=satisfaction,
        frailty=frailty,
        price_index=np.clip(draw.normal(1.16, 0.077, count), 0.98, 1.36),
        price_sensitivity=np.clip(draw.normal(1.0, 0.3, count), 0.1, 2.5),
        compliance=draw.beta(8.0, 2.0, count),
        cost_to_serve_yuan=1_800.0 * np.exp(draw.normal(0.0, 0.8, count)) * np.sqrt(cartons / cartons.mean()),
        promotion_propensity=standard * 0.5 + draw.normal(0.0, 1.0, count),
        cause=stratified(draw, CAUSE_SHARES, count),
        opens_week=opens,
        fails_early=(opens >= 0) & (draw.random(count) < EARLY_FAILURE),
        hoard_factor=np.where(hoards, draw.uniform(2.2, 4.0, count), 1.0),
        one_off=one_off & (opens < 0),
        switch_week=np.where(switches, draw.integers(4, max(size.weeks - 8, 5), count), -1).astype(np.int32),
        is_leader=draw.permutation(np.arange(count)) < max(round(LEADERS * count), 2),
    )


def draw_shares(streams: Streams, products: Products, habits: Habits) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Share of each SKU in what an outlet sells, by outlet and SKU; rows add up to one over SKUs at their mature volume.

    The mix follows the city's, bent towards dear or cheap so that the mean price is the outlet's own, with tastes of its own; small outlets
    carry fewer SKUs.

    Returns
    -------
    tuple
        The shares, and the same with what each SKU that the outlet does not carry would sell if it did.
    """
    draw = streams.of("shares")
    count, skus = habits.weekly_cartons.size, products.count
    log_price = np.log(products.wholesale_fen / 100.0)
    tilts = np.linspace(-3.0, 3.0, 61)
    weights = products.volume * np.exp(tilts[:, None] * (log_price - log_price.mean()))
    means = (weights @ (products.wholesale_fen / 100.0)) / weights.sum(axis=1)
    tilt = np.interp(habits.mean_price_yuan, means, tilts)
    taste = draw.standard_normal((count, skus), dtype=np.float32)
    shares = np.exp(TASTE_SD * taste + (tilt[:, None] * (log_price - log_price.mean())).astype(np.float32), dtype=np.float32)
    shares *= products.volume.astype(np.float32)
    popularity = np.log(products.volume / products.volume.mean())
    carried = 1.0 / (1.0 + np.exp(-(0.9 + 1.1 * habits.size_log[:, None] + 1.2 * popularity[None, :])))
    kept = draw.random((count, skus), dtype=np.float32) < carried
    shares /= np.maximum((shares * kept).sum(axis=1, keepdims=True), np.float32(1e-9))
    return shares * kept, shares


def scaled_to_amount(
    habits: Habits,
    shares: NDArray[np.float32],
    products: Products,
    season: NDArray[np.float64],
    growth: NDArray[np.float64],
    scenario: Scenario,
    first: int,
    weeks: int,
) -> float:
    """The factor on everybody's cartons that makes the mean yearly amount of an open outlet what it should be.

    Parameters
    ----------
    season
        By SKU, the mean over all weeks of the season factor, 0 in weeks without the SKU.
    growth
        By outlet, the mean over all weeks of what it is expected to grow by.
    """
    price = products.wholesale_fen / 100.0
    yuan = (price * season * ORDERED_SHARE).astype(np.float32)
    remaining = REMAINING_GROWTH + (weeks - REMAINING_GROWTH_WEEKS) * REMAINING_GROWTH_A_WEEK
    yearly = 52.18 * habits.weekly_cartons[:first] * growth[:first] * (shares[:first] @ yuan) * remaining
    return float(YEARLY_YUAN * scenario.amounts / yearly.mean())
