"""What the tree for Spark says where printing alone would change the meaning."""

import pytest
import sqlglot
from sqlglot import exp

from xingke.engine import NotPortable
from xingke.engine.dialect import for_spark

REWRITTEN = {
    "a / b": "CAST(a AS DOUBLE) / b",
    "cast(a as double) / b": "CAST(a AS DOUBLE) / b",
    "a / b / c": "CAST(CAST(a AS DOUBLE) / b AS DOUBLE) / c",
    "a // b": "a DIV b",
    "avg(m)": "(CAST(SUM(m) AS DOUBLE) / NULLIF(COUNT(m), 0))",
    "avg(distinct m)": "(CAST(SUM(DISTINCT m) AS DOUBLE) / NULLIF(COUNT(DISTINCT m), 0))",
    "avg(m) filter (where k > 1)": "(CAST(SUM(m) FILTER(WHERE k > 1) AS DOUBLE) / NULLIF(COUNT(m) FILTER(WHERE k > 1), 0))",
    "avg(m) over (partition by k)": "(CAST(SUM(m) OVER (PARTITION BY k) AS DOUBLE) / NULLIF(COUNT(m) OVER (PARTITION BY k), 0))",
    "date_diff('day', a, b)": "CAST(DATEDIFF(b, a) AS BIGINT)",
    "date_diff('day', a, max(b)) / 7": "CAST(CAST(DATEDIFF(MAX(b), a) AS BIGINT) AS DOUBLE) / 7",
    "quantile_cont(x, 0.5)": "PERCENTILE(x, 0.5)",
    "d - interval (n) day": "DATE_SUB(d, CAST((n) AS INT))",
    "d + interval (n) day": "DATE_ADD(d, CAST((n) AS INT))",
    "d - interval 90 day": "d - INTERVAL '90' DAY",
    "a - b": "a - b",
}


@pytest.mark.parametrize("sql", REWRITTEN)
def test_tree_for_spark_says_what_duckdb_means(sql: str) -> None:
    tree = sqlglot.parse_one(f"select {sql} as v from t", read="duckdb", into=exp.Select)
    before = tree.sql("duckdb")
    assert for_spark(tree).sql("spark") == f"SELECT {REWRITTEN[sql]} AS v FROM t"
    assert tree.sql("duckdb") == before


@pytest.mark.parametrize("unit", ["week", "month", "year", "hour"])
def test_differences_in_other_units_than_days_are_refused(unit: str) -> None:
    with pytest.raises(NotPortable, match="count days"):
        for_spark(sqlglot.parse_one(f"select date_diff('{unit}', a, b) from t", read="duckdb", into=exp.Select))
