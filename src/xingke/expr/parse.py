"""Reading a condition from JSON, once, at the edge."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from xingke.expr.checking import MAX_DAYS, MAX_VALUES, Budget, require_comparison, require_some, segment_key, whole_days
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

if TYPE_CHECKING:
    from xingke.expr.catalogue import Catalogue

Item = dict[str, object]


def from_json(value: object, catalogue: "Catalogue | None" = None) -> Condition:
    """The condition that JSON data describe; with a catalogue also its names known and its values typed.

    Raises
    ------
    ConditionError
        The data are no condition; the error says where, what came and what would do.
    """
    tree = _Parser().node(value, "$", 1)
    return tree if catalogue is None else catalogue.check(tree)


class _Parser:
    def __init__(self) -> None:
        self.budget = Budget()

    def node(self, value: object, path: str, depth: int) -> Condition:
        self.budget.spend(depth, path)
        item = _object(value, path)
        op = item.get("op")
        match op:
            case "all":
                return All(self.children(item, path, depth))
            case "any":
                children = self.children(item, path, depth)
                require_some(len(children), f"{path}.of")
                return Any_(children)
            case "not":
                _only(item, path, "of")
                return Not(self.node(item["of"], f"{path}.of", depth + 1))
            case "event":
                return self.event(item, path, depth)
            case _:
                return _leaf(item, path)

    def children(self, item: Item, path: str, depth: int) -> tuple[Condition, ...]:
        _only(item, path, "of")
        of = _list(item["of"], f"{path}.of")
        return tuple(self.node(child, f"{path}.of[{place}]", depth + 1) for place, child in enumerate(of))

    def event(self, item: Item, path: str, depth: int) -> Event:
        _only(item, path, "fact", "measure", "within_days", "compare", "value", optional=("where",))
        where = []
        for place, child in enumerate(_list(item.get("where", []), f"{path}.where")):
            here = f"{path}.where[{place}]"
            self.budget.spend(depth, here)
            where.append(_restriction(_object(child, here), here))
        return Event(
            fact=_name(item["fact"], f"{path}.fact"),
            measure=_name(item["measure"], f"{path}.measure"),
            within_days=whole_days(item["within_days"], 1, f"{path}.within_days"),
            compare=require_comparison(item["compare"], f"{path}.compare"),
            value=_scalar(item["value"], f"{path}.value"),
            where=tuple(where),
        )


def _leaf(item: Item, path: str) -> Condition:
    op = item.get("op")
    if isinstance(op, str) and op in COMPARISONS:
        return _compare(item, path)
    reader = LEAVES.get(op) if isinstance(op, str) else None
    if reader is None:
        raise unknown_name(
            f"{path}.op", kind=("条件类型", "condition"), name=op, known=("all", "any", "not", "event", *LEAVES, *COMPARISONS)
        )
    return reader(item, path)


def _compare(item: Item, path: str) -> Compare:
    _only(item, path, "attribute", "value")
    return Compare(_name(item["attribute"], f"{path}.attribute"), cast("Comparison", item["op"]), _scalar(item["value"], f"{path}.value"))


def _in(item: Item, path: str) -> In:
    _only(item, path, "attribute", "values")
    values = _list(item["values"], f"{path}.values")
    require_some(len(values), f"{path}.values")
    return In(
        _name(item["attribute"], f"{path}.attribute"),
        tuple(_scalar(value, f"{path}.values[{place}]") for place, value in enumerate(values)),
    )


def _between(item: Item, path: str) -> Between:
    _only(item, path, "attribute", "low", "high")
    return Between(
        _name(item["attribute"], f"{path}.attribute"), _scalar(item["low"], f"{path}.low"), _scalar(item["high"], f"{path}.high")
    )


def _contains(item: Item, path: str) -> Contains:
    _only(item, path, "attribute", "value")
    return Contains(_name(item["attribute"], f"{path}.attribute"), _name(item["value"], f"{path}.value"))


def _missing(item: Item, path: str) -> Missing:
    _only(item, path, "attribute")
    return Missing(_name(item["attribute"], f"{path}.attribute"))


def _days_ago(item: Item, path: str) -> DaysAgo:
    _only(item, path, "attribute", "compare", "days")
    return DaysAgo(
        _name(item["attribute"], f"{path}.attribute"),
        require_comparison(item["compare"], f"{path}.compare"),
        whole_days(item["days"], -MAX_DAYS, f"{path}.days"),
    )


def _segment(item: Item, path: str) -> InSegment:
    _only(item, path, "key")
    return InSegment(segment_key(item["key"], f"{path}.key"))


LEAVES: dict[str, Callable[[Item, str], Condition]] = {
    "in": _in,
    "between": _between,
    "contains": _contains,
    "missing": _missing,
    "days_ago": _days_ago,
    "segment": _segment,
}


def _restriction(item: Item, path: str) -> Compare | In:
    op = item.get("op")
    if op == "in":
        return _in(item, path)
    if op in COMPARISONS:
        return _compare(item, path)
    raise unknown_name(f"{path}.op", kind=("限定条件", "restriction"), name=op, known=("in", *COMPARISONS))


def _object(value: object, path: str) -> Item:
    if not isinstance(value, dict):
        raise ConditionError(
            path, zh=f"需要一个带 op 的对象，收到 {shown(value)}", en=f"{shown(value)} came; it must be an object with an 'op'", came=value
        )
    return value


def _only(item: Item, path: str, *wanted: str, optional: tuple[str, ...] = ()) -> None:
    for key in wanted:
        if key not in item:
            raise ConditionError(path, zh=f"缺少「{key}」", en=f"'{key}' is missing here", came=item)
    for key in item:
        if key not in ("op", *wanted, *optional):
            raise unknown_name(path, kind=("字段", "field"), name=key, known=("op", *wanted, *optional))


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        raise ConditionError(path, zh=f"需要一个列表，收到 {shown(value)}", en=f"{shown(value)} came; it must be a list", came=value)
    if len(value) > MAX_VALUES:
        raise ConditionError(
            path, zh=f"最多 {MAX_VALUES} 项，收到 {len(value)} 项", en=f"{len(value)} items came; at most {MAX_VALUES} will do"
        )
    return value


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConditionError(path, zh=f"需要一段文字，收到 {shown(value)}", en=f"{shown(value)} came; it must be a text", came=value)
    return value


def _scalar(value: object, path: str) -> Scalar:
    if not isinstance(value, str | int | float):
        raise ConditionError(
            path,
            zh=f"需要文字、数字或 true/false，收到 {shown(value)}",
            en=f"{shown(value)} came; it must be a text, a number, true or false",
            came=value,
        )
    return value
