"""Addresses are stored encrypted, bound to their place, found by a keyed hash, and revealed only with a reason that is written down."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from xingke.privacy import CannotOpen
from xingke_web.audit.models import AuditEntry
from xingke_web.customers.facade import AddressRefused, CustomerNotFound, consent_record, contact_address, contact_point_set
from xingke_web.customers.models import ContactPoint, Customer
from xingke_web.customers.selectors import customers_by_address

PHONE = "13812345621"


@pytest.fixture
def phone(synced):
    contact_point_set(workspace_id=synced.id, number=4, channel="sms", address=PHONE, at=timezone.now())
    consent_record(
        workspace_id=synced.id,
        number=4,
        purpose="service",
        channel="sms",
        state="granted",
        basis="contract",
        evidence="form 1",
        at=timezone.now(),
    )
    return ContactPoint.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the database file")
def test_the_plain_address_is_nowhere_in_the_database_file(phone):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(connection.settings_dict["NAME"])
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert phone.lookup.encode() in stored, "the row is not in the file that was read"
    assert PHONE.encode() not in stored
    assert PHONE[-8:].encode() not in stored


def test_the_address_comes_back_for_the_transport(phone, synced):
    assert contact_address(synced.id, 4, "sms") == PHONE
    assert contact_address(synced.id, 4, "email") is None
    assert phone.masked == "138****5621"


def test_setting_again_replaces(phone, synced):
    contact_point_set(workspace_id=synced.id, number=4, channel="sms", address="13900001111", at=timezone.now())
    assert contact_address(synced.id, 4, "sms") == "13900001111"
    assert ContactPoint.objects.count() == 1


def test_a_row_copied_to_another_customer_cannot_be_opened(phone, synced):
    other = ContactPoint.objects.create(
        customer=Customer.objects.get(number=3), channel="sms", sealed=phone.sealed, lookup=phone.lookup, set_at=timezone.now()
    )
    with pytest.raises(CannotOpen):
        other.address  # noqa: B018 - reading it is the test


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_addresses_of_an_older_installation_are_resealed_when_it_is_upgraded(settings):
    """The migration opens what the keys of the installation sealed and seals it with those of the workspace."""
    import base64
    import importlib

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    migration = importlib.import_module("xingke_web.customers.migrations.0003_contact_points_in_the_vault")
    key_id, key = migration._key(settings.XINGKE_DATA_KEY.split()[0].encode())
    assert len(base64.urlsafe_b64decode(settings.XINGKE_DATA_KEY.split()[0])) == 32
    executor = MigrationExecutor(connection)
    try:
        before = executor.migrate([("customers", "0002_append_only")]).apps
        workspace = before.get_model("accounts", "Workspace").objects.create(slug="old", name_zh="旧", name_en="Old", pack="wholesale")
        customer = before.get_model("customers", "Customer").objects.create(
            workspace=workspace, number=1, source_key="1", name="店", kind="outlet", status="active", org_path="/", licence_status="valid"
        )
        nonce = b"n" * 12
        token = nonce + AESGCM(key).encrypt(nonce, PHONE.encode(), f"{customer.pk}:sms".encode())
        before.get_model("customers", "ContactPoint").objects.create(
            customer=customer, channel="sms", key_id=key_id, token=token, lookup="old", set_at=timezone.now()
        )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert contact_address(workspace.pk, 1, "sms") == PHONE


def test_search_by_address_is_exact_scoped_and_needs_the_right(phone, approver, customer_manager, analyst):
    assert customers_by_address(approver.viewer, "138-1234-5621") == [4]
    assert customers_by_address(customer_manager.viewer, PHONE) == [4]
    assert customers_by_address(approver.viewer, PHONE[:-1]) == []
    assert customers_by_address(analyst.viewer, PHONE) == []


@pytest.mark.parametrize(("channel", "address"), [("inbox", "x"), ("fax", "1"), ("email", "no sign"), ("sms", " "), ("sms", "1\n2")])
def test_an_address_that_does_not_fit_is_refused(synced, channel, address):
    with pytest.raises(AddressRefused):
        contact_point_set(workspace_id=synced.id, number=4, channel=channel, address=address, at=timezone.now())


def test_an_address_needs_a_customer(synced):
    with pytest.raises(CustomerNotFound):
        contact_point_set(workspace_id=synced.id, number=4444, channel="sms", address=PHONE, at=timezone.now())


def test_pages_show_it_masked_and_revealing_is_written_down(phone, url, customer_manager):
    assert PHONE not in customer_manager.client.get(url("4/")).content.decode()
    refused = customer_manager.client.post(url("4/contact/sms/reveal/"), {"reason": " ", "purpose": "service"})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    assert not AuditEntry.objects.filter(name="contact_point.revealed").exists()
    shown = customer_manager.client.post(url("4/contact/sms/reveal/"), {"reason": "回访", "purpose": "service"})
    assert PHONE in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(name="contact_point.revealed")
    assert (entry.actor_id, entry.facts["number"], entry.facts["reason"]) == (customer_manager.user.pk, 4, "回访")
    assert entry.facts["purpose"] == "service"
    assert PHONE not in str(entry.facts)


def test_only_roles_with_the_right_reveal(phone, url, admin, analyst, marketer, retailer):
    for person in (admin, analyst, marketer, retailer):
        assert person.client.post(url("4/contact/sms/reveal/"), {"reason": "x", "purpose": "service"}).status_code == 403
    assert not AuditEntry.objects.filter(name="contact_point.revealed").exists()


def test_nobody_reveals_outside_the_scope(synced, url, customer_manager):
    contact_point_set(workspace_id=synced.id, number=3, channel="sms", address=PHONE, at=timezone.now())
    assert Customer.objects.get(number=3).org_path == "/ia/linn/marion"
    assert customer_manager.client.post(url("3/contact/sms/reveal/"), {"reason": "x", "purpose": "service"}).status_code == 404


def test_the_form_stores_an_address_and_says_what_is_wrong(url, synced, approver):
    page = approver.client.post(url("4/contact/"), {"channel": "email", "address": "nothing"})
    assert page.status_code == 422
    done = approver.client.post(url("4/contact/"), {"channel": "email", "address": "li@shop.cn"})
    assert done.status_code == 302
    assert contact_address(synced.id, 4, "email") == "li@shop.cn"
    assert "l***@shop.cn" in approver.client.get(url("4/")).content.decode()
