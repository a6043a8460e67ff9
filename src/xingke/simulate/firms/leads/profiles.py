"""Who the leads are: what can be seen of them, and the fit and intent underneath."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.draws import poisson_from_uniform, spread_uniform
from xingke.simulate.firms.horizon import DAYS
from xingke.simulate.firms.workshop import Workshop

LEADS = 6_000
INDUSTRIES = (
    ("制造", 0.28, 0.5),
    ("零售", 0.20, 0.3),
    ("物流", 0.12, 0.1),
    ("教育", 0.14, -0.4),
    ("餐饮", 0.12, -0.5),
    ("医疗", 0.14, 0.0),
)
"""Name, share, part in the fit."""
TITLES = (("owner", 0.18, 0.5), ("director", 0.22, 0.4), ("manager", 0.34, 0.0), ("staff", 0.26, -0.6))
REGIONS = (("华东", 0.34, 0.2), ("华南", 0.22, 0.1), ("华北", 0.18, 0.0), ("西南", 0.14, -0.1), ("其他", 0.12, -0.3))
CHANNELS = ("vertical_platform", "search", "exhibition", "referral", "cold_call")
CHANNEL_SHARES = (0.15, 0.30, 0.15, 0.15, 0.25)
COST_YUAN = (520, 380, 900, 120, 160)
"""Cost of a lead by channel."""
TRACES = ((1.3, 0.5), (-0.4, 0.7), (0.3, 0.45))
"""Log mean, and what intent adds to it, of pages viewed, of price pages among them, and of mails opened."""
HIDDEN_FIT = 0.5
"""Standard deviation of the part of the fit that nothing shows."""
OFFICE_OPENS, OFFICE_CLOSES = 9, 18
OFFICE_SHARE = 0.72
"""Share of leads that come in within office hours."""
DELAY_MEDIAN_HOURS, DELAY_SIGMA, DEMO_FASTER, LONGEST_HOURS = 3.0, 1.1, 0.6, 96.0


@dataclass(frozen=True, slots=True)
class Leads:
    """One place a lead; `fit` and `intent` have mean 0 and standard deviation 1."""

    customer_id: NDArray[np.int64]
    day: NDArray[np.int64]
    minute: NDArray[np.float64]
    channel: NDArray[np.int64]
    industry: NDArray[np.int64]
    title: NDArray[np.int64]
    region: NDArray[np.int64]
    staff_count: NDArray[np.int64]
    pages_viewed: NDArray[np.int64]
    price_page_views: NDArray[np.int64]
    asked_for_demo: NDArray[np.bool_]
    mails_opened: NDArray[np.int64]
    delay_hours: NDArray[np.float64]
    fit: NDArray[np.float64]
    intent: NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.customer_id.size)


def leads_of(shop: Workshop) -> Leads:
    """Draw the leads. The first answer waits for the office to open, and comes sooner to those who asked for a demonstration."""
    from scipy.special import ndtri

    count = shop.count(LEADS)
    rng = shop.streams.of("leads")
    industry, title, region = (_of(table, spread_uniform(rng, count)) for table in (INDUSTRIES, TITLES, REGIONS))
    channel = np.minimum(np.searchsorted(np.cumsum(CHANNEL_SHARES), spread_uniform(rng, count)), len(CHANNELS) - 1)
    log_staff = np.clip(np.log(60) + 1.1 * ndtri(spread_uniform(rng, count)), 0.7, 9)
    tables = ((INDUSTRIES, industry), (TITLES, title), (REGIONS, region))
    parts = sum(np.array([entry[2] for entry in table])[place] for table, place in tables)
    fit = _standard(parts + 0.45 * (log_staff - np.log(60)) + HIDDEN_FIT * rng.standard_normal(count))
    intent = _standard(ndtri(spread_uniform(rng, count)))
    views = rng.random((4, count))
    pages, prices, mails = (_count(np.exp(level + slope * intent), lot) for (level, slope), lot in zip(TRACES, views[:3], strict=True))
    asked = views[3] < 1 / (1 + np.exp(1.7 - 1.2 * intent))
    when, is_office, wait = rng.random((3, count))
    minute = np.where(is_office < OFFICE_SHARE, OFFICE_OPENS * 60 + when * (OFFICE_CLOSES - OFFICE_OPENS) * 60, _outside(when))
    own = DELAY_MEDIAN_HOURS * np.exp(DELAY_SIGMA * ndtri(np.clip(wait, 1e-6, 1 - 1e-6))) * np.where(asked, DEMO_FASTER, 1.0)
    delay = np.minimum(own + _until_open(minute), LONGEST_HOURS)
    day = np.floor(spread_uniform(rng, count) * DAYS).astype(np.int64)
    ids = np.arange(1, count + 1)
    staff = np.round(np.exp(log_staff)).astype(np.int64)
    return Leads(
        ids, day, minute, channel, industry, title, region, staff, pages, np.minimum(prices, pages), asked, mails, np.round(delay, 2),
        fit, intent,
    )  # fmt: skip


def _of(table: tuple[tuple[str, float, float], ...], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(np.cumsum([entry[1] for entry in table]), uniform), len(table) - 1)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean()) / values.std())


def _count(mean: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    return poisson_from_uniform(mean.astype(np.float32), uniform.astype(np.float32)).astype(np.int64)


def _outside(uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minutes of the day outside office hours."""
    minute = uniform * (24 - (OFFICE_CLOSES - OFFICE_OPENS)) * 60
    return np.where(minute < OFFICE_OPENS * 60, minute, minute + (OFFICE_CLOSES - OFFICE_OPENS) * 60)


def _until_open(minute: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hours until the office opens; 0 within its hours."""
    hour = minute / 60
    return np.where(hour < OFFICE_OPENS, OFFICE_OPENS - hour, np.where(hour >= OFFICE_CLOSES, 24 + OFFICE_OPENS - hour, 0.0))
