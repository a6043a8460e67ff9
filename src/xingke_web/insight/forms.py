"""Setting a target."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingke_web.insight.models import Goal
from xingke_web.insight.periods import MONTHS, Span


class GoalForm(forms.Form):
    """A target of a figure for the month, quarter or year that a day lies in."""

    metric = forms.ChoiceField(label=_("Figure"), choices=Goal.Metric.choices)
    span = forms.ChoiceField(label=_("Period"), choices=Goal.Span.choices)
    day = forms.DateField(label=_("A day in the period"), widget=forms.DateInput(attrs={"type": "date"}))
    target = forms.DecimalField(label=_("Target"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "xk-input"

    def clean(self) -> dict[str, Any]:
        """A rate is given in per cent and lies below a hundred."""
        values = super().clean() or {}
        if values.get("metric") == Goal.Metric.ACTIVE_RATE and values.get("target") is not None:
            values["target"] = values["target"] / 100
            if values["target"] > 1:
                self.add_error("target", _("A rate is given in per cent, 100 at most."))
        return values

    @property
    def start_on(self) -> date:
        """The first day of the period."""
        day: date = self.cleaned_data["day"]
        months = MONTHS[Span(self.cleaned_data["span"])]
        return date(day.year, (day.month - 1) // months * months + 1, 1)
