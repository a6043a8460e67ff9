"""The observed tables of one week: what the systems of the firm would have recorded."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.schema import TRADE_TABLES
from xingke.schema.trade import market, marketing, service, supply
from xingke.simulate.city import care, sensors
from xingke.simulate.city.moments import day_type, instants, monday
from xingke.simulate.city.orders import CHANNELS
from xingke.simulate.city.population import Population
from xingke.simulate.city.products import SUPPLY
from xingke.simulate.city.supply import METHODS, TAGS
from xingke.simulate.city.week import WeekFacts
from xingke.simulate.city.workforce import manager_of
from xingke.simulate.city.wrongdoing import AWAY, EVENT_KINDS, KINDS, ON_FIRST_DEVICE
from xingke.simulate.draws import rounded, uniform_of_keys
from xingke.simulate.names import COUNTIES
from xingke.simulate.store import concatenated, table_of, yuan

PAYMENTS = ("paid", "paid_second_try", "lost")
INDEX_A_TIGHTNESS, INDEX_MEAN = 0.04, 1.16
NEW_DEVICE_SHARE = 0.3
"""Share of the owners who order from a new device from some week on."""
DOOR_CLOSED = {"": 0.02, "empty_shell": 0.70, "often_closed": 0.45, "seasonal_closure": 0.90}
"""Chance that a visit finds the door closed."""
FOUND_CLOSED = {"": 0.01, "empty_shell": 0.60, "often_closed": 0.25, "seasonal_closure": 0.70}
NOT_AS_LICENSED = {"": 0.004, "licence_lent": 0.50, "moved_shop": 0.15}
"""Chances that an inspection finds the shop closed, or not as its licence says."""
INSPECTION_OUTCOMES = ("clean", "minor_sale", "illicit_goods", "unmarked_price", "licence_mismatch", "found_closed")


def week_tables(population: Population, facts: WeekFacts) -> dict[str, pa.Table]:
    """Every observed table of a week by its name, in the canonical schemas; clean."""
    tables = {
        supply.ORDER.name: _orders(population, facts),
        supply.CITY_ORDER_LINE.name: _lines(population, facts),
        supply.UNMET_LINE.name: _unmet(population, facts),
        supply.DELIVERY.name: _deliveries(population, facts),
        supply.POS_LINE.name: _scanned(population, facts),
        supply.STOCK_SNAPSHOT.name: sensors.stock_rows(population, facts),
        supply.IOT_READING.name: sensors.readings(population, facts),
        market.ALLOCATION.name: _allocation(population, facts),
        market.PRICE.name: _prices(population, facts),
        market.GRADE_HISTORY.name: _grades(population, facts),
        market.LOCAL_EVENT.name: _events(population, facts),
        **_service(population, facts),
    }
    reached = facts.reach.reached
    for table, part in (
        (marketing.CAMPAIGN, "campaign"),
        (marketing.CAMPAIGN_MEMBER, "members"),
        (marketing.MESSAGE, "messages"),
        (marketing.RESPONSE, "responses"),
    ):
        tables[table.name] = concatenated(table, (getattr(one, part) for one in reached))
    return tables


def order_ids(population: Population, week: int, outlets: NDArray[np.int64]) -> NDArray[np.int64]:
    """One order an outlet and week."""
    return np.asarray((week + 1) * 1_000_000 + population.outlet_ids[outlets])


def digests(kind: str, numbers: NDArray[np.int64]) -> pa.Array:
    """Opaque keys of devices, networks and accounts."""
    mixed = (numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (numbers.astype(np.uint64) << np.uint64(17))
    return pc.binary_join_element_wise(kind, pa.array(mixed).cast(pa.string()), "-")


def _named(names: Sequence[str], codes: NDArray[np.integer]) -> pa.Array:
    """Texts by their place in a list."""
    return pa.array(names, pa.string()).take(pa.array(codes))


def order_days(population: Population, week: int, outlets: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """The order day of each outlet in a week."""
    return np.asarray(monday(population.size, week) + (population.trade.weekday[outlets] - 1).astype("timedelta64[D]"))


def _who(population: Population, week: int) -> NDArray[np.int64]:
    """By outlet: whose device its order comes from; of rings and families mostly that of the first member, else the owner's."""
    cases, source = population.cases, population.trade.owner.copy()
    rows, head = cases.groups
    usual = np.array([ON_FIRST_DEVICE.get(kind, 0.0) for kind in KINDS])[cases.kind[rows]] * cases.uses_device[rows]
    shares = _chance(population, "first_device", week)[cases.outlet[rows]] < usual
    source[cases.outlet[rows][shares]] = head[shares]
    return source


