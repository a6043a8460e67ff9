"""Where a customer stands: the pyramid at its boundaries, five levels with their precedence, six dimensions against peers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import AS_OF, Row, customer
from xingke.engine import DuckEngine, bind
from xingke.errors import ConfigurationError
from xingke.expr import portable_problems
from xingke.schema import CUSTOMER
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import DIMENSIONS, TIER_TAGS, Boundary, FiveLevels, Pyramid, RfmLevel, TierScheme, ValueTier, tier_step
from xingke.words import both

LIBRARY = TagLibrary(general_tags())
NAME = both("测试", "test")
BY_AMOUNT = TierScheme("amount", NAME, Pyramid(boundary=Boundary.AMOUNT), FiveLevels(ticket_benchmark_yuan=Decimal(100)))
BY_SHARE = TierScheme("share", NAME)
SCHEMA = pa.schema([("customer_id", pa.int64()), *((name, LIBRARY[name].type.arrow) for name in TIER_TAGS)])
QUIET: Row = {
    "amount_yuan_365d": Decimal(1000), "order_count_30d": 0, "order_count_90d": 0, "order_count_365d": 10, "order_value_yuan_365d": 50.0,
    "days_since_last_order": 100, "tenure_days": 700, "amount_yuan_all": Decimal(1000), "order_count_all": 10, "interaction_rate_90d": None,
    "mean_price_class_365d": 3.0, "product_count_365d": 5, "active_weeks_365d": 5, "amount_growth_365d": 0.0, "amount_growth_90d": 0.0,
}  # fmt: skip
NEVER: Row = {name: 0 if "count" in name or name == "active_weeks_365d" else None for name in TIER_TAGS} | {
    "amount_yuan_365d": Decimal(0),
    "amount_yuan_all": Decimal(0),
}
HIGH, LOW = 9_999.0, 1.0
"""Order values above and below all peers of the truth table."""


def tiers(engine: DuckEngine, scheme: TierScheme, people: list[Row], formats: Sequence[str | None] | None = None) -> list[Row]:
    """The tier rows of these customers, in their order."""
    rows = [{"customer_id": number, **values} for number, values in enumerate(people)]
    places = formats or [None] * len(people)
    engine.load("portrait", pa.Table.from_pylist(rows, schema=SCHEMA))
    customers = [customer(number, format=place) for number, place in enumerate(places)]
    engine.load("customer", pa.Table.from_pylist(customers, schema=CUSTOMER.arrow_schema))
    found: list[Row] = engine.query(bind(tier_step(scheme), as_of=AS_OF)).to_pylist()
    return found


@pytest.fixture(scope="module")
def engine() -> Any:
    with DuckEngine() as opened:
        yield opened


@pytest.mark.parametrize("scheme", [BY_AMOUNT, BY_SHARE], ids=lambda scheme: scheme.name)
def test_tier_step_is_portable(scheme: TierScheme) -> None:
    assert portable_problems(bind(tier_step(scheme), as_of=AS_OF)) == []


@pytest.mark.parametrize(
    ("amount", "tier"),
    [("100000.01", "value"), ("100000.00", "value"), ("99999.99", "potential"), ("50000.00", "potential"), ("49999.99", "base"),
     ("0.00", "base"), ("-5.00", "base")],
)  # fmt: skip
def test_amount_at_the_boundary_belongs_to_the_higher_tier(engine: DuckEngine, amount: str, tier: str) -> None:
    assert tiers(engine, BY_AMOUNT, [{**QUIET, "amount_yuan_365d": Decimal(amount)}])[0]["value_tier"] == tier


@pytest.mark.parametrize("customers", [1, 5, 6, 7, 12, 15, 35, 115, 250])
def test_shares_give_exactly_the_rounded_number_of_customers(engine: DuckEngine, customers: int) -> None:
    people = [{**QUIET, "amount_yuan_365d": Decimal(number // 3)} for number in range(customers)] + [NEVER] * 3
    rows = tiers(engine, BY_SHARE, people)
    value = int((Decimal("0.08") * customers).quantize(Decimal(1), "ROUND_HALF_UP"))
    both_tiers = int((Decimal("0.30") * customers).quantize(Decimal(1), "ROUND_HALF_UP"))
    counts = [sum(1 for row in rows if row["value_tier"] == tier) for tier in ValueTier]
    assert counts == [value, both_tiers - value, customers + 3 - both_tiers]
    first = [
        row["customer_id"]
        for row in sorted(rows[:customers], key=lambda row: (-people[row["customer_id"]]["amount_yuan_365d"], row["customer_id"]))
    ]
    assert {row["customer_id"] for row in rows if row["value_tier"] == "value"} == set(first[:value])


def level(recent: int, tenure: int, ticket: float, orders: tuple[int, int], interaction: float | None) -> str:
    """The rules in plain words, first that holds; the ticket is among the top 30 % when it is HIGH."""
    if tenure <= 30:
        return "new"
    if recent >= 120 and ticket == HIGH:
        return "churn_warning"
    if recent >= 180:
        return "dormant"
    if orders[0] >= 3 and ticket >= 150:
        return "high_value"
    if orders[1] >= 2 and interaction is not None and interaction > 0.5:
        return "potential"
    return "ordinary"


CASES = [
    (recent, tenure, ticket, orders, interaction)
    for recent, tenure in ((1, 30), (1, 31), (119, 700), (120, 700), (179, 700), (180, 700), (30, 30), (200, 200))
    for ticket in (LOW, HIGH)
    for orders in ((2, 2), (3, 3), (0, 1))
    for interaction in (0.5, 0.51)
] + [(1, 700, 149.99, (3, 3), None), (1, 700, 150.0, (3, 3), None), (1, 700, LOW, (0, 2), None), (1, 700, LOW, (3, 3), 1.0)]


def test_five_levels_follow_their_truth_table(engine: DuckEngine) -> None:
    assert len(CASES) >= 60
    peers = [{**QUIET, "order_value_yuan_365d": 200.0 + number} for number in range(10)]
    wrong, seen = [], set()
    for case in CASES:
        recent, tenure, ticket, orders, interaction = case
        person = {**QUIET, "days_since_last_order": recent, "tenure_days": tenure, "order_value_yuan_365d": ticket}
        person |= {"order_count_30d": orders[0], "order_count_90d": orders[1], "interaction_rate_90d": interaction}
        came = tiers(engine, BY_AMOUNT, [person, *peers])[0]["rfm_level"]
        seen.add(came)
        if came != level(*case):
            wrong.append((case, came, level(*case)))
    assert wrong == []
    assert seen == {str(one) for one in RfmLevel}


@pytest.mark.parametrize(("better", "expected"), [(0, "churn_warning"), (2, "churn_warning"), (3, "ordinary"), (10, "ordinary")])
def test_top_share_of_order_values_ends_before_thirty_percent(engine: DuckEngine, better: int, expected: str) -> None:
    peers = [{**QUIET, "order_value_yuan_365d": 100.0 if number < better else 10.0} for number in range(10)]
    silent = {**QUIET, "days_since_last_order": 120, "order_value_yuan_365d": 50.0}
    assert tiers(engine, BY_AMOUNT, [silent, *peers])[0]["rfm_level"] == expected


def test_customers_without_orders_are_base_and_ordinary_with_score_zero(engine: DuckEngine) -> None:
    rows = tiers(engine, BY_SHARE, [NEVER, NEVER, QUIET])
    assert [(row["value_tier"], row["rfm_level"], row["recency_score"]) for row in rows[:2]] == [("base", "ordinary", 0)] * 2
    assert rows[2]["recency_score"] > 0


def test_scores_are_quintiles_of_the_customers_with_orders(engine: DuckEngine) -> None:
    people = [{**QUIET, "amount_yuan_365d": Decimal(number), "days_since_last_order": 1 + number} for number in range(25)]
    rows = tiers(engine, BY_SHARE, [*people, NEVER])
    assert [row["monetary_score"] for row in rows] == [1 + number // 5 for number in range(25)] + [0]
    assert [row["recency_score"] for row in rows] == [5 - number // 5 for number in range(25)] + [0]


def test_dimensions_run_from_nothing_to_hundred_among_peers_of_one_format(engine: DuckEngine) -> None:
    people = [{**QUIET, "order_count_90d": number, "mean_price_class_365d": 1.0 + number} for number in range(11)] + [QUIET]
    rows = tiers(engine, BY_SHARE, people, ["a"] * 11 + ["b"])
    assert [row["frequency_dimension"] for row in rows] == [10.0 * number for number in range(11)] + [0.0]
    assert [row["mix_dimension"] for row in rows[:11]] == [100.0 - 10.0 * number for number in range(11)]
    assert all(0 <= row[axis.column] <= 100 for row in rows for axis in DIMENSIONS)


def test_missing_measure_counts_as_least(engine: DuckEngine) -> None:
    rows = tiers(engine, BY_SHARE, [NEVER, QUIET, {**QUIET, "order_value_yuan_365d": 60.0}])
    assert [row["ticket_dimension"] for row in rows] == [0.0, 50.0, 100.0]


def test_boundaries_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ConfigurationError):
        Pyramid(value_from_yuan=Decimal(10), potential_from_yuan=Decimal(10))
    with pytest.raises(ConfigurationError):
        Pyramid(value_share=Decimal("0.8"), potential_share=Decimal("0.3"))


@given(st.integers(0, 400), st.sampled_from(["0.08", "0.05", "0.30", "0.125"]), st.sampled_from(["0.22", "0.25", "0.375"]))
def test_the_pyramid_in_python_is_the_one_in_sql(customers, value, potential):
    """23 of 75 customers at 30 %: half a customer is rounded up in every place that draws the line."""
    pyramid = Pyramid(value_share=Decimal(value), potential_share=Decimal(potential))
    sql = f"select round({pyramid.value_share} * {customers}), round({pyramid.value_share + pyramid.potential_share} * {customers})"
    with duckdb.connect() as connection:
        assert pyramid.limits(customers) == tuple(int(limit) for limit in connection.execute(sql).fetchone())


def test_half_a_customer_is_a_whole_one():
    pyramid = Pyramid()
    assert pyramid.limits(75) == (6, 23)
    tiers = [pyramid.tier_of(amount_yuan=Decimal(1), place=place, customers=75) for place in (6, 7, 23, 24)]
    assert tiers == [ValueTier.VALUE, ValueTier.POTENTIAL, ValueTier.POTENTIAL, ValueTier.BASE]
