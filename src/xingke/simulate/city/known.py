"""The tables of truth: what is fixed from the start, and what each week adds."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema import Table
from xingke.simulate.city.actions import WIN_BACK
from xingke.simulate.city.growth import PROMOTED
from xingke.simulate.city.habits import CAUSES
from xingke.simulate.city.leaving import PRICE_SIGN
from xingke.simulate.city.population import Population
from xingke.simulate.city.products import SUPPLY, SUPPLY_RATIO
from xingke.simulate.city.state import NEVER, RECENT, State
from xingke.simulate.city.week import WeekFacts
from xingke.simulate.city.wrongdoing import KINDS
from xingke.simulate.reach import best_channel_table, potential_outcomes
from xingke.simulate.store import concatenated, table_of
from xingke.simulate.truth import tables as truth

SAMPLED_CELLS = 2_000
"""Cells (outlet x SKU) whose weekly demand is kept, drawn once."""
PROFIT_LEAST, PROFIT_MORE = 0.05, 0.13
NEXT_PRODUCTS = 10
SERVICE_LATES, SUPPLY_FILL, PRICE_INDEX, SOLD_OF_ORDERED = 2, 0.35, 1.08, 0.82


def lasting_truth(population: Population) -> list[tuple[Table, pa.Table]]:
    """What is true from the first day on."""
    ids = population.outlet_ids
    return [
        (truth.LATENT_OUTLET, _latent_outlets(population)),
        (truth.LATENT_SKU, _latent_skus(population)),
        (truth.POTENTIAL_OUTCOME, concatenated(truth.POTENTIAL_OUTCOME, [_potential(population), _responding(population)])),
        (truth.ANOMALY_TRUTH, _anomalies(population)),
        (truth.LEADER_TRUTH, _leaders(population)),
        (truth.HOARDER_TRUTH, _hoarders(population)),
        (truth.BEST_CHANNEL_TRUTH, best_channel_table(population.responders, ids)),
    ]


def _responding(population: Population) -> pa.Table:
    return potential_outcomes(population.responders, population.outlet_ids, population.scenario)


def _latent_outlets(population: Population) -> pa.Table:
    habits, responders, products = population.habits, population.responders, population.products
    cartons = population.base.sum(axis=1)
    shares = {
        f"class_{place + 1}_share": population.base[:, products.price_class == place].sum(axis=1) / np.maximum(cartons, 1e-9)
        for place in range(5)
    }
    growth = np.where(habits.annual_trend > 0.25, "fast", np.where(habits.annual_trend < -0.21, "declining", "steady"))
    return table_of(
        truth.LATENT_OUTLET,
        {
            "outlet_id": population.outlet_ids,
            "weekly_cartons": cartons.astype(np.float64),
            "annual_trend": habits.annual_trend,
            "cover_weeks": habits.cover_weeks,
            "need": responders.need,
            "engagement": responders.engagement,
            "irritability": responders.irritability,
            "price_sensitivity": habits.price_sensitivity,
            "influence": np.bincount(population.graph.source, minlength=population.count).astype(np.float64),
            "compliance": habits.compliance,
            "satisfaction": habits.satisfaction,
            "frailty": habits.frailty,
            "promotion_propensity": habits.promotion_propensity,
            "cost_to_serve_yuan": habits.cost_to_serve_yuan,
            **{name: values.astype(np.float64) for name, values in shares.items()},
            "growth": growth.astype(object),
        },
    )


def _latent_skus(population: Population) -> pa.Table:
    products = population.products
    return table_of(
        truth.LATENT_SKU,
        {
            "product_id": products.product_id,
            "volume_share": products.volume,
            "supply_ratio": np.array([SUPPLY_RATIO[name] for name in SUPPLY])[products.supply],
            "launch_week": products.launch_week.astype(np.int64),
            "retire_week": pa.array(products.retire_week.astype(np.int64), mask=products.retire_week >= 10_000),
        },
    )


def _potential(population: Population) -> pa.Table:
    effects, prospects = population.effects, population.prospects
    count = population.count
    nothing = np.zeros(count)
    rows: list[tuple[str, str, NDArray[np.float64], NDArray[np.float64]]] = []
    rows += [(name, "hazard_factor", nothing + 1.0, full) for name, full in effects.hazard.items()]
    rows += [(name, "amount_share", nothing, full) for name, full in effects.amount.items()]
    rows += [
        ("dedicated_manager", "satisfaction", nothing, effects.satisfaction),
        ("training", "upper_class_share", nothing, effects.mix),
        ("reminder", "missed_order_recovered", nothing, effects.reminder),
        ("festival_advice", "stockout_share", nothing, -effects.stockout),
        ("festival_advice", "overstock_share", nothing, -effects.overstock),
        ("win_back", "returns", nothing + WIN_BACK["untreated"], effects.win_back_generic),
        ("win_back_matched", "returns", nothing + WIN_BACK["untreated"], effects.win_back_matched),
    ]
    treated = 1 if population.scenario.effects > 0 else 0
    likely = prospects.is_likely
    rows.append(
        (
            "growth_programme",
            "reaches_value_tier",
            np.where(likely, PROMOTED["likely"][0], PROMOTED["others"][0]),
            np.where(likely, PROMOTED["likely"][treated], PROMOTED["others"][treated]),
        )
    )
    return concatenated(
        truth.POTENTIAL_OUTCOME,
        [
            table_of(
                truth.POTENTIAL_OUTCOME,
                {
                    "outlet_id": population.outlet_ids,
                    "action": np.full(count, action, dtype=object),
                    "measure": np.full(count, measure, dtype=object),
                    "untreated": untreated,
                    "treated": treated_,
                },
            )
            for action, measure, untreated, treated_ in rows
        ],
    )


def _anomalies(population: Population) -> pa.Table:
    cases = population.cases
    return table_of(
        truth.ANOMALY_TRUTH,
        {
            "case_id": cases.case,
            "outlet_id": population.outlet_ids[cases.outlet],
            "kind": np.array(KINDS, dtype=object)[cases.kind],
            "from_week": np.maximum(cases.from_week, 0).astype(np.int64),
            "until_week": np.minimum(cases.until_week, population.size.weeks - 1).astype(np.int64),
            "is_wrong": cases.is_wrong,
        },
    )


def _leaders(population: Population) -> pa.Table:
    leaders = np.flatnonzero(population.habits.is_leader)
    followers = np.asarray(population.graph.followers.sum(axis=0)).reshape(-1)[leaders]
    return table_of(truth.LEADER_TRUTH, {"outlet_id": population.outlet_ids[leaders], "followers": followers.astype(np.int64)})


def _hoarders(population: Population) -> pa.Table:
    habits = population.habits
    seasonal, one_off, switch = (np.flatnonzero(chosen) for chosen in (habits.hoard_factor > 1, habits.one_off, habits.switch_week >= 0))
    rows = np.concatenate([seasonal, one_off, switch])
    week = np.concatenate([np.full(seasonal.size + one_off.size, NEVER), habits.switch_week[switch]])
    return table_of(
        truth.HOARDER_TRUTH,
        {
            "outlet_id": population.outlet_ids[rows],
            "kind": np.repeat(np.array(["seasonal", "one_off", "switcher"], dtype=object), [seasonal.size, one_off.size, switch.size]),
            "factor": np.concatenate([habits.hoard_factor[seasonal], np.full(one_off.size, 1.25), np.full(switch.size, 0.40)]),
            "week": pa.array(week.astype(np.int64), mask=week == NEVER),
        },
    )


def week_truth(population: Population, state: State, facts: WeekFacts) -> list[tuple[Table, pa.Table]]:
    """What this week adds."""
    return [
        (truth.OUTLET_WEEK, _outlet_weeks(population, facts)),
        (truth.DEMAND_TRUTH, _demand(population, facts)),
        (truth.CELL_TRUTH, _cells(population, facts)),
        (truth.CHURN_TRUTH, _leavers(population, facts)),
        (truth.CAUSE_TRUTH, _causes(population, state, facts)),
        (truth.EFFECT_TRUTH, concatenated(truth.EFFECT_TRUTH, (one.effects for one in facts.reach.reached))),
    ]


def _outlet_weeks(population: Population, facts: WeekFacts) -> pa.Table:
    rows = np.flatnonzero(facts.is_open)
    price = population.price_yuan

    def total(matrix: NDArray[np.number]) -> NDArray[np.float64]:
        return np.asarray(matrix[rows].sum(axis=1), dtype=np.float64)

    return table_of(
        truth.OUTLET_WEEK,
        {
            "outlet_id": population.outlet_ids[rows],
            "week": np.full(rows.size, facts.week),
            "expected_cartons": total(facts.expected),
            "demand_cartons": total(facts.sold.demand),
            "sold_cartons": total(facts.sold.sold),
            "asked_cartons": total(facts.asked.asked),
            "ordered_cartons": total(facts.asked.ordered),
            "ordered_yuan": np.round(facts.asked.ordered[rows] @ price, 2),
            "satisfaction": facts.service.satisfaction[rows],
            "hazard": facts.hazard[rows],
            "is_at_risk": facts.risk.is_at_risk[rows],
        },
    )


def _demand(population: Population, facts: WeekFacts) -> pa.Table:
    live = np.flatnonzero(population.products.is_live(facts.week))
    return table_of(
        truth.DEMAND_TRUTH,
        {
            "product_id": population.products.product_id[live],
            "week": np.full(live.size, facts.week),
            "expected_cartons": facts.expected.sum(axis=0)[live].astype(np.float64),
            "demand_cartons": facts.sold.demand.sum(axis=0)[live].astype(np.float64),
            "asked_cartons": facts.asked.asked.sum(axis=0)[live].astype(np.float64),
            "ordered_cartons": facts.asked.ordered.sum(axis=0)[live].astype(np.float64),
            "supply_cartons": facts.plan.supply_cartons[live],
        },
    )


def _cells(population: Population, facts: WeekFacts) -> pa.Table:
    """A third of the sample each around means of 1, 3 and 10 cartons a week, so that all three can be judged."""
    usual = population.base[: population.first]
    parts = []
    draw = population.streams.of("cell-sample")
    for mean in (1.0, 3.0, 10.0):
        outlets, skus = np.nonzero((usual > mean / 1.6) & (usual < mean * 1.6))
        chosen = draw.permutation(outlets.size)[: SAMPLED_CELLS // 3]
        parts.append((outlets[chosen], skus[chosen]))
    outlet, sku = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept = facts.is_open[outlet]
    outlet, sku = outlet[kept], sku[kept]
    return table_of(
        truth.CELL_TRUTH,
        {
            "outlet_id": population.outlet_ids[outlet],
            "product_id": population.products.product_id[sku],
            "week": np.full(outlet.size, facts.week),
            "expected_cartons": facts.expected[outlet, sku].astype(np.float64),
            "demand_cartons": facts.sold.demand[outlet, sku].astype(np.int64),
        },
    )


def _leavers(population: Population, facts: WeekFacts) -> pa.Table:
    """One row an outlet at the end of its way out: gone, or kept."""
    left, kept, early = facts.leavers.left, facts.leavers.kept, facts.leavers.early
    rows = np.concatenate([left, kept, early])
    is_early, was_saved = np.arange(rows.size) >= left.size + kept.size, np.isin(rows, kept)
    cause = np.where(is_early, "early", np.array(CAUSES, dtype=object)[population.habits.cause[rows]])
    length = np.where(is_early | (cause == "sudden"), 0, facts.risk_weeks[rows])
    return table_of(
        truth.CHURN_TRUTH,
        {
            "outlet_id": population.outlet_ids[rows],
            "cause": cause,
            "onset_week": facts.week - length.astype(np.int64),
            "left_week": pa.array(np.full(rows.size, facts.week), mask=was_saved),
            "was_saved": was_saved,
            "has_precursors": length > 0,
            "closed_licence": (population.fate.closes[rows] | is_early) & ~was_saved,
        },
    )


def _causes(population: Population, state: State, facts: WeekFacts) -> pa.Table:
    """The evidence of eight weeks for those who leave this week, and for as many who stay, drawn by chance."""
    habits = population.habits
    leavers = facts.leavers.left
    chance = population.streams.of("stayers", facts.week).random(population.count)
    stays = np.flatnonzero(facts.is_open & ~facts.risk.is_at_risk & (chance < 0.0025))
    rows = np.concatenate([leavers, stays])
    recent = {name: state.recent[place] for place, name in enumerate(RECENT)}
    asked, ordered = recent["tight_asked"][rows].sum(axis=1), recent["tight_ordered"][rows].sum(axis=1)
    signs = population.fate.has_signs(habits, "price") & (np.isin(np.arange(population.count), leavers))
    index = habits.price_index - PRICE_SIGN * signs
    sold, bought = recent["sold"][rows].sum(axis=1), recent["ordered"][rows].sum(axis=1)
    return table_of(
        truth.CAUSE_TRUTH,
        {
            "outlet_id": population.outlet_ids[rows],
            "week": np.full(rows.size, facts.week),
            "cause": np.where(np.arange(rows.size) < leavers.size, np.array(CAUSES, dtype=object)[habits.cause[rows]], "none"),
            "service_evidence": (recent["late"][rows].sum(axis=1) >= SERVICE_LATES) | (recent["complaints"][rows].sum(axis=1) >= 1),
            "supply_evidence": (asked > 0) & (ordered / np.maximum(asked, 1) < SUPPLY_FILL),
            "price_evidence": index[rows] < PRICE_INDEX,
            "closing_evidence": (bought > 0) & (sold < SOLD_OF_ORDERED * bought),
        },
    )


class Tiers:
    """Yearly amounts and profits that would have been without hoarding and chance, gathered week by week."""

    def __init__(self, population: Population) -> None:
        self._population = population
        price = population.price_yuan
        self._price = price
        self._margin = PROFIT_LEAST + PROFIT_MORE * np.clip((price - 60.0) / 160.0, 0.0, 1.3)
        self.yuan: dict[int, NDArray[np.float64]] = {}
        self.profit: dict[int, NDArray[np.float64]] = {}

    def add(self, facts: WeekFacts) -> None:
        """Add a week."""
        year = self._population.size.week_on(facts.week).year
        for store in (self.yuan, self.profit):
            store.setdefault(year, np.zeros(self._population.count))
        cost = self._population.habits.cost_to_serve_yuan / 52.18
        self.yuan[year] += facts.expected @ self._price.astype(np.float32)
        self.profit[year] += facts.expected @ (self._price * self._margin).astype(np.float32) - cost * facts.is_open

    def table(self) -> pa.Table:
        """Everybody's tier in each year: the top 8 % by amount are value, the next 22 % potential."""
        parts = []
        for year in sorted(self.yuan):
            yuan, rows = self.yuan[year], np.flatnonzero(self.yuan[year] > 0)
            rank = np.empty(rows.size)
            rank[np.argsort(-yuan[rows], kind="stable")] = (np.arange(rows.size) + 0.5) / max(rows.size, 1)
            parts.append(
                table_of(
                    truth.TIER_TRUTH,
                    {
                        "outlet_id": self._population.outlet_ids[rows],
                        "year": np.full(rows.size, year),
                        "lasting_yuan": np.round(yuan[rows], 2),
                        "profit_yuan": np.round(self.profit[year][rows], 2),
                        "tier": np.where(rank <= 0.08, "value", np.where(rank <= 0.30, "potential", "base")).astype(object),
                    },
                )
            )
        return concatenated(truth.TIER_TRUTH, parts)


def next_products(population: Population, ordered_ever: NDArray[np.bool_]) -> pa.Table:
    """The SKUs on the market that each outlet of the first day never ordered and would sell best."""
    live = population.products.is_live(population.size.history_weeks - 1)
    fit = np.where(ordered_ever | ~live, np.float32(0.0), population.would_sell)[: population.first]
    best = np.argsort(-fit, axis=1, kind="stable")[:, :NEXT_PRODUCTS]
    value = np.take_along_axis(fit, best, axis=1)
    outlet = np.broadcast_to(np.arange(population.first)[:, None], best.shape)
    kept = value > 0
    return table_of(
        truth.NEXT_PRODUCT_TRUTH,
        {
            "outlet_id": population.outlet_ids[outlet[kept]],
            "product_id": population.products.product_id[best[kept]],
            "expected_cartons": value[kept].astype(np.float64),
        },
    )
