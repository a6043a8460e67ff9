"""Columns that statements read: spelled out ones alone, traced to where they come from."""

import importlib

import pytest

from xingke.loop.reads import by_table, fields_behind, fields_read, module_statements, row_keys
from xingke.sources.xingcheng import queries


@pytest.mark.parametrize(
    ("statement", "fields"),
    [
        ("select c.format from customer as c", {("customer", "format")}),
        ("select * from customer", set()),
        ("select count(*) from customer", set()),
        ("select name from (select 1 as name) as s", set()),
        ("select kind from complaint where opened_on < $as_of", {("complaint", "kind"), ("complaint", "opened_on")}),
        ("with visit as (select 1 as minutes) select minutes from visit", set()),
        ("select amount_yuan from customer_order", {("order_line", "amount_yuan")}),
        ("select golden.grade, golden.kind from golden_record as golden", set()),
        ("select golden.county from golden_record as golden", {("source_record", "county")}),
        ("select nonsense from", set()),
        (
            "select count(*) from delivery join customer using (customer_id)",
            {("delivery", "customer_id"), ("customer", "customer_id")},
        ),
        (
            "select 1 from customer where exists (select 1 from delivery where delivery.customer_id = customer.customer_id and grade > 3)",
            {("delivery", "customer_id"), ("customer", "customer_id"), ("customer", "grade")},
        ),
    ],
)
def test_a_statement_counts_for_the_columns_that_it_spells_out(statement, fields):
    assert fields_read([statement]) == fields


def test_a_table_made_of_others_counts_only_for_what_is_wanted_of_it():
    name = fields_behind(queries.OUTLET_CUSTOMERS, {"customer_id", "display_name"})
    assert ("outlet", "name") in name
    assert ("outlet", "latitude") not in name
    assert ("licence", "valid_until") not in name
    place = fields_behind(queries.OUTLET_CUSTOMERS, {"customer_id", "latitude", "licence_valid_until"})
    assert {("outlet", "latitude"), ("licence", "valid_until")} <= place
    assert fields_behind(queries.OUTLET_CUSTOMERS, {"no such column"}) == set()


def test_the_statements_of_a_module_are_its_own(tmp_path, monkeypatch):
    source = '''
PART = "select name from product"
def ask(day, table):
    """select county from outlet is told here, not asked."""
    return f"""
        with part as ({PART}) select format from customer
        where opened_on < date '{day}' and customer_id in (select number from ({table})) and {day}
    """
'''
    (tmp_path / "asks_the_lake.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    found = by_table(fields_read(module_statements(importlib.import_module("asks_the_lake"))))
    assert found["customer"] == ["customer_id", "format", "opened_on"]
    assert found["product"] == ["name"]
    assert "outlet" not in found


def test_keys_taken_out_of_a_row_are_columns_of_its_table(tmp_path, monkeypatch):
    source = 'def show(row, other):\n    return row["grade"], row.get("format"), row["sum"], other["city"]\n'
    (tmp_path / "shows_a_row.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    assert row_keys(importlib.import_module("shows_a_row"), "customer") == ["format", "grade"]
