"""What a condition may talk about: attributes of customers, facts about them, and saved segments."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Self, TypeVar

from xingke.expr.tree import Condition, Scalar
from xingke.schema import TABLES, ColumnType
from xingke.words import Words

NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
MeasureKind = Literal["count", "count_distinct", "sum", "min", "max"]
ONE_ROW_A_CUSTOMER = ("customer", "portrait")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list, and how people call it."""

    value: Scalar
    label: Words


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something known of a customer, or of a fact when it stands in `Fact.where`.

    Parameters
    ----------
    table, column
        Where the value is; a table of customers has `customer_id` and at most one row a customer.
    unit
        Said behind values. The unit `%` belongs to shares: they are stored in 0..1 and said as 0..100.
    choices
        The closed list of values; a condition with another value is refused.
    family
        Groups attributes on screen (`value`, `rhythm`, `mix` ...).
    personal
        Describes a natural person: whoever shows it masks it.
    """

    name: str
    label: Words
    type: ColumnType
    table: str
    column: str
    unit: Words | None = None
    choices: tuple[Choice, ...] = ()
    family: str = ""
    personal: bool = False

    def __post_init__(self) -> None:
        _require_names(self.name, self.table, self.column)
        if self.type is ColumnType.INSTANT:
            raise ValueError(f"{self.name}: conditions speak of business days; declare a day, not an instant")

    @property
    def choice_labels(self) -> Mapping[Scalar, Words]:
        """The label of each value of the closed list."""
        return {choice.value: choice.label for choice in self.choices}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number taken from the facts of a window; `type` is needed only where the canonical schema does not know the column."""

    label: Words
    kind: MeasureKind
    column: str | None = None
    unit: Words | None = None
    type: ColumnType | None = None

    @property
    def zero_when_none(self) -> bool:
        """Whether no facts at all mean 0 rather than no answer."""
        return self.kind in ("count", "count_distinct", "sum")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to customers, one row each time, on a business day.

    Parameters
    ----------
    where
        The columns of the same table that an event may be restricted by; the keys are the names that conditions use.
    """

    name: str
    label: Words
    table: str
    day_column: str
    measures: Mapping[str, Measure]
    where: Mapping[str, Attribute] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require_names(self.name, self.table, self.day_column, *self.measures)
        for name, measure in self.measures.items():
            self._require_sound(name, measure)
        for name, attribute in self.where.items():
            if name != attribute.name or attribute.table != self.table:
                raise ValueError(f"{self.name}.where[{name!r}] must be an attribute of that name in the table {self.table}")

    def _require_sound(self, name: str, measure: Measure) -> None:
        if measure.kind == "count":
            return
        if measure.column is None:
            raise ValueError(f"{self.name}.{name}: a measure of kind {measure.kind} needs a column")
        _require_names(measure.column)
        if self.measure_type(measure) not in MEASURABLE[measure.kind]:
            raise ValueError(f"{self.name}.{name}: there is no {measure.kind} of a {self.measure_type(measure)}")

    def measure_type(self, measure: Measure) -> ColumnType:
        """The type of the measured number."""
        if measure.kind in ("count", "count_distinct"):
            return ColumnType.INTEGER
        if measure.type is not None:
            return measure.type
        table = TABLES.get(self.table)
        if table is None or measure.column not in table.column_names:
            raise ValueError(f"{self.name}: say the type of {self.table}.{measure.column}")
        return table.column(measure.column).type


NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)
ORDERED = (*NUMERIC, ColumnType.DAY)
MEASURABLE: dict[MeasureKind, tuple[ColumnType, ...]] = {
    "count": (ColumnType.INTEGER,),
    "count_distinct": (ColumnType.INTEGER,),
    "sum": NUMERIC,
    "min": ORDERED,
    "max": ORDERED,
}


Named = TypeVar("Named", Attribute, Fact)


class Catalogue:
    """The attributes, facts and segments that conditions of one workspace may use.

    Parameters
    ----------
    segments
        Key and label of the saved segments; None when they are not known here, and then any key is accepted.
    complete
        Tables with exactly one row for each customer of `customer`, no more and no less. A query that needs only one of
        them reads it alone, without `customer`: that saves the join and is what makes live counts quick. Leave out a
        table that may lack customers, otherwise "not" conditions overlook those.
    """

    def __init__(
        self,
        attributes: Iterable[Attribute],
        facts: Iterable[Fact] = (),
        *,
        segments: Mapping[str, Words] | None = None,
        complete: Collection[str] = ONE_ROW_A_CUSTOMER,
    ) -> None:
        self.attributes = _by_name("attribute", attributes)
        self.facts = _by_name("fact", facts)
        self.segments = None if segments is None else MappingProxyType(dict(segments))
        self.complete = frozenset(complete)

    def with_segments(self, segments: Mapping[str, Words]) -> Self:
        """The same catalogue, knowing these saved segments."""
        return type(self)(self.attributes.values(), self.facts.values(), segments=segments, complete=self.complete)

    def families(self) -> dict[str, list[Attribute]]:
        """Attributes grouped by family, in the order of declaration."""
        groups: dict[str, list[Attribute]] = {}
        for attribute in self.attributes.values():
            groups.setdefault(attribute.family, []).append(attribute)
        return groups

    def check(self, tree: Condition) -> Condition:
        """The same condition with every name known and every value in the type of its attribute.

        Raises
        ------
        ConditionError
            Something in it is unknown, of the wrong type, or too much; the error names the place.
        """
        from xingke.expr.checking import checked  # the pass needs the classes of this module

        return checked(tree, self)


def _by_name(kind: str, items: Iterable[Named]) -> Mapping[str, Named]:
    index: dict[str, Named] = {}
    for item in items:
        if item.name in index:
            raise ValueError(f"the {kind} {item.name!r} is declared twice")
        index[item.name] = item
    return MappingProxyType(index)


def _require_names(*names: str) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name: lower-case letters, digits and underscores, beginning with a letter")
