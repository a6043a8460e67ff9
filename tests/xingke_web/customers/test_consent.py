"""The ledger of consent is append-only, and the latest entry is the one in force."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from xingke_web.audit.models import AuditEntry
from xingke_web.customers.facade import ConsentRefused, CustomerNotFound, consent_record, recipient_facts
from xingke_web.customers.models import Consent, ConsentImmutable

NOW = timezone.now()


def record(workspace, state="granted", *, number=4, channel="sms", purpose="marketing", days=-1, **values):
    consent_record(
        workspace_id=workspace.id,
        number=number,
        purpose=purpose,
        channel=channel,
        state=state,
        basis=values.pop("basis", "consent"),
        evidence=values.pop("evidence", "表单 17"),
        at=NOW + timedelta(days=days),
        **values,
    )


def facts(workspace, number=4, channel="sms", purpose="marketing", at=NOW):
    return recipient_facts(workspace.id, [number], channel=channel, purpose=purpose, at=at)[number]


def test_an_entry_is_never_changed_or_deleted(synced):
    record(synced)
    entry = Consent.objects.get()
    entry.state = "withdrawn"
    for act in (
        entry.save,
        entry.delete,
        Consent.objects.all().delete,
        lambda: Consent.objects.update(state="withdrawn"),
        lambda: Consent.objects.bulk_update([entry], ["state"]),
    ):
        with pytest.raises(ConsentImmutable):
            act()
    assert Consent.objects.get().state == "granted"


@pytest.mark.parametrize("statement", ["UPDATE customers_consent SET state = 'withdrawn'", "DELETE FROM customers_consent"])
def test_sql_past_the_model_is_refused_by_the_database(synced, statement):
    record(synced)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Consent.objects.get().state == "granted"


def test_the_latest_entry_is_in_force(synced):
    assert facts(synced).consent == "unknown"
    record(synced, days=-9)
    assert (facts(synced).consent, facts(synced).consent_basis) == ("granted", "consent")
    record(synced, "withdrawn", days=-5)
    assert (facts(synced).consent, facts(synced).consent_basis) == ("withdrawn", "unknown")
    record(synced, days=-2)
    assert facts(synced).consent == "granted"


def test_an_older_form_found_later_does_not_undo_a_withdrawal(synced):
    record(synced, "withdrawn", days=-5)
    record(synced, days=-30)
    assert facts(synced).consent == "withdrawn"


def test_a_grant_begins_on_its_day_and_ends_on_its_last(synced):
    record(synced, days=3, expires_at=NOW + timedelta(days=5))
    assert facts(synced).consent == "unknown"
    assert facts(synced, at=NOW + timedelta(days=4)).consent == "granted"
    assert facts(synced, at=NOW + timedelta(days=5)).consent == "expired"


def test_a_withdrawal_counts_at_once_whatever_its_day(synced):
    record(synced, days=-5)
    record(synced, "withdrawn", days=400)
    assert facts(synced).consent == "withdrawn"


def test_one_channel_and_purpose_say_nothing_about_others(synced):
    record(synced)
    assert facts(synced, channel="email").consent == "unknown"
    assert facts(synced, purpose="service").consent == "unknown"
    assert facts(synced, number=5).consent == "unknown"


def test_withdrawing_for_all_channels_suppresses_and_a_grant_lifts_it_without_granting_any(synced):
    record(synced, days=-9)
    record(synced, "withdrawn", channel="all", days=-3)
    assert (facts(synced).suppressed, facts(synced).consent) == (True, "withdrawn")
    assert facts(synced, purpose="service").suppressed is False
    record(synced, channel="all", days=-2)
    assert (facts(synced).suppressed, facts(synced).consent) == (False, "granted")
    assert facts(synced, channel="email").consent == "unknown"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"evidence": "  "}, "evidence"),
        ({"basis": "unknown"}, "basis"),
        ({"channel": "pigeon"}, "channel"),
        ({"purpose": "fun"}, "purpose"),
        ({"state": "maybe"}, "state"),
        ({"expires_at": NOW - timedelta(days=2)}, "expires_at"),
    ],
)
def test_an_entry_without_its_parts_is_refused(synced, values, field):
    with pytest.raises(ConsentRefused) as refused:
        record(synced, **values)
    assert refused.value.values["field"] == field
    assert not Consent.objects.exists()


def test_an_entry_needs_a_customer(synced):
    with pytest.raises(CustomerNotFound):
        record(synced, number=12345)


def test_recording_on_the_page_is_audited_with_its_person(url, synced, customer_manager):
    form = {"state": "granted", "purpose": "marketing", "channel": "sms", "basis": "consent", "evidence": ""}
    refused = customer_manager.client.post(url("4/consent/"), form)
    assert refused.status_code == 422
    assert not Consent.objects.exists()
    done = customer_manager.client.post(url("4/consent/"), {**form, "evidence": "纸质表单 17"})
    assert done.status_code == 302
    entry = Consent.objects.get()
    assert (entry.recorded_by_id, entry.evidence, entry.at.date().isoformat()) == (customer_manager.user.pk, "纸质表单 17", "2024-07-01")
    assert AuditEntry.objects.get(name="consent.granted").actor_id == customer_manager.user.pk
    assert "纸质表单 17" in customer_manager.client.get(url("4/timeline/?kind=consent")).content.decode()


def test_roles_without_the_right_record_nothing(url, admin, analyst, marketer, retailer):
    form = {"state": "granted", "purpose": "marketing", "channel": "sms", "basis": "consent", "evidence": "x"}
    for person in (admin, analyst, marketer, retailer):
        assert person.client.post(url("4/consent/"), form).status_code == 403
    assert not Consent.objects.exists()
