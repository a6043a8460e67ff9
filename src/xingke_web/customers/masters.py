"""Facts of the master data and their labels, shown on the left of the 360-degree page."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke.extensions import Pack
from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.contracts import CustomerInfo
from xingke_web.ui.numbers import day

KIND_WORDS: Final = {
    "outlet": gettext_lazy("Outlet"),
    "consumer": gettext_lazy("Consumer"),
    "lead": gettext_lazy("Lead"),
    "account": gettext_lazy("Account"),
}
STATUS_WORDS: Final = {"active": gettext_lazy("Active"), "paused": gettext_lazy("Paused"), "closed": gettext_lazy("Closed")}
AGE_WORDS: Final = {"adult": gettext_lazy("Adult"), "minor": gettext_lazy("Minor"), "unknown": gettext_lazy("Age unknown")}


def facts_of(customer: CustomerInfo, row: Mapping[str, Any], pack: Pack, viewer: Viewer) -> list[tuple[str, str]]:
    """Label and value of what is known; bands that describe a person only for roles that may see contact details."""
    language = viewer.language
    place = " · ".join(part for part in (row.get("city"), row.get("district")) if part)
    code, market = row.get("format") or "", row.get("market_type") or ""
    facts = [
        (_("Kind"), str(KIND_WORDS.get(customer.kind, customer.kind))),
        (_("Status"), str(STATUS_WORDS.get(customer.status, customer.status))),
        (_("Format"), pack.formats[code][language] if code in pack.formats else code or _unknown(customer, pack)),
        (_("Market"), pack.market_types[market][language] if market in pack.market_types else market),
        (_("Place"), place),
        (_("Organisation"), row.get("org_name") or customer.org_path),
        (_("Opened on"), day(row["opened_on"]) if row.get("opened_on") else ""),
        (_("First order"), day(row["first_order_on"]) if row.get("first_order_on") else ""),
        (_("Last order"), day(row["last_order_on"]) if row.get("last_order_on") else ""),
        (_("Age"), str(AGE_WORDS.get(customer.age_state, ""))),
    ]
    if viewer.can("customers.reveal"):
        facts += [
            (_("Age band"), row.get("age_band") or ""),
            (_("Income band"), row.get("income_band") or ""),
            (_("Household"), row.get("household_size") or ""),
        ]
    return [(label, value) for label, value in facts if value]


def _unknown(customer: CustomerInfo, pack: Pack) -> str:
    """An outlet has a format where the trade knows formats, though nobody may know which."""
    return _("Unknown") if customer.kind == "outlet" and pack.formats else ""
