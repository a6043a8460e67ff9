"""Writes: consent and contact points, each with its audit entry."""

from datetime import datetime
from typing import Final

from django.db import transaction

from xingke.compliance import CHANNELS, LOG_IN_CHANNELS
from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.customers.contracts import ALL_CHANNELS, CustomerNotFound
from xingke_web.customers.models import Consent, ContactPoint, Customer
from xingke_web.customers.reveals import field_of, reveal_permit
from xingke_web.customers.withdrawals import withdrawal_announce

LONGEST_ADDRESS: Final = 250


class ConsentRefused(UserFacingError):
    """An entry that the ledger cannot take; `field` names the part that is wrong."""


class AddressRefused(UserFacingError):
    """An address that cannot be stored for this channel."""


@transaction.atomic
def consent_record(
    *,
    workspace_id: int,
    number: int,
    purpose: str,
    channel: str,
    state: str,
    basis: str,
    evidence: str,
    at: datetime,
    expires_at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Consent:
    """Add an entry to the ledger. `viewer` None means that the system recorded it, such as an opt-out by a link."""
    _entry_check(purpose=purpose, channel=channel, state=state, basis=basis, evidence=evidence, at=at, expires_at=expires_at)
    customer = _customer(workspace_id, number)
    consent = Consent.objects.create(
        customer=customer,
        purpose=purpose,
        channel=channel,
        state=state,
        basis=basis,
        evidence=evidence.strip(),
        at=at,
        expires_at=expires_at,
        recorded_by_id=viewer.user_id if viewer else None,
    )
    record(
        f"consent.{state}",
        viewer=viewer,
        system=viewer is None,
        workspace_id=workspace_id,
        subject=("customer", number),
        unit=customer.org_path,
        number=number,
        purpose=purpose,
        channel=channel,
        basis=basis,
        expires_at=expires_at,
    )
    if state == Consent.State.WITHDRAWN:
        transaction.on_commit(lambda: withdrawal_announce(workspace_id, number), robust=True)
    return consent


def _entry_check(*, purpose: str, channel: str, state: str, basis: str, evidence: str, at: datetime, expires_at: datetime | None) -> None:
    wrong = {
        "purpose": purpose not in Consent.Purpose.values,
        "channel": channel not in CHANNELS and channel != ALL_CHANNELS,
        "state": state not in Consent.State.values,
        "basis": basis not in Consent.Basis.values,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise ConsentRefused(zh=f"{field} 的取值无效", en=f"{field} is not one of its values", field=field)
    if not evidence.strip():
        raise ConsentRefused(
            zh="请写明凭据，如表单编号、通话日期或合同号",
            en="Say what proves it: the number of a form, the day of a call, a contract",
            field="evidence",
        )
    if expires_at is not None and expires_at <= at:
        raise ConsentRefused(zh="失效时间应晚于生效时间", en="It has to end after it begins", field="expires_at")


@transaction.atomic
def contact_point_set(
    *, workspace_id: int, number: int, channel: str, address: str, at: datetime, viewer: Viewer | None = None
) -> ContactPoint:
    """Store the address of a channel in place of the one before, encrypted."""
    if channel not in CHANNELS or channel in LOG_IN_CHANNELS:
        raise AddressRefused(zh="该渠道不需要联系方式", en="this channel has no address", field="channel")
    text = address.strip()
    if not text or len(text) > LONGEST_ADDRESS or any(not each.isprintable() for each in text) or (channel == "email" and "@" not in text):
        raise AddressRefused(zh="联系方式的格式无效", en="the address does not have the form of its channel", field="address")
    customer = _customer(workspace_id, number)
    point = ContactPoint.objects.filter(customer=customer, channel=channel).first() or ContactPoint(customer=customer, channel=channel)
    point.address, point.set_at = text, at
    point.save()
    record(
        "contact_point.set",
        viewer=viewer,
        system=viewer is None,
        workspace_id=workspace_id,
        subject=("customer", number),
        unit=customer.org_path,
        number=number,
        channel=channel,
    )
    return point


def contact_point_reveal(*, viewer: Viewer, number: int, channel: str, purpose: str, reason: str) -> str:
    """The plain address for somebody with the right to it, a purpose with a basis and a reason; written down before it is shown."""
    customer = Customer.objects.visible_to(viewer).filter(number=number).first()
    point = ContactPoint.objects.filter(customer=customer, channel=channel).first() if customer else None
    if point is None:
        raise CustomerNotFound(number)
    reveal_permit(
        viewer=viewer,
        numbers=[number],
        fields=[field_of(channel)],
        purpose=purpose,
        reason=reason,
        name="contact_point.revealed",
        subject=("customer", number),
        number=number,
        channel=channel,
    )
    return point.address


def _customer(workspace_id: int, number: int) -> Customer:
    customer = Customer.objects.filter(workspace_id=workspace_id, number=number).first()
    if customer is None:
        raise CustomerNotFound(number)
    return customer
