"""How personal values look where they may not be read: enough to recognise, too little to use. The one place for masks."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from xingke.privacy.sealed import is_sealed
from xingke.schema.tables import CustomerKind

HIDDEN: Final = "****"
PERSONS: Final = (CustomerKind.CONSUMER, CustomerKind.LEAD)
"""Kinds of customers that are natural persons; outlets and accounts are shown by the name of the shop or firm."""

_CODE: Final = r"^[A-Za-z]{0,4}[-_ ]?\d+$"
"""A number of a customer, such as `M-00017`: it names nobody and stays readable."""

_TO_STREET: Final = re.compile(r"^(.*?(?:街道|大道|公路|[路街巷弄镇乡村道]))")


def mask_phone(value: str) -> str:
    """`138****5621`; what is too short to hide in part is hidden whole."""
    return _middle_hidden(value, head=3, tail=4)


def mask_licence(value: str) -> str:
    """`3301****8842`."""
    return _middle_hidden(value, head=4, tail=4)


def mask_id_number(value: str) -> str:
    """`3301**********1234`: the region and the last four; the day of birth is hidden."""
    return value[:4] + "*" * (len(value) - 8) + value[-4:] if len(value) > 11 else HIDDEN


def mask_name(value: str) -> str:
    """`王*华`, `王*`; Latin names keep the first letter of each word."""
    if value.isascii():
        return " ".join(f"{word[0]}***" for word in value.split())
    return value[0] + "*" if len(value) <= 2 else value[0] + "*" * (len(value) - 2) + value[-1]


def mask_address(value: str) -> str:
    """To the street: `星城市江北区人民路****`; an address without one keeps its first six characters, or none."""
    found = _TO_STREET.match(value)
    if found:
        return found[1] + HIDDEN
    return value[:6] + HIDDEN if len(value) > 9 else HIDDEN


def mask_email(value: str) -> str:
    """`w***@example.com`."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}***@{domain}" if at and name else HIDDEN


def mask_text(value: str) -> str:
    """Two characters at either end of anything longer than six."""
    return f"{value[:2]}****{value[-2:]}" if len(value) > 6 else HIDDEN


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": mask_name,
    "owner_name": mask_name,
    "display_name": mask_name,
    "phone": mask_phone,
    "sms": mask_phone,
    "address": mask_address,
    "licence_no": mask_licence,
    "uscc": mask_licence,
    "id_number": mask_id_number,
    "email": mask_email,
    "open_id": mask_text,
}
"""By field or channel; what is not named here is hidden whole."""


def masked(field: str, value: str | None) -> str:
    """A value of a field as a page may show it; '' for none. A sealed value is hidden whole."""
    if not value:
        return ""
    if is_sealed(value):
        return HIDDEN
    mask = MASKS.get(field)
    return mask(value) if mask else HIDDEN


def persons_masked(customers: pa.Table) -> pa.Table:
    """Rows of `customer` with the names of natural persons masked; numbers such as `M-00017` stay."""
    names = customers.column("display_name")
    is_name = pc.invert(pc.match_substring_regex(names, _CODE))
    hide = pc.and_(pc.is_in(customers.column("kind"), pa.array([str(kind) for kind in PERSONS])), pc.fill_null(is_name, False))
    if not pc.any(hide).as_py():
        return customers
    shown = [mask_name(name) if hidden else name for name, hidden in zip(names.to_pylist(), hide.to_pylist(), strict=True)]
    position = customers.schema.get_field_index("display_name")
    return customers.set_column(position, customers.schema.field(position), pa.chunked_array([pa.array(shown, pa.string())]))


def _middle_hidden(value: str, *, head: int, tail: int) -> str:
    text = value.strip()
    return f"{text[:head]}****{text[-tail:]}" if len(text) > head + tail else HIDDEN
