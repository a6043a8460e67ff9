"""The form with which a finding is acknowledged."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke_web.ingest.acknowledged import LASTS_DAYS

MOST_DAYS: Final = 365


class AcknowledgeForm(forms.Form):
    """Why nobody needs to act, and until when."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=150, widget=forms.TextInput(attrs={"class": "xk-input"}))
    until_on = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date", "class": "xk-input"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today or timezone.localdate()
        last = self.today + timedelta(days=MOST_DAYS)
        field = self.fields["until_on"]
        field.initial = self.today + timedelta(days=LASTS_DAYS)
        field.widget.attrs.update({"min": self.today.isoformat(), "max": last.isoformat()})

    def clean_until_on(self) -> date:
        """Today at the earliest, a year at most: nothing is set aside for ever."""
        until: date = self.cleaned_data["until_on"]
        if not self.today <= until <= self.today + timedelta(days=MOST_DAYS):
            values = {"first": self.today.isoformat(), "last": (self.today + timedelta(days=MOST_DAYS)).isoformat()}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % values)
        return until
