"""The registers of the firm as they stand at a week: organisation, outlets, owners, licences, staff, SKUs, calendar, weather, ties."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.calendar import calendar_days
from xingke.schema import ORG_UNIT, TRADE_TABLES
from xingke.schema.trade.supply import SKU
from xingke.simulate.city.moments import day_type
from xingke.simulate.city.places import DISTRICTS, SETTLEMENTS
from xingke.simulate.city.population import Population
from xingke.simulate.city.products import FORMS, SUPPLY, band_name
from xingke.simulate.city.state import NEVER, State
from xingke.simulate.city.trade import CREDIT_LEVELS, FORMATS, TERMINALS
from xingke.simulate.city.wrongdoing import KINDS
from xingke.simulate.names import AREA_CODES, COUNTIES, addresses, people, phones, places_of, shops
from xingke.simulate.store import table_of, yuan

FIRM_SHARE = 0.12
RENEWED_A_YEAR = 0.03
VALID_DAYS = 5 * 365
RELATED_SHARE = 0.6
"""Of the members of families: those with the surname of the first."""
LAPSED_SHARE, PAUSED_SHARE = 0.03, 0.004
TIES = ("neighbour", "peer_group", "acquaintance")


@dataclass(frozen=True, slots=True)
class Texts:
    """Names and addresses by outlet index; owners by the index of their first outlet."""

    shop: NDArray[np.object_]
    address: NDArray[np.object_]
    owner: NDArray[np.object_]
    phone: NDArray[np.object_]


def draw_texts(population: Population) -> Texts:
    """Draw names, addresses and phones; some members of rings and families have the phone of the first, some families one surname."""
    draw = population.streams.of("texts")
    count = population.count
    owner = people(draw, population.trade.owner_is_female)
    phone = phones(draw, count)
    rows, head = population.cases.groups
    lent = population.cases.uses_phone[rows]
    phone[population.cases.outlet[rows][lent]] = phone[head[lent]]
    _name_relatives(population, owner)
    address = addresses(draw, population.places.county, population.places.is_rural)
    formats = np.array(FORMATS, dtype=object)[population.trade.format]
    return Texts(shops(draw, owner[population.trade.owner], formats, places_of(address)), address, owner, phone)


def _name_relatives(population: Population, owner: NDArray[np.object_]) -> None:
    """Give most members of a family the surname of the first; changes the names."""
    rows, head = population.cases.groups
    related = population.streams.of("surnames").random(population.count)[population.cases.outlet[rows]] < RELATED_SHARE
    chosen = related & (population.cases.kind[rows] == KINDS.index("family"))
    for outlet, first in zip(population.cases.outlet[rows][chosen].tolist(), head[chosen].tolist(), strict=True):
        owner[outlet] = owner[first][:1] + owner[outlet][1:]


def registers(population: Population, state: State) -> dict[str, pa.Table]:
    """Every register by its name, as it stands before the state's next week; outlets that have not opened yet are not in it."""
    texts = draw_texts(population)
    known = np.flatnonzero(population.habits.opens_week < state.week)
    return {
        "org_unit": _units(population),
        "product": _products(population, state),
        "owner": _owners(population, texts, known),
        "outlet": _outlets(population, state, texts, known),
        "licence": _licences(population, state, known),
        "staff": _staff(population, state),
        "assignment": _assignments(population, state, known),
        "weather_day": _weather(population, state),
        "referral_edge": _ties(population, known),
        "calendar_day": calendar_days(population.size.starts_on, population.size.week_on(state.week + 26)),
    }


def days_of(population: Population, weeks: NDArray[np.int32], absent: int = NEVER) -> pa.Array:
    """The Mondays of weeks as Arrow days; `absent` becomes empty."""
    days = np.datetime64(population.size.starts_on) + (7 * weeks.astype(np.int64)).astype("timedelta64[D]")
    return pa.array(days.astype("datetime64[D]"), pa.date32(), mask=weeks == absent)


