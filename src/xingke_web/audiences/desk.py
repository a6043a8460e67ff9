"""Between the form and the condition: what the picker offers, which comparisons fit, and how values are written and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke.expr import (
    All,
    Any_,
    Attribute,
    Between,
    Compare,
    Condition,
    Contains,
    DaysAgo,
    Event,
    Fact,
    In,
    InSegment,
    Missing,
    Not,
    Scalar,
    scope_sql,
)
from xingke.schema import ColumnType
from xingke.tags.units import YUAN
from xingke.words import Language
from xingke_web.audiences.draft import NOT, Group, Node, Row, numbered, rows_of
from xingke_web.audiences.families import family_label
from xingke_web.audiences.population import Population
from xingke_web.ui.numbers import currency_unit

NUMBERS: Final = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)
PERCENT: Final = "%"
DAYS_AGO: Final = "days_ago:"
COMPARED: Final = (">=", "<=", ">", "<", "=", "!=")
OP_WORDS: Final = {
    ">=": "≥",
    "<=": "≤",
    ">": ">",
    "<": "<",
    "=": gettext_lazy("is"),
    "!=": gettext_lazy("is not"),
    "in": gettext_lazy("is one of"),
    "between": gettext_lazy("between"),
    "contains": gettext_lazy("contains"),
    "missing": gettext_lazy("has no value"),
    "not:in": gettext_lazy("is none of"),
    "not:between": gettext_lazy("not between"),
    "not:contains": gettext_lazy("does not contain"),
    "not:missing": gettext_lazy("has a value"),
    "days_ago:<=": gettext_lazy("at most days ago"),
    "days_ago:>=": gettext_lazy("at least days ago"),
}


@dataclass(frozen=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True)
class Pick:
    """One entry of the picker."""

    label: str
    family: str
    kind: str
    name: str


@dataclass(frozen=True)
class Desk:
    """The words of one workspace for one reader."""

    population: Population
    language: Language
    currency: str

    @cached_property
    def picks(self) -> tuple[Pick, ...]:
        """Everything a condition can begin with: attributes by family, then facts, then membership of a segment."""
        catalogue = self.population.catalogue
        found = [
            Pick(attribute.label[self.language], family_label(family)[self.language], "rule", attribute.name)
            for family, attributes in catalogue.families().items()
            for attribute in attributes
        ]
        facts = [Pick(self.fact_label(fact), _("Behaviour in a window"), "event", name) for name, fact in catalogue.facts.items()]
        segments = [Pick(self.segment_label, _("Saved segments"), "segment", "segment")] if catalogue.segments else []
        return (*found, *facts, *segments)

    @property
    def segment_label(self) -> str:
        """What the picker calls membership of a segment."""
        return _("Member of a segment")

    def fact_label(self, fact: Fact) -> str:
        """What the picker calls a fact."""
        return _("Behaviour: %(fact)s") % {"fact": fact.label[self.language]}

    @cached_property
    def _by_label(self) -> Mapping[str, Pick]:
        by_label = {pick.name: pick for pick in self.picks}
        return by_label | {pick.label.casefold(): pick for pick in self.picks}

    def pick_of(self, text: str) -> Pick | None:
        """What somebody means who typed a label or a name."""
        return self._by_label.get(text.casefold())

    def attribute(self, name: str) -> Attribute | None:
        """A known attribute."""
        return self.population.catalogue.attributes.get(name)

    def fact(self, name: str) -> Fact | None:
        """A known fact."""
        return self.population.catalogue.facts.get(name)

    # From a condition to the form

    def draft_of(self, tree: Condition) -> Group:
        """The form of a condition; a single condition stands in a group of its own."""
        node = self._node(tree)
        return numbered(node if isinstance(node, Group) else Group(children=[node]))

    def _node(self, tree: Condition) -> Node:
        match tree:
            case All(of) | Any_(of):
                return Group(any=isinstance(tree, Any_), children=[self._node(child) for child in of])
            case Not(of):
                return self._opposite(self._node(of))
            case Event():
                return self._event_row(tree)
            case InSegment(key):
                return Row("segment", self.segment_label, "segment", "in", [key])
            case _:
                return self._rule(tree, self.population.catalogue.attributes[tree.attribute])

    def _opposite(self, node: Node) -> Node:
        if isinstance(node, Row) and not node.negated:
            node.op = f"{NOT}{node.op}"
            return node
        if isinstance(node, Group) and not node.negated:
            node.negated = True
            return node
        return Group(negated=True, children=[node])

    def _rule(self, node: Compare | In | Between | Contains | Missing | DaysAgo, attribute: Attribute) -> Row:
        row = Row("rule", attribute.label[self.language], attribute.name)
        match node:
            case Compare(_name, compare, value):
                row.op, row.values = compare, [shown_value(value, attribute)]
            case In(_name, values):
                row.op, row.values = "in", [shown_value(value, attribute) for value in values]
            case Between(_name, low, high):
                row.op, row.values = "between", [shown_value(low, attribute), shown_value(high, attribute)]
            case Contains(_name, text):
                row.op, row.values = "contains", [text]
            case Missing():
                row.op = "missing"
            case DaysAgo(_name, compare, days):
                row.op, row.values = f"{DAYS_AGO}{compare}", [str(days)]
        return row

    def _event_row(self, node: Event) -> Row:
        fact = self.population.catalogue.facts[node.fact]
        wheres = [self._rule(item, fact.where[item.attribute]) for item in node.where]
        value = str(node.value)
        return Row("event", self.fact_label(fact), fact.name, node.compare, [value], node.measure, str(node.within_days), wheres)

    # What a posted form means

    def settled(self, root: Group) -> Group:
        """The posted rule with each picker read; a row whose attribute is another one now begins with values that fit."""
        for row in rows_of(root):
            pick = self.pick_of(row.pick)
            if pick is None:
                row.kind, row.name = "rule", ""
            elif pick.name != row.name or pick.kind != row.kind:
                fitting = self.new_row(pick)
                row.kind, row.name, row.pick = fitting.kind, fitting.name, fitting.pick
                row.op, row.values, row.measure, row.within, row.wheres = fitting.op, fitting.values, fitting.measure, fitting.within, []
            else:
                row.pick = pick.label
            self._settle_wheres(row)
        return root

    def _settle_wheres(self, row: Row) -> None:
        fact = self.fact(row.name) if row.kind == "event" else None
        for where in row.wheres:
            attributes = fact.where if fact else {}
            if where.name not in attributes and attributes:
                where.name = next(iter(attributes))
            if where.name in attributes and where.pick != where.name:
                where.op, where.values = self.first_values(attributes[where.name])
            where.pick = where.name

    def new_row(self, pick: Pick | None = None) -> Row:
        """A condition that holds for some and not for all, so that a count follows at once."""
        pick = pick or self.pick_of("value_tier") or self.picks[0]
        if pick.kind == "segment":
            keys = list(self.population.catalogue.segments or ())
            return Row("segment", pick.label, "segment", "in", keys[:1])
        if pick.kind == "event":
            fact = self.population.catalogue.facts[pick.name]
            return Row("event", pick.label, pick.name, ">=", ["1"], next(iter(fact.measures)), "90")
        operator, values = self.first_values(self.population.catalogue.attributes[pick.name])
        return Row("rule", pick.label, pick.name, operator, values)

    def first_values(self, attribute: Attribute) -> tuple[str, list[str]]:
        """A comparison and a value to begin with: the first of a list, the median of a tag, a quarter back for a day."""
        if attribute.choices:
            return "=", [shown_value(attribute.choices[0].value, attribute)]
        if attribute.type is ColumnType.DAY:
            return f"{DAYS_AGO}<=", ["90"]
        if attribute.type in NUMBERS:
            return ">=", [self._median(attribute)]
        return "contains", [""]

    def _median(self, attribute: Attribute) -> str:
        reader = self.population.reader
        if not reader.has("tag_profile"):
            return "1"
        if (scope := self.population.scope_path) is None:
            middle = reader.value("select p50 from tag_profile where tag = $tag", {"tag": attribute.name})
        else:
            inside = f"customer_id in (select customer_id from customer where {scope_sql(scope)})"  # noqa: S608 - made by sqlglot
            middle = reader.value(f'select quantile_cont("{attribute.name}"::double, 0.5) from portrait where {inside}')  # noqa: S608
        if middle is None:
            return "1"
        if attribute.type is ColumnType.NUMBER:
            return shown_value(round(float(middle), 3), attribute)
        return str(round(float(middle)))

    # What the form shows

    def operators(self, row: Row, attribute: Attribute | None) -> list[Option]:
        """The comparisons that fit, and the one in use where it came from elsewhere."""
        fitting = list(operators_of(attribute))
        if row.op and row.op not in fitting:
            fitting.append(row.op)
        label = number_label if attribute is not None and attribute.type in NUMBERS else op_label
        return [Option(op, label(op), op == row.op) for op in fitting]

    @property
    def membership(self) -> tuple[tuple[str, str], ...]:
        """The two ways to ask for a segment."""
        return (("in", _("is a member of")), ("not:in", _("is not a member of")))

    def comparisons(self, row: Row) -> list[Option]:
        """The comparisons of a measured number."""
        fitting = [*COMPARED, *([row.op] if row.op and row.op not in COMPARED else [])]
        return [Option(op, number_label(op), op == row.op) for op in fitting]

    def restrictions(self, row: Row, attribute: Attribute | None) -> list[Option]:
        """The comparisons that an event can be restricted by."""
        ordered = attribute is not None and attribute.type in (*NUMBERS, ColumnType.DAY)
        fitting = list(COMPARED if ordered else ("=", "!="))
        fitting += [row.op] if row.op and row.op not in fitting else []
        return [Option(op, number_label(op) if ordered else op_label(op), op == row.op) for op in fitting]

    def unit_of(self, row: Row) -> str:
        """What stands behind the value."""
        if row.kind == "event":
            fact = self.fact(row.name)
            measure = fact.measures.get(row.measure) if fact else None
            if fact is None or measure is None:
                return ""
            if fact.measure_type(measure) is ColumnType.MONEY:
                return currency_unit(self.currency, self.language)
            return measure.unit[self.language] if measure.unit else ""
        attribute = self.attribute(row.name)
        if attribute is None or row.base == "missing":
            return ""
        if row.base.startswith(DAYS_AGO):
            return _("days")
        if attribute.type is ColumnType.MONEY or attribute.unit == YUAN:
            return currency_unit(self.currency, self.language)
        return attribute.unit[self.language] if attribute.unit else ""

    def choices_of(self, attribute: Attribute, chosen: Sequence[str]) -> list[Option]:
        """The closed list of an attribute."""
        options = ((shown_value(choice.value, attribute), choice.label[self.language]) for choice in attribute.choices)
        return [Option(value, label, value in chosen) for value, label in options]

    def measures_of(self, row: Row) -> list[Option]:
        """What of a fact can be counted."""
        fact = self.fact(row.name)
        return [Option(name, one.label[self.language], name == row.measure) for name, one in fact.measures.items()] if fact else []

    def segments_of(self, row: Row) -> list[Option]:
        """The saved segments."""
        known = self.population.catalogue.segments
        return [Option(key, words[self.language], key == row.value) for key, words in known.items()] if known else []


def operators_of(attribute: Attribute | None) -> tuple[str, ...]:
    """The comparisons that the form offers for a type."""
    if attribute is None:
        return ()
    empty = ("missing", "not:missing")
    if attribute.type is ColumnType.FLAG:
        return ("=", *empty)
    if attribute.choices:
        return ("=", "!=", "in", "not:in", *empty)
    if attribute.type is ColumnType.TEXT:
        return ("contains", "not:contains", "=", "!=", *empty)
    if attribute.type is ColumnType.DAY:
        return ("days_ago:<=", "days_ago:>=", ">=", "<=", "between", *empty)
    return (*COMPARED, "between", "not:between", *empty)


def number_label(op: str) -> str:
    """A comparison of numbers, in signs."""
    return {"=": "=", "!=": "≠"}.get(op) or op_label(op)


def op_label(op: str) -> str:
    """A comparison as the form calls it."""
    if op in OP_WORDS:
        return str(OP_WORDS[op])
    base = op.removeprefix(NOT)
    plain = str(OP_WORDS.get(base, base.removeprefix(DAYS_AGO)))
    return _("not: %(comparison)s") % {"comparison": plain} if op.startswith(NOT) else plain


def is_share(attribute: Attribute) -> bool:
    """Whether it is stored in 0..1 and entered in 0..100."""
    return attribute.type is ColumnType.NUMBER and attribute.unit is not None and attribute.unit["en"] == PERCENT


def shown_value(value: Scalar, attribute: Attribute) -> str:
    """A value as the form shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_share(attribute) and isinstance(value, int | float | Decimal):
        return plain_number(Decimal(str(value)) * 100)
    return plain_number(Decimal(str(value))) if isinstance(value, float | Decimal) else str(value)


def entered_value(text: str, attribute: Attribute) -> str | bool:
    """What was typed, as a condition in JSON takes it; what is no number goes on as it is and is refused there."""
    if attribute.type is ColumnType.FLAG:
        return {"true": True, "false": False}.get(text, text)
    if is_share(attribute):
        try:
            return plain_number(Decimal(text.rstrip("%％ ")) / 100)
        except InvalidOperation:
            return text
    return text


def plain_number(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
