"""What an outlet would like to order, before it is made whole and before the caps: need, stock on the shelf, hoarding, wrongdoing."""

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.actions import LASTING
from xingke.simulate.city.habits import CAUSES
from xingke.simulate.city.leaving import Risk
from xingke.simulate.city.orders import HALF_AFTER, SAFETY, SUPPLY_SIGN_ASK, TIGHT_ASK
from xingke.simulate.city.population import Population
from xingke.simulate.city.products import SUPPLY
from xingke.simulate.city.state import State
from xingke.simulate.city.supply import SupplyWeek

DIVERTED_CAP = 3
DIVERTED_LEAST = 1.0
CLOSING_DEPTH = 0.65
INSISTING_SHARE = 0.35
DIVERTED_KEPT = 0.3
"""A diverting outlet sells at most this share of its dear cartons over the counter."""


def hoarding_rows(population: Population) -> NDArray[np.int64]:
    """Outlet indices of the seasonal hoarders, in the order of `State.hoarded`."""
    return np.flatnonzero(population.habits.hoard_factor > 1)


def dear_skus(population: Population) -> NDArray[np.int64]:
    """SKUs worth diverting: class 1."""
    return np.flatnonzero(population.products.price_class == 0)


def order_progress(population: Population, risk: Risk) -> NDArray[np.float64]:
    """How far the orders of those on their way out have come down, 0..1; a closing shop orders as ever until shortly before its end."""
    closing = population.habits.cause == CAUSES.index("closing")
    return np.where(closing, np.clip(4 * risk.progress - 3, 0.0, 1.0), risk.progress)


def order_share(population: Population, risk: Risk) -> NDArray[np.float64]:
    """What is left of the usual order of those on their way out: 30 to 70 % less at the end; a closing shop sells off its stock first."""
    return 1.0 - population.fate.depth * order_progress(population, risk)


def _sell_off(population: Population, risk: Risk, want: NDArray[np.float32], desired: NDArray[np.float32]) -> None:
    """A shop that is closing goes on ordering as before while its sales already fall, then orders less and less."""
    rows = np.flatnonzero((population.habits.cause == CAUSES.index("closing")) & risk.is_at_risk & population.fate.shows_signs)
    usual = want[rows] / demand_share(population, risk)[rows, None].astype(np.float32)
    desired[rows] = usual * order_share(population, risk)[rows, None].astype(np.float32)


def demand_share(population: Population, risk: Risk) -> NDArray[np.float64]:
    """What is left of the consumer demand of those on their way out; where a shop is closing it falls first and deep."""
    closing = population.habits.cause == CAUSES.index("closing")
    depth = np.where(closing, CLOSING_DEPTH, population.fate.depth)
    return 1.0 - depth * np.where(closing, np.clip(1.6 * risk.progress, 0.0, 1.0), np.clip(risk.progress - 0.25, 0.0, 1.0))


