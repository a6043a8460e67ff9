"""Forecasts of what is asked for, at four levels: one minus the weighted absolute percentage error.

Kolassa and Schuetz (2007), Advantages of the MAD/Mean ratio over the MAPE, Foresight 6:40.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema import Table
from xingke.simulate.city.selling import DISPERSION
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.figures import CELL_MEANS
from xingke.simulate.score.measures import by_unit
from xingke.simulate.score.observed import codes, integers, numbers, places
from xingke.simulate.score.scene import MONTH_WEEKS, Scene
from xingke.simulate.score.seasonal import expected_orders, seasonal_naive, to_totals
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.score.tier import seasonal_hoarders
from xingke.simulate.truth.tables import CELL_TRUTH, DEMAND_TRUTH, OUTLET_WEEK

CELL_BOUNDS = {1: (0.75, 1.5), 3: (2.25, 4.0), 10: (7.5, 13.5)}
"""Cells that count as of mean 1, 3 and 10, by the cartons expected."""
CITY_WEEKS, OUTLET_WEEKS = 8, 26
"""Weeks before, over which orders are compared with expected demand: enough to even out chance, few enough to follow the level."""
Grid = NDArray[np.float64]


def score_forecast(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write the accuracy by level; baseline the same lunar week of last year, beside it what somebody says who knows the expected demand.

    That is no ceiling: a model may learn how orders follow demand better than the ratio of the weeks before. For single cells the median of
    demand, given its true mean, is one.
    """
    given = answers.get("forecast")
    _city(scene, given, boot, sheet)
    _outlets(scene, given, boot, sheet)
    _cells(scene, given, boot, sheet)


def _city(scene: Scene, given: pa.Table | None, boot: Bootstrap, sheet: Sheet) -> None:
    """Known is what the whole city asks for in the week as well, since shops stock up for a festival before they sell."""
    asked, expected = _grids(scene, DEMAND_TRUTH, "product_id", scene.products)
    name, real = "forecast_city_week_accuracy", asked[:, scene.days.forecast]
    _put(name + "_baseline", real, seasonal_naive(scene, scene.orders.sku_asked_cartons), boot, sheet)
    best = expected_orders(scene, asked, expected, CITY_WEEKS)
    _put(name + "_known", real, to_totals(best, real, np.ones(best.shape[0], dtype=np.bool_)), boot, sheet)
    rows = _of_level(given, "city")
    if rows is not None:
        _put(name, real, _filled(scene, rows, "product_id", scene.products), boot, sheet)


def _outlets(scene: Scene, given: pa.Table | None, boot: Bootstrap, sheet: Sheet) -> None:
    """Outlets that were open in the week before; one that has gone since asks for nothing.

    Known is who puts stock by for a festival, and what all of them and all others ask for in the week.
    """
    asked, expected = _grids(scene, OUTLET_WEEK, "outlet_id", scene.outlets)
    open_ = _open_before(scene)
    naive = seasonal_naive(scene, scene.orders.asked_cartons)
    best = expected_orders(scene, asked, expected, OUTLET_WEEKS, every_other=scene.is_two_weekly) * open_
    best = to_totals(best, asked[:, scene.days.forecast] * open_, seasonal_hoarders(scene))
    for level, by_level in (("outlet_week", _same), ("outlet_month", by_month)):
        name = f"forecast_{level}_accuracy"
        real = by_level(asked[:, scene.days.forecast]) * open_
        _put(name + "_baseline", real, by_level(naive) * open_, boot, sheet)
        _put(name + "_known", real, by_level(best), boot, sheet)
        rows = _of_level(given, level)
        if rows is not None:
            weeks = _filled(scene, rows, "customer_id", scene.outlets)
            said = weeks if level == "outlet_week" else weeks[:, ::MONTH_WEEKS][:, : real.shape[1]]
            _put(name, real, said * open_, boot, sheet)


