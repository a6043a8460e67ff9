import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.bench import BenchResult
from xingke.bench.portrait import ours, run
from xingke.bench.portrait.compare import PortraitsDiffer, compared_tags, require_same
from xingke.bench.portrait.data import AS_OF, DAYS, MarketSize, market
from xingke.engine import DuckEngine

ROWS, CUSTOMERS = 20_000, 64


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return market(MarketSize.of(ROWS, CUSTOMERS, 7), tmp_path_factory.mktemp("market"), lambda _text: None)


def answer(lake, sql):
    snapshot = lake.current()
    with DuckEngine() as engine:
        for name in ("order_line", "product", "customer"):
            engine.scan(name, snapshot.files(name))
        return engine.query(sql).to_pylist()[0]


def test_market_has_exactly_the_rows_and_customers_asked_for(lake):
    found = answer(lake, "select count(*) as n, count(distinct customer_id) as c, count(distinct (order_id, line_no)) as k from order_line")
    assert found == {"n": ROWS, "c": CUSTOMERS, "k": ROWS}
    assert answer(lake, "select count(*) as n from customer") == {"n": CUSTOMERS}


def test_market_looks_like_a_wholesalers(lake):
    found = answer(
        lake,
        "select min(ordered_on) as first, max(ordered_on) as last, avg(case when amount_yuan < 0 then 1.0 else 0 end) as returned, "
        "count(distinct price_class) as classes, max(case when amount_yuan < 0 then discount_yuan end) as discounted from order_line",
    )
    assert found["first"] >= AS_OF - timedelta(days=DAYS)
    assert found["last"] < AS_OF
    assert 0.001 < found["returned"] < 0.006
    assert found["classes"] == 5
    assert found["discounted"] == 0


def test_an_order_has_one_customer_and_one_day(lake):
    sql = (
        "select max(c) as c, max(d) as d from "
        "(select count(distinct customer_id) as c, count(distinct ordered_on) as d from order_line group by order_id) as x"
    )
    assert answer(lake, sql) == {"c": 1, "d": 1}


def test_same_seed_gives_the_same_files_and_another_seed_does_not(lake, tmp_path):
    again = market(MarketSize.of(ROWS, CUSTOMERS, 7), tmp_path, lambda _text: None)
    other = market(MarketSize.of(ROWS, CUSTOMERS, 8), tmp_path, lambda _text: None)
    first, second, third = (pq.ParquetDataset(of.current().files("order_line"), partitioning=None).read() for of in (lake, again, other))
    assert first.equals(second)
    assert not first.equals(third)


def test_a_market_too_small_to_share_out_is_refused():
    with pytest.raises(ValueError, match="rows=3"):
        MarketSize.of(3, None, 7)
    with pytest.raises(ValueError, match="customers=2"):
        MarketSize.of(100, 2, 7)


def test_all_contenders_agree_and_the_report_has_every_metric(tmp_path):
    pytest.importorskip("polars")
    pytest.importorskip("pandas")
    said = []
    result = run(rows=ROWS, customers=CUSTOMERS, repeats=1, seed=7, directory=tmp_path, progress=said.append)
    value = json.loads(result.to_json())
    assert list(value) == ["name", "protocol", "metrics", "baselines", "intervals", "environment"]
    assert {"times_faster_than_pandas", "times_faster_than_polars", "times_scan", "peak_mb", "seconds", "tags"} <= value["metrics"].keys()
    assert {"pandas_seconds", "polars_seconds", "scan_seconds", "polars_peak_mb"} <= value["baselines"].keys()
    assert value["metrics"]["tags"] >= 80
    assert value["metrics"]["seconds"] > 0
    assert value["environment"]["cpus"] >= 1
    assert any("polars" in text for text in said)


def test_peers_are_held_to_more_than_eighty_tags():
    assert len(compared_tags()) >= 80


@pytest.fixture
def portraits(tmp_path):
    columns = {"customer_id": pa.array([1, 2])}
    for tag in compared_tags():
        columns[tag.name] = pa.nulls(2, tag.type.arrow)
    columns["order_count_all"] = pa.array([3, 4])
    columns["gap_days_mean"] = pa.array([7.0, None])
    ours = pa.table(columns)
    pq.write_table(ours, tmp_path / "ours.parquet")

    def compare_with(name, values):
        changed = ours.set_column(ours.schema.get_field_index(name), name, pa.array(values))
        pq.write_table(changed, tmp_path / "peer.parquet")
        require_same([str(tmp_path / "ours.parquet")], tmp_path / "peer.parquet")

    return compare_with


def test_equal_portraits_pass_and_last_places_of_floats_may_differ(portraits):
    portraits("order_count_all", [3, 4])
    portraits("gap_days_mean", [7.0 * (1 + 1e-12), None])
    portraits("gap_days_mean", [7.0, float("nan")])


@pytest.mark.parametrize(
    ("name", "values"),
    [("order_count_all", [3, 5]), ("order_count_all", [3, None]), ("gap_days_mean", [7.00001, None]), ("gap_days_mean", [7.0, 0.0])],
)
def test_a_tag_that_differs_fails_the_bench_by_name(portraits, name, values):
    with pytest.raises(
        PortraitsDiffer, match=f"{name} differs for 1 customers, at customer 2|{name} differs for 1 customers, at customer 1"
    ):
        portraits(name, values)


def test_report_keeps_the_agreed_shape():
    result = BenchResult("x", "once", {"seconds": 1.0}, intervals={"seconds": (0.5, 1.5)})
    assert json.loads(result.to_json())["intervals"] == {"seconds": [0.5, 1.5]}


def test_composed_and_staged_statements_build_the_same_portrait(lake, tmp_path, monkeypatch):
    composed, staged = tmp_path / "composed", tmp_path / "staged"
    ours.build(lake.current(), AS_OF, composed)
    monkeypatch.setattr(DuckEngine, "composes", False)
    ours.build(lake.current(), AS_OF, staged)
    first, second = (
        pq.ParquetDataset(ours.portrait_files(of), partitioning=None).read().sort_by("customer_id") for of in (composed, staged)
    )
    assert first.num_rows == CUSTOMERS
    assert first.equals(second)
