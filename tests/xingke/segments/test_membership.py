"""Membership keeps the day of entry of whoever stays, and every customer is accounted for."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xingke.segments import MEMBERSHIP_SCHEMA, membership_change, no_members

MONDAY, TUESDAY, FRIDAY = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 6)
IDS = st.sets(st.integers(0, 30))


@given(before=IDS, now=IDS)
def test_who_entered_left_and_stayed_is_a_partition(before: set[int], now: set[int]) -> None:
    first = membership_change(no_members(), list(before), segment_key="loyal", version=1, as_of=MONDAY)
    change = membership_change(first.table, list(now), segment_key="loyal", version=2, as_of=TUESDAY)
    assert set(change.entered) == now - before
    assert set(change.left) == before - now
    assert set(change.stayed) == now & before
    assert change.is_empty == (now == before)
    assert change.table.column("customer_id").to_pylist() == sorted(now)
    entered_on = dict(zip(change.table.column("customer_id").to_pylist(), change.table.column("entered_on").to_pylist(), strict=True))
    assert entered_on == {member: MONDAY if member in before else TUESDAY for member in now}
    assert set(change.table.column("version").to_pylist()) <= {2}
    assert change.table.schema == MEMBERSHIP_SCHEMA


def test_other_segments_are_passed_over() -> None:
    loyal = membership_change(no_members(), [1, 2], segment_key="loyal", version=1, as_of=MONDAY)
    change = membership_change(loyal.table, [2, 3], segment_key="new", version=1, as_of=FRIDAY)
    assert change.entered.tolist() == [2, 3]
    assert change.left.tolist() == []


def test_order_and_repetition_of_ids_do_not_matter() -> None:
    change = membership_change(no_members(), np.array([3, 1, 3, 2]), segment_key="loyal", version=1, as_of=MONDAY)
    assert change.table.column("customer_id").to_pylist() == [1, 2, 3]


def test_whoever_comes_back_enters_anew() -> None:
    first = membership_change(no_members(), [1], segment_key="loyal", version=1, as_of=MONDAY)
    gone = membership_change(first.table, [], segment_key="loyal", version=1, as_of=TUESDAY)
    back = membership_change(gone.table, [1], segment_key="loyal", version=1, as_of=FRIDAY)
    assert back.table.column("entered_on").to_pylist() == [FRIDAY]
