"""Forms of write keys and tracking plans."""

from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xingke.events.event import KINDS
from xingke.schema.trade.identity import SYSTEMS
from xingke_web.tracking.models import WriteKey

SYSTEM_WORDS: Final = {
    "ordering": _("Ordering"),
    "crm": _("CRM"),
    "pos": _("Point of sale"),
    "erp": _("ERP"),
    "logistics": _("Logistics"),
    "licensing": _("Licensing"),
    "membership": _("Membership"),
    "wechat": _("WeChat mini program"),
    "app": _("App or website"),
    "customer_service": _("Customer service"),
    "campaign": _("Campaign feedback"),
    "iot": _("Sensors in shops"),
}
PROPERTY_TYPES: Final = (
    ("any", _("any value")),
    ("text", _("a text")),
    ("number", _("a number")),
    ("flag", _("yes or no")),
    ("list", _("a list")),
    ("object", _("an object")),
)
MOST_PLANNED: Final = 500
SPARE_ROWS: Final = 4


class KeyForm(forms.Form):
    """What a key may send."""

    name = forms.RegexField(
        r"^[\w .-]+$", label=_("Name"), max_length=60, help_text=_("Shown as the source of its events; it cannot be changed later.")
    )
    system = forms.ChoiceField(
        label=_("System"), choices=[(one, SYSTEM_WORDS[one]) for one in SYSTEMS], initial="app", help_text=_("Whose customer ids it sends.")
    )
    kinds = forms.MultipleChoiceField(
        label=_("Types of events"),
        choices=[(kind, kind) for kind in KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all types."),
    )
    event_names = forms.CharField(
        label=_("Event names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line; empty: every name."),
    )
    origins = forms.CharField(
        label=_("Web pages that may send"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Origins such as https://shop.example.com, one a line; * for all. Empty: servers and apps only."),
    )
    rate_per_second = forms.IntegerField(
        label=_("Events a second"), min_value=0, max_value=1_000_000, initial=5000, help_text=_("0 for no limit.")
    )
    batch_kb = forms.IntegerField(label=_("Largest request (KB)"), min_value=1, max_value=4096, initial=500)

    def __init__(self, *args: Any, key: WriteKey | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "xk-input"
        if key is not None:
            del self.fields["name"], self.fields["system"]
            self.initial = {
                "kinds": key.kinds,
                "event_names": "\n".join(key.event_names),
                "origins": "\n".join(key.origins),
                "rate_per_second": key.rate_per_second,
                "batch_kb": key.batch_kb,
            }

    def clean_event_names(self) -> list[str]:
        """The names, one a line."""
        return _lines(self.cleaned_data["event_names"])

    def clean_origins(self) -> list[str]:
        """The origins: scheme and host, nothing behind."""
        origins = [line.rstrip("/") for line in _lines(self.cleaned_data["origins"])]
        for origin in origins:
            parts = urlsplit(origin)
            if origin != "*" and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path):
                raise ValidationError(_("“%(origin)s” is no origin; write it like https://shop.example.com"), params={"origin": origin})
        return origins


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class PlanInvalid(ValueError):
    """A row of the plan that cannot be taken; its text is shown above the rows."""


def plan_rows(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A stored plan as rows of the editor: an event without properties is a row with an empty one; some empty rows follow."""
    rows = [
        {"event": event, "property": name, "type": one.get("type", "any"), "required": bool(one.get("required"))}
        for event, properties in sorted(plan.items())
        for name, one in (sorted(properties.items()) or [("", {})])
    ]
    return rows + [{"event": "", "property": "", "type": "any", "required": False}] * SPARE_ROWS


def plan_read(data: QueryDict) -> dict[str, dict[str, Any]]:
    """The plan that the rows of the editor state; a row without an event is left out.

    Raises
    ------
    PlanInvalid
        An unknown type, a name that is too long, or too many rows.
    """
    plan: dict[str, dict[str, Any]] = {}
    names = (data.getlist("event"), data.getlist("property"), data.getlist("type"))
    for index, (event, name, kind) in enumerate(zip(*names, strict=False)):
        event, name = event.strip(), name.strip()
        if not event:
            continue
        if kind not in dict(PROPERTY_TYPES) or len(event) > 200 or len(name) > 100 or len(plan) > MOST_PLANNED:
            raise PlanInvalid(_now("Row %(row)s cannot be taken: check the length of the names and the type.") % {"row": index + 1})
        properties = plan.setdefault(event, {})
        if name:
            properties[name] = {"type": kind, "required": f"r{index}" in data}
    return plan
