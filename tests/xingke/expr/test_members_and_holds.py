"""The set query and the check in memory give the same answer, whatever the condition and whoever the customers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market import AS_OF, CATALOGUE, EVENTS, MARKETS, PATHS, TREES, Market, opened

from xingke.expr import Condition, Not, compile_count, compile_members, from_json, holds, portable_problems, say, to_json


def expected(market: Market, tree: Condition) -> set[int]:
    return {
        number
        for number in range(len(market.customers))
        if holds(tree, CATALOGUE, market.record(number), as_of=AS_OF, events=market.events(number), segments=market.segments(number))
    }


@settings(max_examples=40, deadline=None)
@given(market=MARKETS, trees=st.lists(EVENTS | TREES, min_size=4, max_size=10), scope=st.sampled_from(PATHS))
def test_the_query_finds_exactly_the_customers_for_whom_the_condition_holds(market: Market, trees: list[Condition], scope: str) -> None:
    below = {
        number for number, row in enumerate(market.customers) if row["org_path"] == scope or str(row["org_path"]).startswith(f"{scope}/")
    }
    with opened(market) as connection:
        for tree in trees:
            members = expected(market, tree)
            found = connection.execute(compile_members(tree, CATALOGUE, as_of=AS_OF).sql("duckdb")).fetchall()
            assert sorted(found) == sorted((number,) for number in members)
            counted = connection.execute(compile_count(tree, CATALOGUE, as_of=AS_OF).sql("duckdb")).fetchone()
            assert counted == (len(members),)
            scoped = connection.execute(compile_members(tree, CATALOGUE, as_of=AS_OF, scope_path=scope).sql("duckdb")).fetchall()
            assert {number for (number,) in scoped} == members & below


@settings(max_examples=60, deadline=None)
@given(market=MARKETS, tree=TREES)
def test_not_is_the_exact_opposite_even_where_values_are_missing(market: Market, tree: Condition) -> None:
    everybody = set(range(len(market.customers)))
    assert expected(market, Not(tree)) == everybody - expected(market, tree)


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_a_condition_survives_json_and_can_be_said_and_run_on_every_engine(tree: Condition) -> None:
    text = json.dumps(to_json(tree))
    assert from_json(json.loads(text), CATALOGUE) == tree
    assert CATALOGUE.check(tree) == tree
    assert say(tree, CATALOGUE, "zh").strip()
    assert say(tree, CATALOGUE, "en").strip()
    assert portable_problems(compile_members(tree, CATALOGUE, as_of=AS_OF, scope_path="/ia")) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_parentheses_always_close(language: str, tree: Condition) -> None:
    text = say(tree, CATALOGUE, language)  # type: ignore[arg-type]  # parametrize knows no literals
    left, right = ("（", "）") if language == "zh" else ("(", ")")
    assert text.count(left) == text.count(right)