def desired_cartons(
    population: Population, state: State, risk: Risk, plan: SupplyWeek, want: NDArray[np.float32], season: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Cartons wanted by outlet and SKU.

    Parameters
    ----------
    want
        Expected consumer demand of this week as the outlet sees it, outlets x SKUs.
    season
        Season factor by outlet and SKU; stock is held for the usual week, not in full for the peak, or the peak would be ordered twice.
    """
    habits, week = population.habits, state.week
    cover = habits.cover_weeks.astype(np.float32)[:, None]
    weeks = np.where(population.trade.two_weekly, 2.0, 1.0).astype(np.float32)[:, None]
    held = weeks + cover / np.sqrt(np.maximum(season, np.float32(0.25)))
    spread = np.sqrt(want + want * want / np.float32(4))
    desired: NDArray[np.float32] = np.asarray(want * held + np.float32(SAFETY) * spread - state.stock, dtype=np.float32)
    advised = state.strength[LASTING.index("festival_advice")]
    if advised.any() and population.seasons.is_stocking(week):
        desired += want * (advised * population.effects.stockout)[:, None].astype(np.float32)
    noise = population.streams.of("order-noise", week).normal(0.0, 0.10, population.count)
    desired *= (np.exp(noise) * order_share(population, risk)).astype(np.float32)[:, None]
    tight = np.flatnonzero(plan.supply_class == SUPPLY.index("tight"))
    complains = population.fate.has_signs(habits, "supply") & risk.is_at_risk
    ask = np.where(complains, SUPPLY_SIGN_ASK, 1.0) * TIGHT_ASK
    desired[:, tight] = want[:, tight] * ask[:, None].astype(np.float32) * (state.stock[:, tight] < 3 * np.maximum(want[:, tight], 1.0))
    _sell_off(population, risk, want, desired)
    _hoard(population, state, want, desired)
    _divert(population, week, want, desired)
    return desired


def _hoard(population: Population, state: State, want: NDArray[np.float32], desired: NDArray[np.float32]) -> None:
    """Seasonal hoarders order a multiple before the festival, and half until what they put by is gone."""
    rows = hoarding_rows(population)
    if not rows.size:
        return
    advised = state.strength[LASTING.index("festival_advice")][rows] * population.effects.overstock[rows]
    factor = population.habits.hoard_factor[rows] * (1.0 - advised)
    if population.seasons.is_stocking(state.week):
        normal = desired[rows] + state.hoarded
        desired[rows] = np.maximum(normal, want[rows] * factor[:, None].astype(np.float32))
        return
    desired[rows] = np.where(state.hoarded > 0, want[rows] * np.float32(HALF_AFTER), desired[rows])


def _divert(population: Population, week: int, want: NDArray[np.float32], desired: NDArray[np.float32]) -> None:
    """Raise the dear orders of outlets that divert in this week."""
    cases = population.cases
    places = cases.of("diversion", week)
    if not places.size:
        return
    grid = np.ix_(cases.outlet[places], dear_skus(population))
    raised = np.maximum(want[grid], np.float32(DIVERTED_LEAST)) * cases.factor[places][:, None].astype(np.float32)
    desired[grid] = np.maximum(desired[grid], raised)


def heed_caps(population: Population, risk: Risk, plan: SupplyWeek, caps: NDArray[np.int32], desired: NDArray[np.float32]) -> None:
    """The order page shows the caps: for a tight SKU that is not offered, only who insists asks, or who is leaving over supply."""
    insists = population.streams.of("insists").random(population.count) < INSISTING_SHARE
    insists |= population.fate.has_signs(population.habits, "supply") & risk.is_at_risk
    tight = np.flatnonzero(plan.supply_class == SUPPLY.index("tight"))
    desired[:, tight] *= (caps[:, tight] > 0) | insists[:, None]


def raise_caps(population: Population, week: int, plan: SupplyWeek, caps: NDArray[np.int32], desired: NDArray[np.float32]) -> None:
    """Diverting outlets get more of what is dear than the rules give; empty shells always order all that is given of what is tight."""
    diverting = population.cases.outlets_of("diversion", week)
    caps[np.ix_(diverting, dear_skus(population))] *= DIVERTED_CAP
    shells = population.cases.outlets_of("empty_shell", week)
    if shells.size:
        grid = np.ix_(shells, np.flatnonzero(plan.supply_class == SUPPLY.index("tight")))
        desired[grid] = caps[grid]


def diverted_cartons(population: Population, week: int, plan: SupplyWeek, delivered: NDArray[np.int32]) -> NDArray[np.int32] | None:
    """Cartons that leave a shop by the back door, by outlet and SKU; nothing in a week without any."""
    diverting = population.cases.outlets_of("diversion", week)
    shells = population.cases.outlets_of("empty_shell", week)
    if not diverting.size and not shells.size:
        return None
    gone = np.zeros_like(delivered)
    grid = np.ix_(diverting, dear_skus(population))
    gone[grid] = np.floor(delivered[grid] * (1 - DIVERTED_KEPT)).astype(np.int32)
    tight = np.ix_(shells, np.flatnonzero(plan.supply_class == SUPPLY.index("tight")))
    gone[tight] = delivered[tight]
    return gone
