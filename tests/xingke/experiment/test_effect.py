from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.experiment import ArmSums, InvalidDesign, NotEnoughCustomers, effect_of, ratio_effect
from xingke.experiment.estimate import sequential_estimate

RUNS = 2_000


def arm(y, x=None):
    return ArmSums.from_arrays(y, x)


def spending(chance, n):
    """Skewed amounts with a memory: what a customer bought before says something about what comes now."""
    before = chance.gamma(2.0, 50.0, n)
    return before, 0.7 * before + chance.gamma(2.0, 30.0, n)


def test_aa_tests_are_positive_five_times_in_a_hundred():
    chance, positive = np.random.default_rng(1), 0
    for _ in range(RUNS):
        before, after = spending(chance, 400)
        positive += effect_of(arm(after[:200], before[:200]), arm(after[200:], before[200:])).p_value < 0.05
    assert 0.04 <= positive / RUNS <= 0.06


def test_intervals_cover_the_truth_as_often_as_they_say():
    chance, inside, inside_relative = np.random.default_rng(2), 0, 0
    truth, base = 8.0, 0.7 * 100 + 60
    for _ in range(RUNS):
        before, after = spending(chance, 500)
        after[:150] += truth
        found = effect_of(arm(after[:150], before[:150]), arm(after[150:], before[150:]))
        inside += found.absolute.low <= truth <= found.absolute.high
        inside_relative += found.relative.low <= truth / base <= found.relative.high
    assert 0.93 <= inside / RUNS <= 0.97
    assert 0.93 <= inside_relative / RUNS <= 0.97


def test_looking_twenty_times_keeps_the_error_rate():
    chance, fooled, fooled_fixed, runs = np.random.default_rng(3), 0, 0, 500
    for _ in range(runs):
        y = chance.normal(0, 1, (2, 2_000))
        looks = [effect_of(arm(y[0, :n]), arm(y[1, :n]), tuning=2_000.0) for n in range(100, 2_001, 100)]
        fooled += any(look.sequential.above_zero or look.sequential.below_zero for look in looks)
        fooled_fixed += any(look.p_value < 0.05 for look in looks)
    assert fooled / runs <= 0.05
    assert fooled_fixed / runs > 0.15  # the reason why the sequential interval is there


