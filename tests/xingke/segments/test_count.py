"""Counts, lists, funnels and mixes agree with one another, and each takes one query."""

from datetime import date
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from sqlglot import exp

from xingke.expr import EVERYBODY, Attribute, Catalogue, Compare, Missing, Not, all_of
from xingke.schema import ColumnType
from xingke.segments import Segment, count_members, funnel, member_ids, overlap, sample, tier_mix
from xingke.words import both

AS_OF = date(2026, 11, 1)
CATALOGUE = Catalogue(
    [
        Attribute("orders", both("订货次数", "Orders"), ColumnType.INTEGER, "portrait", "orders"),
        Attribute("amount_yuan", both("金额", "Amount"), ColumnType.MONEY, "portrait", "amount_yuan"),
        Attribute("value_tier", both("客户分层", "Value tier"), ColumnType.TEXT, "tier", "value_tier"),
        Attribute("city", both("城市", "City"), ColumnType.TEXT, "customer", "city"),
    ]
)
MANY = Compare("orders", ">=", 3)
RICH = Compare("amount_yuan", ">", Decimal(20))


class DuckReader:
    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.asked = 0
        ids = list(range(9, -1, -1))
        paths, cities = [f"/ia/{n % 2}" for n in ids], [f"c{n}" for n in ids]
        self.connection.register("customer", pa.table({"customer_id": ids, "org_path": paths, "city": cities}))
        amounts = pa.array([None if n == 5 else Decimal(n // 2 * 10) for n in ids], pa.decimal128(14, 2))
        self.connection.register("portrait", pa.table({"customer_id": ids, "orders": ids, "amount_yuan": amounts}))
        self.connection.register("tier", pa.table({"customer_id": [1, 3, 4, 7], "value_tier": ["base", "value", "value", "base"]}))

    def query(self, query: exp.Query | str) -> pa.Table:
        self.asked += 1
        return self.connection.execute(query if isinstance(query, str) else query.sql("duckdb")).to_arrow_table()


@pytest.fixture
def reader() -> DuckReader:
    return DuckReader()


def test_count_and_list_agree_and_the_list_is_sorted(reader: DuckReader) -> None:
    ids = member_ids(reader, MANY, CATALOGUE, as_of=AS_OF)
    assert ids.tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert count_members(reader, MANY, CATALOGUE, as_of=AS_OF) == 7
    assert member_ids(reader, MANY, CATALOGUE, as_of=AS_OF, scope_path="/ia/1").tolist() == [3, 5, 7, 9]
    assert count_members(reader, MANY, CATALOGUE, as_of=AS_OF, scope_path="/ia/1") == 4


def test_a_funnel_applies_its_steps_one_after_the_other_in_one_query(reader: DuckReader) -> None:
    steps = [RICH, Compare("value_tier", "=", "base")]
    assert funnel(reader, MANY, steps, CATALOGUE, as_of=AS_OF) == [7, 4, 1]
    assert reader.asked == 1
    assert funnel(reader, MANY, [], CATALOGUE, as_of=AS_OF) == [7]
    assert funnel(reader, MANY, steps, CATALOGUE, as_of=AS_OF, scope_path="/ia/0") == [3, 2, 0]


def test_a_funnel_counts_missing_values_as_its_conditions_do(reader: DuckReader) -> None:
    assert funnel(reader, EVERYBODY, [Not(RICH), Missing("amount_yuan")], CATALOGUE, as_of=AS_OF) == [10, 6, 1]


def test_the_mix_adds_up_and_names_those_without_a_tier(reader: DuckReader) -> None:
    mix = tier_mix(reader, MANY, CATALOGUE, as_of=AS_OF)
    assert mix == {None: 4, "value": 2, "base": 1}
    assert list(mix) == [None, "value", "base"]


def test_a_sample_is_the_largest_first_with_ties_by_id_and_gaps_last(reader: DuckReader) -> None:
    rows = sample(reader, MANY, CATALOGUE, as_of=AS_OF, order_by="amount_yuan", n=7, show=("city", "amount_yuan")).to_pylist()
    assert [row["customer_id"] for row in rows] == [8, 9, 6, 7, 4, 3, 5]
    assert rows[0] == {"customer_id": 8, "city": "c8", "amount_yuan": Decimal("40.00")}
    assert sample(reader, MANY, CATALOGUE, as_of=AS_OF, order_by="amount_yuan").num_rows == 4


def test_overlap_counts_both_sides_and_what_they_share(reader: DuckReader) -> None:
    shared = overlap(reader, MANY, RICH, CATALOGUE, as_of=AS_OF)
    assert (shared.first, shared.second, shared.shared) == (7, 4, 4)
    assert shared.share_of_smaller == 1.0
    none = overlap(reader, MANY, all_of(RICH, Not(RICH)), CATALOGUE, as_of=AS_OF)
    assert (none.second, none.shared, none.share_of_smaller) == (0, 0, None)


def test_an_empty_segment_has_an_empty_list(reader: DuckReader) -> None:
    ids = member_ids(reader, Compare("orders", "<", 0), CATALOGUE, as_of=AS_OF)
    assert ids.dtype == np.int64
    assert len(ids) == 0


def test_a_segment_declares_its_words_and_a_usable_key() -> None:
    assert Segment("regulars", both("常客", "Regulars"), MANY).condition == MANY
    with pytest.raises(ValueError, match="no segment key"):
        Segment("Regular Customers", both("常客", "Regulars"), MANY)
    with pytest.raises(ValueError, match="both languages"):
        Segment("regulars", both("常客", " "), MANY)
