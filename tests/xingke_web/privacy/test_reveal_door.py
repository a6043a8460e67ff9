"""One door to personal values: whatever address opens them asks for what and why, on what basis, and whether use is restricted."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.xingke_web.privacy.conftest import ADDRESS, ID_NUMBER, NEIGHBOUR, NUMBER, PHONE
from xingke_web.audit.models import AuditEntry
from xingke_web.customers.facade import consent_record
from xingke_web.identity.models import ReviewPair
from xingke_web.privacy.models import Restriction

ADDRESSES = {
    "customers:reveal": lambda pair: (NUMBER, "sms"),
    "identity:customer_reveal": lambda pair: (NUMBER,),
    "identity:pair_reveal": lambda pair: (pair.pk,),
    "privacy:reveal": lambda pair: (NUMBER,),
}
"""Every address that opens personal values, and the rest of its address."""

SECRETS = (PHONE, ADDRESS, ID_NUMBER)
"""What no page shows before it is opened; the name of a shop is no secret."""

ENTRIES = ("contact_point.revealed", "identity.revealed", "personal.revealed")
ASKED = {"field": "phone", "purpose": "service", "reason": "回访"}


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from named(one, f"{one.namespace}:" if one.namespace else space)


@pytest.fixture
def pair(agreed) -> ReviewPair:
    """Two records of customers 4 and 8, who both have a contract."""
    consent_record(
        workspace_id=agreed.workspace.id,
        number=NEIGHBOUR,
        purpose="service",
        channel="sms",
        state="granted",
        basis="contract",
        evidence="form 2",
        at=datetime.now(UTC),
    )
    return ReviewPair.objects.create(
        workspace_id=agreed.workspace.id,
        kind="outlet",
        left_system="crm",
        left_key="a",
        right_system="crm",
        right_key="n",
        left_number=NUMBER,
        right_number=NEIGHBOUR,
        probability=0.9,
        weight=3.0,
        parts=[],
        org_path="/ia/polk/ames",
        found_at=datetime.now(UTC),
    )


@pytest.fixture
def opened(pair, agreed, customer_manager):
    def post(name: str, **changed: str):
        where = reverse(name, args=(agreed.workspace.slug, *ADDRESSES[name](pair)))
        return customer_manager.client.post(where, {**ASKED, **changed})

    return post


def no_secret_in(response) -> bool:
    return not any(secret in response.content.decode() for secret in SECRETS)


def revealed() -> int:
    return AuditEntry.objects.filter(name__in=ENTRIES).count()


def test_every_address_that_reveals_is_held_here():
    found = {name for name in named(get_resolver()) if "reveal" in name.rpartition(":")[2]}
    assert found == set(ADDRESSES)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "changed", [{"purpose": ""}, {"purpose": "curiosity"}, {"reason": " "}, {"purpose": "transaction"}, {"reason": f"call {PHONE}"}]
)
def test_without_purpose_basis_or_reason_it_stays_closed_and_the_refusal_is_written_down(opened, name, changed):
    response = opened(name, **changed)
    assert (response.status_code, revealed()) == (422, 0)
    assert not any(secret in response.content.decode() for secret in SECRETS if secret not in changed.get("reason", ""))
    assert AuditEntry.objects.filter(name="reveal.refused").count() == 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_restricted_person_stays_closed(opened, agreed, name):
    Restriction.objects.create(workspace_id=agreed.workspace.id, customer_number=NUMBER, since=datetime.now(UTC))
    for purpose in ("service", "accuracy"):
        response = opened(name, purpose=purpose)
        assert (response.status_code, revealed(), no_secret_in(response)) == (422, 0, True)


@pytest.mark.parametrize("name", ["identity:pair_reveal"])
def test_a_pair_opens_only_where_both_sides_may(opened, agreed, name):
    Restriction.objects.create(workspace_id=agreed.workspace.id, customer_number=NEIGHBOUR, since=datetime.now(UTC))
    assert (opened(name).status_code, revealed()) == (422, 0)


@pytest.mark.parametrize("name", ["customers:reveal", "privacy:reveal"])
def test_checking_records_opens_nothing_where_nobody_puts_them_right(opened, name):
    assert opened(name, purpose="accuracy").status_code == 422


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_is_opened_is_written_down_and_kept_by_nobody(opened, name):
    response = opened(name, purpose="accuracy" if name.startswith("identity:") else "service")
    assert (response.status_code, PHONE in response.content.decode()) == (200, True)
    assert response["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(name__in=ENTRIES)
    assert (entry.facts["reason"], bool(entry.facts["purpose"])) == ("回访", True)
