"""The one door to personal values in plain text.

Whoever wants to see one says for what and why, has the right, a purpose that needs the field, and a basis in force; a person whose use is
restricted stays closed. That somebody looked is written down before anything is shown, and so is every refusal.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, Protocol

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import holds_contact_data, record
from xingke_web.customers.keeping import basis_in_force
from xingke_web.customers.selectors import customers_named
from xingke_web.loop.facade import business_now

ACCURACY: Final = "accuracy"
"""Checking that records are right: a duty of whoever keeps them (Personal Information Protection Law, articles 8 and 46)."""

PURPOSES: Final[Mapping[str, frozenset[str]]] = {
    "service": frozenset({"owner_name", "name", "phone", "address", "licence_no", "email", "wecom", "wechat_template", "app_push"}),
    "marketing": frozenset({"owner_name", "name", "phone", "email", "wecom", "wechat_template", "app_push"}),
    "transaction": frozenset({"owner_name", "name", "phone", "address", "licence_no", "id_number", "email"}),
    ACCURACY: frozenset({"owner_name", "name", "phone", "address", "licence_no", "id_number", "email", "open_id"}),
}
"""Which fields a purpose needs; the others are not read for it, whatever the role."""

PURPOSE_WORDS: Final = {
    "service": _("Service"),
    "marketing": _("Marketing"),
    "transaction": _("Transaction"),
    ACCURACY: _("Checking that records are right"),
}
BASED: Final = ("service", "marketing", "transaction")
"""The purposes that need a basis in force."""

LONGEST_REASON: Final = 120


class RevealRefused(UserFacingError):
    """A personal value that may not be read: no right, no reason, no basis, not needed for the purpose, or its use is restricted."""


class RevealGuard(Protocol):
    """Lets a reveal pass or raises `RevealRefused` with words."""

    def __call__(self, *, viewer: Viewer, numbers: Collection[int]) -> None:
        """Raise to stop it."""


_guards: Final[dict[str, RevealGuard]] = {}


def reveal_guard_register(guard: RevealGuard) -> None:
    """Ask this guard too; the same one again replaces itself."""
    _guards[getattr(guard, "__qualname__", repr(guard))] = guard


def reveal_permit(
    *,
    viewer: Viewer,
    numbers: Collection[int],
    fields: Collection[str],
    purpose: str,
    reason: str,
    name: str,
    subject: Any,
    purposes: Collection[str] = BASED,
    **facts: Any,
) -> None:
    """Let values be shown, and write down who saw them, for what and why.

    Parameters
    ----------
    numbers
        The customers whose values they are; empty for records that are nobody's customer yet.
    fields
        What is shown, named as in `PURPOSES`.
    name
        The audit name under which it is written down; `purpose` and `reason` are among its facts.
    purposes
        Those that the place offers; checking records is offered only where somebody puts them right.

    Raises
    ------
    RevealRefused
        It may not be shown. The refusal is written down too; a caller that wraps this in a transaction has to let that entry stay.
    """
    why, unit = reason.strip()[:LONGEST_REASON], _unit_of(viewer, numbers)
    try:
        _require_said(viewer, why)
        _require_needed(fields, purpose, purposes)
        for guard in _guards.values():
            guard(viewer=viewer, numbers=numbers)
        _require_basis(viewer, numbers, purpose)
    except RevealRefused:
        record(
            "reveal.refused", viewer=viewer, subject=subject, unit=unit, purpose=purpose if purpose in PURPOSES else "", fields=len(fields)
        )
        raise
    record(name, viewer=viewer, subject=subject, unit=unit, purpose=purpose, reason=why, **facts)


def _unit_of(viewer: Viewer, numbers: Collection[int]) -> str | None:
    """The unit of the customers, where they share one: its people read that their customers' values were opened."""
    units = {one.org_path for one in customers_named(viewer.workspace.id, list(numbers)).values()}
    return units.pop() if len(units) == 1 else None


def purposes_for(fields: Collection[str], purposes: Collection[str] = BASED) -> list[tuple[str, Any]]:
    """The purposes that need all of these fields, with their words, for a form."""
    return [(purpose, PURPOSE_WORDS[purpose]) for purpose in purposes if PURPOSES[purpose].issuperset(fields)]


def field_of(channel: str) -> str:
    """The field that the address of a channel is; a text message goes to a telephone."""
    return "phone" if channel == "sms" else channel


def unstored(response: HttpResponse) -> HttpResponse:
    """The answer as one that no browser and nothing between keeps, because personal values are in it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _require_said(viewer: Viewer, why: str) -> None:
    if not viewer.can("customers.reveal"):
        raise RevealRefused(zh="您的角色不能查看个人信息", en="your role does not show personal data", field="role")
    if not why:
        raise RevealRefused(zh="请填写查看原因", en="say why you need it", field="reason")
    if holds_contact_data(why):
        raise RevealRefused(
            zh="查看原因会写入审计记录，请不要填写电话、邮箱或证件号码",
            en="the reason goes into the audit log: leave telephone numbers, e-mail addresses and identity numbers out of it",
            field="reason",
        )


def _require_needed(fields: Collection[str], purpose: str, purposes: Collection[str]) -> None:
    if not purpose:
        raise RevealRefused(zh="请选择用途", en="choose the purpose", field="purpose")
    if purpose not in purposes or not PURPOSES[purpose].issuperset(fields):
        raise RevealRefused(
            zh="所选用途不需要这些信息，请改选用途", en="the chosen purpose does not need these fields; choose another", field="purpose"
        )


def _require_basis(viewer: Viewer, numbers: Collection[int], purpose: str) -> None:
    if purpose not in BASED:
        return
    at = max(business_now(viewer.workspace), timezone.now())
    based = basis_in_force(viewer.workspace.id, list(numbers), purpose=purpose, at=at)
    if not numbers or set(numbers) - based.keys():
        raise RevealRefused(
            zh="该用途没有读取此信息的依据：没有有效的同意或合同",
            en="no basis to read this for that purpose: nothing is in force",
            field="purpose",
        )
