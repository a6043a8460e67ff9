"""Groups to hide in, and pseudonyms."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.privacy import KeySet, Vault
from xingke.privacy.groups import GroupsTooSmall, k_anonymous, pseudonymised, smallest_group
from xingke.schema import TABLES
from xingke.schema.intake import RECORD


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=10, max_size=80), st.integers(2, 12))
def test_nobody_stands_out_and_nothing_appears(people, k):
    rows = pa.table({"city": [city for city, _ in people], "band": [band for _, band in people], "n": range(len(people))})
    try:
        grouped = k_anonymous(rows, ("city", "band"), k=k)
    except GroupsTooSmall:
        return
    assert smallest_group(grouped.rows, ("city", "band")) >= min(k, grouped.rows.num_rows)
    assert grouped.rows.num_rows + grouped.left_out == len(people)
    kept = {n: (city, band) for city, band, n in zip(*(grouped.rows[name].to_pylist() for name in ("city", "band", "n")), strict=True)}
    assert all(value in ((None, None), people[n]) for n, value in kept.items())


def test_large_groups_are_given_out_as_they_are():
    rows = pa.table({"city": ["a"] * 12 + ["b"] * 10})
    assert k_anonymous(rows, ("city",)).rows.equals(rows)


def test_a_small_group_loses_what_sets_it_apart():
    rows = pa.table({"city": ["a"] * 12 + ["b"] * 6 + ["c"] * 5, "amount": range(23)})
    grouped = k_anonymous(rows, ("city",))
    assert grouped.rows["city"].to_pylist() == ["a"] * 12 + [None] * 11
    assert (grouped.hidden, grouped.left_out) == (11, 0)


def test_a_few_who_stay_apart_are_left_out():
    rows = pa.table({"city": ["a"] * 12 + ["b"]})
    grouped = k_anonymous(rows, ("city",))
    assert grouped.rows.num_rows == 12
    assert grouped.left_out == 1


def test_fewer_than_ten_persons_are_refused_with_words():
    with pytest.raises(GroupsTooSmall, match="10") as caught:
        k_anonymous(pa.table({"city": ["a"] * 9}), ("city",))
    assert "10" in caught.value.text("zh")


def test_nothing_that_identifies_reaches_the_zone():
    vault = Vault(KeySet.fresh())
    rows = pa.table(
        {
            "system": ["crm"],
            "source_id": ["k1"],
            "name": ["王秀英"],
            "phone": ["13812345621"],
            "county": ["江北"],
            "updated_on": [date(2026, 3, 17)],
        }
    )
    zone = pseudonymised(rows, RECORD, vault)
    assert set(zone.column_names) == {"system", "county", "updated_on"}
    assert zone["updated_on"].to_pylist() == [date(2026, 3, 1)]


def test_pseudonyms_join_tables_of_one_workspace_and_no_other():
    vault, other = Vault(KeySet.fresh()), Vault(KeySet.fresh())
    customers = pa.table({"customer_id": [1, 2], "display_name": ["店一", "店二"], "postcode": ["310012", None], "city": ["x", "y"]})
    orders = pa.table({"customer_id": [2, 2, 1], "amount_yuan": [1, 2, 3]})
    left, right = pseudonymised(customers, TABLES["customer"], vault), pseudonymised(orders, TABLES["order_line"], vault)
    assert right["pseudonym"].to_pylist() == [left["pseudonym"][1].as_py()] * 2 + [left["pseudonym"][0].as_py()]
    assert left["postcode"].to_pylist() == ["310", None]
    assert "display_name" not in left.column_names
    assert pseudonymised(customers, TABLES["customer"], other)["pseudonym"].to_pylist() != left["pseudonym"].to_pylist()
