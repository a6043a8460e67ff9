"""A panel of persons whose touches are known: what each touch does, and who would have come anyway."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema import CUSTOMER
from xingke.schema.trade.retail import AD_TOUCH
from xingke.simulate.firms.advertising.channels import ADSTOCK, CHANNELS, SEARCH
from xingke.simulate.firms.advertising.effects import Conversions, conversions_of
from xingke.simulate.firms.advertising.spend import AdWeeks, ceilings, rates
from xingke.simulate.firms.horizon import DAYS, WEEKS, days_on, instants_at
from xingke.simulate.firms.keys import opaque
from xingke.simulate.firms.truth_tables import CHANNEL_TRUTH, CONVERSION_TRUTH, CREDIT_TRUTH
from xingke.simulate.firms.workshop import Workshop

PERSONS = 200_000
FIRST_PERSON = 10_000_000
SLOTS = 8
"""Most touches of a person, the search before coming by itself apart."""
MORE_TOUCHES = 0.64
"""Chance of a further touch after each one."""
GAP_DAYS = 4.0
BY_ITSELF, WITHIN_DAYS = 0.02, 30.0
"""Share of persons who come by themselves, and within how many days of the first touch."""
SEARCHES_FIRST, SEARCH_HOURS = 0.6, 12.0
"""Share of those who search for the name before, and how long before at most."""


@dataclass(frozen=True, slots=True)
class Touches:
    """One row a person, one column a slot; the last slot is the search of those who come by themselves.

    Parameters
    ----------
    at
        Days since the first Monday, with the time of day as a fraction; infinite where there is no touch.
    """

    at: NDArray[np.float64]
    channel: NDArray[np.int64]
    own_at: NDArray[np.float64]

    @property
    def is_real(self) -> NDArray[np.bool_]:
        """Touches that happen within the world."""
        return self.at < DAYS


def make_panel(shop: Workshop, weeks: AdWeeks, path: str) -> dict[str, float]:
    """Draw the panel, write `customer`, `ad_touch` and the truth; returns the figures planted."""
    touches = _touches(shop, weeks)
    found = conversions_of(shop, touches.at[:, :SLOTS], touches.channel[:, :SLOTS], weeks, touches.own_at)
    ids = FIRST_PERSON + np.arange(touches.at.shape[0])
    _write_customers(shop, touches, ids, path)
    _write_touches(shop, touches, found, ids)
    credit = _write_truth(shop, touches, found, ids)
    caused = weeks.caused.sum(axis=1)
    shop.know(
        CHANNEL_TRUTH,
        {
            "channel": [channel.name for channel in CHANNELS],
            "adstock": np.full(len(CHANNELS), ADSTOCK),
            "ceiling": ceilings() * shop.scenario.effects,
            "rate_per_yuan": rates(),
            "incremental_customers": caused,
            "claimed_customers": weeks.claimed.sum(axis=1),
            "true_share": caused / max(caused.sum(), 1),
            "panel_credit": credit,
        },
    )
    return found.figures()


def _touches(shop: Workshop, weeks: AdWeeks) -> Touches:
    count = shop.count(PERSONS)
    rng = shop.streams.of("panel")
    start = rng.random(count) * DAYS
    gaps = -GAP_DAYS * np.log1p(-rng.random((count, SLOTS)))
    gaps[:, 0] = 0
    goes_on = rng.random((count, SLOTS)) < MORE_TOUCHES
    goes_on[:, 0] = True
    at = np.where(np.logical_and.accumulate(goes_on, axis=1), start[:, None] + np.cumsum(gaps, axis=1), np.inf)
    week = np.minimum(np.where(at < DAYS, at, 0) // 7, WEEKS - 1).astype(np.int64)
    edges = np.cumsum(weeks.touch_mix.T, axis=1)
    edges[:, -1] = 1.0
    place = np.searchsorted((edges + np.arange(WEEKS)[:, None]).reshape(-1), week + rng.random((count, SLOTS)), side="right")
    channel = np.clip(place - week * len(CHANNELS), 0, len(CHANNELS) - 1)
    comes, when, searches, before = rng.random((4, count))
    own_at = np.where(comes < BY_ITSELF, start + when * WITHIN_DAYS, np.inf)
    search = np.where((searches < SEARCHES_FIRST) & (own_at < DAYS), np.maximum(own_at - before * SEARCH_HOURS / 24, start), np.inf)
    return Touches(np.column_stack([at, search]), np.column_stack([channel, np.full(count, SEARCH)]), own_at)


def _write_customers(shop: Workshop, touches: Touches, ids: NDArray[np.int64], path: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pa.array(ids).cast(pa.string())
    shop.observe(
        CUSTOMER,
        {
            "customer_id": ids,
            "source_key": pc.binary_join_element_wise("V", number, ""),
            "kind": np.full(ids.size, "lead"),
            "display_name": pc.binary_join_element_wise("访客 ", number, ""),
            "status": np.full(ids.size, "active"),
            "org_path": np.full(ids.size, path),
            "opened_on": days_on(np.floor(touches.at[:, 0]).astype(np.int64)),
            "licence_status": np.full(ids.size, "not_needed"),
        },
    )


def _write_touches(shop: Workshop, touches: Touches, found: Conversions, ids: NDArray[np.int64]) -> None:
    import pyarrow as pa

    person, slot = np.nonzero(touches.is_real)
    # By time within a person: the place of a row does not show which touch was the search.
    order = np.lexsort((touches.at[person, slot], person))
    person, slot = person[order], slot[order]
    at = touches.at[person, slot]
    day, minute = _split(at)
    came = found.at[person]
    came_day, came_minute = _split(np.where(came < DAYS, came, 0))
    shop.observe(
        AD_TOUCH,
        {
            "customer_id": ids[person],
            "touch_id": opaque(ids[person] * 16 + slot),
            "touched_on": days_on(day),
            "touched_at": instants_at(day, minute),
            "channel": np.array([channel.name for channel in CHANNELS])[touches.channel[person, slot]],
            "converted_at": pa.array(instants_at(came_day, came_minute), mask=came >= DAYS),
        },
    )


def _split(at: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    day = np.floor(at)
    return day.astype(np.int64), (at - day) * 1440


def _write_truth(shop: Workshop, touches: Touches, found: Conversions, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Write who converted why and which touch had which part in it; returns the credit by channel."""
    person = np.flatnonzero(found.at < DAYS)
    shop.know(
        CONVERSION_TRUTH,
        {
            "customer_id": ids[person],
            "is_incremental": found.needed[person] > 0,
            "would_convert_anyway": touches.own_at[person] < DAYS,
            "touches_needed": found.needed[person],
        },
    )
    owner, slot = np.nonzero(found.credit)
    channel, credit = touches.channel[owner, slot], found.credit[owner, slot]
    shop.know(
        CREDIT_TRUTH,
        {
            "touch_id": opaque(ids[owner] * 16 + slot),
            "customer_id": ids[owner],
            "channel": np.array([entry.name for entry in CHANNELS])[channel],
            "credit": credit,
        },
    )
    return np.asarray(np.bincount(channel, weights=credit, minlength=len(CHANNELS)), dtype=np.float64)
