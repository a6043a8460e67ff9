"""The whole of a city that does not change: drawn once from the seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from xingke.simulate.city.actions import LASTING, Effects, draw_effects
from xingke.simulate.city.graph import Graph, build_graph
from xingke.simulate.city.growth import Prospects, draw_prospects, expected_growth
from xingke.simulate.city.habits import Habits, draw_habits, draw_shares, scaled_to_amount
from xingke.simulate.city.leaving import Fate, draw_fate, ways_out_before
from xingke.simulate.city.orders import CHANNEL_SHARES, SAFETY, Habitual
from xingke.simulate.city.organisation import Organisation, build_organisation
from xingke.simulate.city.places import Places, draw_places
from xingke.simulate.city.products import SUPPLY, Products, draw_products
from xingke.simulate.city.seasons import Seasons, Weather, draw_weather
from xingke.simulate.city.state import LOOKED_BACK, NEVER, RECENT, State
from xingke.simulate.city.supply import SupplyPlanner, bass_share
from xingke.simulate.city.trade import Trade, draw_trade
from xingke.simulate.city.workforce import Staff, Workforce, hire_staff, plan_workforce
from xingke.simulate.city.wrongdoing import Cases, draw_cases
from xingke.simulate.names import COUNTIES
from xingke.simulate.reach import CampaignPlan, FatigueState, Responders, draw_responders, history_campaigns
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

NEW_A_YEAR = 0.05
EAGER_FACTOR = np.float32(3.0)
"""How much more of the tight SKUs some honest shops sell than their mix says."""
CITY_STRIDE = 100_000
LIVE_ROOM_WEEKS = 60
"""Weather is drawn for so many weeks behind the end, so that a world can go on."""


@dataclass(frozen=True, slots=True)
class Population:
    """One city. Arrays are by outlet index: first those of the first day, then those that open later.

    Parameters
    ----------
    first
        How many are there on the first day.
    base
        Cartons a week of each outlet and SKU at the start.
    would_sell
        The same, with what SKUs that it does not carry would sell.
    """

    size: Size
    scenario: Scenario
    streams: Streams
    first: int
    places: Places
    trade: Trade
    organisation: Organisation
    products: Products
    habits: Habits
    base: NDArray[np.float32]
    would_sell: NDArray[np.float32]
    graph: Graph
    fate: Fate
    prospects: Prospects
    responders: Responders
    campaigns: tuple[CampaignPlan, ...]
    effects: Effects
    cases: Cases
    workforce: Workforce
    staff: Staff
    weather: Weather
    seasons: Seasons
    supply: SupplyPlanner
    habitual: Habitual

    @property
    def count(self) -> int:
        """Outlets that there ever are."""
        return int(self.trade.grade.size)

    @property
    def outlet_ids(self) -> NDArray[np.int64]:
        """Public number of each outlet; cities of a province follow each other."""
        return np.arange(1, self.count + 1) + self.streams.city * CITY_STRIDE

    @property
    def price_yuan(self) -> NDArray[np.float64]:
        """Wholesale price of a carton of each SKU."""
        return self.products.wholesale_fen / 100.0

    @property
    def bad_routes(self) -> NDArray[np.int64]:
        """Numbers of the routes that fail: 37 where there is one, else the last; more of them before it where the scenario says so."""
        last = min(37, self.organisation.routes)
        return np.arange(max(last - self.scenario.bad_routes, 0), last) + 1


def draw_population(size: Size, scenario: Scenario, seed: int, city: int = 0) -> Population:
    """Draw a city.

    Parameters
    ----------
    city
        Its number in a province of several; the outlets of the size are shared evenly.
    """
    streams = Streams(seed, city)
    first = size.outlets // size.cities
    count = first + round(first * NEW_A_YEAR * size.weeks / 52)
    places = draw_places(streams, count)
    trade = draw_trade(streams, places, first)
    organisation = build_organisation(streams, places, first)
    products = draw_products(Streams(seed), size)
    habits = draw_habits(streams, trade, first, size, scenario)
    shares, would_be = draw_shares(streams, products, habits)
    cases = draw_cases(streams, places, trade, first, size, scenario)
    _same_basket(shares, cases)
    _same_evening(trade, cases)
    _eager_for_tight(shares, products, cases)
    seasons = Seasons(places, size, scenario)
    relative = habits.weekly_cartons * (shares @ (products.wholesale_fen / 100.0).astype(np.float32))
    prospects = draw_prospects(streams, habits, relative, size.weeks)
    growth = expected_growth(habits, prospects, size.history_weeks)
    season = _mean_season(seasons, products, size)
    scale = scaled_to_amount(habits, shares, products, season, growth, scenario, first, size.history_weeks)
    cartons = (habits.weekly_cartons * scale)[:, None].astype(np.float32)
    base = shares * cartons
    responders = draw_responders(streams, count, trade.uses_wechat, habits.size_log)
    workforce = plan_workforce(streams, organisation, size, scenario)
    draw = streams.of("ordering-habits")
    # The engaged order by the app: a sign that models can learn from.
    channel = np.searchsorted(np.cumsum(CHANNEL_SHARES), ndtr(-responders.engagement_sign)).clip(0, 3)
    return Population(
        size=size,
        scenario=scenario,
        streams=streams,
        first=first,
        places=places,
        trade=trade,
        organisation=organisation,
        products=products,
        habits=habits,
        base=base,
        would_sell=would_be * cartons,
        graph=build_graph(streams, places, organisation, habits.is_leader),
        fate=draw_fate(streams, habits, size.weeks, scenario),
        prospects=prospects,
        responders=responders,
        campaigns=history_campaigns(streams, size),
        effects=draw_effects(streams, habits, responders.engagement, prospects.in_value_tier, scenario),
        cases=cases,
        workforce=workforce,
        staff=hire_staff(streams, organisation, workforce, first),
        weather=draw_weather(streams, size.starts_on, 7 * (size.weeks + LIVE_ROOM_WEEKS), len(COUNTIES)),
        seasons=seasons,
        supply=SupplyPlanner(streams, places, trade, products, scenario.supply, habits.is_leader),
        habitual=Habitual(channel.astype(np.int32), draw.integers(9 * 60, 22 * 60, count).astype(np.int32), products.band()),
    )


def _mean_season(seasons: Seasons, products: Products, size: Size) -> NDArray[np.float64]:
    """By SKU, the mean over the weeks of history of its season factor, with the launch curve for new ones."""
    total = np.zeros(products.count)
    for week in range(size.history_weeks):
        known = np.where(products.launch_week >= 0, bass_share((week - products.launch_week).astype(np.float64)), 1.0)
        total += seasons.class_factors(week)[0][products.price_class] * products.is_live(week) * known
    return total / size.history_weeks


def _same_basket(shares: NDArray[np.float32], cases: Cases) -> None:
    """Members of a proxy-order ring, and of some families, have the basket of the first."""
    rows, head = cases.groups
    chosen = cases.has_basket[rows]
    shares[cases.outlet[rows][chosen]] = shares[head[chosen]]


def _same_evening(trade: Trade, cases: Cases) -> None:
    """Who orders for several shops does so on one evening; changes the order days."""
    rows, head = cases.groups
    chosen = cases.uses_device[rows]
    trade.weekday[cases.outlet[rows][chosen]] = trade.weekday[head[chosen]]


def _eager_for_tight(shares: NDArray[np.float32], products: Products, cases: Cases) -> None:
    """Some honest shops sell so much of what is tight that they always take all that they may have; the sums of rows stay."""
    rows = cases.outlets_of("full_caps")
    part = shares[rows]
    whole = part.sum(axis=1, keepdims=True)
    part[:, products.supply == SUPPLY.index("tight")] *= EAGER_FACTOR
    shares[rows] = part * (whole / np.maximum(part.sum(axis=1, keepdims=True), np.float32(1e-9)))


def first_state(population: Population) -> State:
    """The state before the first week: shelves filled, some already on their way out."""
    count, skus = population.base.shape
    gathered, onset, length, episode = ways_out_before(population.fate)
    live = population.products.is_live(0) & (population.products.launch_week < 0)
    held = population.habits.cover_weeks[:, None].astype(np.float32)
    wanted = (population.base * held + np.float32(SAFETY) * np.sqrt(population.base + population.base**2 / 4)) * live
    opening = population.streams.of("first-stock").random((count, skus), dtype=np.float32)
    stock = np.floor(wanted + opening).astype(np.int32)
    stock[population.habits.opens_week >= 0] = 0
    fatigue = FatigueState.fresh(count)
    return State(
        week=0,
        base=population.base.copy(),
        stock=stock,
        spill=np.zeros((count, skus), dtype=np.float32),
        hoarded=np.zeros((int((population.habits.hoard_factor > 1).sum()), skus), dtype=np.int32),
        adopted=np.full((count, population.products.launches.size), NEVER, dtype=np.int32),
        grade=population.trade.grade.copy(),
        visit_bump=np.zeros(count, dtype=np.float32),
        complaint_dent=np.zeros(count, dtype=np.float32),
        staff_dent=np.zeros(count, dtype=np.float32),
        unhappy_until=np.full(count, NEVER, dtype=np.int32),
        last_visit=np.full(count, -2, dtype=np.int32),
        hazard_sum=gathered,
        episode=episode,
        risk_from=onset,
        risk_weeks=length.astype(np.int32),
        left_week=np.full(count, NEVER, dtype=np.int32),
        licence_closed=np.zeros(count, dtype=bool),
        promoted_week=np.full(count, NEVER, dtype=np.int32),
        strength=np.zeros((len(LASTING), count), dtype=np.float32),
        recent=np.zeros((len(RECENT), count, LOOKED_BACK), dtype=np.float32),
        touches=fatigue.touches,
        opted_out=fatigue.opted_out,
        fatigue_day=fatigue.day,
    )
