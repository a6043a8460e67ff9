"""Recording consent and a contact point."""

from datetime import datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

from xingke.compliance import LOG_IN_CHANNELS
from xingke.compliance.action import PERSONAL_CHANNELS
from xingke_web.customers.contracts import ALL_CHANNELS
from xingke_web.customers.events import CHANNEL_WORDS
from xingke_web.customers.models import Consent
from xingke_web.loop.facade import BUSINESS_ZONE

_NAMED = [name for name in CHANNEL_WORDS if name in PERSONAL_CHANNELS]
CONSENT_CHANNELS = [(name, CHANNEL_WORDS[name]) for name in (*_NAMED, ALL_CHANNELS)]
ADDRESS_CHANNELS = [(name, CHANNEL_WORDS[name]) for name in _NAMED if name not in LOG_IN_CHANNELS]


class ConsentForm(forms.Form):
    """One entry of the ledger."""

    state = forms.ChoiceField(label=_("What was said"), choices=Consent.State.choices)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Consent.Purpose.choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=CONSENT_CHANNELS)
    basis = forms.ChoiceField(label=_("Basis"), choices=Consent.Basis.choices)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, help_text=_("What proves it: the number of a form, the day of a call, a contract.")
    )
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty for no end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def expires_at(self) -> datetime | None:
        """The end of the last valid day."""
        last = self.cleaned_data.get("expires_on")
        return datetime.combine(last, time.max, BUSINESS_ZONE) if last else None


class ContactPointForm(forms.Form):
    """The address of a channel."""

    channel = forms.ChoiceField(label=_("Channel"), choices=ADDRESS_CHANNELS)
    address = forms.CharField(label=_("Address"), max_length=250, help_text=_("Stored encrypted, shown masked."))
