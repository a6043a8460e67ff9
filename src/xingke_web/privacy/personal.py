"""Personal fields of a customer: masked for everybody who may see the customer, opened for a purpose with a basis, a right and a reason."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xingke.loop.personal import declared_table
from xingke.privacy.masks import HIDDEN, masked
from xingke_web.accounts.contracts import Viewer
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import RevealRefused, customer_for, reveal_permit
from xingke_web.loop.facade import lake_reader
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

_GOLDEN: Final = (
    "select name, owner_name, phone, address, id_number, licence_no, email, open_id from golden_record where customer_id = $number"
)
_OUTLET: Final = """
    select outlet.address, owner.name as owner_name, owner.phone,
           (select max(licence_no) from licence where licence.outlet_id = outlet.outlet_id) as licence_no
    from outlet join owner using (owner_id) where outlet_id = $number
"""
_PLACES: Final = {"owner_name": "owner.name", "phone": "owner.phone", "address": "outlet.address"}


def personal_masked(viewer: Viewer, number: int) -> dict[str, str]:
    """What is known of the person, masked; by field, empty ones left out."""
    return {field: masked(field, value) for field, value in _opened(viewer, number).items()}


def personal_reveal(*, viewer: Viewer, number: int, field: str, purpose: str, reason: str) -> str:
    """One field in plain text; that it was read, for what and why, is written down before it is shown.

    Raises
    ------
    xingke_web.customers.facade.RevealRefused
        The role may not, the purpose does not need the field, there is no basis for it, use is restricted, or no reason was given.
    """
    customer_for(viewer, number)
    reveal_permit(
        viewer=viewer,
        numbers=[number],
        fields=[field],
        purpose=purpose,
        reason=reason,
        name="personal.revealed",
        subject=("customer", number),
        number=number,
        field=field,
    )
    return _opened(viewer, number).get(field, "")


def restriction_respected(*, viewer: Viewer, numbers: Collection[int]) -> None:
    """Keep the values of a person closed whose use is restricted.

    Raises
    ------
    xingke_web.customers.facade.RevealRefused
        One of the customers asked for restriction.
    """
    restricted = Restriction.objects.filter(workspace_id=viewer.workspace.id, customer_number__in=list(numbers), lifted_at__isnull=True)
    if restricted.exists():
        raise RevealRefused(
            zh="本人已要求限制处理，不能查看其个人信息", en="the person asked for restriction: personal values stay closed", field="purpose"
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
