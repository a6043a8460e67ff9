"""Figures of one-ID on cases small enough to count by hand."""

import numpy as np
import pyarrow as pa
import pytest

from xingke.evaluate.one_id.fields import agreement, b_cubed, main_customer, match_rate, right_after, right_before


def test_before_counts_records_and_after_counts_customers() -> None:
    entity, customer = np.array([0, 0, 0, 1]), np.array([5, 5, 6, 7])
    right = {"name": np.array([True, True, False, False])}
    said = pa.table({"name": ["a", "a", "b", "c"]})
    assert right_before(entity, right)[:, 0] == pytest.approx([2 / 3, 0])
    assert main_customer(entity, customer).tolist() == [5, 7]
    golden = {"name": pa.chunked_array([["a", "c"]])}
    assert right_after(entity, right, said, golden, np.array([0, 1]))[:, 0].tolist() == [1.0, 0.0]


def test_agreement_counts_pairs_of_two_systems_that_both_have_a_label() -> None:
    entity, system = np.array([0, 0, 0, 0, 1]), np.array([0, 1, 2, 2, 0])
    pairs, same = agreement(entity, system, ["x", "x", "y", None, "x"])
    assert pairs.tolist() == [3, 0]
    assert same.tolist() == [1, 0]


def test_b_cubed_by_hand() -> None:
    precision, recall = b_cubed(np.array([1, 1, 2, 2]), np.array([0, 0, 0, 1]))
    assert precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_the_match_rate_is_the_share_of_entities_that_meet() -> None:
    entity, cluster, system = np.array([0, 0, 1, 1]), np.array([3, 3, 4, 5]), np.array([0, 1, 0, 1])
    assert match_rate(entity, cluster, system, ["ordering", "crm"]) == {"ordering-crm": 0.5}
