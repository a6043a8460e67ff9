"""The pass that holds a condition against a catalogue: names known, values typed, size within bounds."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xingke.expr.errors import ConditionError, shown, unknown_name
from xingke.expr.tree import (
    COMPARISONS,
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
from xingke.expr.values import integer_value, typed_value
from xingke.schema import ColumnType

if TYPE_CHECKING:
    from xingke.expr.catalogue import Attribute, Catalogue, Fact

MAX_DEPTH = 10
MAX_NODES = 200
MAX_VALUES = 1000
MAX_DAYS = 36_500
MAX_SEGMENT_KEY = 200
WITHOUT_ORDER = (ColumnType.TEXT, ColumnType.FLAG)


@dataclass(slots=True)
class Budget:
    """Counts nodes, so that a condition of hostile size is refused while it is being read."""

    nodes: int = 0

    def spend(self, depth: int, path: str) -> None:
        """One more node at this depth; refuses what is too deep or too much."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise ConditionError(
                path,
                zh=f"条件嵌套超过 {MAX_DEPTH} 层，请先把其中一部分存为客群再引用",
                en=f"more than {MAX_DEPTH} levels are nested here; save a part as a segment and refer to it",
            )
        if self.nodes > MAX_NODES:
            raise ConditionError(
                path,
                zh=f"条件超过 {MAX_NODES} 个，请先把其中一部分存为客群再引用",
                en=f"there are more than {MAX_NODES} conditions; save a part as a segment and refer to it",
            )


def checked(tree: Condition, catalogue: "Catalogue") -> Condition:
    """The condition with typed values; see `Catalogue.check`."""
    return _Check(catalogue).node(tree, "$", 1)


class _Check:
    def __init__(self, catalogue: "Catalogue") -> None:
        self.catalogue = catalogue
        self.budget = Budget()

    def node(self, tree: Condition, path: str, depth: int) -> Condition:
        self.budget.spend(depth, path)
        match tree:
            case All(of):
                return All(tuple(self.node(child, f"{path}.of[{place}]", depth + 1) for place, child in enumerate(of)))
            case Any_(of):
                require_some(len(of), f"{path}.of")
                return Any_(tuple(self.node(child, f"{path}.of[{place}]", depth + 1) for place, child in enumerate(of)))
            case Not(of):
                return Not(self.node(of, f"{path}.of", depth + 1))
            case Event():
                return self.event(tree, path, depth)
            case InSegment(key):
                return self.segment(tree, key, path)
            case _:
                return self.leaf(tree, self.attribute(tree.attribute, path), path)

    def attribute(self, name: str, path: str) -> "Attribute":
        attribute = self.catalogue.attributes.get(name)
        if attribute is None:
            raise unknown_name(f"{path}.attribute", kind=("属性", "attribute"), name=name, known=self.catalogue.attributes)
        return attribute

    def leaf(self, node: Compare | In | Between | Contains | Missing | DaysAgo, attribute: "Attribute", path: str) -> Condition:
        match node:
            case Compare():
                return _compare(node, attribute, path)
            case In():
                return _membership(node, attribute, path)
            case Between():
                return _range(node, attribute, path)
            case Contains():
                _require_type(attribute, (ColumnType.TEXT,), "contains", path)
                return replace(node, value=str(typed_value(node.value, ColumnType.TEXT, f"{path}.value")))
            case DaysAgo():
                _require_type(attribute, (ColumnType.DAY,), "days_ago", path)
                require_comparison(node.compare, f"{path}.compare")
                return replace(node, days=whole_days(node.days, -MAX_DAYS, f"{path}.days"))
            case Missing():
                return node

    def event(self, node: Event, path: str, depth: int) -> Event:
        fact = self.catalogue.facts.get(node.fact)
        if fact is None:
            raise unknown_name(f"{path}.fact", kind=("行为", "fact"), name=node.fact, known=self.catalogue.facts)
        measure = fact.measures.get(node.measure)
        if measure is None:
            raise unknown_name(f"{path}.measure", kind=("度量", "measure"), name=node.measure, known=fact.measures)
        require_comparison(node.compare, f"{path}.compare")
        return replace(
            node,
            within_days=whole_days(node.within_days, 1, f"{path}.within_days"),
            value=typed_value(node.value, fact.measure_type(measure), f"{path}.value"),
            where=tuple(self.restriction(item, fact, f"{path}.where[{place}]", depth) for place, item in enumerate(node.where)),
        )

    def restriction(self, item: Compare | In, fact: "Fact", path: str, depth: int) -> Compare | In:
        self.budget.spend(depth, path)
        attribute = fact.where.get(item.attribute)
        if attribute is None:
            raise unknown_name(f"{path}.attribute", kind=("限定项", "restriction"), name=item.attribute, known=fact.where)
        return _compare(item, attribute, path) if isinstance(item, Compare) else _membership(item, attribute, path)

    def segment(self, node: InSegment, key: str, path: str) -> InSegment:
        known = self.catalogue.segments
        if known is not None and key not in known:
            raise unknown_name(f"{path}.key", kind=("客群", "segment"), name=key, known=known)
        return replace(node, key=segment_key(key, f"{path}.key"))


