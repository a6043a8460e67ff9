"""Personal fields of a customer: masked for everybody who may see the customer, opened for a purpose with a basis, a right and a reason."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingke.errors import UserFacingError
from xingke.loop.personal import declared_table
from xingke.privacy.masks import HIDDEN, masked
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import basis_in_force, customer_for
from xingke_web.loop.facade import business_now, lake_reader
from xingke_web.privacy.models import Restriction

FIELD_WORDS: Final = {
    "owner_name": _("Licence holder"),
    "name": _("Name on record"),
    "phone": _("Telephone"),
    "address": _("Postal address"),
    "id_number": _("Identity number"),
    "licence_no": _("Licence number"),
    "email": _("E-mail address"),
    "open_id": _("Platform id"),
}

PURPOSES: Final[Mapping[str, frozenset[str]]] = {
    "service": frozenset({"owner_name", "name", "phone", "address", "licence_no"}),
    "marketing": frozenset({"owner_name", "name", "phone", "email"}),
    "transaction": frozenset({"owner_name", "name", "phone", "address", "licence_no", "id_number"}),
}
"""Which fields a purpose needs; the others are not read for it, whatever the role."""

PURPOSE_WORDS: Final = {"service": _("Service"), "marketing": _("Marketing"), "transaction": _("Transaction")}

_GOLDEN: Final = (
    "select name, owner_name, phone, address, id_number, licence_no, email, open_id from golden_record where customer_id = $number"
)
_OUTLET: Final = """
    select outlet.address, owner.name as owner_name, owner.phone,
           (select max(licence_no) from licence where licence.outlet_id = outlet.outlet_id) as licence_no
    from outlet join owner using (owner_id) where outlet_id = $number
"""
_PLACES: Final = {"owner_name": "owner.name", "phone": "owner.phone", "address": "outlet.address"}


class PersonalRefused(UserFacingError):
    """A personal field that may not be read: no right, no reason, no basis, or not needed for the purpose."""


def personal_masked(viewer: Viewer, number: int) -> dict[str, str]:
    """What is known of the person, masked; by field, empty ones left out."""
    return {field: masked(field, value) for field, value in _opened(viewer, number).items()}


def personal_reveal(*, viewer: Viewer, number: int, field: str, purpose: str, reason: str) -> str:
    """One field in plain text; that it was read, for what and why, is written down before it is shown.

    Raises
    ------
    PersonalRefused
        The role may not, the purpose does not need the field, there is no basis for it, use is restricted, or no reason was given.
    """
    customer_for(viewer, number)
    if not viewer.can("customers.reveal"):
        raise PersonalRefused(zh="您的角色不能查看个人信息", en="your role does not show personal data", field="role")
    if not reason.strip():
        raise PersonalRefused(zh="请填写查看原因", en="say why you need it", field="reason")
    basis = basis_for(viewer, number, field, purpose)
    if basis is None:
        record("personal.refused", viewer=viewer, subject=("customer", number), number=number, field=field, purpose=purpose[:20])
        raise PersonalRefused(
            zh="该用途没有读取此信息的依据：没有有效的同意或合同，或用途不需要此字段，或本人已要求限制处理",
            en="no basis to read this for that purpose: nothing in force, a field it does not need, or use is restricted",
            field="purpose",
        )
    value = _opened(viewer, number).get(field, "")
    why = reason.strip()[:120]
    record("personal.revealed", viewer=viewer, subject=("customer", number), number=number, field=field, purpose=purpose, reason=why)
    return value


def basis_for(viewer: Viewer, number: int, field: str, purpose: str) -> str | None:
    """The basis on which a field may be read for a purpose; None where it may not."""
    if field not in PURPOSES.get(purpose, frozenset()):
        return None
    if Restriction.objects.filter(workspace_id=viewer.workspace.id, customer_number=number, lifted_at__isnull=True).exists():
        return None
    return basis_in_force(viewer.workspace.id, [number], purpose=purpose, at=max(business_now(viewer.workspace), timezone.now())).get(
        number
    )


def _opened(viewer: Viewer, number: int) -> dict[str, str]:
    """Fields by name: from the golden record where identity has made one, else from the registers of the trade."""
    reader, vault = lake_reader(viewer.workspace), vault_of(viewer.workspace.id)
    if reader.has("golden_record"):
        declared = declared_table("golden_record")
        rows = reader.query(_GOLDEN, {"number": number})
        if declared is not None and rows.num_rows:
            return _held(vault.open_table(rows, declared).to_pylist()[0])
    if reader.has("outlet") and reader.has("owner") and reader.has("licence"):
        found = reader.rows(_OUTLET, {"number": number})
        if found:
            return _held(
                {name: vault.open(value, place=_PLACES[name]) if value and name in _PLACES else value for name, value in found[0].items()}
            )
    return {}


def _held(row: Mapping[str, Any]) -> dict[str, str]:
    return {field: row[field] for field in FIELD_WORDS if row.get(field) and row[field] != HIDDEN}
