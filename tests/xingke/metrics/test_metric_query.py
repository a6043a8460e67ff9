"""Metrics over a period against sums by hand: scope by whole path parts, buckets, customers without orders."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts import AS_OF, NOW, lake_of, random_facts
from xingke.engine import DuckEngine, LakeReader, run_steps
from xingke.expr import portable_problems
from xingke.metrics import GENERAL_METRICS, By, Period, metric_query
from xingke.tags import TagLibrary, general_tags

FACTS = random_facts(31, customers=50)
PERIOD = Period(AS_OF - timedelta(days=91), AS_OF)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LakeReader:
    lake = lake_of(tmp_path_factory.mktemp("lake"), FACTS)
    with lake.writer(now=NOW) as writer, DuckEngine() as engine:
        steps = TagLibrary(general_tags()).only(["amount_yuan_30d"]).steps()
        run_steps(engine, steps, writer.view, writer, as_of=AS_OF, now=NOW, keep=("customer_order",))
        writer.publish()
    return LakeReader(lake)


def by_hand(scope: str, bucket: Any) -> dict[Any, dict[str, Any]]:
    inside = [person for person in FACTS.customers if person["org_path"] == scope or person["org_path"].startswith(f"{scope}/")]
    place = {person["customer_id"]: person["org_path"].split("/") for person in inside}
    found: dict[Any, dict[str, Any]] = {}
    for line in FACTS.lines:
        if line["customer_id"] not in place or not PERIOD.start_on <= line["ordered_on"] < PERIOD.end_on:
            continue
        sums = found.setdefault(
            bucket(line["ordered_on"], place[line["customer_id"]]), {"amount": Decimal(0), "orders": set(), "people": set()}
        )
        sums["amount"] += line["amount_yuan"]
        sums["orders"].add((line["customer_id"], line["ordered_on"], line["order_id"]))
        sums["people"].add(line["customer_id"])
    return found


@pytest.mark.parametrize("by", By)
def test_metric_query_is_portable(by: By) -> None:
    assert portable_problems(metric_query(GENERAL_METRICS, PERIOD, scope_path="/cn", by=by)) == []


@pytest.mark.parametrize("scope", ["/cn", "/cn/1", "/cn/1/4"])
@pytest.mark.parametrize("by", By)
def test_metrics_are_the_sums_by_hand(reader: LakeReader, scope: str, by: By) -> None:
    depth = scope.count("/")

    def bucket(day: date, place: list[str]) -> Any:
        unit = place[depth + 1] if len(place) > depth + 1 else ""
        days = {By.DAY: day, By.WEEK: day - timedelta(days=day.weekday()), By.MONTH: day.replace(day=1)}
        return {By.TOTAL: "total", By.UNIT: unit, **days}[by]

    rows = reader.rows(metric_query(GENERAL_METRICS, PERIOD, scope_path=scope, by=by))
    expected = by_hand(scope, bucket)
    assert [row["bucket"] for row in rows] == sorted(expected)
    for row in rows:
        sums = expected[row["bucket"]]
        assert (row["amount"], row["orders"], row["active_customers"]) == (sums["amount"], len(sums["orders"]), len(sums["people"]))
        assert row["order_value"] == pytest.approx(float(sums["amount"]) / len(sums["orders"]))
        assert row["amount_per_customer"] == pytest.approx(float(sums["amount"]) / len(sums["people"]))


def test_active_rate_counts_customers_without_orders_below(reader: LakeReader) -> None:
    row = reader.rows(metric_query(GENERAL_METRICS, PERIOD, scope_path="/cn"))[0]
    assert row["active_rate"] == pytest.approx(row["active_customers"] / len(FACTS.customers))
    assert row["active_rate"] < 1


def test_scope_does_not_reach_into_a_unit_with_a_longer_name(reader: LakeReader) -> None:
    assert reader.rows(metric_query(GENERAL_METRICS, PERIOD, scope_path="/c")) == []


def test_additive_metrics_of_the_parts_add_up_to_the_whole(reader: LakeReader) -> None:
    whole = reader.rows(metric_query(GENERAL_METRICS, PERIOD, scope_path="/cn"))[0]
    for by in (By.DAY, By.WEEK, By.MONTH, By.UNIT):
        parts = reader.rows(metric_query(GENERAL_METRICS, PERIOD, scope_path="/cn", by=by))
        for metric in GENERAL_METRICS:
            if metric.additive:
                assert sum(part[metric.name] for part in parts) == whole[metric.name]
