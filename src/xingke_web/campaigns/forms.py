"""The form of the wizard; a draft may be saved with any part of it missing."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts.facade import Viewer
from xingke_web.audiences.facade import segments_visible
from xingke_web.campaigns.models import Campaign
from xingke_web.channels.facade import transports

SHARES = ("0.05", "0.1", "0.2", "0.3", "0.5", "0")


class CampaignForm(forms.ModelForm[Campaign]):
    """What the author of a campaign decides."""

    control_share = forms.TypedChoiceField(label=_("share of the control group"), coerce=Decimal)
    segment_key = forms.ChoiceField(label=_("segment"), required=False)
    channel = forms.ChoiceField(label=_("channel"), required=False)

    class Meta:
        model = Campaign
        fields = (
            "name", "goal", "goal_metric", "outcome_days", "before_days", "segment_key", "purpose", "channel", "language", "subject",
            "body", "send_at", "cost_per_message_yuan", "fixed_cost_yuan", "control_share", "no_control_reason",
            "second_estimate",
        )  # fmt: skip
        widgets = {  # noqa: RUF012 - Django reads it once
            "body": forms.Textarea(attrs={"rows": 8}),
            "send_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "segment_key": [("", _("Choose a segment")), *((each.key, each.name) for each in segments_visible(viewer))],
            "channel": [("", _("Choose a channel")), *((name, each.label[viewer.language]) for name, each in transports().items())],
            "control_share": [(share, f"{Decimal(share):.0%}" if Decimal(share) else _("No control group")) for share in SHARES],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed
        if self.instance.pk is not None and not self.is_bound:
            self.initial["control_share"] = f"{self.instance.control_share.normalize():f}"
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "xk-input xk-select" if isinstance(field.widget, forms.Select) else "xk-input"
            if name != "name":
                field.required = False

    def valid_values(self) -> dict[str, Any]:
        """The fields that can be kept as they are; an empty number keeps what was there."""
        self.is_valid()
        kept = {}
        for name, value in self.cleaned_data.items():
            if name in self.errors or name not in self.data:
                continue
            if value in (None, "") and self.fields[name].__class__ in {forms.IntegerField, forms.DecimalField, forms.TypedChoiceField}:
                continue
            kept[name] = value
        return kept