def test_cuped_leaves_one_minus_rho_squared_of_the_variance():
    chance, rho, n = np.random.default_rng(4), 0.8, 100_000
    before = chance.normal(10, 2, n)
    after = 5 + rho * (before - 10) / 2 + np.sqrt(1 - rho**2) * chance.normal(0, 1, n)
    found = effect_of(arm(after[: n // 2], before[: n // 2]), arm(after[n // 2 :], before[n // 2 :]))
    assert 1 - found.variance_reduction == pytest.approx(1 - rho**2, rel=0.02)
    assert found.absolute.standard_error < found.unadjusted.standard_error


def test_cuped_takes_away_an_imbalance_that_was_there_before():
    before_t, before_c = np.array([10.0, 20, 30, 44]), np.array([8.0, 15, 22, 31])
    found = effect_of(arm(before_t + 3 + np.array([1, -1, 1, -1]), before_t), arm(before_c + np.array([-1, 1, 1, -1]), before_c))
    assert abs(found.absolute.value - 3) < abs(found.unadjusted.value - 3)


def test_without_cuped_the_result_is_welchs_test():
    from scipy import stats

    y, z = np.array([1.0, 4, 2, 8, 5, 7]), np.array([3.0, 1, 4, 1])
    expected = stats.ttest_ind(y, z, equal_var=False)
    found = effect_of(arm(y), arm(z), cuped=True)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert (found.absolute.low, found.absolute.high) == pytest.approx(tuple(expected.confidence_interval()))
    assert found.theta == 0
    assert found.variance_reduction == 0


def test_the_naive_figures_stand_beside_the_incremental_one():
    treated = arm([Decimal("110.00"), Decimal("130.00"), Decimal("90.00")], [Decimal("80.00"), Decimal("100.00"), Decimal("90.00")])
    control = arm([Decimal("108.00"), Decimal("128.00"), Decimal("91.00")], [Decimal("80.00"), Decimal("100.00"), Decimal("90.00")])
    found = effect_of(treated, control)
    assert found.naive_total == Decimal("330.00")
    assert found.naive_before_after == Decimal("60.00")
    assert found.total.value == pytest.approx(3.0)
    assert found.total.low < found.total.value < found.total.high


@pytest.mark.parametrize("side", ["greater", "less"])
def test_a_one_sided_interval_is_open(side):
    found = effect_of(arm([1, 2, 3]), arm([1, 2, 4]), alternative=side).absolute
    assert np.isinf(found.high if side == "greater" else found.low)


def test_customers_who_are_all_alike_leave_no_doubt():
    assert effect_of(arm([2, 2, 2]), arm([2, 2])).p_value == 1
    found = effect_of(arm([3, 3, 3]), arm([2, 2]))
    assert (found.p_value, found.absolute.low, found.absolute.high, found.sequential.p_value) == (0, 1, 1, 0)


def test_there_is_no_relative_effect_on_nothing():
    found = effect_of(arm([1, 0, 1]), arm([0, 0, 0]))
    assert found.relative is None
    assert found.sequential_relative is None


def test_bad_input_is_refused():
    with pytest.raises(NotEnoughCustomers, match="1 customers"):
        effect_of(arm([1]), arm([1, 2]))
    with pytest.raises(InvalidDesign, match="confidence"):
        effect_of(arm([1, 2]), arm([1, 2]), confidence=95)


rows = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=30)


@given(rows, rows)
@settings(max_examples=60)
def test_swapping_the_arms_turns_the_sign(treated, control):
    one, other = (arm([y for y, _ in part], [x for _, x in part]) for part in (treated, control))
    found, back = effect_of(one, other), effect_of(other, one)
    assert found.absolute.value == pytest.approx(-back.absolute.value, abs=1e-6)
    assert found.p_value == pytest.approx(back.p_value, abs=1e-9)
    assert found.absolute.low <= found.absolute.value <= found.absolute.high


@given(st.floats(-5, 5), st.floats(0.01, 5), st.integers(2, 10**6), st.floats(100, 10**5))
def test_the_interval_for_many_looks_is_wider_than_the_one_for_one(value, variance, n, tuning):
    found = sequential_estimate(value, variance, n, confidence=0.95, tuning=tuning)
    assert found.high - found.value > 1.96 * found.standard_error
    assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)


def test_a_ratio_of_customers_is_the_mean_when_every_unit_is_one_customer():
    y, z = [3, 5, 4, 9], [1, 2, 6, 3]
    plain = effect_of(arm(y), arm(z))
    ratio = ratio_effect(arm(y, [1] * 4), arm(z, [1] * 4))
    assert ratio.absolute.value == pytest.approx(plain.absolute.value)
    assert ratio.absolute.standard_error == pytest.approx(plain.absolute.standard_error)


def test_drawn_clusters_need_the_ratio_of_clusters():
    chance, wrong, right, runs = np.random.default_rng(5), 0, 0, 400
    for _ in range(runs):
        sizes = chance.integers(10, 40, 60)
        common = chance.normal(0, 1, 60)
        totals = np.array([chance.normal(level, 1, size).sum() for level, size in zip(common, sizes, strict=True)])
        people = [common[at] + chance.normal(0, 1, sizes[at]) for at in range(60)]
        right += ratio_effect(arm(totals[:30], sizes[:30]), arm(totals[30:], sizes[30:])).absolute.p_value < 0.05
        wrong += effect_of(arm(np.concatenate(people[:30])), arm(np.concatenate(people[30:]))).p_value < 0.05
    assert right / runs < 0.09
    assert wrong / runs > 0.3


def test_a_ratio_without_a_denominator_is_refused():
    with pytest.raises(InvalidDesign):
        ratio_effect(arm([1, 2], [0, 0]), arm([1, 2], [1, 1]))
    with pytest.raises(NotEnoughCustomers):
        ratio_effect(arm([1], [1]), arm([1, 2], [1, 1]))
