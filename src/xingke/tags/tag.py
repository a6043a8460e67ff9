"""One tag: a named fact about a customer, declared once and computed the same way everywhere."""

from dataclasses import dataclass
from enum import StrEnum

from xingke.schema import ColumnType
from xingke.words import Words, both


class Family(StrEnum):
    """What a tag speaks about; the catalogue and the 360-degree page group by it."""

    VALUE = "value"
    RHYTHM = "rhythm"
    RECENCY = "recency"
    MIX = "mix"
    BREADTH = "breadth"
    LOYALTY = "loyalty"
    GROWTH = "growth"
    RESPONSE = "response"
    BEHAVIOUR = "behaviour"
    SIGNAL = "signal"

    @property
    def label(self) -> Words:
        """The family's name on screen."""
        return {
            Family.VALUE: both("价值", "Value"),
            Family.RHYTHM: both("节奏", "Rhythm"),
            Family.RECENCY: both("近期性", "Recency"),
            Family.MIX: both("结构", "Mix"),
            Family.BREADTH: both("宽度", "Breadth"),
            Family.LOYALTY: both("忠诚", "Loyalty"),
            Family.GROWTH: both("成长", "Growth"),
            Family.RESPONSE: both("反馈", "Response"),
            Family.BEHAVIOUR: both("行为", "Behaviour"),
            Family.SIGNAL: both("信号", "Signal"),
        }[self]


class Grain(StrEnum):
    """The rows that a tag's expression reads; each value names the step that makes them.

    `ORDER` one row an order, `GAP` one row a day with orders and the days since the one before, `PRODUCT` a product of
    the last year, `CLASS`, `CATEGORY` and `BRAND` likewise, `TOUCH`
    one row a touch or response, `EVENT` one row a tracked event, `PORTRAIT` the tags declared before it.
    """

    ORDER = "customer_order"
    GAP = "customer_gap"
    PRODUCT = "customer_product"
    CLASS = "customer_class"
    CATEGORY = "customer_category"
    BRAND = "customer_brand"
    TOUCH = "customer_touch"
    EVENT = "customer_event"
    PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True)
class Tag:
    """One column of the portrait.

    Parameters
    ----------
    name
        snake_case with its unit; a trailing `_90d` says how many days before `as_of` it looks back.
    sql
        An expression of the canonical dialect over the columns of its grain: an aggregate, or for `Grain.PORTRAIT` a
        formula over other tags. Portable: every division through `nullif`, no engine function.
    meaning
        The definition in words, shown wherever the number is.
    unit
        Shown behind the number; `%` means a share stored as 0..1.
    empty_is_zero
        A customer without any row at this grain gets 0; otherwise the value is missing.
    """

    name: str
    label: Words
    family: Family
    type: ColumnType
    grain: Grain
    sql: str
    meaning: Words
    unit: Words | None = None
    empty_is_zero: bool = False
