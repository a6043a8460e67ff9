from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.experiment import ArmSums, InvalidDesign, NotEnoughCustomers, sums_by_arm
from xingke.experiment.sums import merged

money = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)
pairs = st.lists(st.tuples(money, money), min_size=1, max_size=40)


def of(rows):
    return ArmSums.from_arrays([y for y, _ in rows], [x for _, x in rows])


@given(pairs, pairs)
def test_merging_equals_counting_together(left, right):
    assert of(left) + of(right) == of(left + right)


@given(pairs, st.randoms())
def test_the_order_of_customers_does_not_matter(rows, chance):
    assert of(chance.sample(rows, len(rows))) == of(rows)


@given(pairs)
def test_merging_single_customers_gives_the_whole(rows):
    assert merged(of([row]) for row in rows) == of(rows)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_moments_agree_with_numpy(values):
    sums = ArmSums.from_arrays(np.array(values))
    assert sums.mean_y == pytest.approx(np.mean(values), abs=1e-6)
    assert sums.scatter_y == pytest.approx(np.var(values) * len(values), rel=1e-6, abs=1e-2)


def test_a_small_spread_on_a_large_level_survives():
    sums = ArmSums.from_arrays([Decimal("900000000000.01"), Decimal("900000000000.03")])
    assert sums.scatter_y == pytest.approx(0.0002)


def test_a_table_gives_the_sums_of_each_arm():
    table = pa.table(
        {
            "arm": ["t", "c", "t", "c"],
            "amount": pa.array([Decimal("1.50"), Decimal("2.00"), Decimal("2.50"), Decimal("4.00")], pa.decimal128(14, 2)),
            "was": [1, 2, 3, 4],
        }
    )
    found = sums_by_arm(table, arm="arm", response="amount", before="was")
    assert found["t"] == ArmSums.of(n=2, total_y=4, total_y2=Decimal("8.5"), total_x=4, total_x2=10, total_xy=9)
    assert found["c"].mean_y == 3
    assert sums_by_arm(table, arm="arm", response="was")["t"].knows_before is False


def test_a_flag_counts_as_zero_and_one():
    table = pa.table({"arm": ["t", "t", "t"], "answered": [True, False, True]})
    assert sums_by_arm(table, arm="arm", response="answered") == {"t": ArmSums.of_counts(n=3, responders=2)}


def test_a_missing_response_is_refused_by_its_column():
    table = pa.table({"arm": ["t", "c"], "amount": [1.0, None]})
    with pytest.raises(InvalidDesign, match="amount"):
        sums_by_arm(table, arm="arm", response="amount")


def test_infinite_numbers_negative_counts_and_uneven_lists_are_refused():
    with pytest.raises(InvalidDesign):
        ArmSums.of(n=2, total_y=float("nan"), total_y2=1)
    with pytest.raises(InvalidDesign):
        ArmSums.of(n=-1, total_y=0, total_y2=0)
    with pytest.raises(InvalidDesign):
        ArmSums.from_arrays([1, 2], [1])


def test_an_empty_arm_has_no_mean():
    with pytest.raises(NotEnoughCustomers):
        _ = ArmSums.of(n=0, total_y=0, total_y2=0).mean_y