def _devices(population: Population, week: int, who: NDArray[np.int64]) -> NDArray[np.int64]:
    """By outlet: the number of its device; some owners get a new one at some time, and a lent licence is used from another's."""
    count, cases = population.count, population.cases
    changes = _chance(population, "new_device") * population.size.weeks / NEW_DEVICE_SHARE
    device = who + 1 + np.where(changes[who] <= week, count, 0)
    lent = cases.of("licence_lent", week)
    lent = lent[cases.uses_device[lent]]
    device[cases.outlet[lent]] = 2 * count + 1 + cases.outlet[lent]
    return np.asarray(device)


def _away_km(population: Population, week: int) -> NDArray[np.float64]:
    """By outlet: from the place on the licence to where this week's order comes from, besides the few steps around the shop."""
    cases, away = population.cases, np.zeros(population.count)
    chance = _chance(population, "away", week)
    for kind, share in AWAY.items():
        rows = cases.of(kind, week)
        outlets = cases.outlet[rows]
        away[outlets] = np.where(chance[outlets] < share, cases.km[rows], 0.0)
    return away


def _chance(population: Population, purpose: str, *numbers: int) -> NDArray[np.float64]:
    """A uniform an outlet that depends on its number alone."""
    word = int.from_bytes(hashlib.blake2b(f"facts.{purpose}".encode(), digest_size=8).digest(), "big")
    return uniform_of_keys((population.streams.seed, population.streams.city, word, *numbers), np.arange(population.count))


def _orders(population: Population, facts: WeekFacts) -> pa.Table:
    outlets = np.flatnonzero(facts.placed.orders)
    days = order_days(population, facts.week, outlets)
    source = _who(population, facts.week)
    who, device = source[outlets], _devices(population, facts.week, source)[outlets]
    in_ring = who != population.trade.owner[outlets]
    draw = population.streams.of("order-facts", facts.week)
    jitter, distance = draw.integers(0, 5, population.count)[outlets], draw.exponential(0.12, population.count)[outlets]
    minute = np.where(in_ring, facts.placed.minute[who] + jitter, facts.placed.minute[outlets])
    away = _away_km(population, facts.week)[outlets]
    evening = days - np.timedelta64(1, "D")
    return table_of(
        supply.ORDER,
        {
            "customer_id": population.outlet_ids[outlets],
            "order_id": order_ids(population, facts.week, outlets),
            "ordered_on": day_type(days),
            "ordered_at": instants(evening, np.minimum(minute, 24 * 60 - 1)),
            "channel": _named(CHANNELS, facts.placed.channel[outlets]),
            "device_key": digests("d", device),
            "network_key": digests("n", who * 3 + 1 + population.count * 3 * (away > 0)),
            "account_key": digests("a", population.trade.owner[outlets] * 7 + 1),
            "distance_km": np.round(distance + away * (1.0 + 0.05 * distance), 2),
            "payment": _named(PAYMENTS, facts.placed.payment[outlets]),
            "received_on": day_type(days + np.timedelta64(1, "D")),
        },
    )


