"""A condition read back as a sentence, in Chinese or in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xingke.expr.catalogue import Attribute, Catalogue, Fact, Measure
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
    Scalar,
)
from xingke.schema import ColumnType
from xingke.words import Language, Words, both

VALUES_SAID = 8
SIGNS: dict[Comparison, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
MIRRORED: dict[Comparison, Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
IS: dict[Comparison, Words] = {"=": both("为", "is"), "!=": both("不是", "is not")}
FLAG = {True: both("是", "yes"), False: both("否", "no")}
JOINED = {All: both("且", " and "), Any_: both("或", " or ")}
NEGATED: dict[Comparison, Comparison] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def say(tree: Condition, catalogue: Catalogue, language: Language) -> str:
    """The condition in words, with labels, units and the names of choices; parentheses only where the meaning needs them.

    Raises
    ------
    ConditionError
        The condition does not fit the catalogue.
    """
    sentence = _Sayer(catalogue, language).whole(catalogue.check(tree))
    return sentence[:1].upper() + sentence[1:] if language == "en" else sentence


@dataclass(frozen=True, slots=True)
class _Sayer:
    catalogue: Catalogue
    language: Language

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def whole(self, tree: Condition) -> str:
        match tree:
            case All(()):
                return self.pick("全部客户", "all customers")
            case All(of) | Any_(of) if len(of) == 1:
                return self.whole(of[0])
            case All() | Any_():
                return self.group(tree)
            case Not(of):
                return self.negation(of)
            case Event():
                return self.event(tree)
            case InSegment(key):
                return self.pick(f"在客群{self.quoted(self.segment(key))}中", f"in segment {self.quoted(self.segment(key))}")
            case _:
                return self.leaf(tree, self.catalogue.attributes[tree.attribute])

    def group(self, tree: All | Any_) -> str:
        parts = [self.part(child, type(tree)) for child in tree.of]
        if self.language == "en":
            return JOINED[type(tree)]["en"].join(parts)
        text = parts[0]
        for part in parts[1:]:
            before = " " if text[-1].isascii() else ""  # figures stand apart from Chinese text, brackets and quotes do not
            after = before if not part.startswith("（") else ""
            text = f"{text}{before}{JOINED[type(tree)]['zh']}{after}{part}"
        return text

    def part(self, tree: Condition, within: type[All] | type[Any_]) -> str:
        """A member of a group; only a group of the other kind needs parentheses."""
        inner = tree
        while isinstance(inner, All | Any_) and len(inner.of) == 1:
            inner = inner.of[0]
        text = self.whole(inner)
        if isinstance(inner, All | Any_) and inner.of and type(inner) is not within:
            return self.bracketed(text)
        return text

    def negation(self, inner: Condition) -> str:
        while isinstance(inner, All | Any_) and len(inner.of) == 1:
            inner = inner.of[0]
        match inner:
            case Not(of):
                return self.whole(of)
            case Missing(attribute):
                label = self.label(self.catalogue.attributes[attribute].label)
                return self.pick(f"已有{label}", f"{label} is known")
            case InSegment(key):
                return self.pick(f"不在客群{self.quoted(self.segment(key))}中", f"not in segment {self.quoted(self.segment(key))}")
            case Event() if self.catalogue.facts[inner.fact].measures[inner.measure].zero_when_none:
                return self.event(Event(inner.fact, inner.measure, inner.within_days, NEGATED[inner.compare], inner.value, inner.where))
            case _:
                return self.pick(f"不满足{self.bracketed(self.whole(inner))}", f"not {self.bracketed(self.whole(inner))}")

    def leaf(self, node: Compare | In | Between | Contains | Missing | DaysAgo, attribute: Attribute) -> str:
        label = self.label(attribute.label)
        match node:
            case Compare(_, compare, value):
                return self.compared(label, compare, value, attribute)
            case In(_, values):
                return self.one_of(label, values, attribute)
            case Between(_, low, high):
                unit = self.unit(attribute.unit, attribute.label)
                low_said, high_said = self.number(low, attribute.unit), self.number(high, attribute.unit)
                between = f"{label}在 {low_said} 到 {high_said}{unit}{'' if unit else ' '}之间"
                return self.pick(between, f"{label} is between {low_said} and {high_said}{unit}")
            case Contains(_, value):
                return self.pick(f"{label}包含{self.quoted(value)}", f"{label} contains {self.quoted(value)}")
            case Missing():
                return self.pick(f"没有{label}", f"{label} is missing")
            case DaysAgo(_, compare, days):
                return self.days_ago(label, compare, days)

    def compared(self, label: str, compare: Comparison, value: Scalar, attribute: Attribute) -> str:
        said = self.value(value, attribute)
        unit = "" if said.startswith(("「", "“")) else self.unit(attribute.unit, attribute.label)
        return self.signed(label, compare, said + unit)

    def signed(self, label: str, compare: Comparison, said: str) -> str:
        if compare in SIGNS:
            return f"{label} {SIGNS[compare]} {said}"
        if self.language == "en":
            return f"{label} {IS[compare]['en']} {said}"
        gap = "" if said.startswith("「") else " "
        return f"{label}{IS[compare]['zh']}{gap}{said}"

    def one_of(self, label: str, values: tuple[Scalar, ...], attribute: Attribute) -> str:
        if len(values) == 1:
            return self.compared(label, "=", values[0], attribute)
        said = [self.value(value, attribute) for value in values[:VALUES_SAID]]
        left_out = len(values) - len(said)
        if self.language == "zh":
            listed = "".join(said) if said[0].startswith("「") else f" {'、'.join(said)} "
            return f"{label}属于{listed}{f'等 {len(values)} 项' if left_out else '之一'}"
        return f"{label} is one of {', '.join(said)}{f' and {left_out} more' if left_out else ''}"

    def days_ago(self, label: str, compare: Comparison, days: int) -> str:
        if days < 0:
            ahead = f"{self.sign(MIRRORED[compare])} {-days}"
            return self.pick(f"距{label}还有 {ahead} 天", f"{label} is {ahead} days ahead")
        return self.pick(f"{label}距今 {self.sign(compare)} {days} 天", f"{label} is {self.sign(compare)} {days} days ago")

    def sign(self, compare: Comparison) -> str:
        return {"=": "=", "!=": "≠", **SIGNS}[compare]

    def event(self, node: Event) -> str:
        fact = self.catalogue.facts[node.fact]
        measure = fact.measures[node.measure]
        window = self.pick(f"近 {node.within_days} 天", f"in the last {_days(node.within_days)}")
        where = self.restrictions(node, fact)
        counted = _counted(measure, node)
        if counted is not None:
            did = self.pick("有" if counted else "没有", "some" if counted else "no")
            return self.pick(f"{window}{did}{self.label(fact.label)}{where}", f"{did} {self.label(fact.label)} {window}{where}")
        said = self.scalar(node.value, fact.measure_type(measure), measure.unit) + self.unit(measure.unit, measure.label)
        label = self.label(measure.label)
        if self.language == "zh":
            return self.signed(f"{window}{self.label(fact.label)}{where}{label}", node.compare, said)
        return self.signed(f"{self.label(fact.label)} {label} {window}{where}", node.compare, said)

    def restrictions(self, node: Event, fact: Fact) -> str:
        if not node.where:
            return ""
        parts = [self.leaf(item, fact.where[item.attribute]) for item in node.where]
        return self.pick(f"（{'，'.join(parts)}）", f" ({', '.join(parts)})")

    def value(self, value: Scalar, attribute: Attribute) -> str:
        words = _choice(attribute.choice_labels, value)
        if words is not None:
            return self.quoted(words[self.language])
        return self.scalar(value, attribute.type, attribute.unit)

    def scalar(self, value: Scalar, type_: ColumnType, unit: Words | None) -> str:
        if type_ is ColumnType.FLAG:
            return self.quoted(FLAG[bool(value)][self.language])
        return self.quoted(str(value)) if type_ is ColumnType.TEXT else self.number(value, unit)

    def number(self, value: Scalar, unit: Words | None) -> str:
        if isinstance(value, date):
            return value.isoformat()
        number = Decimal(str(value))
        if _is_share(unit):
            return f"{_plain(number * 100)}%"
        return _plain(number)

    def unit(self, unit: Words | None, label: Words) -> str:
        """The unit behind a value, unless the label says it already (次数, （元）, "days since")."""
        if unit is None or _is_share(unit):
            return ""
        said = unit[self.language]
        if self.language == "zh":
            return "" if f"{said}数" in label["zh"] or f"（{said}）" in label["zh"] else f" {said}"
        return "" if said.casefold() in label["en"].casefold().split() else f" {said}"

    def label(self, label: Words) -> str:
        """A label inside a sentence: an English one begins small, unless it begins with an abbreviation."""
        text = label[self.language]
        if self.language == "zh":
            return text
        return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text

    def segment(self, key: str) -> str:
        known = self.catalogue.segments
        return known[key][self.language] if known is not None else key

    def quoted(self, text: str) -> str:
        return self.pick(f"「{text}」", f"“{text}”")

    def bracketed(self, text: str) -> str:
        return self.pick(f"（{text}）", f"({text})")


def _choice(labels: Mapping[Scalar, Words], value: Scalar) -> Words | None:
    return labels.get(value)


def _counted(measure: Measure, node: Event) -> bool | None:
    """Whether a count only asks for some (True) or none (False); None when it asks for a number."""
    if measure.kind not in ("count", "count_distinct"):
        return None
    if (node.compare, node.value) in {(">=", 1), (">", 0), ("!=", 0)}:
        return True
    return False if (node.compare, node.value) in {("=", 0), ("<", 1), ("<=", 0)} else None


def _is_share(unit: Words | None) -> bool:
    return unit is not None and unit["zh"] == "%"


def _plain(number: Decimal) -> str:
    """Thousands apart, and no digits that say nothing."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(count: int) -> str:
    return "day" if count == 1 else f"{count} days"
