from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.quality import MissingColumn, quality_report, split
from xingke.quality.report import RowsLost
from xingke.schema import CUSTOMER, ORDER_LINE, TOUCH
from xingke.schema.findings import Finding, quarantine_of
from xingke.words import both

GOOD = {
    "customer_id": 1,
    "ordered_on": date(2026, 1, 1),
    "order_id": 1,
    "line_no": 1,
    "product_id": 1,
    "price_class": 3,
    "quantity_units": 1,
    "amount_yuan": Decimal("1.00"),
    "discount_yuan": Decimal("0.00"),
}


def lines(*changes):
    return pa.Table.from_pylist([GOOD | {"line_no": number} | change for number, change in enumerate(changes, start=1)])


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"customer_id": None}, "customer_id", "required_missing"),
        ({"customer_id": -1}, "customer_id", "out_of_bounds"),
        ({"price_class": 0}, "price_class", "out_of_bounds"),
        ({"price_class": 6}, "price_class", "out_of_bounds"),
        ({"discount_yuan": Decimal("-0.01")}, "discount_yuan", "out_of_bounds"),
        ({"ordered_on": date(2026, 1, 3)}, "ordered_on", "future_day"),
        ({"product_id": 99}, "product_id", "unknown_reference"),
        ({"line_no": 1}, "order_id+line_no", "duplicate_key"),
    ],
)
def test_one_fault_sets_one_row_aside_with_its_reason(change, column, reason):
    products = pa.array([1, 2, 3])
    good, quarantine = split(lines({}, change, {}), ORDER_LINE, as_of=date(2026, 1, 2), references={"product_id": products}, file="orders")
    assert good["line_no"].to_pylist() == [1, 3]
    assert good.schema.equals(ORDER_LINE.arrow_schema)
    (row,) = quarantine.to_pylist()
    assert (row["table"], row["file"], row["row"], row["column"], row["reason"]) == ("order_line", "orders", 2, column, reason)


def test_the_day_of_loading_itself_is_no_future():
    good, quarantine = split(lines({"ordered_on": date(2026, 1, 2)}), ORDER_LINE, as_of=date(2026, 1, 2))
    assert (good.num_rows, quarantine.num_rows) == (1, 0)


def test_text_becomes_the_type_of_the_column_or_is_refused():
    text = pa.table({name: [str(value), str(value)] for name, value in GOOD.items()}).set_column(3, "line_no", pa.array(["1", "one"]))
    good, quarantine = split(text, ORDER_LINE)
    assert good.to_pylist()[0]["amount_yuan"] == Decimal("1.00")
    assert [(row["column"], row["value"], row["reason"]) for row in quarantine.to_pylist()] == [("line_no", "one", "wrong_type")]


def test_value_outside_the_choices_is_refused():
    touch = {
        "customer_id": 1,
        "touched_on": date(2026, 1, 1),
        "touched_at": datetime(2026, 1, 1, tzinfo=UTC),
        "channel": "sms",
        "campaign_key": "c",
    }
    rows = [touch | {"touch_id": "a", "kind": "sent"}, touch | {"touch_id": "b", "kind": "shouted"}]
    good, quarantine = split(pa.Table.from_pylist(rows), TOUCH)
    assert good["touch_id"].to_pylist() == ["a"]
    assert quarantine["reason"].to_pylist() == ["not_a_choice"]


def test_blank_text_counts_as_missing_and_no_number_is_a_place():
    customer = {
        "customer_id": 1,
        "source_key": "1",
        "kind": "outlet",
        "display_name": "A",
        "status": "active",
        "org_path": "/a",
        "latitude": 0.0,
    }
    rows = [
        customer | {"licence_status": "valid"},
        customer | {"customer_id": 2, "licence_status": "valid", "display_name": "  "},
        customer | {"customer_id": 3, "licence_status": "valid", "latitude": float("nan")},
    ]
    good, quarantine = split(pa.Table.from_pylist(rows), CUSTOMER)
    assert good["customer_id"].to_pylist() == [1]
    assert quarantine["reason"].to_pylist() == ["required_missing", "wrong_type"]


def test_missing_column_names_itself():
    with pytest.raises(MissingColumn, match="amount_yuan"):
        split(lines({}).drop_columns(["amount_yuan"]), ORDER_LINE)


values = st.fixed_dictionaries(
    {
        "customer_id": st.one_of(st.none(), st.integers(-2, 5)),
        "ordered_on": st.one_of(st.none(), st.dates(date(2025, 12, 30), date(2026, 1, 5))),
        "order_id": st.integers(1, 3),
        "line_no": st.integers(1, 2),
        "price_class": st.integers(0, 6),
        "amount_yuan": st.one_of(st.none(), st.decimals(-5, 5, places=2)),
    }
)


@given(st.lists(values, max_size=25))
def test_every_row_is_either_good_or_in_quarantine_and_good_rows_stay_good(rows):
    table = pa.Table.from_pylist([GOOD | row for row in rows], schema=ORDER_LINE.arrow_schema.remove_metadata()) if rows else _none()
    good, quarantine = split(table, ORDER_LINE, as_of=date(2026, 1, 2))
    assert good.num_rows + quarantine.num_rows == table.num_rows
    assert len(set(quarantine["row"].to_pylist())) == quarantine.num_rows
    again, refused = split(good, ORDER_LINE, as_of=date(2026, 1, 2))
    assert again.equals(good)
    assert refused.num_rows == 0
    report = quality_report(table="order_line", rows_read=table.num_rows, rows_loaded=good.num_rows, quarantine=quarantine)
    assert report.rows_read == report.rows_loaded + report.rows_quarantined + report.duplicates
    assert 0 <= report.score <= 100
    assert (report.score == 100) == (quarantine.num_rows == 0 and table.num_rows > 0)


def _none():
    return ORDER_LINE.arrow_schema.empty_table()


def test_rows_set_aside_by_rule_do_not_lower_the_score():
    row = {"table": "order_line", "file": "f", "row": 1, "record": "{}"}
    aside = quarantine_of([row | {"reason": "not_merchandise"}, row | {"reason": "wrong_type"}, row | {"reason": "duplicate_key"}])
    finding = Finding("note", "order_line", 1, both("注", "note"))
    report = quality_report(table="order_line", rows_read=10, rows_loaded=7, quarantine=aside, findings=[finding])
    assert (report.rows_quarantined, report.duplicates, report.set_aside_by_rule, report.score) == (2, 1, 1, Decimal("80.0"))
    assert [found.code for found in report.findings] == ["duplicate_key", "not_merchandise", "wrong_type", "note"]


def test_lost_rows_are_an_error_and_not_a_report():
    with pytest.raises(RowsLost, match="10 rows were read, 9"):
        quality_report(table="order_line", rows_read=10, rows_loaded=9, quarantine=quarantine_of())