def _lines(population: Population, facts: WeekFacts) -> pa.Table:
    outlets, skus = np.nonzero(facts.asked.ordered)
    if not outlets.size:
        return supply.CITY_ORDER_LINE.arrow_schema.empty_table()
    first = np.concatenate([[True], np.diff(outlets) != 0])
    start = np.maximum.accumulate(np.where(first, np.arange(outlets.size), 0))
    ordered = facts.asked.ordered[outlets, skus].astype(np.int64)
    products = population.products
    return table_of(
        supply.CITY_ORDER_LINE,
        {
            "customer_id": population.outlet_ids[outlets],
            "ordered_on": day_type(order_days(population, facts.week, outlets)),
            "order_id": order_ids(population, facts.week, outlets),
            "line_no": np.arange(outlets.size) - start + 1,
            "product_id": products.product_id[skus],
            "price_class": products.price_class[skus].astype(np.int64) + 1,
            "quantity_units": ordered,
            "amount_yuan": yuan(ordered * products.wholesale_fen[skus]),
            "discount_yuan": yuan(np.zeros(outlets.size, dtype=np.int64)),
            "channel": _named(CHANNELS, facts.placed.channel[outlets]),
            "asked_cartons": facts.asked.asked[outlets, skus].astype(np.int64),
            "cap_cartons": np.maximum(facts.asked.caps[outlets, skus], ordered).astype(np.int64),
            "delivered_cartons": facts.delivered[outlets, skus].astype(np.int64),
        },
    )


def _unmet(population: Population, facts: WeekFacts) -> pa.Table:
    outlets, skus = np.nonzero((facts.asked.asked > 0) & (facts.asked.ordered == 0))
    return table_of(
        supply.UNMET_LINE,
        {
            "customer_id": population.outlet_ids[outlets],
            "order_id": order_ids(population, facts.week, outlets),
            "product_id": population.products.product_id[skus],
            "ordered_on": day_type(order_days(population, facts.week, outlets)),
            "asked_cartons": facts.asked.asked[outlets, skus].astype(np.int64),
            "cap_cartons": facts.asked.caps[outlets, skus].astype(np.int64),
        },
    )


def _deliveries(population: Population, facts: WeekFacts) -> pa.Table:
    outlets = np.flatnonzero(facts.delivered.any(axis=1))
    days = order_days(population, facts.week, outlets)
    promised = days + np.where(population.places.is_rural[outlets], 2, 1).astype("timedelta64[D]")
    late = facts.late_days[outlets]
    return table_of(
        supply.DELIVERY,
        {
            "customer_id": population.outlet_ids[outlets],
            "order_id": order_ids(population, facts.week, outlets),
            "route_id": population.organisation.route[outlets].astype(np.int64),
            "promised_on": day_type(promised),
            "delivered_on": day_type(promised + late.astype("timedelta64[D]")),
            "is_on_time": late == 0,
        },
    )


def _scanned(population: Population, facts: WeekFacts) -> pa.Table:
    rows = np.flatnonzero(population.trade.uses_pos & facts.is_open)
    seen = facts.sold.sold[rows] * population.trade.scan_completeness[rows, None]
    uniform = population.streams.of("scanning", facts.week).random(facts.sold.sold.shape, dtype=np.float32)[rows]
    scanned = rounded(seen.astype(np.float32), uniform)
    silent = [population.cases.outlets_of(kind, facts.week) for kind in ("empty_shell", "silent_till")]
    scanned[np.isin(rows, np.concatenate(silent))] = 0
    outlets, skus = np.nonzero(scanned)
    found = rows[outlets]
    sunday = monday(population.size, facts.week) + np.timedelta64(6, "D")  # the till sends its week on Sunday night
    return table_of(
        supply.POS_LINE,
        {
            "customer_id": population.outlet_ids[found],
            "pos_key": order_ids(population, facts.week, found) * 1_000 + skus,
            "product_id": population.products.product_id[skus],
            "week_on": day_type(np.full(found.size, monday(population.size, facts.week))),
            "quantity": scanned[outlets, skus].astype(np.int64),
            "unit": pa.repeat("carton", found.size),
            "received_on": day_type(np.full(found.size, sunday)),
        },
    )


