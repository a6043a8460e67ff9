"""Consent and contact points as a whole: on what basis somebody is dealt with, how many are covered, and sealing addresses again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from xingke.privacy import Vault
from xingke_web.accounts.paths import ROOT, below
from xingke_web.customers.contracts import ALL_CHANNELS
from xingke_web.customers.models import Consent, ContactPoint, Customer
from xingke_web.customers.recipients import in_force

CHUNK: Final = 2000


def basis_in_force(workspace_id: int, numbers: Sequence[int], *, purpose: str, at: datetime) -> dict[int, str]:
    """On what each customer may be dealt with for a purpose, over whatever channel; who has no basis is left out.

    A withdrawal for all channels ends every consent, not a contract or a legal duty.
    """
    ledger = in_force(workspace_id, numbers, purposes=(purpose,), at=at)
    withdrawn = {number for (number, _, channel), entry in ledger.items() if channel == ALL_CHANNELS and entry.state == "withdrawn"}
    found: dict[int, str] = {}
    for (number, _, _), entry in ledger.items():
        if entry.state == "granted" and not (number in withdrawn and entry.basis == Consent.Basis.CONSENT):
            found[number] = entry.basis
    return found


def consent_coverage(workspace_id: int, *, at: datetime, scope_path: str = ROOT) -> Mapping[str, tuple[int, int]]:
    """By purpose, how many present customers at or below a unit have a basis, and of how many there are."""
    present = Customer.objects.filter(below(scope_path), workspace_id=workspace_id, present=True)
    numbers = list(present.values_list("number", flat=True))
    if not numbers:
        return dict.fromkeys(Consent.Purpose.values, (0, 0))
    known = set(numbers)
    return {
        purpose: (len(known & basis_in_force(workspace_id, numbers, purpose=purpose, at=at).keys()), len(numbers))
        for purpose in Consent.Purpose.values
    }


def contact_points_reseal(workspace_id: int, vault: Vault) -> int:
    """Put every address under the vault's present key; returns how many were under another one."""
    mark, done = f"xk1.{vault.key_id}.", 0
    points = ContactPoint.objects.filter(customer__workspace_id=workspace_id).exclude(sealed__startswith=mark)
    while batch := list(points[:CHUNK]):
        for point in batch:
            point.sealed = vault.reseal(point.sealed, place=point.place)
        ContactPoint.objects.bulk_update(batch, ["sealed"])
        done += len(batch)
    return done
