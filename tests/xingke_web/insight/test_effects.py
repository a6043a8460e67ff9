"""Effects as pure functions: a planted one is recovered, none is claimed where there is none."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from xingke.experiment import NotEnoughCustomers, SecondEstimate
from xingke_web.insight.effects import Design, measure, measure_without_lot

SHARES = {"treated": 0.8, "control": 0.2}


def market(*, effect: float, seed: int, n: int = 3000, treated_share: float = 0.8, days: int = 56) -> tuple[pa.Table, pa.Table]:
    """Customers whose amount before explains most of the amount after; the treated get `effect` more, spread over the weeks."""
    chance = np.random.default_rng(seed)
    before = chance.gamma(2.0, 50.0, n)
    treated = chance.random(n) < treated_share
    response = 0.6 * before + chance.normal(40, 15, n) + effect * treated
    weeks = days // 7
    customers = pa.table(
        {
            "customer_id": pa.array(range(n)),
            "arm": pa.array(np.where(treated, "treated", "control")),
            "response": pa.array(response),
            "before": pa.array(before),
            "tier": pa.array(chance.choice(["value", "potential", "base"], n, p=[0.08, 0.22, 0.7])),
            "returned": pa.array(chance.random(n) * 2),
            "bought": pa.array(response + 2),
            "opted_out": pa.array((chance.random(n) < 0.02).astype(int)),
        }
    )
    weekly = pa.table(
        {
            "customer_id": pa.array(np.repeat(np.arange(n), weeks)),
            "week": pa.array(np.tile(np.arange(weeks), n)),
            "response": pa.array(np.repeat(response / weeks, weeks)),
        }
    )
    return customers, weekly


def design(**changes) -> Design:
    return Design(**{"days_run": 56, "planned_days": 56, "shares": SHARES, "cost_yuan": Decimal(1000), **changes})


def test_a_planted_effect_is_recovered_by_all_parts():
    customers, weekly = market(effect=10.0, seed=3)
    found = measure(customers, weekly, design())
    assert found.effect.absolute.low < 10 < found.effect.absolute.high
    assert found.decision.kind == "ship"
    assert found.effect.variance_reduction > 0.5
    assert found.srm is not None
    assert found.srm.holds
    assert [one.tier for one in found.tiers] == ["value", "potential", "base"]
    assert sum(one.treated + one.control for one in found.tiers) == 3000
    assert found.roi is not None
    assert float(found.roi.incremental_yuan) == pytest.approx(found.effect.total.value, abs=0.01)
    assert found.roi.naive_yuan > found.roi.incremental_yuan


def test_the_last_week_of_the_running_effect_is_the_whole_effect():
    customers, weekly = market(effect=10.0, seed=4)
    found = measure(customers, weekly, design())
    assert len(found.weeks) == 8
    assert found.weeks[-1].estimate.value == pytest.approx(found.effect.sequential.value)
    assert found.weeks[-1].estimate.low == pytest.approx(found.effect.sequential.low)


def test_without_an_effect_a_claim_is_as_rare_as_its_level_says():
    claims = 0
    for seed in range(60):
        customers, weekly = market(effect=0.0, seed=seed, n=400)
        claims += measure(customers, weekly, design()).decision.kind in ("ship", "stop")
    assert claims <= 9


def test_before_the_end_ordinary_evidence_is_not_enough():
    customers, weekly = market(effect=2.0, seed=5, n=1500)
    found = measure(customers, weekly, design(days_run=20))
    assert found.decision.kind == "wait"
    assert found.decision.days_left == 36
    assert len(found.weeks) == 2


def test_a_broken_split_ends_everything():
    customers, weekly = market(effect=10.0, seed=6, treated_share=0.6)
    assert measure(customers, weekly, design()).decision.kind == "broken_split"


def test_an_arm_of_one_customer_gives_no_number():
    customers, weekly = market(effect=1.0, seed=7, n=40, treated_share=1.1)
    with pytest.raises(NotEnoughCustomers):
        measure(customers, weekly, design())


def test_orders_have_no_return_on_cost():
    customers, weekly = market(effect=1.0, seed=8, n=400)
    assert measure(customers, weekly, design(is_amount=False)).roi is None
    assert measure(customers, weekly, design(cost_yuan=None)).roi is None


def grouped(*, effect: float, drift: float, seed: int, n: int = 2000) -> pa.Table:
    """Customers chosen by their size; `drift` moves the chosen ones already before the campaign."""
    chance = np.random.default_rng(seed)
    size = chance.gamma(2.0, 50.0, n)
    treated = size > np.median(size)
    earlier = size + chance.normal(0, 10, n)
    before = size + chance.normal(0, 10, n) + drift * treated
    after = size + 20 + chance.normal(0, 10, n) + (2 * drift + effect) * treated
    cluster = pa.array([f"unit {number % 40}" for number in range(n)])
    return pa.table({"treated": treated, "earlier": earlier, "before": before, "after": after, "cluster": cluster})


def test_difference_in_differences_recovers_an_effect_on_chosen_customers():
    found = measure_without_lot(grouped(effect=8.0, drift=0.0, seed=1), days=56)
    assert found.effect.low < 8 < found.effect.high
    assert found.effect.low > 0
    assert found.clusters == 40


def test_a_placebo_tells_that_the_chosen_moved_before():
    found = measure_without_lot(grouped(effect=0.0, drift=6.0, seed=2), days=56)
    assert found.placebo_holds is False
    assert found.placebo is not None
    assert found.placebo.low < 6 < found.placebo.high


def test_without_an_earlier_period_the_placebo_is_missing():
    table = grouped(effect=0.0, drift=0.0, seed=3).drop_columns(["earlier"])
    assert measure_without_lot(table, days=56).placebo_holds is None


def test_with_few_groups_each_customer_stands_alone():
    table = grouped(effect=0.0, drift=0.0, seed=4)
    few = table.set_column(table.column_names.index("cluster"), "cluster", pa.array([f"unit {number % 3}" for number in range(2000)]))
    assert measure_without_lot(few, days=56).clusters == 2000


def test_a_second_estimate_stands_beside_the_first_where_the_design_has_one():
    customers, weekly = market(effect=10.0, seed=3)
    assert measure(customers, weekly, design()).second is None
    found = measure(customers, weekly, design(second=SecondEstimate.WITHOUT_LARGEST))
    assert found.second is not None
    assert found.second.apart == 60
    assert found.second.effect.absolute.low < 10 < found.second.effect.absolute.high
    assert found.decision == measure(customers, weekly, design()).decision


def test_a_small_sample_is_warned_of():
    customers, weekly = market(effect=0.0, seed=6, n=100)
    assert any("Small sample" in words["en"] for words in measure(customers, weekly, design()).warnings)
