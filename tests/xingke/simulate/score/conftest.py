"""A world small enough that every figure can be computed by hand: 20 outlets, 4 SKUs, 30 weeks from Monday 2023-12-04.

Judged are the Mondays of weeks 12 to 22, every fourth of them 14, 18 and 22; forecast are weeks 22 to 29; the festival week is week 10.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.schema import TABLES, ColumnType, Table
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.simulate.score import ANSWER_TABLES
from xingke.simulate.store import WorldInfo, table_of, yuan
from xingke.simulate.truth import TRUTH_TABLES, TruthFolder, TruthWriter

STARTS_ON, WEEKS = date(2023, 12, 4), 30
OUTLETS, PRODUCTS = np.arange(100, 120), np.arange(1, 5)
Columns = Mapping[str, Any]
MakeWorld = Callable[..., Path]
MakeAnswers = Callable[..., Path]


def monday(week: int) -> date:
    return STARTS_ON + timedelta(days=7 * int(week))


def usual_cartons() -> np.ndarray:
    """Cartons by outlet, week and SKU: every outlet orders two of each SKU every week."""
    return np.full((OUTLETS.size, WEEKS, PRODUCTS.size), 2, dtype=np.int64)


def order_tables(cartons: np.ndarray, channels: Mapping[tuple[int, int], str]) -> dict[str, Columns]:
    """Orders and lines of these cartons, 100 yuan each, every Monday; `channels` by outlet and week where it is not the app."""
    outlet, week, product = np.nonzero(cartons)
    quantity = cartons[outlet, week, product]
    visits = sorted({(int(o), int(w)) for o, w in zip(outlet, week, strict=True)})
    return {
        "order_line": {
            "customer_id": OUTLETS[outlet],
            "ordered_on": [monday(w) for w in week],
            "product_id": PRODUCTS[product],
            "amount_yuan": yuan(quantity * 100 * 100),
            "asked_cartons": quantity,
        },
        "order": {
            "customer_id": [OUTLETS[o] for o, _ in visits],
            "ordered_on": [monday(w) for _, w in visits],
            "channel": [channels.get((int(OUTLETS[o]), w), "app") for o, w in visits],
        },
    }


def master_tables() -> dict[str, Columns]:
    return {
        "outlet": {
            "outlet_id": OUTLETS,
            "opened_on": [date(2020, 1, 1)] * OUTLETS.size,
            "closed_on": [None] * OUTLETS.size,
            "grade": np.arange(OUTLETS.size) % 30 + 1,
            "order_cycle_weeks": np.where(OUTLETS == 119, 2, 1),
        },
        "product": {
            "product_id": PRODUCTS,
            "wholesale_yuan": yuan([60_000, 10_000, 10_000, 10_000]),
            "supply_class": ["full"] * PRODUCTS.size,
        },
        "campaign": {"campaign_key": [], "is_randomised": [], "started_on": []},
    }


def filled(table: Table, columns: Columns) -> Columns:
    """The columns, and zeros, blanks or falsehoods in required ones that a test does not care about."""
    length = max(len(values) for values in columns.values())
    blank = {ColumnType.TEXT: "", ColumnType.FLAG: False}
    rest = {column.name: [blank.get(column.type, 0)] * length for column in table.columns if column.required}
    return {**rest, **columns}


def open_weeks(leavings: Columns | None) -> Columns:
    """Everybody open from the first week until it leaves, with neither demand nor risk."""
    left = {} if leavings is None else dict(zip(leavings["outlet_id"], leavings["left_week"], strict=True))
    rows = [(int(outlet), week) for outlet in OUTLETS for week in range(WEEKS) if week < (left.get(int(outlet)) or WEEKS)]
    return {"outlet_id": [outlet for outlet, _ in rows], "week": [week for _, week in rows]}


def write_observed(world: Path, name: str, columns: Columns) -> None:
    declared = {CITY_ORDER_LINE.name: CITY_ORDER_LINE, SKU.name: SKU}.get(name) or TABLES[name]
    place = world / "observed" / name
    place.mkdir(parents=True)
    rows = {key: pa.array(values, type=declared.column(key).type.arrow) for key, values in columns.items()}
    pq.write_table(pa.table(rows), place / "part-000.parquet")


@pytest.fixture
def make_world(tmp_path: Path) -> MakeWorld:
    def make(
        *,
        truth: Mapping[str, Columns] | None = None,
        observed: Mapping[str, Columns] | None = None,
        cartons: np.ndarray | None = None,
        channels: Mapping[tuple[int, int], str] | None = None,
        kind: str = "city",
        weeks: int = WEEKS,
    ) -> Path:
        world = tmp_path / "world"
        world.mkdir()
        ends_on = monday(weeks)
        WorldInfo(kind, "xs", "baseline", 7, True, STARTS_ON, ends_on, ends_on, weeks, format=1).write(world)
        orders = order_tables(usual_cartons() if cartons is None else cartons, channels or {})
        for name, columns in {**master_tables(), **orders, **(observed or {})}.items():
            write_observed(world, name, columns)
        folder = TruthFolder(world)
        folder.make()
        given = dict(truth or {})
        given.setdefault("outlet_week", open_weeks(given.get("churn_truth")))
        for name, columns in given.items():
            TruthWriter(folder).put(TRUTH_TABLES[name], 0, [table_of(TRUTH_TABLES[name], filled(TRUTH_TABLES[name], columns))])
        return world

    return make


@pytest.fixture
def make_answers(tmp_path: Path) -> MakeAnswers:
    def make(**tables: Columns) -> Path:
        folder = tmp_path / "answers"
        folder.mkdir(exist_ok=True)
        for name, columns in tables.items():
            pq.write_table(table_of(ANSWER_TABLES[name], columns), folder / f"{name}.parquet")
        return folder

    return make
