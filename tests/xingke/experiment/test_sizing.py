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


@given(st.integers(1, 400), st.integers(0, 400), st.sampled_from([0.5, 0.3, 0.2, 0.05]))
def test_a_check_that_could_not_fail_says_so(treated, control, share):
    """Ten against none at planned halves: no split of ten customers can be called broken, so none can be called as planned."""
    shares = {"treated": 1 - share, "control": share}
    found = sample_ratio({"treated": treated, "control": control}, shares)
    total = treated + control
    extremes = [sample_ratio({"treated": total, "control": 0}, shares), sample_ratio({"treated": 0, "control": total}, shares)]
    assert found.is_checked == any(not one.holds for one in extremes)
    assert ("planned sizes" in found.words["en"]) == found.is_checked
    assert ("与计划相符" in found.words["zh"]) == (found.is_checked and found.holds)


def test_ten_against_none_is_not_as_planned():
    found = sample_ratio({"treated": 10, "control": 0}, {"treated": 0.5, "control": 0.5})
    assert not found.is_checked
    assert "10 : 0" in found.words["en"]
    assert not sample_ratio({"treated": 12, "control": 0}, {"treated": 0.5, "control": 0.5}).holds


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_small_fair_splits_are_broken_as_seldom_as_large_ones(share):
    from scipy.stats import binom

    counts = np.arange(31)
    chance = binom.pmf(counts, 30, share)
    broken = [not sample_ratio({"t": int(n), "c": int(30 - n)}, {"t": share, "c": 1 - share}).holds for n in counts]
    assert float(chance[np.array(broken)].sum()) < 0.001
