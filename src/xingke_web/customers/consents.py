"""Where a customer's consent stands, by purpose and channel, for pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.contracts import CustomerInfo
from xingke_web.customers.events import channel_label
from xingke_web.customers.models import Consent
from xingke_web.customers.recipients import Ledger, in_force
from xingke_web.loop.facade import business_now

STATE_WORDS: Final[dict[str, Promise]] = {
    "granted": _("Granted"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Expired"),
    "unknown": _("Not recorded"),
}
STATE_TONES: Final = {"granted": "ok", "withdrawn": "bad", "expired": "warn", "unknown": "neutral"}
STATE_ICONS: Final = {"granted": "circle-check", "withdrawn": "ban", "expired": "clock-exclamation", "unknown": "help"}


@dataclass(frozen=True)
class ConsentLine:
    """The entry in force for one purpose and channel, in words."""

    purpose: str
    channel: str
    state: str
    tone: str
    icon: str
    basis: str
    at: datetime
    expires_at: datetime | None


def consent_lines(viewer: Viewer, customer: CustomerInfo) -> list[ConsentLine]:
    """Every purpose and channel that the ledger speaks of."""
    return [_line(key, entries) for entries in [_ledger(viewer, customer)] for key in sorted(entries)]


def header_consents(viewer: Viewer, customer: CustomerInfo) -> list[ConsentLine]:
    """The marketing consents, for the header."""
    ledger = _ledger(viewer, customer, purposes=(Consent.Purpose.MARKETING,))
    return [_line(key, ledger) for key in sorted(ledger)]


def _ledger(viewer: Viewer, customer: CustomerInfo, purposes: tuple[str, ...] = ()) -> Ledger:
    return in_force(viewer.workspace.id, [customer.number], purposes=purposes, at=business_now(viewer.workspace))


def _line(key: tuple[int, str, str], ledger: Ledger) -> ConsentLine:
    _number, purpose, channel = key
    entry = ledger[key]
    return ConsentLine(
        purpose=str(Consent.Purpose(purpose).label),
        channel=channel_label(channel),
        state=str(STATE_WORDS[entry.state]),
        tone=STATE_TONES[entry.state],
        icon=STATE_ICONS[entry.state],
        basis=str(Consent.Basis(entry.basis).label),
        at=entry.at,
        expires_at=entry.expires_at,
    )
