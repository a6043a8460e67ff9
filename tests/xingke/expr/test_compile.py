"""The set query reads no more than it must, and text from outside stays text."""

from datetime import date
from decimal import Decimal

import pytest
from market import AS_OF, CATALOGUE, Market, market_of, opened
from sqlglot import exp

from xingke.expr import (
    Attribute,
    Catalogue,
    Compare,
    Condition,
    ConditionError,
    Contains,
    Event,
    InSegment,
    Missing,
    Not,
    all_of,
    compile_condition,
    compile_count,
    compile_members,
    holds,
)
from xingke.schema import ColumnType
from xingke.words import both

FEW = Compare("order_count_90d", "<=", 8)
QUIET = Compare("days_since_order", ">=", 14)


def tables_read(query: exp.Expr) -> list[str]:
    return sorted(table.name for table in query.find_all(exp.Table))


@pytest.mark.parametrize(
    ("tree", "scope", "tables"),
    [
        (all_of(FEW, Not(QUIET)), None, ["portrait"]),
        (all_of(FEW, Not(QUIET)), "/ia", ["customer", "portrait"]),
        (all_of(), None, ["customer"]),
        (Compare("city", "=", "x"), "/ia", ["customer"]),
        (Compare("value_tier", "=", "base"), None, ["customer", "tier"]),
        (all_of(FEW, Compare("value_tier", "=", "base")), None, ["portrait", "tier"]),
        (all_of(FEW, InSegment("loyal")), None, ["portrait", "segment_membership"]),
        (all_of(Event("order", "count", 90, ">", 3), Event("order", "amount", 90, ">", Decimal(3))), None, ["customer", "order_line"]),
        (all_of(Event("order", "count", 90, ">", 3), Event("order", "count", 30, ">", 3)), None, ["customer", "order_line", "order_line"]),
    ],
)
def test_each_table_is_read_once_and_only_where_it_is_needed(tree: Condition, scope: str | None, tables: list[str]) -> None:
    assert tables_read(compile_count(tree, CATALOGUE, as_of=AS_OF, scope_path=scope)) == tables


def test_a_table_that_may_lack_customers_never_stands_for_all_of_them() -> None:
    partial = Catalogue(CATALOGUE.attributes.values(), complete=("customer",))
    assert tables_read(compile_count(FEW, partial, as_of=AS_OF)) == ["customer", "portrait"]


def found(market: Market, tree: Condition, scope: str | None = None) -> set[int]:
    with opened(market) as connection:
        return {
            row[0] for row in connection.execute(compile_members(tree, CATALOGUE, as_of=AS_OF, scope_path=scope).sql("duckdb")).fetchall()
        }


def market_with(**columns: list[object]) -> Market:
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    customers = [{"display_name": "x", "org_path": "/ia", **row} for row in rows]
    return Market(customers, tiers=set(), orders=[], touches=[], members=set())  # type: ignore[arg-type]  # plain rows of a test


def test_a_scope_shows_its_unit_and_what_is_below_and_no_neighbour() -> None:
    market = market_with(org_path=["/ia/polk", "/ia/polk/east", "/ia/polk2", "/ia", "/ia/pol_", "/ia/polkeast", "x/ia/polk/east"])
    assert found(market, all_of(), "/ia/polk") == {0, 1}
    assert found(market, all_of(), "/ia/polk/") == {0, 1}
    assert found(market, all_of(), "/ia/pol_") == {4}
    assert found(market, all_of(), "/ia/%") == set()
    assert found(market, all_of(), "/ia") == {0, 1, 2, 3, 4, 5}
    assert found(market, all_of(), "/") == {0, 1, 2, 3, 4, 5}


def test_an_empty_scope_is_refused_rather_than_taken_for_everything() -> None:
    with pytest.raises(ValueError, match="empty scope"):
        compile_members(FEW, CATALOGUE, as_of=AS_OF, scope_path="")


@pytest.mark.parametrize("piece", ["%", "_", "\\", "'", "' or 1=1 --", "');drop table customer;--", "é"])
def test_signs_that_mean_something_to_an_engine_are_only_signs(piece: str) -> None:
    market = market_with(display_name=["plain", f"has {piece} inside"])
    assert found(market, Contains("display_name", piece)) == {1}
    assert found(market, Compare("display_name", "=", f"has {piece} inside")) == {1}


def test_contains_ignores_the_case_of_latin_letters_only() -> None:
    market = market_with(display_name=["KWIK MART", "kwik mart", "ÄRGER", "ärger"])
    assert found(market, Contains("display_name", "Mart")) == {0, 1}
    assert found(market, Contains("display_name", "ärger")) == {3}


def test_facts_of_the_day_itself_and_before_the_window_are_not_seen() -> None:
    days = [date(2026, 8, 2), date(2026, 8, 3), date(2026, 10, 31), date(2026, 11, 1)]
    market = market_of(1)
    template = market.orders[0]
    dated = [template | {"customer_id": number, "ordered_on": day} for number, day in enumerate(days)]
    market = Market(market.customers, market.tiers, dated, [], set())
    assert found(market, Event("order", "count", 90, ">=", 1)) == {1, 2}
    assert found(market, Event("order", "count", 90, "=", 0)) == set(range(40)) - {1, 2}


def test_a_largest_value_of_no_facts_is_missing_and_its_negation_true() -> None:
    market = Market(market_of(1).customers[:3], set(), [], [], set())
    largest = Event("order", "largest", 90, ">=", Decimal(0))
    assert found(market, largest) == set()
    assert found(market, Not(largest)) == {0, 1, 2}
    assert holds(Not(largest), CATALOGUE, {}, as_of=AS_OF)


def test_a_condition_alone_is_true_or_false_and_never_null() -> None:
    condition = compile_condition(all_of(FEW, Not(Missing("days_since_order"))), CATALOGUE, as_of=AS_OF)
    with opened(market_of(2)) as connection:
        values = connection.execute(exp.select(condition).distinct().from_("portrait").sql("duckdb")).fetchall()
    assert sorted(values) == [(False,), (True,)]


def test_a_condition_alone_cannot_hold_events() -> None:
    with pytest.raises(ValueError, match="MemberQuery"):
        compile_condition(Event("order", "count", 90, ">", 1), CATALOGUE, as_of=AS_OF)


def test_an_unchecked_tree_is_checked_before_it_becomes_a_query() -> None:
    with pytest.raises(ConditionError, match="no attribute"):
        compile_members(Compare("x; drop table customer", "=", 1), CATALOGUE, as_of=AS_OF)


def test_declarations_refuse_names_that_are_no_identifiers() -> None:
    with pytest.raises(ValueError, match="is no name"):
        Attribute("city", both("城市", "City"), ColumnType.TEXT, "customer", 'city" or 1=1')
    with pytest.raises(ValueError, match="declared twice"):
        Catalogue([*CATALOGUE.attributes.values(), CATALOGUE.attributes["city"]])
