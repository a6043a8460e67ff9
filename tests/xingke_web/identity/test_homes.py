"""Numbers of customers: a record brings its own along, and gets it back when a merge is taken back."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from xingke.identity.assign import assign_ids
from xingke_web.identity.homes import HOME_SCHEMA, homes_after


def links(numbers: dict[str, int]) -> pa.Table:
    rows = [{"system": "crm", "source_id": key, "customer_id": number} for key, number in numbers.items()]
    return pa.Table.from_pylist(rows, schema=HOME_SCHEMA)


def run(homes: pa.Table, groups: dict[str, str]) -> tuple[dict[str, int], dict[int, int], pa.Table]:
    """One pass over records with their clusters: numbers, redirects, and the homes afterwards."""
    keys = sorted(groups)
    clusters = pa.table({"system": ["crm"] * len(keys), "source_id": keys, "cluster": [groups[key] for key in keys]})
    largest = int(pc.max(homes["customer_id"]).as_py() or 0) if homes.num_rows else 0
    found = assign_ids(clusters, homes, None, largest=largest)
    numbers = dict(zip(keys, found.customer_id.tolist(), strict=True))
    redirects = dict(zip(*(column.to_pylist() for column in found.redirects.columns), strict=True))
    return numbers, redirects, homes_after(homes, links(numbers))


def test_a_merge_taken_back_gives_both_customers_their_numbers_again():
    apart = {"a": "1", "b": "1", "c": "2"}
    before, none, homes = run(HOME_SCHEMA.empty_table(), apart)
    merged, redirects, homes_merged = run(homes, dict.fromkeys(apart, "1"))
    again, none_again, homes_again = run(homes_merged, apart)
    assert (set(merged.values()), redirects) == ({before["a"]}, {before["c"]: before["a"]})
    assert (again, none_again, homes_again) == (before, none, homes)


def test_a_merge_that_stays_keeps_its_redirect_in_every_later_pass():
    _, _, homes = run(HOME_SCHEMA.empty_table(), {"a": "1", "c": "2"})
    _, first, homes = run(homes, {"a": "1", "c": "1"})
    _, second, _ = run(homes, {"a": "1", "c": "1"})
    assert first == second != {}


def test_records_taken_out_keep_the_number_that_they_got():
    _, _, homes = run(HOME_SCHEMA.empty_table(), {"a": "1", "b": "1", "c": "1"})
    first, _, homes = run(homes, {"a": "1", "b": "1", "c": "2"})
    second, redirects, _ = run(homes, {"a": "1", "b": "1", "c": "2", "z": "3"})
    assert (second["c"], redirects) == (first["c"], {})
    assert second["z"] not in first.values()


def test_the_number_of_records_that_vanished_is_given_to_nobody_else():
    first, _, homes = run(HOME_SCHEMA.empty_table(), {"a": "1", "b": "2"})
    _, _, homes = run(homes, {"a": "1"})
    third, _, _ = run(homes, {"a": "1", "b": "2", "n": "3"})
    assert third["b"] == first["b"]
    assert third["n"] not in (first["a"], first["b"])


groupings = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("1234"), min_size=1), min_size=1, max_size=4)


@given(groupings)
def test_a_pass_repeated_changes_nothing_and_numbers_are_of_one_customer_each(passes):
    homes = HOME_SCHEMA.empty_table()
    for groups in passes:
        numbers, redirects, homes = run(homes, groups)
        again, redirects_again, homes_again = run(homes, groups)
        assert (again, redirects_again, homes_again) == (numbers, redirects, homes)
        assert {(numbers[a] == numbers[b]) == (groups[a] == groups[b]) for a in groups for b in groups} == {True}
        assert not set(redirects) & set(numbers.values())
