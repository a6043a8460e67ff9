"""Expressions where the engines differ unless something is done about it: one answer, of one type."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
from sqlglot import exp, parse_one

from tests.contract.engines import differences, opened
from xingke.engine import Engine

ROWS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5], pa.int64()),
        "a": pa.array([7, -7, 3, None, 12], pa.int64()),
        "b": pa.array([2, 2, -2, 1, 5], pa.int64()),
        "m": pa.array([Decimal("1.05"), Decimal("2.10"), Decimal("0.01"), None, Decimal("-7.77")], pa.decimal128(14, 2)),
        "x": pa.array([0.1, 0.25, None, 1e9, -3.5], pa.float64()),
        "d": pa.array([date(2024, 3, 31), date(2024, 2, 29), date(1999, 12, 31), None, date(2024, 1, 1)], pa.date32()),
        "g": pa.array(["x", "x", "y", "得", None], pa.string()),
    }
)
OF_ROWS = (
    "a // b",
    "a % b",
    "a / nullif(b, 0)",
    "m / 3",
    "m / nullif(m, 0)",
    "m * m",
    "m * a",
    "a - m",
    "-m",
    "d - interval 90 day",
    "cast(d + interval 1 month as date)",
    "d + interval (b) day",
    "d > date '2024-01-31' - interval 1 day",
    "date_diff('day', d, date '2024-03-01')",
    "extract(day from d)",
    "cast(date_trunc('week', d) as date)",
    "cast(date_trunc('month', d) as date)",
    "case when a > 3 then m else 0 end",
    "coalesce(m, 0)",
    "greatest(a, b)",
    "least(m, cast(0 as decimal(14, 2)))",
    "floor(x * 10 + 0.5) / 10",
    "cast(m as double)",
    "split_part('/a/b', '/', 3)",
    "starts_with(g, 'x')",
    "m >= 1.05",
    "x < 0.25",
    "a is not null and b > 1",
    "nullif(a, 3)",
    "dense_rank() over (order by g)",
    "percent_rank() over (order by b)",
    "ntile(2) over (order by b, id)",
    "row_number() over (order by b desc, id)",
    "avg(m) over (partition by g)",
    "lag(a) over (order by id)",
    "rank() over (partition by g order by m desc)",
    "sum(b) over (partition by 1)",
    "avg(a) filter (where b > 1) over (partition by g)",
)
OF_GROUPS = (
    "sum(a)",
    "sum(m)",
    "avg(m)",
    "avg(a)",
    "median(a)",
    "median(x)",
    "quantile_cont(x, 0.25)",
    "count(*) filter (where a > 0)",
    "sum(a) filter (where b = 2)",
    "sum(a * m)",
    "max(d)",
    "sqrt(sum(abs(b)))",
    "count(distinct g)",
    "sum(case when b > 1 then m else 0 end)",
    "avg(a) filter (where a > 0)",
    "cast(sum(m) as double) / nullif(count(*), 0)",
    "max(case when b = 2 then 1 else 0 end) = 1",
)


def queries() -> list[str]:
    rows = ", ".join(f"{sql} as row_{number}" for number, sql in enumerate(OF_ROWS))
    groups = ", ".join(f"{sql} as group_{number}" for number, sql in enumerate(OF_GROUPS))
    return [f"select id, {rows} from five order by id", f"select g, {groups} from five group by g order by g"]


def test_expressions_have_one_value_and_one_type_on_every_engine(engine: Engine) -> None:
    engine.load("five", ROWS)
    with opened("duckdb") as canonical:
        canonical.load("five", ROWS)
        for sql in queries():
            query = parse_one(sql, read="duckdb", into=exp.Select)
            expected = canonical.query(query)
            assert expected.num_rows >= 4
            assert differences(sql[:9], engine.query(query), expected) == []


def test_defined_step_is_computed_once_and_read_twice(engine: Engine) -> None:
    engine.load("five", ROWS)
    engine.define("step", parse_one("select id, m * 2 as twice from five order by id", read="duckdb", into=exp.Select))
    engine.drop("five")
    answer = engine.query(
        parse_one("select sum(one.twice + other.twice) as v from step as one join step as other on one.id = other.id", into=exp.Select)
    )
    assert answer["v"].to_pylist() == [Decimal("-18.44")]


def test_name_can_be_loaded_scanned_and_defined_over_and_over(engine: Engine) -> None:
    for value in (1, 2):
        engine.load("name", pa.table({"v": [value]}))
        engine.define("name", parse_one("select 10 as v", into=exp.Select))
        assert engine.query(parse_one("select v from name", into=exp.Select))["v"].to_pylist() == [10]
    engine.load("name", pa.table({"v": [3]}))
    assert engine.query(parse_one("select v from name", into=exp.Select))["v"].to_pylist() == [3]
    engine.drop("name")
    engine.drop("name")