def _allocation(population: Population, facts: WeekFacts) -> pa.Table:
    plan = facts.plan
    live = np.flatnonzero(population.products.is_live(facts.week))
    values = np.array([len(TAGS[place][1]) for place in plan.tag])
    sku, value, grade = (part.reshape(-1) for part in np.meshgrid(live, np.arange(plan.caps.shape[1]), np.arange(30), indexing="ij"))
    kept = value < values[sku]
    sku, value, grade = sku[kept], value[kept], grade[kept]
    names = np.array([[*(own := TAGS[place][1]), *[""] * (plan.caps.shape[1] - len(own))] for place in range(len(TAGS))], dtype=object)
    return table_of(
        market.ALLOCATION,
        {
            "week_on": day_type(np.full(sku.size, monday(population.size, facts.week))),
            "product_id": population.products.product_id[sku],
            "supply_class": _named(SUPPLY, plan.supply_class[sku]),
            "method": _named(METHODS, plan.method[sku]),
            "tag": np.array([name for name, _ in TAGS], dtype=object)[plan.tag[sku]],
            "tag_value": names[plan.tag[sku], value],
            "grade": grade.astype(np.int64) + 1,
            "cap_cartons": plan.caps[sku, value, grade].astype(np.int64),
            "supply_cartons": np.round(plan.supply_cartons[sku]).astype(np.int64),
        },
    )


def _prices(population: Population, facts: WeekFacts) -> pa.Table:
    products, live = population.products, np.flatnonzero(population.products.is_live(facts.week))
    counties = len(COUNTIES)
    noise = population.streams.of("prices", facts.week).normal(0.0, 0.012, (counties, products.count))[:, live]
    level = population.streams.of("price-level").normal(0.0, 0.02, (counties, products.count))[:, live]
    tightness = np.array([1.0, 0.0, -0.5, 0.5])[facts.plan.supply_class[live]]
    ratio = np.clip(INDEX_MEAN + INDEX_A_TIGHTNESS * tightness + level + noise, 1.05, 1.30)
    stock = facts.stock[:, live].sum(axis=0) / np.maximum(facts.sold.sold[:, live].sum(axis=0), 1)
    ratio -= np.where(stock > 2 * 2.2, 0.03, 0.0)
    wholesale = np.tile(products.wholesale_fen[live], counties)
    return table_of(
        market.PRICE,
        {
            "county": np.repeat(np.array([slug for slug, _ in COUNTIES], dtype=object), live.size),
            "product_id": np.tile(products.product_id[live], counties),
            "week_on": day_type(np.full(wholesale.size, monday(population.size, facts.week))),
            "wholesale_yuan": yuan(wholesale),
            "guide_yuan": yuan(np.tile(products.guide_fen[live], counties)),
            "street_yuan": yuan(np.round(wholesale * ratio.reshape(-1) / 50).astype(np.int64) * 50),
        },
    )


def _grades(population: Population, facts: WeekFacts) -> pa.Table:
    changed = facts.grades_changed[population.habits.opens_week[facts.grades_changed] <= facts.week]
    return table_of(
        market.GRADE_HISTORY,
        {
            "outlet_id": population.outlet_ids[changed],
            "from_on": day_type(np.full(changed.size, monday(population.size, facts.week))),
            "grade": facts.grade[changed].astype(np.int64),
        },
    )


def _events(population: Population, facts: WeekFacts) -> pa.Table:
    cases = population.cases
    rows = np.flatnonzero(cases.is_registered & (cases.from_week == facts.week))
    return table_of(
        market.LOCAL_EVENT,
        {
            "event_id": rows + 1,
            "outlet_id": population.outlet_ids[cases.outlet[rows]],
            "kind": np.array(EVENT_KINDS, dtype=object)[rows % len(EVENT_KINDS)],
            "from_on": day_type(np.full(rows.size, monday(population.size, facts.week))),
            "until_on": day_type(
                monday(population.size, facts.week) + 7 * (cases.until_week[rows] - facts.week + 1).astype("timedelta64[D]")
            ),
        },
    )