def _cells(scene: Scene, given: pa.Table | None, boot: Bootstrap, sheet: Sheet) -> None:
    """Single cells are judged on consumer demand: what an outlet asks for of one SKU follows its shelf more than its trade."""
    table = scene.truth(CELL_TRUTH)
    outlet, product = places(integers(table["outlet_id"]), scene.outlets), places(integers(table["product_id"]), scene.products)
    column = integers(table["week"]) - scene.days.forecast[0]
    inside = (outlet >= 0) & (product >= 0) & (column >= 0) & (column < scene.days.forecast.size)
    if not inside.any():
        sheet.note("forecast: no sampled cells lie in the weeks to be forecast")
        return
    outlet, product, column = outlet[inside], product[inside], column[inside]
    real, expected = numbers(table["demand_cartons"])[inside], numbers(table["expected_cartons"])[inside]
    said = {"_baseline": scene.orders.recent_cartons[outlet, product].astype(np.float64), "_ceiling": _median_demand(expected)}
    rows = _of_level(given, "cell")
    if rows is not None:
        said[""] = _cell_answers(scene, rows, _cell_key(scene, outlet, product, column))
    for mean in CELL_MEANS:
        low, high = CELL_BOUNDS[mean]
        chosen = (expected >= low) & (expected < high)
        for twin, values in said.items():
            units = scene.outlets.size
            error = by_unit(outlet[chosen], np.abs(values - real)[chosen], units)
            total = by_unit(outlet[chosen], real[chosen], units)
            sheet.put(f"forecast_cell_accuracy_mean_{mean}{twin}", boot.ratio(error, total, of=_accuracy))


def _median_demand(expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """What has the least absolute error if demand is negative binomial around its mean."""
    from scipy.stats import nbinom

    return np.asarray(nbinom.median(DISPERSION, DISPERSION / (DISPERSION + np.maximum(expected, 1e-6))), dtype=np.float64)


def _cell_key(scene: Scene, outlet: NDArray[np.int64], product: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
    return (outlet * scene.products.size + product) * scene.days.forecast.size + column


def _cell_answers(scene: Scene, rows: pa.Table, wanted: NDArray[np.int64]) -> Grid:
    """The answered quantity of each sampled cell, 0 where there is none."""
    outlet, product = places(integers(rows["customer_id"]), scene.outlets), places(integers(rows["product_id"]), scene.products)
    key = _cell_key(scene, outlet, product, scene.days.week_of(integers(rows["from_on"])) - scene.days.forecast[0])
    order = np.argsort(key, kind="stable")
    at = places(wanted, key[order])
    return np.where(at >= 0, numbers(rows["quantity_cartons"])[order][at], 0.0)


def _grids(scene: Scene, declared: Table, name: str, ids: NDArray[np.int64]) -> tuple[Grid, Grid]:
    """What was asked for and the expected consumer demand by id and week of the world, 0 where the truth has no row."""
    table = scene.truth(declared)
    row, week = places(integers(table[name]), ids), integers(table["week"])
    inside = (row >= 0) & (week >= 0) & (week < scene.days.weeks)
    asked, expected = np.zeros((ids.size, scene.days.weeks)), np.zeros((ids.size, scene.days.weeks))
    asked[row[inside], week[inside]] = numbers(table["asked_cartons"])[inside]
    expected[row[inside], week[inside]] = numbers(table["expected_cartons"])[inside]
    return asked, expected


def _open_before(scene: Scene) -> Grid:
    table = scene.truth(OUTLET_WEEK)
    outlet = places(integers(table["outlet_id"]), scene.outlets)
    open_ = np.zeros((scene.outlets.size, 1))
    open_[outlet[(integers(table["week"]) == scene.days.last - 1) & (outlet >= 0)]] = 1.0
    return open_


def _filled(scene: Scene, rows: pa.Table, name: str, ids: NDArray[np.int64]) -> Grid:
    """Answers by id and week to be forecast, 0 where there is none."""
    grid = np.zeros((ids.size, scene.days.forecast.size))
    column = scene.days.week_of(integers(rows["from_on"])) - scene.days.forecast[0]
    grid[places(integers(rows[name]), ids), column] = numbers(rows["quantity_cartons"])
    return grid


def _of_level(given: pa.Table | None, level: str) -> pa.Table | None:
    if given is None:
        return None
    rows = given.filter(pa.array(codes(given["level"], [level]) == 0))
    return rows if rows.num_rows else None


def _same(weeks: Grid) -> Grid:
    return weeks


def by_month(weeks: Grid) -> Grid:
    """Whole four-week months of a grid by week."""
    months = weeks.shape[1] // MONTH_WEEKS
    return np.asarray(weeks[:, : months * MONTH_WEEKS].reshape(weeks.shape[0], months, MONTH_WEEKS).sum(axis=2))


def _put(name: str, real: Grid, said: Grid, boot: Bootstrap, sheet: Sheet) -> None:
    sheet.put(name, boot.ratio(np.abs(said - real).sum(axis=1), real.sum(axis=1), of=_accuracy))


def _accuracy(error: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 - error
