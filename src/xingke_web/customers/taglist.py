"""A customer's tags in words, by family, each with its definition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from xingke.schema import ColumnType
from xingke.tags import Family, Tag, TagLibrary
from xingke_web.accounts.contracts import Viewer
from xingke_web.ui import numbers

HEADLINES: Final = frozenset(
    {
        "order_value_yuan_365d", "largest_order_yuan_365d", "gap_days_median", "weekend_order_share_365d", "tenure_days", "cycle_ratio",
        "favourite_category", "favourite_brand", "mean_price_class_365d", "upper_class_share_90d", "product_count_365d",
        "category_count_365d",
        "repeat_product_rate_365d", "active_weeks_365d", "amount_growth_90d", "amount_growth_365d", "interaction_rate_365d",
        "redemption_count_365d",
    }
)  # fmt: skip
"""The tags that the page shows at first; all others are one click away."""


@dataclass(frozen=True)
class TagValue:
    """A tag with the customer's value in words."""

    name: str
    label: str
    text: str
    meaning: str
    is_signal: bool


@dataclass(frozen=True)
class TagFamily:
    """The tags of one family."""

    label: str
    tags: tuple[TagValue, ...]


def tag_text(tag: Tag, value: Any, viewer: Viewer) -> str:
    """A value with its unit; a missing one is a dash."""
    language, currency = viewer.language, viewer.workspace.currency
    if value is None:
        return numbers.MISSING
    if tag.type is ColumnType.FLAG:
        return _("Yes") if value else _("No")
    if tag.type is ColumnType.DAY:
        return numbers.day(value)
    if tag.type is ColumnType.TEXT:
        return str(value)
    if tag.type is ColumnType.MONEY or "_yuan" in tag.name:
        return numbers.money(value, currency, language, detail=True)
    unit = tag.unit[language] if tag.unit else ""
    if unit == "%":
        return numbers.percent(value)
    text = numbers.fixed(value, 0 if tag.type is ColumnType.INTEGER else 1)
    return f"{text} {unit}".strip()


def tags_by_family(library: TagLibrary, row: Mapping[str, Any], viewer: Viewer) -> list[TagFamily]:
    """Every tag of the library with the customer's value."""
    return _families(library, row, viewer, library.tags)


def headline_tags(library: TagLibrary, row: Mapping[str, Any], viewer: Viewer) -> list[TagFamily]:
    """The signals that hold, and the headline tags that have a value."""
    shown = [
        tag
        for tag in library.tags
        if (row.get(tag.name) is True if tag.type is ColumnType.FLAG else tag.name in HEADLINES and row.get(tag.name) is not None)
    ]
    return _families(library, row, viewer, shown)


def _families(library: TagLibrary, row: Mapping[str, Any], viewer: Viewer, tags: Iterable[Tag]) -> list[TagFamily]:
    language = viewer.language
    grouped: dict[Family, list[TagValue]] = {family: [] for family in (Family.SIGNAL, *(one for one in Family if one is not Family.SIGNAL))}
    for tag in tags:
        is_signal = tag.type is ColumnType.FLAG
        text = tag_text(tag, row.get(tag.name), viewer)
        grouped[tag.family].append(TagValue(tag.name, tag.label[language], text, tag.meaning[language], is_signal))
    return [TagFamily(family.label[language], tuple(values)) for family, values in grouped.items() if values]