def _units(population: Population) -> pa.Table:
    units = population.organisation.units
    return table_of(
        ORG_UNIT,
        {
            "org_path": [unit.path for unit in units],
            "parent_path": [unit.parent for unit in units],
            "level": [unit.level for unit in units],
            "name": [unit.name for unit in units],
        },
    )


def _products(population: Population, state: State) -> pa.Table:
    products = population.products
    known = np.flatnonzero(products.launch_week < state.week)
    bands = products.band()
    return table_of(
        SKU,
        {
            "product_id": products.product_id[known],
            "source_key": products.product_id[known].astype(str).astype(object),
            "name": products.name[known],
            "category": np.array([f"{place}类烟" for place in "一二三四五"], dtype=object)[products.price_class[known]],
            "brand": products.brand[known],
            "maker": products.maker[known],
            "price_class": products.price_class[known].astype(np.int64) + 1,
            "pack_units": np.full(known.size, 10),
            "list_price_yuan": yuan(products.wholesale_fen[known]),
            "listed_on": days_of(population, products.launch_week[known], absent=10_000),
            "wholesale_yuan": yuan(products.wholesale_fen[known]),
            "guide_yuan": yuan(products.guide_fen[known]),
            "price_band": [band_name(int(bands[place])) for place in known],
            "in_province": products.in_province[known],
            "form": np.array(FORMS, dtype=object)[products.form[known]],
            "tar_mg": products.tar_mg[known].astype(np.int64),
            "supply_class": np.array(SUPPLY, dtype=object)[products.supply_at(state.week)[known]],
            "retired_on": days_of(population, np.where(products.retire_week < state.week, products.retire_week, NEVER)[known]),
        },
    )


def _owners(population: Population, texts: Texts, known: NDArray[np.int64]) -> pa.Table:
    owner = np.unique(population.trade.owner[known])
    year = population.size.starts_on.year - population.trade.owner_age[owner]
    return table_of(
        TRADE_TABLES["owner"],
        {
            "owner_id": population.outlet_ids[owner],
            "name": texts.owner[owner],
            "phone": texts.phone[owner],
            "gender": np.where(population.trade.owner_is_female[owner], "female", "male").astype(object),
            "birth_year": year.astype(np.int64),
            "uses_wechat": population.trade.uses_wechat[owner],
        },
    )


def _outlets(population: Population, state: State, texts: Texts, known: NDArray[np.int64]) -> pa.Table:
    trade, places, organisation = population.trade, population.places, population.organisation
    opened_before = population.streams.of("opened").integers(60, 4_000, population.count)
    first = np.datetime64(population.size.starts_on)
    opened = np.where(
        population.habits.opens_week < 0,
        first - opened_before.astype("timedelta64[D]"),
        first + (7 * population.habits.opens_week.astype(np.int64)).astype("timedelta64[D]"),
    )
    closed = np.where(state.licence_closed, state.left_week, NEVER)
    return table_of(
        TRADE_TABLES["outlet"],
        {
            "outlet_id": population.outlet_ids[known],
            "owner_id": population.outlet_ids[trade.owner[known]],
            "name": texts.shop[known],
            "address": texts.address[known],
            "org_path": organisation.territory_paths()[organisation.territory[known]],
            "county": np.array([slug for slug, _ in COUNTIES], dtype=object)[places.county[known]],
            "format": np.array(FORMATS, dtype=object)[trade.format[known]],
            "market_type": np.where(places.is_rural[known], "rural", "urban").astype(object),
            "settlement_class": np.array(SETTLEMENTS, dtype=object)[places.settlement[known]],
            "district_type": np.array(DISTRICTS, dtype=object)[places.district[known]],
            "credit_level": pa.array([name or None for name in CREDIT_LEVELS]).take(pa.array(trade.credit[known])),
            "terminal_type": np.array(TERMINALS, dtype=object)[trade.terminal[known]],
            "uses_pos": trade.uses_pos[known],
            "has_sensor": trade.has_sensor[known],
            "is_sample": trade.is_sample[known],
            "order_weekday": trade.weekday[known].astype(np.int64),
            "order_cycle_weeks": 1 + trade.two_weekly[known].astype(np.int64),
            "grade": state.grade[known].astype(np.int64),
            "peer_group_id": organisation.group[known].astype(np.int64),
            "route_id": organisation.route[known].astype(np.int64),
            "latitude": places.latitude[known],
            "longitude": places.longitude[known],
            "opened_on": day_type(opened[known]),
            "closed_on": days_of(population, closed[known]),
        },
    )