def _service(population: Population, facts: WeekFacts) -> dict[str, pa.Table]:
    done, week = facts.service, facts.week
    start = monday(population.size, week)
    ids = population.outlet_ids

    def key(outlets: NDArray[np.int64]) -> NDArray[np.int64]:
        return order_ids(population, week, outlets)

    def days(weekday: NDArray[np.integer]) -> NDArray[np.datetime64]:
        return np.asarray(start + weekday.astype("timedelta64[D]"))

    complaints, visits = done.complaints, done.visits
    opened = days(complaints.weekday)
    closed = complaints.minute + np.round(complaints.hours * 60).astype(np.int64)
    manager = manager_of(population.organisation, population.workforce, week)
    rows = {
        service.COMPLAINT.name: {
            "customer_id": ids[complaints.outlet],
            "complaint_id": key(complaints.outlet),
            "kind": np.array(care.COMPLAINTS, dtype=object)[complaints.kind],
            "opened_on": day_type(opened),
            "opened_at": instants(opened, complaints.minute),
            "closed_at": instants(opened, closed),
            "handling_hours": complaints.hours,
            "rating": complaints.rating.astype(np.int64),
        },
        service.VISIT.name: {
            "customer_id": ids[visits.outlet],
            "visit_id": key(visits.outlet),
            "staff_id": manager[population.organisation.territory[visits.outlet]].astype(np.int64) + 1,
            "visited_on": day_type(days(visits.weekday)),
            "mode": np.array(care.VISIT_MODES, dtype=object)[visits.mode],
            "minutes": visits.minutes.astype(np.int64),
            "found_closed": _door_closed(population, week)[visits.outlet] & (visits.mode == 0) | visits.found_closed,
            "price_index": visits.price_index,
        },
        service.REQUEST.name: {
            "customer_id": ids[done.requests.outlet],
            "request_id": key(done.requests.outlet),
            "kind": np.array(care.REQUESTS, dtype=object)[done.requests.value],
            "opened_on": day_type(days(done.requests.weekday)),
            "handling_hours": done.requests.hours,
        },
        service.SURVEY.name: {
            "customer_id": ids[done.surveys.outlet],
            "survey_id": key(done.surveys.outlet),
            "answered_on": day_type(days(done.surveys.weekday)),
            "nps": done.surveys.value,
        },
        service.COURSE.name: {
            "customer_id": ids[done.courses.outlet],
            "course_key": key(done.courses.outlet),
            "topic": np.array(care.COURSE_TOPICS, dtype=object)[done.courses.value],
            "attended_on": day_type(days(done.courses.weekday)),
        },
        service.INSPECTION.name: _inspections(population, facts, start),
    }
    return {name: table_of(TRADE_TABLES[name], columns) for name, columns in rows.items()}


def _door_closed(population: Population, week: int) -> NDArray[np.bool_]:
    """By outlet: whether somebody who comes in this week finds the door closed: seldom, often, or all the time of a closure."""
    return np.asarray(_chance(population, "door", week) < _closed_share(population, week, DOOR_CLOSED))


def _closed_share(population: Population, week: int, shares: Mapping[str, float]) -> NDArray[np.float64]:
    found = np.full(population.count, shares[""])
    for kind, share in shares.items():
        if kind:
            found[population.cases.outlets_of(kind, week)] = share
    return found


def _inspections(population: Population, facts: WeekFacts, start: np.datetime64) -> dict[str, object]:
    """A sample of outlets each week; findings follow what is wrong there, and now and then chance."""
    draw = population.streams.of("inspections", facts.week)
    chance, finding, minor = draw.random((3, population.count))
    weekday = draw.integers(0, 5, population.count)
    outlets = np.flatnonzero(facts.is_open & (chance < care.INSPECTED_SHARE))
    elsewhere = _closed_share(population, facts.week, NOT_AS_LICENSED)[outlets]
    shut = _closed_share(population, facts.week, FOUND_CLOSED)[outlets]
    careless = 1.0 - population.habits.compliance[outlets]
    code = np.where(finding[outlets] < 0.01 * careless, 2, np.where(finding[outlets] < 0.12 * careless, 3, 0))
    code = np.where(minor[outlets] < care.MINOR_SALES_A_YEAR / 52 / care.INSPECTED_SHARE, 1, code)
    code = np.where(finding[outlets] > 1.0 - elsewhere, 4, np.where(finding[outlets] > 1.0 - elsewhere - shut, 5, code))
    return {
        "customer_id": population.outlet_ids[outlets],
        "inspection_id": order_ids(population, facts.week, outlets),
        "inspected_on": day_type(start + weekday[outlets].astype("timedelta64[D]")),
        "outcome": np.array(INSPECTION_OUTCOMES, dtype=object)[code],
        "near_highway": population.places.near_highway[outlets],
    }
