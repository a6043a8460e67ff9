"""Stock as it can be seen: the weekly count in the sample outlets, and the feed of shelf sensors."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade import supply
from xingke.simulate.city.moments import day_type, instants, monday
from xingke.simulate.city.population import Population
from xingke.simulate.city.week import WeekFacts
from xingke.simulate.draws import uniform_of_keys
from xingke.simulate.store import table_of

SENSED_SKUS = 20
QUARTERS_OPEN = (8 * 4, 22 * 4)
"""Sales happen from eight in the morning to ten at night, in quarters of an hour."""


def stock_rows(population: Population, facts: WeekFacts) -> pa.Table:
    """Sunday's stock of the sample outlets: every SKU that they carry, those that are out of stock included."""
    rows = np.flatnonzero(population.trade.is_sample & facts.is_open)
    carried = (facts.expected[rows] > 0) | (facts.stock[rows] > 0)
    outlets, skus = np.nonzero(carried)
    sunday = monday(population.size, facts.week) + np.timedelta64(6, "D")
    return table_of(
        supply.STOCK_SNAPSHOT,
        {
            "customer_id": population.outlet_ids[rows[outlets]],
            "product_id": population.products.product_id[skus],
            "counted_on": day_type(np.full(outlets.size, sunday)),
            "stock_cartons": facts.stock[rows][outlets, skus].astype(np.int64),
        },
    )


def readings(population: Population, facts: WeekFacts) -> pa.Table:
    """The stock of the 20 best sellers after each change: every sold carton at a quarter of an hour of its own, the delivery on its day."""
    rows = np.flatnonzero(population.trade.has_sensor & facts.is_open)
    skus = np.argsort(-population.products.volume, kind="stable")[:SENSED_SKUS]
    grid = np.ix_(rows, skus)
    sold, came, before = (matrix[grid].reshape(-1) for matrix in (facts.sold.sold, facts.delivered, facts.stock_before))
    cells = np.arange(sold.size)
    outlet, sku = np.repeat(rows, skus.size), np.tile(skus, rows.size)
    seller = np.repeat(cells, sold)
    turn = np.arange(seller.size) - np.repeat(np.cumsum(sold) - sold, sold)
    low, high = QUARTERS_OPEN
    chance = uniform_of_keys((population.streams.seed, population.streams.city, facts.week), outlet[seller], sku[seller], turn)
    receiver = cells[came > 0]
    arrives = _arrival_day(population, facts)[outlet[receiver]] * (high - low)
    cell = np.concatenate([seller, receiver])
    quarter = np.concatenate([np.floor(chance * 7 * (high - low)).astype(np.int64), arrives])
    change = np.concatenate([np.full(seller.size, -1, dtype=np.int64), came[receiver].astype(np.int64)])
    order = np.lexsort((-change, quarter, cell))
    cell, quarter, change = cell[order], quarter[order], change[order]
    place, level = _within_cells(cell, change)
    day, in_day = np.divmod(quarter, high - low)
    days = monday(population.size, facts.week) + day.astype("timedelta64[D]")
    return table_of(
        supply.IOT_READING,
        {
            "customer_id": population.outlet_ids[outlet[cell]],
            "reading_key": (((facts.week + 1) * 1_000_000 + population.outlet_ids[outlet[cell]]) * 1_000 + sku[cell]) * 1_000 + place,
            "product_id": population.products.product_id[sku[cell]],
            "read_on": day_type(days),
            "read_at": instants(days, (low + in_day + 1) * 15),
            # chance may sell a carton before the delivery that brings it: the shelf then shows empty
            "stock_cartons": np.maximum(before[cell] + level, 0).astype(np.int64),
        },
    )


def _arrival_day(population: Population, facts: WeekFacts) -> NDArray[np.int64]:
    """The day of the week, 0..6, on which each outlet's delivery comes."""
    due = population.trade.weekday - 1 + np.where(population.places.is_rural, 2, 1) + facts.late_days
    return np.asarray(np.minimum(due, 6), dtype=np.int64)


def _within_cells(cell: NDArray[np.int64], change: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The place of each entry in its cell, and the sum of changes in it so far; cells stand together."""
    if not cell.size:
        return cell, change
    total = np.cumsum(change)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(cell) != 0]))
    lengths = np.diff(np.concatenate([starts, [cell.size]]))
    earlier = np.repeat(total[starts] - change[starts], lengths)
    return np.arange(cell.size) - np.repeat(starts, lengths), total - earlier
