"""Bringing in consents and contact points of many customers at once, each batch with one audit entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.customers.models import CONTACT, Consent, ContactPoint, Customer

CHUNK = 2000


@dataclass(frozen=True)
class ConsentRow:
    """One consent of an imported list; who is not a customer of the workspace is left out and counted."""

    number: int
    purpose: str
    channel: str
    state: str
    basis: str
    evidence: str
    at: datetime


@transaction.atomic
def consents_import(*, workspace_id: int, rows: Sequence[ConsentRow], origin: str) -> int:
    """Append a list of consents to the ledger; returns how many were added."""
    keys = _keys(workspace_id)
    entries = [
        Consent(
            customer_id=keys[row.number],
            purpose=row.purpose,
            channel=row.channel,
            state=row.state,
            basis=row.basis,
            evidence=row.evidence,
            at=row.at,
        )
        for row in rows
        if row.number in keys
    ]
    Consent.objects.bulk_create(entries, batch_size=CHUNK)
    record("consent.imported", system=True, workspace_id=workspace_id, added=len(entries), left_out=len(rows) - len(entries), origin=origin)
    return len(entries)


@transaction.atomic
def contact_points_import(*, workspace_id: int, channel: str, addresses: Sequence[tuple[int, str]], at: datetime, origin: str) -> int:
    """Store the addresses of customers that have none for this channel yet; returns how many were added."""
    keys = _keys(workspace_id)
    taken = set(ContactPoint.objects.filter(customer__workspace_id=workspace_id, channel=channel).values_list("customer_id", flat=True))
    points, vault = [], vault_of(workspace_id)
    for number, address in addresses:
        customer_id = keys.get(number)
        if customer_id is None or customer_id in taken:
            continue
        point = ContactPoint(customer_id=customer_id, channel=channel, set_at=at, lookup=vault.blind(address, CONTACT))
        point.sealed = vault.seal(address, place=point.place)
        points.append(point)
    ContactPoint.objects.bulk_create(points, batch_size=CHUNK)
    record("contact_point.imported", system=True, workspace_id=workspace_id, channel=channel, added=len(points), origin=origin)
    return len(points)


def _keys(workspace_id: int) -> dict[int, int]:
    return dict(Customer.objects.filter(workspace_id=workspace_id).values_list("number", "pk"))
