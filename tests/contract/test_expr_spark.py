"""The same condition finds the same customers on DuckDB and on Spark."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.expr import (
    Any_,
    Attribute,
    Between,
    Catalogue,
    Compare,
    Condition,
    Contains,
    DaysAgo,
    Event,
    Fact,
    In,
    InSegment,
    Measure,
    Missing,
    Not,
    all_of,
    any_of,
    compile_count,
    compile_members,
)
from xingke.schema import ColumnType
from xingke.words import both

pytestmark = pytest.mark.spark

AS_OF = date(2026, 11, 1)
NAMES = ("KWIK Mart", "50% off", "a_b", "o'brien", "back\\slash", 'double"quote', "得梅因", "Ärger", None)
WORDS = both("无", "none")
T = ColumnType
CATALOGUE = Catalogue(
    [
        Attribute("display_name", WORDS, T.TEXT, "customer", "display_name"),
        Attribute("opened_on", WORDS, T.DAY, "customer", "opened_on"),
        Attribute("grade", WORDS, T.INTEGER, "portrait", "grade"),
        Attribute("amount_yuan", WORDS, T.MONEY, "portrait", "amount_yuan"),
        Attribute("weekend_share", WORDS, T.NUMBER, "portrait", "weekend_share"),
        Attribute("is_new", WORDS, T.FLAG, "portrait", "is_new"),
        Attribute("value_tier", WORDS, T.TEXT, "tier", "value_tier"),
    ],
    [
        Fact(
            "order",
            WORDS,
            "order_line",
            "ordered_on",
            {
                "count": Measure(WORDS, "count_distinct", "order_id"),
                "lines": Measure(WORDS, "count"),
                "amount": Measure(WORDS, "sum", "amount_yuan"),
                "largest": Measure(WORDS, "max", "amount_yuan"),
                "first_day": Measure(WORDS, "min", "ordered_on"),
            },
            {"price_class": Attribute("price_class", WORDS, T.INTEGER, "order_line", "price_class")},
        )
    ],
)
CLASS_ONE = (Compare("price_class", "=", 1),)
RICH = Compare("amount_yuan", ">=", Decimal("30.10"))
BASE = Compare("value_tier", "=", "base")
CONDITIONS: list[Condition] = [
    all_of(),
    *(Compare("display_name", "=", name) for name in NAMES if name),
    *(Contains("display_name", piece) for piece in ("mart", "%", "_", "'", "\\", '"', "梅", "ä", "Ä")),
    *(Compare("amount_yuan", sign, Decimal("30.10")) for sign in ("=", "!=", "<", "<=", ">", ">=")),
    *(Compare("weekend_share", sign, 0.3) for sign in ("=", "<", ">=")),
    Compare("grade", "=", -3),
    In("grade", (-3, 0, 5)),
    Not(In("grade", (1, 2))),
    Between("weekend_share", 0.1, 0.3),
    Between("opened_on", date(2026, 8, 1), date(2026, 10, 1)),
    Compare("is_new", "=", value=True),
    Not(Compare("is_new", "=", value=True)),
    Compare("is_new", "!=", value=True),
    Missing("amount_yuan"),
    Not(Missing("amount_yuan")),
    DaysAgo("opened_on", "<=", 90),
    DaysAgo("opened_on", "=", 30),
    Not(DaysAgo("opened_on", ">", -10)),
    Event("order", "count", 90, ">=", 3),
    Event("order", "count", 30, "=", 0),
    Event("order", "count", 90, ">=", 2, CLASS_ONE),
    Not(Event("order", "lines", 90, ">=", 2, CLASS_ONE)),
    Event("order", "amount", 90, ">", Decimal("60.30")),
    Event("order", "amount", 30, "<=", Decimal(0)),
    Event("order", "largest", 90, ">=", Decimal("50.20")),
    Not(Event("order", "largest", 7, ">=", Decimal(0))),
    Event("order", "first_day", 90, "<=", date(2026, 9, 1)),
    InSegment("loyal"),
    Not(InSegment("o'brien\\")),
    any_of(RICH, BASE, Missing("opened_on")),
    all_of(RICH, Not(all_of(BASE, Any_((Compare("grade", ">", 2), InSegment("loyal")))))),
    all_of(Event("order", "count", 90, ">=", 1), Event("order", "amount", 90, ">", Decimal(5)), Not(BASE), Contains("display_name", "a")),
]


def tables() -> dict[str, pa.Table]:
    ids = list(range(200))
    money = pa.decimal128(14, 2)
    paths = ("/ia/polk", "/ia/polk2", "/ia/po_k", "/ia/polk/east")
    return {
        "customer": pa.table(
            {
                "customer_id": ids,
                "display_name": [NAMES[n % len(NAMES)] for n in ids],
                "org_path": [paths[n % 4] for n in ids],
                "opened_on": pa.array([None if n % 7 == 0 else AS_OF - timedelta(days=n * 3 - 60) for n in ids], pa.date32()),
            }
        ),
        "portrait": pa.table(
            {
                "customer_id": ids,
                "grade": pa.array([None if n % 5 == 0 else n % 11 - 3 for n in ids], pa.int64()),
                "amount_yuan": pa.array([None if n % 6 == 0 else Decimal(n % 13) * Decimal("10.03") + Decimal("0.01") for n in ids], money),
                "weekend_share": pa.array([None if n % 8 == 0 else (n % 10) / 10 for n in ids], pa.float64()),
                "is_new": pa.array([None if n % 3 == 0 else n % 2 == 0 for n in ids], pa.bool_()),
            }
        ),
        "tier": pa.table({"customer_id": ids[::3], "value_tier": [("base", "value", "potential")[n % 4 % 3] for n in ids[::3]]}),
        "order_line": pa.table(
            {
                "customer_id": [n * n % 170 for n in range(900)],
                "ordered_on": pa.array([AS_OF - timedelta(days=n * 7 % 130) for n in range(900)], pa.date32()),
                "order_id": [n // 2 for n in range(900)],
                "price_class": [n % 4 + 1 for n in range(900)],
                "amount_yuan": pa.array([Decimal(n % 17 - 2) * Decimal("10.04") for n in range(900)], money),
            }
        ),
        "segment_membership": pa.table({"segment_key": ["loyal"] * 50 + ["o'brien\\"] * 20, "customer_id": [*ids[:50], *ids[40:60]]}),
    }


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for name, table in tables().items():
        connection.register(name, table)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    directory: Path = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(directory / "warehouse"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = sql.SparkSession.builder.master("local[2]").appName("conditions")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for name, table in tables().items():
        path = directory / f"{name}.parquet"
        pq.write_table(table, path)
        session.read.parquet(str(path)).createOrReplaceTempView(name)
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore")  # what PySpark warns of at its start is not ours to change
@pytest.mark.parametrize("scope", [None, "/ia/polk", "/ia/po_k"])
def test_both_engines_find_the_same_customers(duck: duckdb.DuckDBPyConnection, spark: Any, scope: str | None) -> None:
    met = set()
    for condition in CONDITIONS if scope is None else CONDITIONS[:3] + CONDITIONS[-4:]:
        query = compile_members(condition, CATALOGUE, as_of=AS_OF, scope_path=scope)
        here = sorted(row[0] for row in duck.execute(query.sql("duckdb")).fetchall())
        there = sorted(row[0] for row in spark.sql(query.sql("spark")).collect())
        assert there == here, condition
        met.add(len(here))
    assert len(met) > 3, "conditions that all find alike compare nothing"


@pytest.mark.filterwarnings("ignore")
def test_both_engines_count_alike(duck: duckdb.DuckDBPyConnection, spark: Any) -> None:
    for condition in CONDITIONS[-3:]:
        query = compile_count(condition, CATALOGUE, as_of=AS_OF)
        assert spark.sql(query.sql("spark")).collect()[0][0] == duck.execute(query.sql("duckdb")).fetchall()[0][0]
