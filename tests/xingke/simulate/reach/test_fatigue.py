import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.simulate.reach import FatigueState

ONE = np.ones(1, dtype=np.bool_)
NONE = np.zeros(1, dtype=np.bool_)


def touched_on(*days: int) -> FatigueState:
    state = FatigueState.fresh(1)
    for day in days:
        state = state.on(day).after(delivered=ONE, opted_out=NONE)
    return state


def test_the_third_touch_within_seven_days_tires_and_each_further_one_more():
    assert touched_on(10).on(12).response_factor() == pytest.approx(1.0)
    assert touched_on(10, 11).on(12).response_factor() == pytest.approx(0.8)
    assert touched_on(10, 11, 11, 12).on(12).response_factor() == pytest.approx(0.8**3)


def test_the_eighth_day_forgets_the_first():
    assert touched_on(10, 10).on(16).response_factor() == pytest.approx(0.8)
    assert touched_on(10, 10).on(17).response_factor() == pytest.approx(1.0)


@given(st.lists(st.integers(0, 60), max_size=25), st.integers(0, 10))
def test_touches_are_those_of_the_last_seven_days(days, later):
    days = sorted(days)
    today = (days[-1] if days else 0) + later
    assert touched_on(*days).on(today).touches.sum() == sum(day > today - 7 for day in days)


def test_an_earlier_day_counts_as_the_last_one():
    assert touched_on(10, 12).on(11).day == 12


def test_a_state_comes_back_from_its_arrays():
    state = touched_on(3, 5).after(delivered=ONE, opted_out=ONE)
    back = FatigueState.from_arrays(state.to_arrays())
    assert np.array_equal(back.touches, state.touches)
    assert back.opted_out[0]
    assert back.day == 5


def test_a_new_state_leaves_the_old_one_as_it_was():
    state = FatigueState.fresh(1)
    state.on(1).after(delivered=ONE, opted_out=ONE)
    assert state.touches.sum() == 0
    assert not state.opted_out[0]
