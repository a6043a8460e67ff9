"""Which system is asked first when the data itself does not decide."""

from collections.abc import Mapping, Sequence

import numpy as np

from xingke.identity.golden.claims import Ints

TRUST: Mapping[str, Sequence[str]] = {
    "name": ("licensing", "ordering", "crm", "erp"),
    "owner_name": ("licensing", "ordering", "crm", "erp"),
    "phone": ("ordering", "crm", "logistics", "licensing"),
    "address": ("licensing", "logistics", "ordering", "crm"),
    "licence_no": ("licensing", "ordering", "erp", "crm"),
    "format": ("licensing", "ordering", "crm"),
    "grade": ("ordering", "crm"),
    "org_path": ("ordering", "crm"),
    "market_type": ("ordering", "licensing", "crm"),
    "licence_status": ("licensing", "ordering"),
    "licence_valid_until": ("licensing", "ordering"),
    "uscc": ("licensing", "erp"),
}
"""By field; systems that are not named come behind, in the order in which they are listed in the schema."""

REGISTERS: Mapping[str, Sequence[str]] = dict.fromkeys(("name", "owner_name", "licence_no"), ("ordering", "licensing"))
"""By field: systems in which a change is made first, because supply and the licence depend on it."""


def trust_of(field: str, systems: Sequence[str]) -> Ints:
    """By system its place in the order of trust, 0 the first."""
    order = [*(name for name in TRUST.get(field, ()) if name in systems), *(name for name in systems if name not in TRUST.get(field, ()))]
    place = {name: rank for rank, name in enumerate(order)}
    return np.array([place[name] for name in systems], dtype=np.int64)
