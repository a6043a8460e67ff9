"""Portrait, tiers and metrics are the same on DuckDB and on Spark: counts, texts, days and money exactly, floats to nine digits."""

import os
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp, parse_one

from tests.contract.engines import derived, differences, measured, opened
from tests.facts import AS_OF, NOW, lake_of, random_facts
from xingke.engine import DuckEngine, Engine, Lake
from xingke.loop import load_source
from xingke.metrics import Period
from xingke.sources.iowa_liquor import IowaLiquor

IOWA_YEARS = (2019, 2020)
IOWA_OUTLETS = 120
IOWA_AS_OF = date(2020, 12, 15)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Customers at every edge, with facts on `as_of` and after it."""
    return lake_of(tmp_path_factory.mktemp("small"), random_facts(11, customers=60))


@pytest.fixture(scope="module")
def iowa(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two years of some real outlets."""
    beside = Path(__file__).parents[3] / "shared" / "data"
    location = Path(os.environ.get("XINGKE_DATA") or beside) / "iowa_liquor"
    if not location.is_dir():
        pytest.skip("the Iowa files are not here; set XINGKE_DATA to their folder")
    lake = Lake(tmp_path_factory.mktemp("iowa"))
    with lake.writer(now=NOW) as writer, DuckEngine() as engine:
        source = IowaLiquor(years=IOWA_YEARS, outlets=IOWA_OUTLETS)
        load_source(writer, source, location, connection=engine.connection, now=NOW)
        writer.publish()
    return lake


@lru_cache
def on_duckdb(root: Path, as_of: date) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """What DuckDB says, once a lake."""
    with opened("duckdb") as engine:
        return everything(engine, Lake(root), as_of)


def everything(engine: Engine, lake: Lake, as_of: date) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    tables = derived(engine, lake, as_of)
    scope = "/" + lake_scope(lake)
    return tables, measured(engine, lake, tables["customer_order"], Period(as_of - timedelta(days=91), as_of), scope)


def lake_scope(lake: Lake) -> str:
    first: str = pq.read_table(lake.current().files("customer")[0], columns=["org_path"])["org_path"][0].as_py()
    return first.split("/")[1]


def all_differences(engine: Engine, lake: Lake, as_of: date) -> list[str]:
    came, expected = everything(engine, lake, as_of), on_duckdb(lake.root, as_of)
    return [
        difference
        for one, other in zip(came, expected, strict=True)
        for name in other
        for difference in differences(name, one[name], other[name])
    ]


def test_customers_at_every_edge_are_the_same_on_every_engine(engine: Engine, small: Lake) -> None:
    assert all_differences(engine, small, AS_OF)[:20] == []


def test_real_outlets_are_the_same_on_every_engine(engine: Engine, iowa: Lake) -> None:
    tables, metrics = on_duckdb(iowa.root, IOWA_AS_OF)
    assert tables["portrait"].num_rows > IOWA_OUTLETS / 2
    assert metrics["unit"].num_rows > 10
    assert all_differences(engine, iowa, IOWA_AS_OF)[:20] == []


def test_engines_store_the_same_types(engine: Engine, small: Lake, tmp_path: Path) -> None:
    engine.scan("order_line", small.current().files("order_line"))
    query = parse_one(
        "select customer_id, sum(amount_yuan) as amount, cast(sum(amount_yuan) as decimal(18, 2)) as money, count(*) as lines, "
        "max(ordered_on) as last_on, row_number() over (order by customer_id) as place, cast(avg(amount_yuan) as double) as mean "
        "from order_line group by customer_id order by customer_id desc",
        read="duckdb",
        into=exp.Select,
    )
    engine.write(query, tmp_path / "part.parquet")
    schema = pq.read_schema(tmp_path / "part.parquet")
    expected = ["int64", "decimal128(38, 2)", "decimal128(18, 2)", "int64", "date32[day]", "int64", "double"]
    assert [str(field.type) for field in schema] == expected
    assert pq.ParquetFile(tmp_path / "part.parquet").schema.column(2).physical_type == "INT64"
    ids = pq.read_table(tmp_path / "part.parquet")["customer_id"].to_pylist()
    assert ids == sorted(ids, reverse=True)
    assert len(ids) > 20
