"""What applications say that they read: each declaration is found again in what they run."""

import inspect

import pytest

from xingke.compliance import rules_general
from xingke.identity.chinese import records
from xingke.schema import CUSTOMER, TABLES
from xingke.schema.intake import RECORD
from xingke_packs.tobacco import rules as tobacco_rules
from xingke_web.compliance.reads import FACTS
from xingke_web.identity.reads import LINKED
from xingke_web.ingest.uses import making_register, reads_of, use_register, uses_of

NAMES = {
    ("page", "Customer page"),
    ("page", "Customer list"),
    ("page", "Customers and their consents"),
    ("page", "Review of records"),
    ("page", "Cockpit"),
    ("page", "Results of campaigns"),
    ("page", "Campaigns of the data"),
    ("identity", "Records compared with each other"),
    ("identity", "Customers made of records"),
    ("identity", "Customers of the source"),
    ("rule", "Compliance rules"),
}


def read_by(kind, name):
    return {(use.table, use.column) for use in uses_of("tobacco") if (use.kind, use.name) == (kind, name)}


@pytest.mark.parametrize(("kind", "name"), sorted(NAMES))
def test_every_declaration_finds_something_and_only_columns_that_exist(kind, name):
    found = read_by(kind, name)
    assert found
    assert all(column in TABLES[table].column_names for table, column in found)


def test_pages_are_credited_with_what_they_ask_for_and_with_no_more():
    page = read_by("page", "Customer page")
    assert {("complaint", "rating"), ("staff", "name"), ("customer", "income_band"), ("customer", "grade")} <= page
    assert not {("customer", "latitude"), ("order_line", "cap_cartons"), ("product", "list_price_yuan")} & {
        (use.table, use.column) for use in uses_of("tobacco") if use.kind == "page"
    }
    assert ("delivery", "is_on_time") in read_by("page", "Cockpit")


def test_a_use_of_a_customers_column_is_one_of_what_the_source_made_it_of():
    made = read_by("identity", "Customers of the source")
    assert {("outlet", "market_type"), ("licence", "valid_until")} <= made
    assert ("outlet", "latitude") not in made
    making_register("customer", "Customers of nobody", ["select product.list_price_yuan as latitude from product"])
    assert not read_by("identity", "Customers of nobody")
    use_register("page", "A map for this test", {"customer": ["latitude"]})
    assert read_by("identity", "Customers of nobody") == {("product", "list_price_yuan")}
    use_register("page", "A map for this test", {})
    making_register("customer", "Customers of nobody", [])


def test_the_comparison_of_records_reads_the_fields_that_are_declared_for_it():
    source = inspect.getsource(records)
    assert set(LINKED) <= set(RECORD.column_names)
    assert [name for name in LINKED if f'"{name}"' not in source] == []


def test_rules_test_the_facts_that_are_declared_for_them():
    source = inspect.getsource(rules_general) + inspect.getsource(tobacco_rules)
    assert [name for name in FACTS if f".{name}" not in source] == []
    assert set(FACTS.values()) <= set(CUSTOMER.column_names)


def test_a_module_without_sql_reads_nothing():
    assert reads_of("xingke_web.ingest.tabs")() == {}
