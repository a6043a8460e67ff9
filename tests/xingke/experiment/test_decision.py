from decimal import Decimal

import numpy as np
import pytest

from xingke.experiment import ArmSums, InvalidDesign, decide, effect_of, one_to, roi_of, sample_ratio
from xingke.words import both, is_complete

EVEN = sample_ratio({"t": 500, "c": 500}, {"t": 0.5, "c": 0.5})


def effect(shift, n=500, seed=7):
    y = np.random.default_rng(seed).normal(100, 10, (2, n))
    y -= y.mean(axis=1, keepdims=True) - 100
    return effect_of(ArmSums.from_arrays(y[0] + shift), ArmSums.from_arrays(y[1]), tuning=2.0 * n)


@pytest.mark.parametrize(
    ("shift", "days_run", "worthwhile", "kind", "finding", "said"),
    [
        (3.0, 28, None, "ship", "gain", "Ship: the effect is 3.00 yuan"),
        (-3.0, 28, None, "stop", "loss", "does harm"),
        (0.0, 28, None, "cannot_decide", "no_effect", "no effect was seen"),
        (0.0, 28, 5.0, "stop", "no_effect", "Stop: no effect"),
        (0.0, 28, 0.5, "cannot_decide", "no_effect", "smallest effect this design could see is 1.67 yuan"),
        (1.3, 14, None, "wait", "no_effect", "Wait 14 more days"),
        (6.0, 14, None, "ship", "gain", "Ship"),
        (6.0, 3, None, "wait", "no_effect", "Wait 25 more days"),
    ],
)
def test_a_result_becomes_one_decision(shift, days_run, worthwhile, kind, finding, said):
    found = decide(effect(shift), EVEN, days_run=days_run, planned_days=28, worthwhile=worthwhile, unit=both("元", "yuan"))
    assert (found.kind, found.finding) == (kind, finding)
    assert said in found.words["en"]
    assert is_complete(found.words)


def test_nothing_is_decided_on_a_broken_split():
    broken = sample_ratio({"t": 600, "c": 400}, {"t": 0.5, "c": 0.5})
    assert decide(effect(9.0), broken, days_run=28, planned_days=28).kind == "broken_split"


def test_less_is_better_turns_the_decision():
    assert decide(effect(-3.0), EVEN, days_run=28, planned_days=28, higher_is_better=False).kind == "ship"
    assert decide(effect(3.0), EVEN, days_run=28, planned_days=28, higher_is_better=False).kind == "stop"


def test_no_effect_is_said_ninety_four_times_in_a_hundred_whatever_the_looks():
    chance, claims, runs = np.random.default_rng(11), 0, 600
    for _ in range(runs):
        y = chance.gamma(2, 40, (2, 600))
        for day in range(7, 29, 3):
            n = 600 * day // 28
            found = effect_of(ArmSums.from_arrays(y[0, :n]), ArmSums.from_arrays(y[1, :n]), tuning=1_200.0)
            decision = decide(found, None, days_run=day, planned_days=28)
            if decision.kind != "wait":
                break
        claims += decision.finding != "no_effect"
    assert claims / runs <= 0.07


def test_impossible_plans_are_refused():
    with pytest.raises(InvalidDesign):
        decide(effect(0.0), EVEN, days_run=1, planned_days=0)
    with pytest.raises(InvalidDesign):
        decide(effect(0.0), EVEN, days_run=1, planned_days=1, worthwhile=0)


def test_return_shows_what_was_caused_beside_what_would_be_claimed():
    treated = ArmSums.from_arrays([Decimal(110), Decimal(120), Decimal(130)])
    control = ArmSums.from_arrays([Decimal(100), Decimal(110), Decimal(120)])
    found = roi_of(effect_of(treated, control), cost_yuan=Decimal("15.00"), value_of_one=Decimal("0.5"))
    assert found.incremental_yuan == Decimal("15.00")
    assert found.naive_yuan == Decimal("180.00")
    assert one_to(found.incremental_ratio) == "1:1.0"
    assert one_to(found.naive_ratio) == "1:12.0"
    assert found.incremental_low_yuan < found.incremental_yuan < found.incremental_high_yuan
    assert found.incremental_low_ratio < 0 < found.incremental_high_ratio
    assert "1:12.0" in found.words["zh"]


def test_without_cost_there_is_no_ratio():
    found = roi_of(effect(3.0), cost_yuan=Decimal(0))
    assert found.incremental_ratio is None
    assert one_to(found.naive_ratio) == "-"


def test_negative_cost_is_refused():
    with pytest.raises(InvalidDesign):
        roi_of(effect(1.0), cost_yuan=Decimal(-1))


@pytest.mark.parametrize(("ratio", "shown"), [("3.24", "1:3.2"), ("0.85", "1:0.9"), ("-0.01", "1:0.0"), ("-1.2", "1:-1.2")])
def test_a_return_is_written_the_way_the_trade_does(ratio, shown):
    assert one_to(Decimal(ratio)) == shown
