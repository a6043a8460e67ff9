"""One week of a city, from the actions of the platform to what everybody did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city import asks, care, growth
from xingke.simulate.city.actions import FADING, LASTING, Action
from xingke.simulate.city.habits import CAUSES
from xingke.simulate.city.leaving import (
    HANDED_OVER_HAZARD,
    LEFT_ALONE_HAZARD,
    PRICE_SIGN,
    UNHAPPY_HAZARD,
    UNSEEN_HAZARD,
    UNSEEN_WEEKS,
    Leavers,
    Risk,
    leaving_week,
)
from xingke.simulate.city.orders import Asked, Placed, fill_orders, place_orders
from xingke.simulate.city.population import Population
from xingke.simulate.city.products import SUPPLY
from xingke.simulate.city.reaching import Reach, reach_week
from xingke.simulate.city.seasons import TAX_COMPLAINTS
from xingke.simulate.city.selling import Sold, city_shock, draw_demand, sell
from xingke.simulate.city.state import NEVER, RECENT, State
from xingke.simulate.city.supply import SupplyWeek, bass_share
from xingke.simulate.city.trade import grades_by_rank
from xingke.simulate.city.wrongdoing import RENOVATED_DEMAND, SEASONAL, grades_up

REVIEW_EVERY = 13
LATE_CHANCE, SIGN_LATE_CHANCE = 0.07, 0.55
SHORT_CHANCE = 0.004
ATTRITION_A_YEAR = 0.12


@dataclass(frozen=True, slots=True)
class Service:
    """What the week's service was."""

    complaints: care.Complaints
    visits: care.Visits
    requests: care.Rows
    surveys: care.Rows
    courses: care.Rows
    satisfaction: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Everything that happened in a week; arrays by outlet index, matrices by outlet and SKU.

    Parameters
    ----------
    expected
        Expected consumer demand, before the city's shock and chance.
    late_days
        Days that the delivery was late; 0 on time.
    grades_changed
        Outlets whose grade was set this week.
    """

    week: int
    is_open: NDArray[np.bool_]
    risk: Risk
    leavers: Leavers
    risk_weeks: NDArray[np.int32]
    hazard: NDArray[np.float64]
    plan: SupplyWeek
    placed: Placed
    asked: Asked
    delivered: NDArray[np.int32]
    late_days: NDArray[np.int32]
    expected: NDArray[np.float32]
    sold: Sold
    stock_before: NDArray[np.int32]
    stock: NDArray[np.int32]
    service: Service
    reach: Reach
    grade: NDArray[np.int32]
    grades_changed: NDArray[np.int64]


def run_week(population: Population, state: State, actions: tuple[Action, ...] = ()) -> WeekFacts:
    """Run the state's next week; changes the state."""
    week, habits, streams = state.week, population.habits, population.streams
    _begin(population, state, actions)
    changed = _review_grades(population, state)
    modifier, alone = _circumstances(population, state)
    factor = population.effects.hazard_factor(state.strength)
    risk, leavers, hazard = leaving_week(state, habits, population.fate, modifier, factor, _comes_back(population, state, actions))
    is_open = state.is_open(habits.opens_week)
    reach = reach_week(population, state, actions, is_open)
    expected, season = _expected(population, state, risk, is_open)
    plan = _plan(population, state)
    due = is_open & (~population.trade.two_weekly | ((week % 2 == 1) == population.trade.odd_weeks))
    due[population.cases.outlets_of(SEASONAL, week)] = False
    placed = place_orders(
        streams, week, due, asks.order_progress(population, risk), population.habitual, reach.reminded * population.effects.reminder
    )
    asked = _ask(population, state, risk, plan, placed, expected, season)
    delivered, late_days = _deliver(population, state, risk, placed, asked)
    before = state.stock
    sold = _sell(population, state, plan, expected, delivered)
    service = _serve(population, state, actions, is_open, risk, asked, late_days, alone)
    _remember(population, state, asked, sold, late_days, service, plan)
    state.week += 1
    return WeekFacts(
        week=week,
        is_open=is_open,
        risk=risk,
        leavers=leavers,
        risk_weeks=state.risk_weeks,
        hazard=hazard,
        plan=plan,
        placed=placed,
        asked=asked,
        delivered=delivered,
        late_days=late_days,
        expected=expected,
        sold=sold,
        stock_before=before,
        stock=state.stock,
        service=service,
        reach=reach,
        grade=state.grade,
        grades_changed=changed,
    )


