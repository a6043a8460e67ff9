"""Metrics: one definition each of the figures that screens, reports and alerts show."""

from dataclasses import dataclass
from enum import StrEnum

from xingke.words import Words


class Direction(StrEnum):
    """Which way is better; colours follow it."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class MetricKind(StrEnum):
    """How the number is written."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure over the orders of a period.

    Parameters
    ----------
    sql
        An aggregate of the canonical dialect over `customer_order` rows of the period (`customer_id`, `ordered_on`,
        `order_id`, `line_count`, `quantity_units`, `amount_yuan`, `discount_yuan`, `return_yuan`); `population` is the
        number of customers in scope.
    additive
        Whether the figures of parts add up to the figure of the whole; customers counted once do not.
    """

    name: str
    label: Words
    kind: MetricKind
    sql: str
    meaning: Words
    direction: Direction = Direction.UP
    additive: bool = False
    unit: Words | None = None
