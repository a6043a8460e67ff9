"""The filter bar of the queue."""

from django.utils.translation import gettext_lazy as _

from xingke.words import Language
from xingke_web.accounts.facade import Viewer
from xingke_web.identity.models import ReviewPair
from xingke_web.identity.selectors import choices_of
from xingke_web.identity.words import SYSTEM_WORDS, field_label, review_label
from xingke_web.ui.filters import ChoiceFilter, FilterField, FilterSet, NumberRangeFilter


def queue_filters(viewer: Viewer) -> FilterSet:
    """Only what the pairs in scope have values for."""
    language: Language = viewer.language
    reasons, whys = choices_of(viewer, "reason"), choices_of(viewer, "why")
    counties = choices_of(viewer, "county")
    systems = set(choices_of(viewer, "left_system")) | set(choices_of(viewer, "right_system"))
    fields: list[FilterField] = [FilterField("q", _("Search"), placeholder=_("Name or source key"))]
    if reasons:
        fields.append(ChoiceFilter("reason", _("Why it waits"), choices=tuple((one, review_label(one, language)) for one in reasons)))
    if whys:
        fields.append(ChoiceFilter("why", _("Speaks most for it"), choices=tuple((one, field_label(one, language)) for one in whys)))
    if systems:
        known = [one for one in SYSTEM_WORDS if one in systems]
        fields.append(ChoiceFilter("system", _("System"), choices=tuple((one, SYSTEM_WORDS[one][language]) for one in known)))
    if counties:
        fields.append(ChoiceFilter("county", _("District"), choices=tuple((one, one) for one in counties)))
    fields.append(NumberRangeFilter("chance", _("Probability (%)"), per_cent=True))
    fields.append(NumberRangeFilter("value", _("Yearly amount")))
    return FilterSet(tuple(fields))


STATE_TABS = (
    (ReviewPair.State.OPEN, _("To decide")),
    (ReviewPair.State.LATER, _("Put off")),
    (ReviewPair.State.MERGED, _("Merged")),
    (ReviewPair.State.DISTINCT, _("Not the same customer")),
)
