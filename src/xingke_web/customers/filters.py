"""The tabs and filters of the customer list; each is a condition of `xingke.expr`, so that a segment can be made of what is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xingke.expr import All, Catalogue, Compare, Condition, Contains, all_of, from_json
from xingke.extensions import Pack
from xingke.words import Language
from xingke_web.ui.filters import BoundFilters, ChoiceFilter, FilterField, FilterSet, FlagFilter

MOST_OPTIONS: Final = 60
"""A column with more values than this is asked by a piece of text: a longer list would weigh more than the table."""

OVERDUE: Final = all_of(Compare("cycle_ratio", ">=", 1.5), Compare("order_count_365d", ">=", 4))


@dataclass(frozen=True)
class View:
    """A saved view, shown as a tab."""

    key: str
    label: str | Promise
    condition: Condition


VIEWS: Final = (
    View("all", pgettext_lazy("all customers", "All"), All(())),
    View("value", _("Value tier"), Compare("value_tier", "=", "value")),
    View("overdue", _("Overdue"), OVERDUE),
    View("declining", _("Declining"), Compare("is_declining", "=", True)),
    View("new", pgettext_lazy("new customers", "New"), Compare("is_new_90d", "=", True)),
)
_PLACES: Final = (("format", _("Format")), ("district", _("District")), ("city", _("City")))


def view_named(key: str) -> View:
    """The view of a tab; the first one for a name that is none."""
    return next((view for view in VIEWS if view.key == key), VIEWS[0])


def filters_for(catalogue: Catalogue, pack: Pack, language: Language) -> FilterSet:
    """The filter bar: only what this workspace's customers have values for."""
    fields: list[FilterField] = [
        FilterField("q", _("Search"), placeholder=_("Name or source key")),
        _choice(catalogue, "value_tier", _("Tier"), language),
        _choice(catalogue, "rfm_level", _("RFM level"), language),
    ]
    words = {"format": pack.formats}
    for name, label in _PLACES:
        choices = catalogue.attributes[name].choices
        if 0 < len(choices) <= MOST_OPTIONS:
            known = words.get(name, {})
            options = [(str(one.value), known[str(one.value)][language] if str(one.value) in known else str(one.value)) for one in choices]
            fields.append(ChoiceFilter(name, label, choices=tuple(options)))
        elif choices or name == "city":
            fields.append(FilterField(name, label))
    if pack.segments:
        segments = tuple((segment.key, segment.label[language]) for segment in pack.segments)
        fields.append(ChoiceFilter("segment", _("Segment"), choices=segments))
    fields.append(FlagFilter("overdue", _("Overdue")))
    return FilterSet(tuple(fields))


def _choice(catalogue: Catalogue, name: str, label: Promise, language: Language) -> ChoiceFilter:
    return ChoiceFilter(name, label, choices=tuple((str(one.value), one.label[language]) for one in catalogue.attributes[name].choices))


def condition_of(view: View, filters: BoundFilters, pack: Pack) -> All:
    """View and filters as one condition, without the search text, which also looks at source keys."""
    parts = [] if view.condition == All(()) else [view.condition]
    makers: dict[str, Callable[[str], Condition]] = {name: _equals(name) for name in ("value_tier", "rfm_level")}
    kinds = {one.field.name: one.field.kind for one in filters.fields}
    makers |= {name: _equals(name) if kinds.get(name) == "choice" else _holds(name) for name, _label in _PLACES}
    parts += [make(filters.get(name)) for name, make in makers.items() if filters.get(name)]
    parts += [from_json(segment.condition) for segment in pack.segments if segment.key == filters.get("segment")]
    return All((*parts, *([OVERDUE] if filters.get("overdue") else [])))


def segment_condition(view: View, filters: BoundFilters, pack: Pack) -> All:
    """What a segment of the shown customers would ask; a search text becomes a condition on the name."""
    condition, text = condition_of(view, filters, pack), filters.get("q")
    return All((*condition.of, Contains("display_name", text))) if text else condition


def _equals(name: str) -> Callable[[str], Condition]:
    return lambda value: Compare(name, "=", value)


def _holds(name: str) -> Callable[[str], Condition]:
    return lambda value: Contains(name, value)
