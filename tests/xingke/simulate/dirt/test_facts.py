from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from xingke.quality.checks import split
from xingke.schema.trade.supply import IOT_READING, ORDER, POS_LINE, STOCK_SNAPSHOT
from xingke.simulate.dirt.facts import dirty_week
from xingke.simulate.draws import uniform_of_keys
from xingke.simulate.sizes import SIZES
from xingke.simulate.streams import Streams

SIZE = SIZES["xs"]
MONDAY = SIZE.week_on(3)
OUTLETS, SKUS = 6_000, 8


def _orders() -> pa.Table:
    rows = OUTLETS
    return pa.table(
        {
            "customer_id": np.arange(rows),
            "order_id": np.arange(rows) + 500_000,
            "ordered_on": pa.array([MONDAY] * rows),
            "ordered_at": pa.array(np.full(rows, np.datetime64("2023-12-25T02:00:00", "us")), pa.timestamp("us", tz="UTC")),
            "channel": ["app"] * rows,
            "device_key": pa.nulls(rows, pa.string()),
            "network_key": pa.nulls(rows, pa.string()),
            "account_key": pa.nulls(rows, pa.string()),
            "distance_km": np.zeros(rows),
            "payment": ["paid"] * rows,
            "received_on": pa.array([MONDAY + timedelta(days=1)] * rows),
        }
    ).cast(ORDER.arrow_schema)


def _order_lines() -> pa.Table:
    rows = OUTLETS * 3
    customer = np.repeat(np.arange(OUTLETS), 3)
    return pa.table(
        {
            "customer_id": customer,
            "ordered_on": pa.array([MONDAY] * rows),
            "order_id": customer + 500_000,
            "line_no": np.tile(np.arange(1, 4), OUTLETS),
            "quantity_units": np.full(rows, 4),
        }
    )


def _by_outlet_and_sku() -> dict[str, object]:
    return {"customer_id": np.repeat(np.arange(OUTLETS), SKUS), "product_id": np.tile(np.arange(SKUS), OUTLETS)}


def _sales() -> pa.Table:
    rows = OUTLETS * SKUS
    return (
        pa.table(
            {
                **_by_outlet_and_sku(),
                "pos_key": np.arange(rows),
                "week_on": pa.array([MONDAY] * rows),
                "quantity": np.full(rows, 3),
                "unit": ["carton"] * rows,
                "received_on": pa.array([MONDAY + timedelta(days=7)] * rows),
            }
        )
        .select(POS_LINE.column_names)
        .cast(POS_LINE.arrow_schema)
    )


def _stock() -> pa.Table:
    rows = OUTLETS * SKUS
    columns = {**_by_outlet_and_sku(), "counted_on": pa.array([MONDAY + timedelta(days=6)] * rows), "stock_cartons": np.full(rows, 5)}
    return pa.table(columns).cast(STOCK_SNAPSHOT.arrow_schema)


def _readings() -> pa.Table:
    outlets, spells = 400, 84
    rows = outlets * spells * 2
    at = np.datetime64(MONDAY, "us") + np.tile(np.repeat(np.arange(spells) * 2, 2), outlets) * np.timedelta64(1, "h")
    at = at + np.tile([0, 45], outlets * spells) * np.timedelta64(1, "m")
    return pa.table(
        {
            "customer_id": np.repeat(np.arange(outlets), spells * 2),
            "reading_key": np.arange(rows),
            "product_id": np.ones(rows, np.int64),
            "read_on": at.astype("datetime64[D]"),
            "read_at": pa.array(at, pa.timestamp("us", tz="UTC")),
            "stock_cartons": np.full(rows, 2),
        }
    ).cast(IOT_READING.arrow_schema)


def _dirty(tables: Mapping[str, pa.Table], *, seed: int = 7) -> dict[str, pa.Table]:
    return dirty_week(Streams(seed), 3, tables, SIZE)


def _share(mask: pa.ChunkedArray) -> float:
    return float(pc.mean(mask.cast(pa.int8())).as_py())


def test_one_order_in_two_hundred_comes_twice_with_all_its_lines() -> None:
    dirty = _dirty({"order": _orders(), "order_line": _order_lines()})
    extra = dirty["order"].num_rows - OUTLETS
    assert extra / OUTLETS == pytest.approx(0.005, abs=0.003)
    again = dirty["order"].slice(OUTLETS)["order_id"].to_pylist()
    lines = dirty["order_line"].slice(OUTLETS * 3)
    assert sorted(set(lines["order_id"].to_pylist())) == sorted(again)
    assert lines.num_rows == 3 * extra


def test_a_replayed_batch_comes_on_the_monday_after_its_week() -> None:
    replays = _dirty({"order": _orders()})["order"].slice(OUTLETS)
    assert min(replays["received_on"].to_pylist()) == SIZE.week_on(4)


def test_ingest_sets_the_replayed_orders_aside_as_duplicate_keys() -> None:
    dirty = _dirty({"order": _orders()})["order"]
    good, quarantine = split(dirty, ORDER)
    assert good.num_rows == OUTLETS
    assert quarantine["reason"].unique().to_pylist() == ["duplicate_key"]
    assert quarantine.num_rows == dirty.num_rows - OUTLETS


