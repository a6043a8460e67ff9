"""The rules and the verdict log as tables."""

from django.utils.translation import gettext_lazy as _

from xingke.words import Language
from xingke_web.compliance.models import Outcome
from xingke_web.ui.filters import ChoiceFilter, FilterField, FilterSet
from xingke_web.ui.tables import Column, DataTable

VERDICTS = DataTable(
    name="verdicts",
    page_size=25,
    caption=_("Verdict log"),
    noun=_("verdicts"),
    columns=(
        Column("judged_at", _("Judged for"), format="moment", phone="sub"),
        Column("customer", _("Customer"), phone="title"),
        Column("outcome", _("Verdict"), template="compliance/_outcome.html", phone="value"),
        Column("sentence", _("Why"), phone="line"),
        Column("subject", _("Subject"), phone="line"),
        Column("rules_fingerprint", _("Rules"), phone="line"),
    ),
)


def filters_for(*, rules: list[tuple[str, str]], language: Language) -> FilterSet:
    """The filter bar of the verdict log."""
    return FilterSet(
        (
            ChoiceFilter("outcome", _("Verdict"), choices=tuple(Outcome.choices)),
            ChoiceFilter("rule", _("Rule"), choices=tuple(rules)),
            FilterField("subject", _("Subject"), placeholder="campaign:12"),
        )
    )