def _licences(population: Population, state: State, known: NDArray[np.int64]) -> pa.Table:
    """One licence an outlet as it stands, and before it the old number of those that got a new one on renewal."""
    draw = population.streams.of("licences")
    count = population.count
    is_firm, changes, lapses, pauses = draw.random((4, count))
    age = draw.integers(0, VALID_DAYS, count)
    serial = _serials(population.places.county)
    head = np.array([int(code) for code in AREA_CODES])[population.places.county]
    kind = np.where(is_firm < FIRM_SHARE, 2, 1)
    number = head * 1_000_000 + kind * 100_000 + serial
    today = np.datetime64(population.size.week_on(state.week))
    start = np.datetime64(population.size.starts_on)
    issued = start - age.astype("timedelta64[D]")
    issued = np.where(
        population.habits.opens_week >= 0, start + (7 * population.habits.opens_week.astype(np.int64)).astype("timedelta64[D]"), issued
    )
    ends = issued + np.timedelta64(VALID_DAYS, "D")
    renewed_on = start + np.floor(changes / RENEWED_A_YEAR * 365).astype("timedelta64[D]")
    renews = (renewed_on < today) & (population.habits.opens_week < 0)
    expired = (ends < today) & (lapses < LAPSED_SHARE) & ~renews
    issued = np.where((ends < today) & ~expired, ends, issued)
    issued = np.where(renews, renewed_on, issued)
    ends = issued + np.timedelta64(VALID_DAYS, "D")
    closed = state.licence_closed
    paused = ~closed & ~expired & (pauses < PAUSED_SHARE)
    status = np.where(closed, "revoked", np.where(expired, "expired", np.where(paused, "paused", "valid"))).astype(object)
    since = np.where(closed, start + (7 * state.left_week.astype(np.int64)).astype("timedelta64[D]"), np.where(expired, ends, issued))
    since = np.where(paused, np.maximum(issued, today - np.timedelta64(40, "D")), since)
    old = known[renews[known]]
    rows = np.concatenate([old, known])
    is_old = np.arange(rows.size) < old.size
    new_number = np.where(renews, number + 50_000, number)
    first_issue = start - age.astype("timedelta64[D]")
    return table_of(
        TRADE_TABLES["licence"],
        {
            "licence_no": np.where(is_old, number[rows], new_number[rows]).astype(str).astype(object),
            "outlet_id": population.outlet_ids[rows],
            "holder_kind": np.where(kind[rows] == 2, "firm", "individual").astype(object),
            "issued_on": day_type(np.where(is_old, first_issue[rows], issued[rows])),
            "valid_until": day_type(np.where(is_old, issued[rows], ends[rows])),
            "status": np.where(is_old, "expired", status[rows]).astype(object),
            "status_since": day_type(np.where(is_old, issued[rows], since[rows])),
        },
    )


def _serials(county: NDArray[np.int32]) -> NDArray[np.int64]:
    """Running numbers within each county, below 50,000; a number from 50,000 on is that of a renewal."""
    order = np.argsort(county, kind="stable")
    starts = np.searchsorted(county[order], np.arange(len(COUNTIES)))
    serial = np.empty(county.size, dtype=np.int64)
    serial[order] = np.arange(county.size) - starts[county[order]] + 1
    return serial


