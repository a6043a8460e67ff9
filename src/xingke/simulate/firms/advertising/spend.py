"""Weekly spend by channel, adstock, saturating response, and what each channel claims for itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.retail import AD_SPEND, NEW_CUSTOMER_WEEK
from xingke.simulate.draws import poisson_from_uniform
from xingke.simulate.firms.advertising.channels import ADSTOCK, ALERTED, CHANNELS, DEAR_WEEKS, WEAK_SHARE, WEAK_WEEK
from xingke.simulate.firms.horizon import WEEKS, days_on
from xingke.simulate.firms.truth_tables import CHANNEL_WEEK
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

SPEND_SIGMA = 0.35
PAUSE_SHARE, PAUSE_FACTOR = 0.10, 0.1
"""Share of channel weeks with hardly any spend: what lets adstock be told from spend."""
BY_THEMSELVES = 500.0
"""Customers a week who come without advertising."""
CALM = (0.3, 0.7)
"""Counts are taken within these quantiles, so that no week besides the planted ones strays far from its plan."""
PLAN_DRIFT = 0.02
REACH = 0.8
"""Exponent of the spend in a channel's share of touches."""


@dataclass(frozen=True, slots=True)
class AdWeeks:
    """One row a channel, one column a week.

    Parameters
    ----------
    response
        Expected new customers because of the channel, with its effect in full and nothing planted.
    expected, caused
        Expected and actual new customers because of the channel, in this scenario.
    claimed
        New customers that the channel books as its own.
    """

    spend_fen: NDArray[np.int64]
    adstock: NDArray[np.float64]
    response: NDArray[np.float64]
    expected: NDArray[np.float64]
    caused: NDArray[np.int64]
    claimed: NDArray[np.int64]

    @property
    def touch_mix(self) -> NDArray[np.float64]:
        """Share of the touches of a week by channel."""
        weight = (self.spend_fen / 100.0) ** REACH
        return np.asarray(weight / weight.sum(axis=0))


def make_spend(shop: Workshop) -> tuple[AdWeeks, dict[str, float]]:
    """Draw the weeks, write `ad_spend`, `new_customer_week` and the weekly truth; returns the weeks and the figures planted."""
    spend_fen = _spend(shop)
    stock = _adstock(spend_fen / 100)
    response = ceilings()[:, None] * -np.expm1(-rates()[:, None] * stock)
    draw = CALM[0] + (CALM[1] - CALM[0]) * shop.streams.of("new_customers").random((2, len(CHANNELS) + 1, WEEKS))
    mean = response * shop.scenario.effects
    own_mean = BY_THEMSELVES * np.append([channel.claims for channel in CHANNELS], 1 - sum(channel.claims for channel in CHANNELS))
    caused = _counts(mean, draw[0, :-1])
    own = _counts(np.broadcast_to(own_mean[:, None], draw[1].shape), draw[1])
    expected = mean + own_mean[:-1, None]
    planned = spend_fen / expected * _drift(shop)
    booked = _with_alerts(spend_fen, planned, caused, own)
    clicks, benchmark = _clicks(shop, spend_fen, expected, caused + own[:-1])
    weeks = AdWeeks(spend_fen, stock, response, mean * booked, caused, caused + own[:-1])
    _write(shop, weeks, planned, clicks, benchmark, caused.sum(axis=0) + own.sum(axis=0))
    _write_truth(shop, weeks, booked)
    figures = {f"dear_week_{week}": ratio for week, ratio in DEAR_WEEKS.items()}
    return weeks, {**figures, f"weak_week_{WEAK_WEEK}": WEAK_SHARE, "adstock": ADSTOCK}


def ceilings() -> NDArray[np.float64]:
    """Most new customers a week, by channel."""
    return np.array([channel.ceiling for channel in CHANNELS])


def rates() -> NDArray[np.float64]:
    """Rate of saturation for a yuan of adstock, by channel; the adstock of steady spend is spend / (1 - kept share)."""
    return np.array([-np.log1p(-channel.saturation) * (1 - ADSTOCK) / channel.budget_yuan for channel in CHANNELS])


def _spend(shop: Workshop) -> NDArray[np.int64]:
    rng = shop.streams.of("spend")
    noise, pause = rng.standard_normal((len(CHANNELS), WEEKS)), rng.random((len(CHANNELS), WEEKS))
    calm = np.isin(np.arange(WEEKS), [*DEAR_WEEKS, WEAK_WEEK])
    factor = np.where((pause < PAUSE_SHARE) & ~calm, PAUSE_FACTOR, np.exp(SPEND_SIGMA * noise - SPEND_SIGMA**2 / 2))
    return np.round(np.array([channel.budget_yuan for channel in CHANNELS])[:, None] * factor).astype(np.int64) * 100


