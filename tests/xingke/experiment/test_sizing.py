import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.experiment import ArmSums, InvalidDesign, effect_of, sample_ratio, size_mean, size_proportion


def test_a_small_pilot_sees_only_large_effects():
    found = size_proportion(base=0.12, n=750)
    assert found.detectable == pytest.approx(0.0665, abs=0.0005)
    assert "6.6 percentage points" in found.words["en"]
    assert "375" in found.words["zh"]


@given(st.floats(0.02, 0.98), st.floats(0.005, 0.2), st.floats(0.1, 0.9))
def test_needed_customers_and_detectable_effect_undo_each_other(base, effect, share):
    needed = size_proportion(base=base, effect=effect, treated_share=share)
    assert needed.detectable <= effect * 1.0000001
    assert size_mean(variance=base * (1 - base), n=needed.customers, treated_share=share).detectable == pytest.approx(
        needed.detectable, rel=0.2
    )


def test_the_planned_power_comes_out():
    plan = size_mean(variance=100.0, effect=2.0, treated_share=0.3)
    chance, seen, runs = np.random.default_rng(9), 0, 1_000
    for _ in range(runs):
        treated, control = chance.normal(2, 10, plan.n_treated), chance.normal(0, 10, plan.n_control)
        seen += effect_of(ArmSums.from_arrays(treated), ArmSums.from_arrays(control)).p_value < 0.05
    assert seen / runs == pytest.approx(0.8, abs=0.04)


def test_knowing_the_past_saves_customers():
    plain, known = (size_mean(variance=100.0, effect=1.0, correlation=rho).customers for rho in (0.0, 0.8))
    assert known == pytest.approx(plain * 0.36, rel=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        {"variance": 0, "n": 10},
        {"variance": 1},
        {"variance": 1, "n": 10, "effect": 1},
        {"variance": 1, "effect": -1},
        {"variance": 1, "n": 3},
        {"variance": 1, "n": 10, "treated_share": 1},
        {"variance": 1, "n": 10, "alpha": 1.5},
        {"variance": 1, "n": 10, "power": 0.2},
    ],
)
def test_impossible_designs_are_refused(wrong):
    with pytest.raises(InvalidDesign):
        size_mean(**wrong)


def test_a_share_outside_zero_and_one_is_refused():
    with pytest.raises(InvalidDesign, match="base=12"):
        size_proportion(base=12, n=100)


def test_a_lost_fiftieth_of_an_arm_is_caught():
    chance = np.random.default_rng(10)
    caught = sum(
        not sample_ratio({"t": int(t), "c": 40_000 - int(t)}, {"t": 0.5, "c": 0.5}).holds for t in chance.binomial(40_000, 0.51, 500)
    )
    assert caught / 500 >= 0.7


def test_a_fair_split_is_seldom_called_broken():
    chance = np.random.default_rng(12)
    counts = chance.multinomial(9_000, [0.2, 0.3, 0.5], 3_000)
    broken = sum(not sample_ratio(dict(zip("abc", map(int, row), strict=True)), {"a": 0.2, "b": 0.3, "c": 0.5}).holds for row in counts)
    assert broken / 3_000 <= 0.004


@pytest.mark.parametrize(
    ("observed", "shares"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1, "b": 2}, {"a": 0.5, "c": 0.5}),
        ({"a": 0, "b": 0}, {"a": 0.5, "b": 0.5}),
        ({"a": 1, "b": 2}, {"a": 0.5, "b": 0.6}),
    ],
)
def test_a_split_that_cannot_be_checked_is_refused(observed, shares):
    with pytest.raises(InvalidDesign):
        sample_ratio(observed, shares)