def _begin(population: Population, state: State, actions: tuple[Action, ...]) -> None:
    care.fade(state)
    state.strength *= np.float32(FADING)
    for action in actions:
        if action.kind in LASTING:
            state.strength[LASTING.index(action.kind), _indices(population, action)] = 1.0
    growth.switch_mix(state, population.habits, population.products)
    growth.promote(state, population.prospects, population.scenario)
    growth.adopt(population.streams, state, population.products, population.graph, population.habits.is_leader, population.scenario)


def _indices(population: Population, action: Action) -> NDArray[np.int64]:
    return np.asarray(action.outlet_ids, dtype=np.int64) - int(population.outlet_ids[0])


def _chosen(population: Population, actions: tuple[Action, ...], kind: str) -> NDArray[np.bool_]:
    """Outlets that some action of a kind reaches this week."""
    found = np.zeros(population.count, dtype=bool)
    for action in actions:
        if action.kind == kind:
            found[_indices(population, action)] = True
    return found


def _review_grades(population: Population, state: State) -> NDArray[np.int64]:
    """Every quarter grades are set anew by rank of what an outlet usually buys; festival stocking does not count."""
    week = state.week
    if week % REVIEW_EVERY or not week:
        return np.arange(population.count) if not week else np.flatnonzero(population.habits.opens_week == week)
    habits = population.habits
    usual = np.log(habits.weekly_cartons) + habits.annual_trend * week / 52
    score = 0.05 * (population.trade.grade - 1) + 0.5 * usual + population.streams.of("grading", week).normal(0.0, 0.03, population.count)
    listed = np.flatnonzero(habits.opens_week <= week)
    grade = state.grade.copy()
    grade[listed] = grades_by_rank(score[listed])
    for kind in ("grade_manipulation", "renovated"):
        lifted = population.cases.outlets_of(kind, week)
        grade[lifted] = np.minimum(grade[lifted] + grades_up(population.streams.seed, lifted), 30)
    changed = np.flatnonzero(((grade != state.grade) & (habits.opens_week <= week)) | (habits.opens_week == week))
    state.grade = grade
    return changed


def _circumstances(population: Population, state: State) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The factor of circumstances on everybody's hazard, and whose manager left without a word this week."""
    week, force, territory = state.week, population.workforce, population.organisation.territory
    territories = population.organisation.territories
    alone, handed = force.left_alone(week, territories)[territory], force.handed_over(week, territories)[territory]
    unseen = week - np.maximum(state.last_visit, population.habits.opens_week) > UNSEEN_WEEKS
    factor = np.where(week <= state.unhappy_until, UNHAPPY_HAZARD, 1.0) * np.where(unseen, UNSEEN_HAZARD, 1.0)
    factor *= np.where(alone, LEFT_ALONE_HAZARD, np.where(handed, HANDED_OVER_HAZARD, 1.0))
    fresh = alone & ~force.left_alone(week - 1, territories)[territory]
    return factor, fresh


def _comes_back(population: Population, state: State, actions: tuple[Action, ...]) -> NDArray[np.bool_]:
    """Who returns: a few by themselves after a while, more of those whom a win-back reaches."""
    fate, effects = population.fate, population.effects
    away = (state.left_week != NEVER) & ~state.licence_closed & (population.fate.early_week == NEVER)
    chance = np.where(state.week == state.left_week + fate.returns_after, 0.08, 0.0)
    for action in actions:
        if action.kind == "win_back":
            reached = _indices(population, action)
            matched = (
                np.zeros(reached.size, dtype=bool)
                if action.cause is None
                else population.habits.cause[reached] == CAUSES.index(action.cause)
            )
            chance[reached] = np.maximum(
                chance[reached], np.where(matched, effects.win_back_matched[reached], effects.win_back_generic[reached])
            )
    return np.asarray(away & (fate.return_uniform < chance))