@pytest.mark.parametrize(("name", "clean"), [("order", _orders()), ("pos_line", _sales())])
def test_four_in_a_hundred_uploads_are_one_to_five_days_late(name: str, clean: pa.Table) -> None:
    on_time = clean["received_on"][0].as_py()
    rows = _dirty({name: clean})[name]
    first = rows.slice(0, OUTLETS) if name == "order" else rows
    days = np.array([(day - on_time).days for day in first["received_on"].to_pylist()])
    assert (days > 0).mean() == pytest.approx(0.04, abs=0.01)
    assert set(days.tolist()) == {0, 1, 2, 3, 4, 5}


def test_two_in_a_hundred_outlets_lose_a_whole_week_of_scanned_sales() -> None:
    rows = _dirty({"pos_line": _sales()})["pos_line"]
    left = rows.group_by("customer_id").aggregate([("pos_key", "count")])
    assert left["pos_key_count"].unique().to_pylist() == [SKUS]
    assert 1 - left.num_rows / OUTLETS == pytest.approx(0.02, abs=0.006)


def test_one_line_in_a_hundred_counts_packs_and_few_of_them_say_carton() -> None:
    rows = _dirty({"pos_line": _sales()})["pos_line"]
    packs = pc.equal(rows["unit"], "pack")
    by_ten = pc.is_in(rows["quantity"], value_set=pa.array([30, 300, 3000]))
    assert _share(packs) == pytest.approx(0.0085, abs=0.002)
    assert pc.all(pc.is_in(rows.filter(packs)["quantity"], value_set=pa.array([30, 300, 3000]))).as_py()
    # thirty under "carton": packs that say carton (0.15 %) or an outlier by ten (0.1 %)
    assert _share(pc.and_(by_ten, pc.equal(rows["unit"], "carton"))) == pytest.approx(0.0035, abs=0.0015)


@pytest.mark.parametrize(
    ("name", "column", "clean", "usual"), [("stock_snapshot", "stock_cartons", _stock(), 5), ("pos_line", "quantity", _sales(), 3)]
)
def test_two_quantities_in_a_thousand_are_far_too_large(name: str, column: str, clean: pa.Table, usual: int) -> None:
    values = _dirty({name: clean})[name][column].to_numpy()
    assert (values >= usual * 100).mean() == pytest.approx(0.001, abs=0.0005)
    if name == "stock_snapshot":
        assert (values == usual * 10).mean() == pytest.approx(0.001, abs=0.0005)
        assert set(values.tolist()) == {usual, usual * 10, usual * 100}


def test_a_silent_sensor_loses_all_readings_of_its_two_hours() -> None:
    clean = _readings()
    rows = _dirty({"iot_reading": clean})["iot_reading"]
    assert 1 - rows.num_rows / clean.num_rows == pytest.approx(0.02, abs=0.005)
    assert rows.num_rows % 2 == 0


def test_the_same_seed_gives_the_same_dirt_and_another_seed_another() -> None:
    tables = {
        "order": _orders(),
        "order_line": _order_lines(),
        "pos_line": _sales(),
        "stock_snapshot": _stock(),
        "iot_reading": _readings(),
    }
    first, second, other = _dirty(tables), _dirty(tables), _dirty(tables, seed=8)
    for name in tables:
        assert first[name].equals(second[name])
        assert not first[name].equals(other[name])
        assert first[name].schema.equals(tables[name].schema)


def test_dirt_stays_with_its_row_when_rows_beside_it_go_and_numbers_shift() -> None:
    clean = _sales()
    fewer = clean.filter(pc.greater(clean["customer_id"], 99))
    shifted = fewer.set_column(1, "pos_key", pa.array(np.arange(fewer.num_rows)))
    keep = ["customer_id", "product_id", "quantity", "unit", "received_on"]
    before = _dirty({"pos_line": clean})["pos_line"]
    after = _dirty({"pos_line": shifted})["pos_line"]
    assert after.select(keep).equals(before.filter(pc.greater(before["customer_id"], 99)).select(keep))


def test_tables_without_dirt_pass_and_absent_ones_stay_absent() -> None:
    visit = pa.table({"visit_id": [1]})
    assert _dirty({"visit": visit}) == {"visit": visit}


def test_an_empty_week_stays_empty() -> None:
    empty = {"order": _orders().slice(0, 0), "pos_line": _sales().slice(0, 0), "iot_reading": _readings().slice(0, 0)}
    assert {name: rows.num_rows for name, rows in _dirty(empty).items()} == dict.fromkeys(empty, 0)


def test_hashed_uniforms_are_uniform_and_independent_of_their_neighbours() -> None:
    keys = np.arange(200_000)
    first, second = uniform_of_keys((7, 0, 1), keys), uniform_of_keys((7, 0, 2), keys)
    assert np.histogram(first, bins=20, range=(0, 1))[0] == pytest.approx(np.full(20, 10_000), rel=0.05)
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.01
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert (uniform_of_keys((7, 0, 1), keys[::-1]) == first[::-1]).all()
    assert (uniform_of_keys((7,), keys[:9], keys[1:10]) != uniform_of_keys((7,), keys[1:10], keys[:9])).all()


def test_a_late_row_is_never_early() -> None:
    clean = _sales()
    late = _dirty({"pos_line": clean})["pos_line"]["received_on"].to_pylist()
    assert min(late) == date(2024, 1, 1)
