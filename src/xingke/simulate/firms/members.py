"""Members of a shop or club: who they are, when they joined, and what they are like underneath."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema import CUSTOMER
from xingke.schema.trade.retail import MEMBER
from xingke.simulate.draws import spread_uniform
from xingke.simulate.firms.horizon import DAYS, days_on
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.names import CITY, COUNTIES, people
from xingke.simulate.names.text import Texts, picked

AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
AGE_SHARES = (0.12, 0.27, 0.24, 0.17, 0.12, 0.08)
JOIN_CHANNELS = ("store", "mini_program", "referral", "delivery_platform")
JOIN_SHARES = (0.46, 0.30, 0.14, 0.10)
LONGEST_BEFORE_DAYS = 900
LATEST_JOIN_DAY = DAYS - 28
FRAILTY_SIGMA = 0.6
RESPONSE_SHAPE = 4.0
"""Gamma shape of the factor on a member's effects: its standard deviation is half of its mean."""


@dataclass(frozen=True, slots=True)
class Members:
    """One place a member.

    Parameters
    ----------
    home
        Index of the home site.
    joined_day
        Day number; negative for those who were members before.
    responsiveness, frailty
        Factors with mean 1 on the effects of messages and on the hazard of leaving.
    """

    customer_id: NDArray[np.int64]
    home: NDArray[np.int64]
    joined_day: NDArray[np.int64]
    responsiveness: NDArray[np.float64]
    frailty: NDArray[np.float64]
    name: Texts
    is_female: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.customer_id.size)


def members_of(shop: Workshop, full: int, sites: Sequence[str], *, joined_before: float, site_skew: float) -> Members:
    """Draw the members.

    Parameters
    ----------
    full
        Members of the firm at its full size, everyone who ever joined.
    joined_before
        Share who were members before the first day; the others join evenly over the world.
    site_skew
        Zipf exponent of the sites' shares.
    """
    from scipy.special import gammaincinv, ndtri

    count = shop.count(full)
    rng = shop.streams.of("members")
    weight = (np.arange(len(sites)) + 3.0) ** -site_skew
    home = np.minimum(np.searchsorted(np.cumsum(weight / weight.sum()), spread_uniform(rng, count)), len(sites) - 1)
    entry, when = spread_uniform(rng, count), rng.random(count)
    before = -1 - np.floor(when**1.5 * LONGEST_BEFORE_DAYS)
    joined = np.where(entry < joined_before, before, np.floor(when * LATEST_JOIN_DAY)).astype(np.int64)
    response = gammaincinv(RESPONSE_SHAPE, spread_uniform(rng, count)) / RESPONSE_SHAPE
    frailty = np.exp(FRAILTY_SIGMA * ndtri(spread_uniform(rng, count)) - FRAILTY_SIGMA**2 / 2)
    is_female = rng.random(count) < 0.58
    name = people(shop.streams.of("member_names"), is_female)
    return Members(np.arange(1, count + 1), home, joined, response, frailty, name, is_female)


def write_members(
    shop: Workshop,
    members: Members,
    paths: Sequence[str],
    *,
    firm_format: str,
    left_day: NDArray[np.int64],
    expires_day: NDArray[np.int64] | None = None,
) -> None:
    """Write `customer` and `member`.

    Parameters
    ----------
    firm_format
        The shop's format, the same for all.
    left_day
        First day of no longer being a member, as far as the firm knows; `DAYS` for all others.
    expires_day
        Last day of the card, for clubs.
    """
    rng = shop.streams.of("member_profile")
    band, channel = rng.random((2, members.count))
    age = picked(AGE_BANDS, band, weights=AGE_SHARES)
    unit = np.array(paths, dtype=object)[members.home]
    joined = days_on(members.joined_day)
    shop.observe(
        CUSTOMER,
        {
            "customer_id": members.customer_id,
            "source_key": [f"M{number:07d}" for number in members.customer_id.tolist()],
            "kind": np.full(members.count, "consumer"),
            "display_name": members.name,
            "status": np.where(left_day < DAYS, "closed", "active"),
            "org_path": unit,
            "format": np.full(members.count, firm_format),
            "market_type": np.full(members.count, "urban"),
            "city": np.full(members.count, CITY),
            "district": np.full(members.count, COUNTIES[0][1]),
            "opened_on": joined,
            "licence_status": np.full(members.count, "not_needed"),
            "age_band": age,
        },
    )
    columns = {
        "customer_id": members.customer_id,
        "home_unit": unit,
        "joined_on": joined,
        "gender": np.where(members.is_female, "female", "male"),
        "age_band": age,
        "join_channel": picked(JOIN_CHANNELS, channel, weights=JOIN_SHARES),
    }
    if expires_day is not None:
        columns["expires_on"] = days_on(expires_day)
    shop.observe(MEMBER, columns)