def segment_key(key: object, path: str) -> str:
    """A key that can stand in a query."""
    return str(typed_value(key, ColumnType.TEXT, path))


def _compare(node: Compare, attribute: "Attribute", path: str) -> Compare:
    require_comparison(node.compare, f"{path}.op")
    if node.compare not in ("=", "!=") and attribute.type in WITHOUT_ORDER:
        raise ConditionError(
            f"{path}.op",
            zh=f"「{attribute.label['zh']}」没有大小之分，只能用 = 或 !=",
            en=f"'{attribute.name}' has no order; only = and != compare it",
            came=node.compare,
        )
    return replace(node, value=_chosen(node.value, attribute, f"{path}.value"))


def _membership(node: In, attribute: "Attribute", path: str) -> In:
    require_some(len(node.values), f"{path}.values")
    if len(node.values) > MAX_VALUES:
        raise ConditionError(
            f"{path}.values",
            zh=f"最多可列 {MAX_VALUES} 个值，收到 {len(node.values)} 个",
            en=f"{len(node.values)} values came; at most {MAX_VALUES} will do",
        )
    return replace(node, values=tuple(_chosen(value, attribute, f"{path}.values[{place}]") for place, value in enumerate(node.values)))


def _range(node: Between, attribute: "Attribute", path: str) -> Between:
    ordered = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DAY)
    _require_type(attribute, ordered, "between", path)
    low = typed_value(node.low, attribute.type, f"{path}.low")
    high = typed_value(node.high, attribute.type, f"{path}.high")
    if low > high:  # type: ignore[operator]  # both have the one ordered type of the attribute
        raise ConditionError(
            f"{path}.low",
            zh=f"下限 {shown(node.low)} 大于上限 {shown(node.high)}",
            en=f"the low end {shown(node.low)} lies above the high end {shown(node.high)}",
        )
    return replace(node, low=low, high=high)


def _chosen(value: object, attribute: "Attribute", path: str) -> Scalar:
    typed = typed_value(value, attribute.type, path)
    if attribute.choices and typed not in attribute.choice_labels:
        raise unknown_name(
            path, kind=(attribute.label["zh"], f"{attribute.name} value"), name=value, known=map(str, attribute.choice_labels)
        )
    return typed


def _require_type(attribute: "Attribute", types: tuple[ColumnType, ...], op: str, path: str) -> None:
    if attribute.type not in types:
        wanted = ", ".join(types)
        raise ConditionError(
            f"{path}.op",
            zh=f"「{attribute.label['zh']}」是 {attribute.type} 类型，{op} 只用于 {wanted}",
            en=f"'{attribute.name}' is of type {attribute.type}; {op} works on {wanted}",
            came=op,
        )


def require_comparison(value: object, path: str) -> Comparison:
    """One of the six signs of comparison."""
    for sign in COMPARISONS:
        if value == sign:
            return sign
    raise unknown_name(path, kind=("比较符", "comparison"), name=value, known=COMPARISONS)


def require_some(count: int, path: str) -> None:
    """At least one item."""
    if count == 0:
        raise ConditionError(path, zh="至少需要一项", en="nothing came; at least one is needed")


def whole_days(value: object, minimum: int, path: str) -> int:
    """A number of days within what calendars can hold."""
    days = integer_value(value)
    if days is None or not minimum <= days <= MAX_DAYS:
        raise ConditionError(
            path,
            zh=f"需要 {minimum} 到 {MAX_DAYS} 之间的整天数，收到 {shown(value)}",
            en=f"{shown(value)} came; it must be a whole number of days from {minimum} to {MAX_DAYS}",
            came=value,
        )
    return days
