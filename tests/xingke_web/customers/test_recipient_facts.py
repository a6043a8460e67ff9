"""Whatever is not known about a recipient stays unknown, for one customer and for twenty thousand."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.xingke_web.customers.conftest import ADULT
from xingke.compliance import RecipientFacts
from xingke_web.customers import recipients
from xingke_web.customers.facade import consent_record, contact_point_set, recipient_facts, touch_counter_register
from xingke_web.customers.models import Consent, Customer

AT = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)


def test_nobody_known_is_suppressed(synced):
    found = recipient_facts(synced.id, [4, 777], channel="sms", purpose="marketing", at=AT)
    assert found[777] == RecipientFacts(customer_kind="unknown", suppressed=True)
    assert found[4] == RecipientFacts(customer_kind="outlet", licence_status="valid", age_state="not_a_person")


def test_another_workspace_knows_nobody(synced):
    assert recipient_facts(synced.id + 1, [4], channel="sms", purpose="marketing", at=AT)[4].suppressed


def test_closed_and_gone_customers_are_suppressed(synced):
    Customer.objects.filter(number=4).update(status="closed")
    Customer.objects.filter(number=5).update(present=False)
    found = recipient_facts(synced.id, [4, 5, 6], channel="inbox", purpose="service", at=AT)
    assert [found[number].suppressed for number in (4, 5, 6)] == [True, True, False]


def test_an_address_counts_for_its_channel_and_log_in_channels_need_none(synced):
    contact_point_set(workspace_id=synced.id, number=4, channel="sms", address="13812345621", at=AT)

    def reachable(channel):
        return [facts.contact_point for facts in recipient_facts(synced.id, [4, 5], channel=channel, purpose="marketing", at=AT).values()]

    assert (reachable("sms"), reachable("email"), reachable("inbox")) == ([True, False], [False, False], [True, True])


def test_touches_come_from_whoever_counts_them(synced, monkeypatch):
    monkeypatch.setattr(recipients, "_counters", {})

    def counted(workspace_id, numbers, at):
        return {4: (2, 1)} if workspace_id == synced.id and at == AT else {}

    touch_counter_register(counted)
    touch_counter_register(counted)
    found = recipient_facts(synced.id, [4, 5], channel="sms", purpose="marketing", at=AT)
    assert (found[4].touches_7d, found[4].touches_same_text_today, found[5].touches_7d) == (2, 1, 0)


def test_age_is_that_of_the_customer(synced):
    assert recipient_facts(synced.id, [ADULT], channel="sms", purpose="marketing", at=AT)[ADULT].age_state == "adult"


def test_many_and_few_are_told_the_same(synced):
    consent_record(
        workspace_id=synced.id, number=4, purpose="marketing", channel="sms", state="granted", basis="consent", evidence="x", at=AT
    )
    many = recipient_facts(synced.id, range(700), channel="sms", purpose="marketing", at=AT)
    few = recipient_facts(synced.id, [4, 5], channel="sms", purpose="marketing", at=AT)
    assert {number: many[number] for number in few} == few
    assert len(many) == 700


@pytest.mark.parametrize("count", [3, 20_000])
def test_queries_do_not_grow_with_the_customers(workspace, monkeypatch, count):
    monkeypatch.setattr(recipients, "_counters", {})
    Customer.objects.bulk_create(
        [
            Customer(
                workspace_id=workspace.id, number=number, source_key=str(number), name="x", kind="outlet", status="active", org_path="/ia"
            )
            for number in range(count)
        ]
    )
    known = dict(Customer.objects.values_list("number", "pk"))
    Consent.objects.bulk_create(
        [
            Consent(customer_id=pk, purpose="marketing", channel="sms", state="granted", basis="consent", evidence="x", at=AT)
            for pk in known.values()
        ]
    )
    started = time.process_time()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = recipient_facts(workspace.id, list(known), channel="sms", purpose="marketing", at=AT)
    assert len(queries) == 4
    assert time.process_time() - started < 2
    assert all(facts.consent == "granted" for facts in found.values())
