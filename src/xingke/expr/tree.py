"""The nodes of a condition, and how a condition becomes JSON.

A condition says which customers are meant. It is plain data: frozen, comparable, hashable, and without any text that an
engine would run. `parse.from_json` reads it, `catalogue.Catalogue.check` gives its values their types.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
Scalar: TypeAlias = str | int | float | Decimal | date | bool
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the conditions holds; with none of them, everybody is meant."""

    of: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801  (the bare name would hide typing.Any wherever it is imported)
    """At least one of the conditions holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold; true also where it does not hold because the value is missing."""

    of: "Condition"


@dataclass(frozen=True, slots=True)
class Compare:
    """An attribute against a value."""

    attribute: str
    compare: Comparison
    value: Scalar


@dataclass(frozen=True, slots=True)
class In:
    """An attribute is one of the values."""

    attribute: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """An attribute lies from `low` to `high`, both ends included."""

    attribute: str
    low: Scalar
    high: Scalar


@dataclass(frozen=True, slots=True)
class Contains:
    """A text holds this piece somewhere; the letters A to Z match in either case, all else exactly."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The attribute has no value."""

    attribute: str


@dataclass(frozen=True, slots=True)
class DaysAgo:
    """How many days before `as_of` a day attribute lies; negative for days still to come."""

    attribute: str
    compare: Comparison
    days: int


@dataclass(frozen=True, slots=True)
class Event:
    """A measure of the facts of the last `within_days` days, the day `as_of` itself excluded.

    Without any fact in the window counts and sums are 0, so "did not" is `= 0`; a largest or smallest value is missing.
    """

    fact: str
    measure: str
    within_days: int
    compare: Comparison
    value: Scalar
    where: tuple[Compare | In, ...] = ()


@dataclass(frozen=True, slots=True)
class InSegment:
    """The customer is a member of a saved segment, as of its last refresh."""

    key: str


Condition: TypeAlias = All | Any_ | Not | Compare | In | Between | Contains | Missing | DaysAgo | Event | InSegment

EVERYBODY = All()


def all_of(*conditions: Condition) -> All:
    """Every one of the conditions."""
    return All(conditions)


def any_of(*conditions: Condition) -> Any_:
    """At least one of the conditions."""
    return Any_(conditions)


def walk(tree: Condition) -> Iterator[Condition]:
    """The node and all nodes below it, parents first; the restrictions inside an event are part of the event."""
    yield tree
    if isinstance(tree, All | Any_):
        for child in tree.of:
            yield from walk(child)
    elif isinstance(tree, Not):
        yield from walk(tree.of)


def attributes_used(tree: Condition) -> frozenset[str]:
    """Names of the attributes a condition reads: where a tag is used."""
    leaves = (Compare, In, Between, Contains, Missing, DaysAgo)
    return frozenset(node.attribute for node in walk(tree) if isinstance(node, leaves))


def facts_used(tree: Condition) -> frozenset[str]:
    """Names of the facts a condition counts."""
    return frozenset(node.fact for node in walk(tree) if isinstance(node, Event))


def segments_used(tree: Condition) -> frozenset[str]:
    """Keys of the saved segments a condition refers to; whoever saves one checks with it that no circle arises."""
    return frozenset(node.key for node in walk(tree) if isinstance(node, InSegment))


def to_json(tree: Condition) -> dict[str, Json]:
    """The condition as JSON data; `from_json` with the same catalogue gives an equal condition back."""
    match tree:
        case All(of):
            return {"op": "all", "of": [to_json(child) for child in of]}
        case Any_(of):
            return {"op": "any", "of": [to_json(child) for child in of]}
        case Not(of):
            return {"op": "not", "of": to_json(of)}
        case Event():
            return _event_json(tree)
        case InSegment(key):
            return {"op": "segment", "key": key}
        case _:
            return _attribute_json(tree)


def _attribute_json(node: Compare | In | Between | Contains | Missing | DaysAgo) -> dict[str, Json]:
    match node:
        case Compare(attribute, compare, value):
            return {"op": compare, "attribute": attribute, "value": _scalar_json(value)}
        case In(attribute, values):
            return {"op": "in", "attribute": attribute, "values": [_scalar_json(value) for value in values]}
        case Between(attribute, low, high):
            return {"op": "between", "attribute": attribute, "low": _scalar_json(low), "high": _scalar_json(high)}
        case Contains(attribute, value):
            return {"op": "contains", "attribute": attribute, "value": value}
        case Missing(attribute):
            return {"op": "missing", "attribute": attribute}
        case DaysAgo(attribute, compare, days):
            return {"op": "days_ago", "attribute": attribute, "compare": compare, "days": days}


def _event_json(event: Event) -> dict[str, Json]:
    return {
        "op": "event",
        "fact": event.fact,
        "measure": event.measure,
        "within_days": event.within_days,
        "where": [_attribute_json(item) for item in event.where],
        "compare": event.compare,
        "value": _scalar_json(event.value),
    }


def _scalar_json(value: Scalar) -> Json:
    """Money as text, because a JSON number would pass through a binary fraction on its way."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


Record: TypeAlias = Mapping[str, Scalar | None]
