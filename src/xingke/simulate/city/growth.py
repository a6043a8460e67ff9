"""Trends, new shops, promotion into the value tier, changes of the mix, and who takes up a new SKU."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.actions import LASTING
from xingke.simulate.city.graph import Graph
from xingke.simulate.city.habits import Habits
from xingke.simulate.city.products import Products
from xingke.simulate.city.state import NEVER, State
from xingke.simulate.city.supply import BASS_P, BASS_Q
from xingke.simulate.scenarios import Scenario
from xingke.simulate.streams import Streams

VALUE_SHARE, UPPER_SHARE = 0.08, 0.30
NURSERY_SHARE = 0.15
PROMOTED = {"likely": (0.12, 0.30), "others": (0.03, 0.05)}
"""Chance to reach the value tier in 52 weeks, without and with the growth programme."""
NURTURED_FROM = 0.3
PROMOTION_WEEKS = 13
OPENING_WEEKS, OPENING_FROM = 8, 0.4
SWITCHED_SHARE = 0.40
ONE_OFF = (1.25, 0.75)
"""A one-off hoarder's first and second year: the second is 40 % below the first."""
LEADER_POINTS, LEADER_WEEKS = 0.12, 6
EARLY_CHANCE, EARLY_WEEKS = 0.12, 3
"""Leaders are the first to try what is new: the chance of each of the first weeks after a launch."""


@dataclass(frozen=True, slots=True)
class Prospects:
    """Who may be promoted, when in each year it is decided, and by how much it grows then; by outlet index."""

    is_likely: NDArray[np.bool_]
    in_value_tier: NDArray[np.bool_]
    decides_week: NDArray[np.int32]
    uniform: NDArray[np.float64]
    growth: NDArray[np.float64]


def expected_growth(habits: Habits, prospects: Prospects, weeks: int) -> NDArray[np.float64]:
    """By outlet, the mean over the weeks of what trend and promotion without any action are expected to make of its base."""
    chance = np.where(prospects.is_likely, PROMOTED["likely"][0], PROMOTED["others"][0])
    total = np.zeros(chance.size)
    for week in range(weeks):
        promoted = 1.0 - (1.0 - chance) ** (max(week - PROMOTION_WEEKS / 2, 0.0) / 52)
        total += np.exp(habits.annual_trend * week / 52.0) * (1.0 + promoted * (prospects.growth - 1.0))
    return total / weeks


def draw_prospects(streams: Streams, habits: Habits, amounts: NDArray[np.float64], weeks: int) -> Prospects:
    """The top 15 % by propensity outside the value tier are likely; whoever is promoted grows to 1.1 times the tier's limit."""
    draw = streams.of("prospects")
    count = amounts.size
    rank = np.empty(count)
    rank[np.argsort(-amounts, kind="stable")] = (np.arange(count) + 0.5) / count
    value = rank <= VALUE_SHARE
    limit = float(np.quantile(amounts, 1 - VALUE_SHARE))
    middle = (rank > VALUE_SHARE) & (rank <= UPPER_SHARE * 2)
    score = np.where(middle, habits.promotion_propensity, -np.inf)
    likely = np.zeros(count, dtype=bool)
    likely[np.argsort(-score, kind="stable")[: round(NURSERY_SHARE * count)]] = True
    years = weeks // 52 + 4
    return Prospects(
        is_likely=likely & middle,
        in_value_tier=value,
        decides_week=draw.integers(0, 52, count).astype(np.int32),
        uniform=draw.random((count, years)),
        growth=np.where(middle, np.clip(1.1 * limit / np.maximum(amounts, 1e-9), 1.0, 4.0), 1.0),
    )


def promote(state: State, prospects: Prospects, scenario: Scenario) -> None:
    """Decide, once a year for each outlet, whether it begins to grow into the value tier."""
    week = state.week
    year = min(week // 52, prospects.uniform.shape[1] - 1)
    nurtured = (state.strength[LASTING.index("growth_programme")] >= NURTURED_FROM) & (scenario.effects > 0)
    chance = np.where(
        prospects.is_likely, np.where(nurtured, PROMOTED["likely"][1], PROMOTED["likely"][0]),
        np.where(nurtured, PROMOTED["others"][1], PROMOTED["others"][0]),
    )  # fmt: skip
    due = (prospects.decides_week == week % 52) & (state.promoted_week == NEVER) & (prospects.growth > 1.0)
    state.promoted_week[due & (prospects.uniform[:, year] < chance)] = week


def growth_factor(state: State, habits: Habits, prospects: Prospects) -> NDArray[np.float64]:
    """What trend, opening, promotion and one-off hoarding make of everybody's base in the coming week."""
    week = state.week
    factor = np.exp(habits.annual_trend * (week - np.maximum(habits.opens_week, 0)) / 52.0)
    age = week - habits.opens_week
    factor *= np.where(habits.opens_week >= 0, np.clip(OPENING_FROM + (1 - OPENING_FROM) * age / OPENING_WEEKS, OPENING_FROM, 1.0), 1.0)
    risen = np.clip((week - state.promoted_week) / PROMOTION_WEEKS, 0.0, 1.0) * (state.promoted_week != NEVER)
    factor *= 1.0 + risen * (prospects.growth - 1.0)
    return np.asarray(factor * np.where(habits.one_off, ONE_OFF[0] if week < 52 else ONE_OFF[1], 1.0))


def switch_mix(state: State, habits: Habits, products: Products) -> None:
    """Move 40 % of the class 1 cartons of this week's switchers to class 3."""
    rows = np.flatnonzero(habits.switch_week == state.week)
    if not rows.size:
        return
    first, third = products.price_class == 0, products.price_class == 2
    part = state.base[rows]
    moved = part[:, first].sum(axis=1, keepdims=True) * SWITCHED_SHARE
    part[:, first] *= 1 - SWITCHED_SHARE
    there = part[:, third]
    part[:, third] = there + moved * there / np.maximum(there.sum(axis=1, keepdims=True), 1e-9)
    state.base[rows] = part


def adopt(streams: Streams, state: State, products: Products, graph: Graph, is_leader: NDArray[np.bool_], scenario: Scenario) -> None:
    """Take up launched SKUs: the city's curve, and 12 points within six weeks where a leader that one listens to has taken it up."""
    launches = products.launches
    week = state.week
    since = week - products.launch_week[launches]
    live = since >= 0
    draw = streams.of("adoption", week).random((state.adopted.shape[0], max(launches.size, 1)))
    if not live.any():
        return
    taken = state.adopted != NEVER
    share = taken.mean(axis=0)
    fresh = is_leader[:, None] & taken & (week - state.adopted < LEADER_WEEKS)
    hears = np.asarray(graph.followers @ fresh.astype(np.float32)) > 0
    chance = (BASS_P + BASS_Q * share)[None, :] + np.where(hears, LEADER_POINTS / LEADER_WEEKS * scenario.effects, 0.0)
    chance = np.where(is_leader[:, None] & (since < EARLY_WEEKS), np.maximum(chance, EARLY_CHANCE), chance)
    state.adopted[~taken & live & (draw[:, : launches.size] < chance)] = week
