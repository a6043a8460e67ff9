"""The operational customers are those of the lake, and synchronising twice changes nothing."""

import time

import pyarrow as pa
import pytest

from tests.facts import customer
from tests.xingke_web.customers.conftest import ADULT, CHILD
from xingke.schema import CUSTOMER
from xingke_web.accounts.models import OrgUnit
from xingke_web.customers.ages import age_state_of
from xingke_web.customers.contracts import CustomerNotFound
from xingke_web.customers.facade import customer_for, customers_named, customers_sync
from xingke_web.customers.models import Customer
from xingke_web.customers.sync import _wanted, _write


def test_customers_are_exactly_those_of_the_lake(synced, lake):
    rows = lake.rows("select customer_id, source_key, display_name, org_path, licence_status, status from customer order by 1")
    fields = ("number", "source_key", "name", "org_path", "licence_status", "status")
    assert list(Customer.objects.values_list(*fields)) == [tuple(row.values()) for row in rows]
    assert OrgUnit.objects.filter(workspace_id=synced.id).count() == 7


def test_a_second_pass_changes_nothing(synced):
    assert customers_sync(synced.slug) == dict.fromkeys(("added", "changed", "gone", "units_added", "units_changed", "units_removed"), 0)


def test_whoever_is_gone_keeps_the_row_and_is_seen_no_more(synced, viewer_admin):
    Customer.objects.create(workspace_id=synced.id, number=999, source_key="x", name="x", kind="outlet", status="active", org_path="/ia")
    assert customer_for(viewer_admin, 999).name == "x"
    assert customers_sync(synced.slug)["gone"] == 1
    with pytest.raises(CustomerNotFound):
        customer_for(viewer_admin, 999)
    assert customers_named(synced.id, [999])[999].name == "x"


def test_a_changed_row_is_put_right(synced):
    Customer.objects.filter(number=3).update(name="other", licence_status="expired")
    assert customers_sync(synced.slug)["changed"] == 1
    assert Customer.objects.get(number=3).name == "Outlet 3"


@pytest.mark.parametrize(
    ("kind", "band", "state"),
    [
        ("outlet", None, "not_a_person"),
        ("account", "35-44", "not_a_person"),
        ("consumer", None, "unknown"),
        ("consumer", "", "unknown"),
        ("consumer", "65+", "adult"),
        ("consumer", "18-24", "adult"),
        ("lead", "25-34", "adult"),
        ("consumer", "16-24", "unknown"),
        ("consumer", "12-17", "minor"),
        ("consumer", "<18", "minor"),
        ("consumer", "18岁以下", "minor"),
        ("consumer", "<25", "unknown"),
        ("consumer", "17+", "unknown"),
    ],
)
def test_age_is_adult_only_where_the_whole_band_is(kind, band, state):
    assert age_state_of(kind, band) == state


def test_ages_reach_the_customers(synced, viewer_admin):
    assert customer_for(viewer_admin, ADULT).age_state == "adult"
    assert customer_for(viewer_admin, CHILD).age_state == "minor"
    assert customer_for(viewer_admin, 1).age_state == "not_a_person"


def test_twenty_thousand_customers_are_written_in_three_seconds(workspace):
    rows = [customer(number, org_path="/ia/polk") for number in range(20_000)]
    table = pa.Table.from_pylist(rows, schema=CUSTOMER.arrow_schema).select(
        ["customer_id", "source_key", "display_name", "kind", "status", "org_path", "licence_status", "licence_valid_until", "age_band"]
    )
    started = time.process_time()
    assert _write(workspace.id, _wanted(table)) == {"added": 20_000, "changed": 0, "gone": 0}
    assert time.process_time() - started < 3