def _adstock(spend: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric adstock; before the first week every channel spent its budget."""
    stock = np.empty_like(spend)
    last = np.array([channel.budget_yuan for channel in CHANNELS]) / (1 - ADSTOCK)
    for week in range(WEEKS):
        last = spend[:, week] + ADSTOCK * last
        stock[:, week] = last
    return stock


def _counts(mean: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    return poisson_from_uniform(np.ascontiguousarray(mean, dtype=np.float32), uniform.astype(np.float32)).astype(np.int64)


def _drift(shop: Workshop) -> NDArray[np.float64]:
    """Plans are made by quarter and are a little off."""
    quarter = shop.streams.of("plans").random((len(CHANNELS), -(-WEEKS // 13)))
    return np.repeat(1 + PLAN_DRIFT * (2 * quarter - 1), 13, axis=1)[:, :WEEKS]


def _with_alerts(
    spend_fen: NDArray[np.int64], planned: NDArray[np.float64], caused: NDArray[np.int64], own: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Make the planted weeks as dear as planted, in place; returns the factor on the response.

    Fewer customers come because of the channel. Where that is not enough, it claims fewer of those who come by themselves, who are then
    nobody's. The plan is moved by the rounding of one customer, so that the ratio is met exactly.
    """
    efficiency = np.ones(planned.shape)
    for week, ratio in DEAR_WEEKS.items():
        claimed = max(round(float(spend_fen[ALERTED, week] / (ratio * planned[ALERTED, week]))), 1)
        planned[ALERTED, week] = spend_fen[ALERTED, week] / (ratio * claimed)
        kept = min(int(own[ALERTED, week]), claimed)
        own[-1, week] += own[ALERTED, week] - kept
        own[ALERTED, week] = kept
        before = int(caused[ALERTED, week])
        caused[ALERTED, week] = claimed - kept
        efficiency[ALERTED, week] = caused[ALERTED, week] / before if before else 1.0
    return efficiency


def _clicks(
    shop: Workshop, spend_fen: NDArray[np.int64], expected: NDArray[np.float64], claimed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Clicks, and the benchmark of new customers a click; in the planted week there are clicks that are worth nothing."""
    noise = np.exp(0.04 * shop.streams.of("clicks").standard_normal(spend_fen.shape))
    usual = spend_fen / 100 * np.array([channel.clicks_per_yuan for channel in CHANNELS])[:, None]
    benchmark = expected / usual
    clicks = np.round(usual * noise).astype(np.int64)
    clicks[ALERTED, WEAK_WEEK] = round(float(claimed[ALERTED, WEAK_WEEK] / ((1 - WEAK_SHARE) * benchmark[ALERTED, WEAK_WEEK])))
    return clicks, benchmark


def _write(
    shop: Workshop,
    weeks: AdWeeks,
    planned_fen: NDArray[np.float64],
    clicks: NDArray[np.int64],
    benchmark: NDArray[np.float64],
    new_customers: NDArray[np.int64],
) -> None:
    channel, week = (index.reshape(-1) for index in np.indices(weeks.spend_fen.shape))
    shown = np.round(clicks * np.array([entry.impressions_per_click for entry in CHANNELS])[:, None]).astype(np.int64)
    shop.observe(
        AD_SPEND,
        {
            "channel": np.array([entry.name for entry in CHANNELS])[channel],
            "week_on": days_on(week * 7),
            "spend_yuan": yuan(weeks.spend_fen.reshape(-1)),
            "planned_cac_yuan": yuan(np.round(planned_fen).astype(np.int64).reshape(-1)),
            "impressions": shown.reshape(-1),
            "clicks": clicks.reshape(-1),
            "new_customers": weeks.claimed.reshape(-1),
            "benchmark_rate": np.round(benchmark, 6).reshape(-1),
        },
    )
    shop.observe(NEW_CUSTOMER_WEEK, {"week_on": days_on(np.arange(WEEKS) * 7), "new_customers": new_customers})


def _write_truth(shop: Workshop, weeks: AdWeeks, efficiency: NDArray[np.float64]) -> None:
    channel, week = (index.reshape(-1) for index in np.indices(weeks.spend_fen.shape))
    shop.know(
        CHANNEL_WEEK,
        {
            "channel": np.array([entry.name for entry in CHANNELS])[channel],
            "week": week,
            "adstock_yuan": weeks.adstock.reshape(-1),
            "efficiency": efficiency.reshape(-1),
            "expected_customers": weeks.expected.reshape(-1),
            "incremental_customers": weeks.caused.reshape(-1),
        },
    )
