"""What engines do not agree on is found in the tree before it runs."""

import pytest
import sqlglot

from xingke.expr import portable_problems


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("select a / b from t", "nullif"),
        ("select a // b from t", "nullif"),
        ("select a % b from t", "nullif"),
        ("select a / 0 from t", "nullif"),
        ("select hash(a) from t", "bucket"),
        ("select xxhash64(a) from t", "bucket"),
        ("select mode(a) from t", "mode"),
        ("select mode() within group (order by a) from t", "mode"),
        ("select approx_quantile(a, 0.5) from t", "approximate"),
        ("select random() from t", "clock"),
        ("select * from t where day < current_date", "clock"),
        ("select * from t where day < now()", "clock"),
        ("select any_value(a) from t", "arbitrary"),
        ("select first(a) from t", "arbitrary"),
        ("select * from t asof join u on t.a >= u.a", "asof"),
        ("select row_number() over (partition by customer_id order by amount) from t", "unique column"),
        ("select row_number() over (partition by customer_id order by customer_id) from t", "unique column"),
        ("select ntile(5) over () from t", "order the window"),
        ("select lag(amount) over (partition by customer_id order by ordered_on) from t", "unique column"),
        ("select sum(a) over (order by ordered_on rows between 3 preceding and current row) from t", "unique column"),
        ("select list(a) from t", "unique column"),
        ("select string_agg(a, ',' order by a) from t", "unique column"),
        ("select a from t limit 3", "limit"),
        ("select a from t order by a limit 3", "limit"),
        ("with x as (select 1 as a) select * from x join x as y on x.a = y.a", "step"),
    ],
)
def test_a_query_that_engines_would_answer_differently_is_refused(sql: str, hint: str) -> None:
    problems = portable_problems(sqlglot.parse_one(sql, read="duckdb"))
    assert any(hint in problem for problem in problems), problems


@pytest.mark.parametrize(
    "sql",
    [
        "select a / nullif(b, 0), a % nullif(b, 0), a / 7.0, a / (2) from t",
        "select row_number() over (partition by customer_id order by amount desc, order_id) from t",
        "select ntile(5) over (order by amount, customer_id) from t",
        "select rank() over (order by amount), sum(a) over (partition by city) from t",
        "select lag(ordered_on) over (partition by customer_id order by ordered_on) from t",
        "select first_value(a ignore nulls) over (order by ordered_on, line_no) from t",
        "select count(*), sum(a), min(a), max(a), avg(a), count(distinct a) from t",
        "select a from t order by a, customer_id limit 3",
        "with x as (select 1 as a), y as (select a from x) select * from y",
        "select list(a order by a, order_id) from t",
    ],
)
def test_a_portable_query_passes(sql: str) -> None:
    assert portable_problems(sqlglot.parse_one(sql, read="duckdb")) == []


def test_a_step_can_name_its_own_unique_columns() -> None:
    tree = sqlglot.parse_one("select lag(amount) over (partition by customer_id order by ordered_on) from day_total", read="duckdb")
    assert portable_problems(tree, unique=("ordered_on",)) == []
