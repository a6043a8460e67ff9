"""Stable numbers: what happens to them when clusters are new, merge and split."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.identity.assign import Assigned, assign_ids

Keyed = dict[str, int]


def clusters(groups: dict[str, str]) -> pa.Table:
    """Records of the system crm by key, and the cluster of each."""
    return pa.table({"system": ["crm"] * len(groups), "source_id": list(groups), "cluster": list(groups.values())})


def numbered(numbers: Keyed) -> pa.Table:
    return pa.table(
        {
            "system": pa.array(["crm"] * len(numbers), pa.string()),
            "source_id": pa.array(list(numbers), pa.string()),
            "customer_id": pa.array(list(numbers.values()), pa.int64()),
        }
    )


def given_to(groups: dict[str, str], found: Assigned) -> Keyed:
    return dict(zip(groups, found.customer_id.tolist(), strict=True))


def redirects(found: Assigned) -> dict[int, int]:
    return dict(zip(found.redirects["from_customer_id"].to_pylist(), found.redirects["customer_id"].to_pylist(), strict=True))


def test_new_customers_count_up_from_the_largest() -> None:
    groups = {"a": "x", "b": "x", "c": "y"}
    assert given_to(groups, assign_ids(clusters(groups), None, None)) == {"a": 1, "b": 1, "c": 2}
    assert given_to(groups, assign_ids(clusters(groups), None, None, largest=40)) == {"a": 41, "b": 41, "c": 42}


def test_a_number_stays_with_its_records() -> None:
    groups = {"a": "x", "b": "x", "c": "y", "d": "z"}
    found = assign_ids(clusters(groups), numbered({"a": 7, "c": 3}), None)
    assert given_to(groups, found) == {"a": 7, "b": 7, "c": 3, "d": 8}
    assert not redirects(found)


def test_of_two_that_merge_the_oldest_stays_and_the_other_points_to_it() -> None:
    groups = {"a": "x", "b": "x", "c": "x"}
    found = assign_ids(clusters(groups), numbered({"a": 9, "b": 9, "c": 4}), None)
    assert set(given_to(groups, found).values()) == {4}
    assert redirects(found) == {9: 4}


def test_an_anchored_number_outlives_an_older_one() -> None:
    groups = {"a": "x", "b": "x"}
    found = assign_ids(clusters(groups), numbered({"a": 2, "b": 9}), numbered({"b": 9}))
    assert set(given_to(groups, found).values()) == {9}
    assert redirects(found) == {2: 9}


def test_a_split_leaves_the_number_with_the_largest_part() -> None:
    groups = {"a": "x", "b": "y", "c": "y"}
    assert given_to(groups, assign_ids(clusters(groups), numbered({"a": 5, "b": 5, "c": 5}), None)) == {"a": 6, "b": 5, "c": 5}


def test_a_split_leaves_the_number_with_the_anchored_part() -> None:
    groups = {"a": "x", "b": "y", "c": "y"}
    found = assign_ids(clusters(groups), numbered({"a": 5, "b": 5, "c": 5}), numbered({"a": 5}))
    assert given_to(groups, found) == {"a": 5, "b": 6, "c": 6}


def test_merging_and_taking_it_back_gives_the_numbers_of_before() -> None:
    apart, together = {"a": "x", "b": "x", "c": "y", "d": "y"}, dict.fromkeys("abcd", "x")
    anchors = numbered({"a": 1, "c": 2})
    first = given_to(apart, assign_ids(clusters(apart), None, anchors))
    merged = given_to(together, assign_ids(clusters(together), numbered(first), anchors))
    assert set(merged.values()) == {1}
    assert given_to(apart, assign_ids(clusters(apart), numbered(merged), anchors)) == first


def test_nothing_in_nothing_out() -> None:
    found = assign_ids(clusters({}), None, None)
    assert found.customer_id.size == 0
    assert found.redirects.num_rows == 0


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("uvwxyz"), min_size=1),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5)),
)
def test_every_cluster_has_one_number_and_no_number_is_given_twice(groups: dict[str, str], before: Keyed) -> None:
    found = assign_ids(clusters(groups), numbered(before), None)
    numbers: dict[str, set[int]] = {}
    for key, number in given_to(groups, found).items():
        numbers.setdefault(groups[key], set()).add(number)
    assert all(len(one) == 1 for one in numbers.values())
    assert len(set.union(*numbers.values())) == len(numbers)
    living = {before[key] for key in groups if key in before}
    assert living <= set(redirects(found)) | set.union(*numbers.values()), "a number lives or is redirected while a record of it lives"


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_the_order_of_the_records_does_not_matter(order: list[int]) -> None:
    groups = clusters({"a": "x", "b": "y", "c": "y", "d": "z"}).take(pa.array(order))
    found = assign_ids(groups, numbered({"b": 3}), None)
    assert dict(zip(groups["source_id"].to_pylist(), found.customer_id.tolist(), strict=True)) == {"a": 4, "b": 3, "c": 3, "d": 5}
