"""The audit table and its filters."""

from django.utils.translation import gettext_lazy as _

from xingke.words import Language
from xingke_web.audit.names import names_all
from xingke_web.ui.filters import ChoiceFilter, DayRangeFilter, FilterField, FilterSet
from xingke_web.ui.tables import Column, DataTable

ENTRIES = DataTable(
    name="audit",
    caption=_("Audit log"),
    noun=_("entries"),
    columns=(
        Column("at", _("Time"), format="moment", phone="sub"),
        Column("actor", _("Person"), phone="value"),
        Column("sentence", _("What was done"), phone="title"),
        Column("subject", _("Subject"), phone="line"),
        Column("sequence", _("Number"), format="integer", phone="line"),
        Column("name", _("Name"), hidden=True),
    ),
)


def filters_for(*, people: list[tuple[str, str]], language: Language) -> FilterSet:
    """The filter bar with the people of the workspace."""
    names = [(each.name, f"{each.sentence[language].partition('{')[0].rstrip(' ：:，,')} · {each.name}") for each in names_all()]
    return FilterSet(
        (
            FilterField("q", _("Search"), placeholder=_("words, person or key")),
            ChoiceFilter("name", _("What was done"), choices=tuple(names)),
            ChoiceFilter("person", _("Person"), choices=tuple(people)),
            DayRangeFilter("day", _("Day")),
            FilterField("subject", _("Subject"), placeholder="campaign:12"),
        )
    )
