"""One week of orders: who orders, what is asked for, what the caps leave, by which way and from where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.supply import BAND_ROOM, METHODS, SupplyWeek
from xingke.simulate.draws import rounded
from xingke.simulate.streams import Streams

ORDER_CHANCE, AT_RISK_ORDER = 0.955, 0.45
CHANNELS = ("app", "web", "phone", "proxy")
CHANNEL_SHARES = (0.72, 0.20, 0.06, 0.02)
SWITCH_CHANCE, AT_RISK_SWITCH = 0.02, 0.16
PAYMENT_FAILS, PAYMENT_LOST = 0.012, 0.15
TIGHT_ASK = 1.1
"""Tight SKUs are asked for by need: everybody knows that more will not come."""
SUPPLY_SIGN_ASK = 5.0
HALF_AFTER = 0.5
SAFETY = 1.1
"""Standard deviations of a week's demand held on top, which is negative binomial with variance mean + mean^2 / 4."""


@dataclass(frozen=True, slots=True)
class Habitual:
    """Fixed habits of ordering, by outlet index."""

    channel: NDArray[np.int32]
    minute: NDArray[np.int32]
    band: NDArray[np.int64]
    """By SKU: its price band."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Who orders this week, by outlet index.

    Parameters
    ----------
    misses
        Would be due, but does not order.
    payment
        0 paid, 1 at the second try, 2 lost.
    """

    orders: NDArray[np.bool_]
    misses: NDArray[np.bool_]
    payment: NDArray[np.int32]
    channel: NDArray[np.int32]
    minute: NDArray[np.int32]


def place_orders(
    streams: Streams, week: int, due: NDArray[np.bool_], progress: NDArray[np.float64], habitual: Habitual, reminded: NDArray[np.float64]
) -> Placed:
    """Who orders; `reminded` is the chance that a missed order is recovered (0 without a reminder that was read)."""
    draw = streams.of("placing", week)
    count = due.size
    chance, again, pays, second, switch = draw.random((5, count))
    other = draw.integers(1, len(CHANNELS), count)
    jitter = draw.normal(0.0, 35.0, count)
    wants = due & (chance < ORDER_CHANCE * (1.0 - AT_RISK_ORDER * progress))
    recovered = due & ~wants & (again < reminded)
    orders = wants | recovered
    payment = np.where(pays < PAYMENT_FAILS, np.where(second < PAYMENT_LOST, 2, 1), 0).astype(np.int32)
    switches = switch < SWITCH_CHANCE + (AT_RISK_SWITCH - SWITCH_CHANCE) * progress
    channel = np.where(switches, (habitual.channel + other) % len(CHANNELS), habitual.channel).astype(np.int32)
    minute = np.clip(habitual.minute + jitter, 8 * 60, 23 * 60 + 58).astype(np.int32)
    return Placed(orders, due & ~orders, payment, channel, minute)


@dataclass(frozen=True, slots=True)
class Asked:
    """Cartons by outlet and SKU."""

    asked: NDArray[np.int32]
    caps: NDArray[np.int32]
    ordered: NDArray[np.int32]


def fill_orders(
    uniform: NDArray[np.float32],
    desired: NDArray[np.float32],
    caps: NDArray[np.int32],
    placed: NDArray[np.bool_],
    plan: SupplyWeek,
    habitual: Habitual,
    band_cartons: NDArray[np.float32],
) -> Asked:
    """Whole cartons asked for, cut at the caps, and at the totals of the price bands that are chosen freely within.

    Parameters
    ----------
    desired
        What the outlet wants, not yet whole.
    band_cartons
        The usual cartons of each outlet and SKU this week, of which a band may have 1.3 times the sum.
    """
    asked = rounded(np.maximum(desired, 0), uniform)
    asked[~placed] = 0
    ordered = np.minimum(asked, caps)
    by_band = plan.method == METHODS.index("price_band")
    for band in np.unique(habitual.band[by_band]):
        columns = np.flatnonzero(by_band & (habitual.band == band))
        total = ordered[:, columns].sum(axis=1)
        most = np.ceil(BAND_ROOM * 3.0 * band_cartons[:, columns].sum(axis=1)) + columns.size
        over = np.flatnonzero(total > most)
        if over.size:
            ratio = most[over] / total[over]
            ordered[np.ix_(over, columns)] = np.floor(ordered[np.ix_(over, columns)] * ratio[:, None]).astype(np.int32)
    return Asked(asked, caps, ordered)
