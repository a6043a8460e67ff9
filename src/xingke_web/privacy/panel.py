"""The card of personal data on the page of a customer."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xingke_web.customers.facade import purposes_for
from xingke_web.privacy.personal import FIELD_WORDS, personal_masked
from xingke_web.ui.panels import Panel
from xingke_web.ui.viewer import viewer_of


def _load(request: HttpRequest, customer: Any) -> Mapping[str, Any] | None:
    viewer: Any = viewer_of(request)
    held = personal_masked(viewer, customer.number)
    if not held:
        return None
    return {
        "customer": customer,
        "fields": [
            {"name": name, "label": FIELD_WORDS[name], "masked": text, "purposes": purposes_for([name])} for name, text in held.items()
        ],
        "may_reveal": viewer.can("customers.reveal"),
        "may_edit": viewer.can("privacy.edit"),
    }


PANEL: Final = Panel(
    "personal", "privacy/_personal_card.html", _load, title=_("Personal data"), region="left", order=30, capability="customers.view"
)
