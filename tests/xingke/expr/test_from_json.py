"""Conditions that come from outside are read once, and a bad one is refused with its place and with what would do."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from market import CATALOGUE

from xingke.errors import UserFacingError
from xingke.expr import All, Compare, ConditionError, DaysAgo, Event, In, from_json


def compare(**changes: Any) -> dict[str, Any]:
    return {"op": ">=", "attribute": "order_count_90d", "value": 3} | changes


def nested(levels: int) -> dict[str, Any]:
    tree = compare()
    for _ in range(levels - 1):
        tree = {"op": "not", "of": tree}
    return tree


@pytest.mark.parametrize(
    ("bad", "path", "hint"),
    [
        ("text", "$", "object"),
        (None, "$", "object"),
        ({"op": "equals", "attribute": "city", "value": "x"}, "$.op", "what would do"),
        ({"op": ["all"]}, "$.op", "there is no condition"),
        ({"attribute": "city"}, "$.op", "there is no condition"),
        (compare(attribute="order_count_90"), "$.attribute", "did you mean 'order_count_90d'"),
        (compare(value="many"), "$.value", "whole number"),
        (compare(value=2.5), "$.value", "whole number"),
        (compare(value=True), "$.value", "whole number"),
        (compare(value=10**18), "$.value", "whole number"),
        (compare(value=None), "$.value", "a number"),
        (compare(vlaue=3), "$", "did you mean 'value'"),
        ({"op": ">=", "attribute": "order_count_90d"}, "$", "'value' is missing"),
        (compare(attribute="amount_90d_yuan", value="12.345"), "$.value", "two decimals"),
        (compare(attribute="amount_90d_yuan", value=10**12), "$.value", "two decimals"),
        (compare(attribute="weekend_share", value=float("nan")), "$.value", "a number"),
        (compare(attribute="weekend_share", value="1e999"), "$.value", "a number"),
        (compare(attribute="opened_on", value="2026-02-30"), "$.value", "2026-03-01"),
        (compare(attribute="opened_on", value="20260228"), "$.value", "2026-03-01"),
        (compare(attribute="is_new", op="=", value=1), "$.value", "true or false"),
        (compare(attribute="city", value="x"), "$.op", "no order"),
        (compare(attribute="city", op="=", value="a\x00b"), "$.value", "text"),
        (compare(attribute="city", op="=", value="\ud800"), "$.value", "text"),
        (compare(attribute="value_tier", op="=", value="bas"), "$.value", "did you mean 'base'"),
        ({"op": "in", "attribute": "city", "values": []}, "$.values", "at least one"),
        ({"op": "in", "attribute": "city", "values": "x"}, "$.values", "list"),
        ({"op": "in", "attribute": "grade", "values": [1, "x"]}, "$.values[1]", "whole number"),
        ({"op": "in", "attribute": "grade", "values": [1] * 1001}, "$.values", "at most 1000"),
        ({"op": "between", "attribute": "grade", "low": 5, "high": 1}, "$.low", "above the high end"),
        ({"op": "between", "attribute": "city", "low": "a", "high": "b"}, "$.op", "between works on"),
        ({"op": "contains", "attribute": "grade", "value": "1"}, "$.op", "contains works on"),
        ({"op": "days_ago", "attribute": "grade", "compare": "<=", "days": 3}, "$.op", "days_ago works on"),
        ({"op": "days_ago", "attribute": "opened_on", "compare": "<=", "days": 40_000}, "$.days", "from -36500"),
        ({"op": "days_ago", "attribute": "opened_on", "compare": "about", "days": 4}, "$.compare", "comparison"),
        ({"op": "any", "of": []}, "$.of", "at least one"),
        ({"op": "all", "of": [compare(), compare(value="x")]}, "$.of[1].value", "whole number"),
        ({"op": "not", "of": {"op": "any", "of": [compare(attribute="x")]}}, "$.of.of[0].attribute", "no attribute"),
        ({"op": "segment", "key": "royal"}, "$.key", "did you mean 'loyal'"),
        (
            {"op": "event", "fact": "ordre", "measure": "count", "within_days": 9, "compare": ">", "value": 1},
            "$.fact",
            "did you mean 'order'",
        ),
        ({"op": "event", "fact": "order", "measure": "sum", "within_days": 9, "compare": ">", "value": 1}, "$.measure", "no measure"),
        ({"op": "event", "fact": "order", "measure": "count", "within_days": 0, "compare": ">", "value": 1}, "$.within_days", "from 1"),
        (
            {
                "op": "event",
                "fact": "order",
                "measure": "count",
                "within_days": 9,
                "compare": ">",
                "value": 1,
                "where": [{"op": "missing"}],
            },
            "$.where[0].op",
            "no restriction",
        ),
        (
            {"op": "event", "fact": "order", "measure": "count", "within_days": 9, "compare": ">", "value": 1, "where": [compare()]},
            "$.where[0].attribute",
            "no restriction",
        ),
        (nested(11), "$" + ".of" * 10, "levels"),
        ({"op": "all", "of": [compare()] * 200}, "$.of[199]", "more than 200"),
    ],
)
def test_a_bad_condition_is_refused_with_its_place_and_what_would_do(bad: Any, path: str, hint: str) -> None:
    with pytest.raises(ConditionError) as raised:
        from_json(bad, CATALOGUE)
    assert raised.value.path == path
    assert hint in raised.value.text("en")
    assert path in raised.value.text("zh")
    assert isinstance(raised.value, UserFacingError)


def test_the_largest_allowed_condition_is_read() -> None:
    assert from_json(nested(10), CATALOGUE)
    assert from_json({"op": "all", "of": [compare()] * 199}, CATALOGUE)


def test_a_hostile_depth_ends_in_a_refusal_and_not_in_a_full_stack() -> None:
    with pytest.raises(ConditionError, match="levels"):
        from_json(json.loads('{"op": "not", "of": ' * 900 + "{}" + "}" * 900), CATALOGUE)


def test_values_take_the_type_of_their_attribute() -> None:
    tree = from_json(
        {
            "op": "all",
            "of": [
                compare(value="3"),
                compare(attribute="amount_90d_yuan", value=1200.5),
                compare(attribute="weekend_share", value="0.5"),
                compare(attribute="opened_on", value="2026-03-01"),
                {"op": "in", "attribute": "grade", "values": [1, "2"]},
                {"op": "days_ago", "attribute": "opened_on", "compare": "<=", "days": 90},
                {"op": "event", "fact": "order", "measure": "amount", "within_days": 90, "compare": ">=", "value": "0.3"},
            ],
        },
        CATALOGUE,
    )
    assert tree == All(
        (
            Compare("order_count_90d", ">=", 3),
            Compare("amount_90d_yuan", ">=", Decimal("1200.50")),
            Compare("weekend_share", ">=", 0.5),
            Compare("opened_on", ">=", date(2026, 3, 1)),
            In("grade", (1, 2)),
            DaysAgo("opened_on", "<=", 90),
            Event("order", "amount", 90, ">=", Decimal("0.30")),
        )
    )


def test_without_a_catalogue_only_the_shape_is_read() -> None:
    tree = from_json(compare(attribute="unheard_of", value="text"))
    assert tree == Compare("unheard_of", ">=", "text")
    with pytest.raises(ConditionError, match="no attribute"):
        CATALOGUE.check(tree)
