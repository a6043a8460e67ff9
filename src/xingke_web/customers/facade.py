"""What other apps may ask of customers: who they are, what they consented to, and where they are reached."""

from datetime import datetime

from xingke_web.accounts.contracts import Viewer
from xingke_web.customers import services
from xingke_web.customers.contracts import (
    ALL_CHANNELS,
    CustomerInfo,
    CustomerNotFound,
    SearchHit,
    TimelineEntry,
)
from xingke_web.customers.exports import EXPORT_PURPOSES, ExportRefused, customers_file, export_form
from xingke_web.customers.hints import Hint, hint_register
from xingke_web.customers.imports import ConsentRow, consents_import, contact_points_import
from xingke_web.customers.keeping import basis_in_force, consent_coverage, contact_points_reseal
from xingke_web.customers.recipients import customers_lock, recipient_facts, touch_counter_register
from xingke_web.customers.reveals import (
    ACCURACY,
    BASED,
    PURPOSE_WORDS,
    RevealRefused,
    purposes_for,
    reveal_guard_register,
    reveal_permit,
    unstored,
)
from xingke_web.customers.search import search_register
from xingke_web.customers.selectors import contact_address, customer_for, customer_numbers, customers_named, customers_searched
from xingke_web.customers.services import AddressRefused, ConsentRefused
from xingke_web.customers.subject_data import Rows, Subject, SubjectData, subject_data_all, subject_data_register
from xingke_web.customers.successors import Absorbed, successors_register
from xingke_web.customers.sync import customers_sync
from xingke_web.customers.timeline import timeline_of, timeline_register
from xingke_web.customers.withdrawals import withdrawal_register

__all__ = [
    "ACCURACY",
    "ALL_CHANNELS",
    "BASED",
    "EXPORT_PURPOSES",
    "PURPOSE_WORDS",
    "Absorbed",
    "AddressRefused",
    "ConsentRefused",
    "ConsentRow",
    "CustomerInfo",
    "CustomerNotFound",
    "ExportRefused",
    "Hint",
    "RevealRefused",
    "Rows",
    "SearchHit",
    "Subject",
    "SubjectData",
    "TimelineEntry",
    "basis_in_force",
    "consent_coverage",
    "consent_record",
    "consents_import",
    "contact_address",
    "contact_point_set",
    "contact_points_import",
    "contact_points_reseal",
    "customer_for",
    "customer_numbers",
    "customers_file",
    "customers_lock",
    "customers_named",
    "customers_searched",
    "customers_sync",
    "export_form",
    "hint_register",
    "purposes_for",
    "recipient_facts",
    "reveal_guard_register",
    "reveal_permit",
    "search_register",
    "subject_data_all",
    "subject_data_register",
    "successors_register",
    "timeline_of",
    "timeline_register",
    "touch_counter_register",
    "unstored",
    "withdrawal_register",
]


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
) -> None:
    """Add an entry to the ledger of consent, with its audit entry.

    Parameters
    ----------
    channel
        One of `xingke.compliance.CHANNELS`, or `ALL_CHANNELS`: withdrawing for all channels suppresses the customer for that purpose.
    state
        `granted` or `withdrawn`.
    basis
        `consent`, `contract` or `legal_duty`.
    evidence
        What proves it; never empty.
    viewer
        Who recorded it; None for the system, such as an opt-out by a signed link.

    Raises
    ------
    ConsentRefused
        A part is missing or not one of its values.
    CustomerNotFound
        The workspace has no such customer.
    """
    services.consent_record(
        workspace_id=workspace_id,
        number=number,
        purpose=purpose,
        channel=channel,
        state=state,
        basis=basis,
        evidence=evidence,
        at=at,
        expires_at=expires_at,
        viewer=viewer,
    )


def contact_point_set(*, workspace_id: int, number: int, channel: str, address: str, at: datetime, viewer: Viewer | None = None) -> None:
    """Store the address of a channel in place of the one before, encrypted at rest; audited."""
    services.contact_point_set(workspace_id=workspace_id, number=number, channel=channel, address=address, at=at, viewer=viewer)
