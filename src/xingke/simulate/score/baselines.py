"""Answers of the naive baselines, written as anybody would write answers: from what is observed alone."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from xingke.simulate.score.answers import ANSWER_TABLES, TIERS
from xingke.simulate.score.campaigns import members_of
from xingke.simulate.score.effect import difference_of_means
from xingke.simulate.score.forecast import by_month
from xingke.simulate.score.habits import overdue
from xingke.simulate.score.observed import EPOCH
from xingke.simulate.score.scene import MONTH_WEEKS, Scene
from xingke.simulate.score.seasonal import seasonal_naive
from xingke.simulate.score.tier import QUARTER_WEEKS, quarter_amount, tiers_by
from xingke.simulate.store import table_of

HALF_OVERDUE = 4.0
"""Four times the usual gap since the last order counts as a probability of one half."""
FIFTHS = 5


def baseline_answers(world: Path, out: Path) -> None:
    """Write `churn_score` by recency, `forecast` seasonal-naive, `tier` by RFM and `effect` by difference of means, as Parquet.

    Parameters
    ----------
    out
        Made where it does not exist; tables of the same names in it are replaced.
    """
    scene = Scene(world)
    tables = {"churn_score": _churn(scene), "forecast": _forecast(scene), "tier": _tier(scene), "effect": _effect(scene)}
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows.num_rows:
            pq.write_table(rows, out / f"{name}.parquet", compression="zstd")


def _mondays(scene: Scene, weeks: NDArray[np.int64]) -> pa.Array:
    first = (scene.days.starts_on - EPOCH).days
    return pa.array((first + 7 * weeks).astype(np.int32)).cast(pa.date32())


def _churn(scene: Scene) -> pa.Table:
    weeks = scene.days.judged
    late = overdue(scene, weeks)
    outlet, column = np.nonzero(scene.opened_week[:, None] < weeks)
    share = late[outlet, column] / (late[outlet, column] + HALF_OVERDUE)
    columns = {"customer_id": scene.outlets[outlet], "as_of": _mondays(scene, weeks[column]), "probability": share}
    return table_of(ANSWER_TABLES["churn_score"], columns)


def _forecast(scene: Scene) -> pa.Table:
    weeks = scene.days.forecast
    outlets = seasonal_naive(scene, scene.orders.asked_cartons)
    parts = (
        ("city", "product_id", scene.products, weeks, seasonal_naive(scene, scene.orders.sku_asked_cartons)),
        ("outlet_week", "customer_id", scene.outlets, weeks, outlets),
        ("outlet_month", "customer_id", scene.outlets, weeks[::MONTH_WEEKS], by_month(outlets)),
    )
    return pa.concat_tables([_level(scene, *part) for part in parts])


def _level(scene: Scene, level: str, name: str, ids: NDArray[np.int64], weeks: NDArray[np.int64], cartons: NDArray[np.float64]) -> pa.Table:
    row, column = np.nonzero(np.ones(cartons.shape, dtype=np.bool_))
    columns = {
        "level": pa.array([level], pa.string()).take(pa.array(np.zeros(row.size, dtype=np.int64))),
        name: ids[row],
        "from_on": _mondays(scene, weeks[column]),
        "quantity_cartons": cartons[row, column],
    }
    return table_of(ANSWER_TABLES["forecast"], columns)


def _tier(scene: Scene) -> pa.Table:
    """Recency, frequency and amount of the festival quarter in fifths, added up, ties by amount."""
    declared = ANSWER_TABLES["tier"]
    week = scene.days.festival_week
    if week is None:
        return declared.arrow_schema.empty_table()
    open_ = scene.opened_week < week
    amount = quarter_amount(scene, week)
    parts = (-overdue(scene, np.array([week]))[:, 0], _orders(scene, week), amount)
    points = sum(_fifth(part, open_) for part in parts)
    tiers = tiers_by(points + amount / (amount.max() + 1.0), open_)
    who = np.flatnonzero(open_)
    return table_of(
        declared,
        {
            "customer_id": scene.outlets[who],
            "as_of": _mondays(scene, np.full(who.size, week)),
            "tier": pa.array(TIERS).take(pa.array(tiers[who])),
        },
    )


def _orders(scene: Scene, week: int) -> NDArray[np.float64]:
    weeks = scene.orders.amount_yuan[:, max(week - QUARTER_WEEKS, 0) : week]
    return np.asarray((weeks > 0).sum(axis=1), dtype=np.float64)


def _fifth(values: NDArray[np.float64], counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    edges = np.quantile(values[counted], np.arange(1, FIFTHS) / FIFTHS)
    return np.searchsorted(edges, values, side="left") + 1


def _effect(scene: Scene) -> pa.Table:
    members = members_of(scene)
    found = difference_of_means(members)
    return table_of(
        ANSWER_TABLES["effect"],
        {
            "campaign_key": pa.array(members.keys, pa.string()).take(pa.array(found.campaign)),
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
        },
    )