def _staff(population: Population, state: State) -> pa.Table:
    staff = population.staff
    known = np.flatnonzero(staff.joined_week < state.week)
    left = np.where((staff.left_week >= 0) & (staff.left_week < state.week), staff.left_week, NEVER)
    return table_of(
        TRADE_TABLES["staff"],
        {
            "staff_id": known + 1,
            "name": staff.name[known],
            "role": staff.role[known],
            "org_path": staff.unit[known],
            "joined_on": days_of(population, staff.joined_week[known], absent=-10_000),
            "left_on": days_of(population, left[known]),
        },
    )


def _assignments(population: Population, state: State, known: NDArray[np.int64]) -> pa.Table:
    """Who looked after whom, from when to when: a new row for every outlet of a territory whose manager changed."""
    force, organisation = population.workforce, population.organisation
    outlets, managers, starts, handed = (
        [known],
        [organisation.territory[known]],
        [np.zeros(known.size, dtype=np.int64)],
        [np.zeros(known.size)],
    )
    for place in np.flatnonzero(force.week < state.week):
        inside = known[organisation.territory[known] == force.territory[place]]
        outlets.append(inside)
        managers.append(np.full(inside.size, organisation.territories + place))
        starts.append(np.full(inside.size, 7 * int(force.week[place])))
        handed.append(np.full(inside.size, float(force.handover_days[place])))
    outlet, manager, start, days = (np.concatenate(part) for part in (outlets, managers, starts, handed))
    order = np.lexsort((start, outlet))
    outlet, manager, start, days = outlet[order], manager[order], start[order], days[order]
    goes_on = np.concatenate([outlet[1:] == outlet[:-1], [False]])
    until = np.where(goes_on, np.concatenate([start[1:], [0]]), NEVER)
    first = np.datetime64(population.size.starts_on)
    handed_on = np.asarray(start, dtype=np.int64) + np.asarray(days, dtype=np.int64)
    return table_of(
        TRADE_TABLES["assignment"],
        {
            "outlet_id": population.outlet_ids[outlet],
            "staff_id": manager + 1,
            "from_on": day_type(first + start.astype("timedelta64[D]")),
            "until_on": pa.array((first + until.astype("timedelta64[D]")).astype("datetime64[D]"), pa.date32(), mask=~goes_on),
            "handed_over_on": pa.array(
                (first + handed_on.astype("timedelta64[D]")).astype("datetime64[D]"),
                pa.date32(),
                mask=(start == 0) | (handed_on >= 7 * state.week),  # whoever has not taken over yet has no day
            ),
        },
    )


def _weather(population: Population, state: State) -> pa.Table:
    weather, days = population.weather, 7 * state.week
    counties = len(COUNTIES)
    return table_of(
        TRADE_TABLES["weather_day"],
        {
            "county": np.tile(np.array([slug for slug, _ in COUNTIES], dtype=object), days),
            "day": day_type(np.repeat(np.datetime64(weather.start) + np.arange(days).astype("timedelta64[D]"), counties)),
            "mean_celsius": weather.celsius[:days].reshape(-1),
            "rain_mm": weather.rain_mm[:days].reshape(-1),
        },
    )


def _ties(population: Population, known: NDArray[np.int64]) -> pa.Table:
    graph = population.graph
    seen = np.flatnonzero(graph.is_known & np.isin(graph.source, known) & np.isin(graph.target, known) & (graph.source != graph.target))
    pairs = graph.source[seen] * population.count + graph.target[seen]
    _, first = np.unique(pairs, return_index=True)
    kept = seen[np.sort(first)]
    return table_of(
        TRADE_TABLES["referral_edge"],
        {
            "from_customer_id": population.outlet_ids[graph.source[kept]],
            "to_customer_id": population.outlet_ids[graph.target[kept]],
            "kind": np.array(TIES, dtype=object)[graph.kind[kept]],
        },
    )
