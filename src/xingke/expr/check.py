"""Checking one customer in memory, with the same answers as the set query."""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xingke.expr.catalogue import Attribute, Catalogue, Measure
from xingke.expr.tree import (
    All,
    Any_,
    Between,
    Compare,
    Comparison,
    Condition,
    Contains,
    DaysAgo,
    Event,
    In,
    InSegment,
    Missing,
    Not,
    Record,
    Scalar,
)

COMPARE: dict[Comparison, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
FOLD_LATIN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

Events = Mapping[str, Sequence[Record]]


def holds(
    tree: Condition,
    catalogue: Catalogue,
    record: Record,
    *,
    as_of: date,
    events: Events | None = None,
    segments: Collection[str] = (),
) -> bool:
    """Whether the condition holds for one customer.

    Parameters
    ----------
    record
        Values by attribute name; what is absent or None is missing.
    as_of
        The business day of the check; facts of that day and later are not seen.
    events
        The customer's facts by fact name, one mapping of column names each, with the day among them.
    segments
        Keys of the saved segments the customer is in.

    Raises
    ------
    ConditionError
        The condition does not fit the catalogue.
    """
    return checker(tree, catalogue, as_of=as_of)(record, events or {}, segments)


Checker = Callable[[Record, Events, Collection[str]], bool]


def checker(tree: Condition, catalogue: Catalogue, *, as_of: date) -> Checker:
    """The same as `holds`, with the condition examined once for many customers."""
    typed = catalogue.check(tree)
    return lambda record, events, segments: _Case(catalogue, as_of, record, events, segments).holds(typed)


class _Case:
    """One customer on one day."""

    def __init__(self, catalogue: Catalogue, as_of: date, record: Record, events: Events, segments: Collection[str]) -> None:
        self.catalogue = catalogue
        self.as_of = as_of
        self.record = record
        self.events = events
        self.segments = segments

    def holds(self, tree: Condition) -> bool:
        match tree:
            case All(of):
                return all(self.holds(child) for child in of)
            case Any_(of):
                return any(self.holds(child) for child in of)
            case Not(of):
                return not self.holds(of)
            case InSegment(key):
                return key in self.segments
            case Event():
                return self.event(tree)
            case Missing(attribute):
                return self.record.get(attribute) is None
            case _:
                return _value_holds(tree, self.record.get(tree.attribute), self.as_of)

    def event(self, node: Event) -> bool:
        fact = self.catalogue.facts[node.fact]
        start = self.as_of - timedelta(days=node.within_days)
        rows = [
            row
            for row in self.events.get(node.fact, ())
            if _within(row.get(fact.day_column), start, self.as_of)
            and all(_value_holds(item, row.get(_column(fact.where, item)), self.as_of) for item in node.where)
        ]
        measured = _measured(fact.measures[node.measure], rows)
        return measured is not None and COMPARE[node.compare](measured, node.value)


def _column(where: Mapping[str, Attribute], item: Compare | In) -> str:
    return where[item.attribute].column


def _within(day: Scalar | None, start: date, end: date) -> bool:
    return isinstance(day, date) and start <= day < end


def _measured(measure: Measure, rows: Sequence[Record]) -> Any:  # a number or a day, by the kind of the measure
    if measure.kind == "count":
        return len(rows)
    values: list[Any] = [value for row in rows if (value := row.get(measure.column or "")) is not None]
    if measure.kind == "count_distinct":
        return len(set(values))
    if measure.kind == "sum":
        return sum(values, start=Decimal(0) if values and isinstance(values[0], Decimal) else 0)
    if not values:
        return None
    return min(values) if measure.kind == "min" else max(values)


def _value_holds(node: Compare | In | Between | Contains | DaysAgo, value: Any, as_of: date) -> bool:
    if value is None:
        return False
    match node:
        case Compare(_, compare, wanted):
            return COMPARE[compare](value, wanted)
        case In(_, values):
            return value in values
        case Between(_, low, high):
            return bool(low <= value <= high)
        case Contains(_, piece):
            return piece.translate(FOLD_LATIN) in value.translate(FOLD_LATIN)
        case DaysAgo(_, compare, days):
            return COMPARE[compare]((as_of - value).days, days)