def _expected(
    population: Population, state: State, risk: Risk, is_open: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Expected consumer demand by outlet and SKU, and the season factor in it."""
    week, fate, products = state.week, population.fate, population.products
    row = growth.growth_factor(state, population.habits, population.prospects) * asks.demand_share(population, risk) * is_open
    row *= np.where((fate.dip_from <= week) & (week < fate.dip_until), fate.dip_level, 1.0)
    row *= population.weather.week_factor(population.size.week_on(week))[population.places.county]
    row *= population.effects.amount_factor(state.strength)
    events = population.cases.of("honest_look_alike", week)
    row[population.cases.outlet[events]] *= population.cases.factor[events]
    row[population.cases.outlets_of("renovated", week)] *= RENOVATED_DEMAND
    row[population.cases.outlets_of(SEASONAL, week)] = 0.0
    by_group = population.seasons.class_factors(week)[:, products.price_class]
    season = by_group[population.seasons.group]
    expected = state.base * season
    expected *= row.astype(np.float32)[:, None]
    expected *= products.is_live(week)
    expected[:, products.launches] *= state.adopted != NEVER
    trained = state.strength[LASTING.index("training")] * population.effects.mix
    if trained.any():
        expected[:, products.price_class < 2] *= (1.0 + trained).astype(np.float32)[:, None]
    return expected, season


def _usual_growth(population: Population, week: int) -> float:
    """What the trends of all outlets together have made of the need since the first day."""
    first = population.habits.weekly_cartons[: population.first]
    grown = first * np.exp(population.habits.annual_trend[: population.first] * week / 52)
    return float(grown.sum() / first.sum())


def _plan(population: Population, state: State) -> SupplyWeek:
    week, products = state.week, population.products
    season = population.seasons.class_factors(week)[0][products.price_class].astype(np.float64) * products.is_live(week)
    launches = products.launches
    season[launches] *= bass_share((week - products.launch_week[launches] + 2).astype(np.float64))
    season *= _usual_growth(population, week)
    remaining = (1.0 - ATTRITION_A_YEAR) ** (week / 52)
    return population.supply.plan(week, population.base, season, remaining, state.grade, population.habits.opens_week <= week)


def _ask(
    population: Population,
    state: State,
    risk: Risk,
    plan: SupplyWeek,
    placed: Placed,
    expected: NDArray[np.float32],
    season: NDArray[np.float32],
) -> Asked:
    want = expected + state.spill
    desired = asks.desired_cartons(population, state, risk, plan, want, season)
    caps = population.supply.caps_of(plan, state.grade, population.trade.two_weekly)
    asks.heed_caps(population, risk, plan, caps, desired)
    asks.raise_caps(population, state.week, plan, caps, desired)
    desired[:, ~population.products.is_live(state.week)] = 0.0
    uniform = population.streams.of("asking", state.week).random(desired.shape, dtype=np.float32)
    found = fill_orders(uniform, desired, caps, placed.orders, plan, population.habitual, want)
    found.ordered[placed.payment == 2] = 0
    rows = asks.hoarding_rows(population)
    if population.seasons.is_stocking(state.week):
        normal = np.maximum(np.ceil(want[rows]), 0).astype(np.int32)
        state.hoarded += np.maximum(found.ordered[rows] - normal, 0)
    return found


def _deliver(population: Population, state: State, risk: Risk, placed: Placed, asked: Asked) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    draw = population.streams.of("delivery", state.week)
    chance, short = draw.random((2, population.count))
    days = draw.integers(1, 4, population.count)
    limit = np.full(population.count, LATE_CHANCE)
    limit[population.fate.has_signs(population.habits, "service") & risk.is_at_risk] = SIGN_LATE_CHANCE
    first, last = population.size.bad_route_weeks
    if first <= state.week <= last:
        limit[np.isin(population.organisation.route, population.bad_routes)] = 1.0 - population.scenario.route_on_time
    late = placed.orders & (chance < limit)
    delivered = asked.ordered.copy()
    damaged = short < SHORT_CHANCE
    delivered[damaged] = np.floor(delivered[damaged] * 0.9).astype(np.int32)
    return delivered, np.where(late, days, 0).astype(np.int32)


def _sell(population: Population, state: State, plan: SupplyWeek, expected: NDArray[np.float32], delivered: NDArray[np.int32]) -> Sold:
    week = state.week
    shock = city_shock(population.streams, week, population.products.count)
    demand = draw_demand(population.streams, week, (expected + state.spill) * (shock * population.products.is_live(week)))
    available = state.stock + delivered
    gone = asks.diverted_cartons(population, week, plan, delivered)
    if gone is not None:
        available = available - gone
    sold = sell(population.streams, week, demand, available, population.products.price_class, population.graph)
    rows = asks.hoarding_rows(population)
    if not population.seasons.is_stocking(week):
        state.hoarded = np.maximum(state.hoarded - np.maximum(sold.sold[rows] - delivered[rows], 0), 0)
    state.stock = available - sold.sold
    state.spill = sold.spill
    return sold


def _serve(
    population: Population,
    state: State,
    actions: tuple[Action, ...],
    is_open: NDArray[np.bool_],
    risk: Risk,
    asked: Asked,
    late_days: NDArray[np.int32],
    newly_alone: NDArray[np.bool_],
) -> Service:
    week, habits, streams = state.week, population.habits, population.streams
    total = asked.asked.sum(axis=1)
    unmet = np.where(total > 0, 1.0 - asked.ordered.sum(axis=1) / np.maximum(total, 1), 0.0)
    over_service = np.isin(habits.cause, [CAUSES.index("service"), CAUSES.index("supply")])
    hot = np.where(risk.is_at_risk & over_service, care.AT_RISK_COMPLAINT, 0.0)
    tax = TAX_COMPLAINTS if population.seasons.tax_is_up(week) else 1.0
    signs_of = population.responders
    annoyed = tax * care.leaning(signs_of.irritability_sign)
    recovered = _chosen(population, actions, "service_recovery")
    complaints = care.complaints_week(streams, week, is_open, late_days > 0, unmet, hot, annoyed, recovered)
    seen = ~population.workforce.unseen(week, population.organisation.territories)[population.organisation.territory]
    signs = population.fate.has_signs(habits, "price") & risk.is_at_risk
    visits = care.visits_week(streams, week, is_open, seen, _chosen(population, actions, "visit"), habits.price_index - PRICE_SIGN * signs)
    feeling = care.satisfaction(state, habits.satisfaction, population.effects)
    courses = care.courses_week(streams, week, is_open, _chosen(population, actions, "training"), care.leaning(signs_of.engagement_sign))
    care.feel(state, complaints, visits, newly_alone)
    return Service(
        complaints,
        visits,
        care.requests_week(streams, week, is_open, care.leaning(signs_of.need_sign)),
        care.surveys_week(streams, week, is_open, feeling),
        courses,
        feeling,
    )


def _remember(
    population: Population, state: State, asked: Asked, sold: Sold, late_days: NDArray[np.int32], service: Service, plan: SupplyWeek
) -> None:
    """Roll the last eight weeks on: what the evidence of causes is taken from."""
    tight = np.flatnonzero(plan.supply_class == SUPPLY.index("tight"))
    complained = np.zeros(population.count, dtype=np.float32)
    complained[service.complaints.outlet] = 1.0
    layers = {
        "late": late_days > 0,
        "complaints": complained,
        "tight_asked": asked.asked[:, tight].sum(axis=1),
        "tight_ordered": asked.ordered[:, tight].sum(axis=1),
        "sold": sold.sold.sum(axis=1),
        "ordered": asked.ordered.sum(axis=1),
    }
    state.recent[:, :, :-1] = state.recent[:, :, 1:].copy()
    for place, name in enumerate(RECENT):
        state.recent[place, :, -1] = layers[name]
