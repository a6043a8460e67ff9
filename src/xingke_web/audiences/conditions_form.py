"""From the form to the condition, keeping which field each place of the JSON came from, so that a refusal marks the field."""

from dataclasses import dataclass, field
from typing import Any

from xingke.expr import Condition, ConditionError
from xingke.words import Language
from xingke_web.audiences.conditions import circle_refuse
from xingke_web.audiences.desk import DAYS_AGO, Desk, entered_value
from xingke_web.audiences.draft import Group, Row


@dataclass(frozen=True)
class FieldError:
    """A refusal at one row or group of the form."""

    node_id: str
    field: str
    message: str


@dataclass
class Written:
    """A condition in JSON, and the node of the form at each place."""

    places: dict[str, str] = field(default_factory=dict)

    def node(self, node: Group | Row, desk: Desk, path: str = "$") -> dict[str, Any]:
        """One node, with the opposite around it where asked for."""
        self.places[path] = node.id
        if node.negated:
            return {"op": "not", "of": self._plain(node, desk, f"{path}.of")}
        return self._plain(node, desk, path)

    def _plain(self, node: Group | Row, desk: Desk, path: str) -> dict[str, Any]:
        self.places[path] = node.id
        if isinstance(node, Group):
            children = [self.node(child, desk, f"{path}.of[{place}]") for place, child in enumerate(node.children)]
            return {"op": "any" if node.any and children else "all", "of": children}
        if node.kind == "segment":
            return {"op": "segment", "key": node.value}
        return self._event(node, desk, path) if node.kind == "event" else rule_json(node, desk.attribute(node.name), node.pick)

    def _event(self, row: Row, desk: Desk, path: str) -> dict[str, Any]:
        fact = desk.fact(row.name)
        where = []
        for place, item in enumerate(row.wheres):
            self.places[f"{path}.where[{place}]"] = item.id
            where.append(rule_json(item, fact.where.get(item.name) if fact else None, item.name))
        return {
            "op": "event",
            "fact": row.name,
            "measure": row.measure,
            "within_days": row.within,
            "compare": row.base,
            "value": row.value,
            "where": where,
        }

    def error(self, refused: ConditionError, language: Language) -> FieldError:
        """Which field a refusal is about."""
        place = max((path for path in self.places if refused.path.startswith(path)), key=len, default="")
        rest = refused.path[len(place) :].lstrip(".").split("[")[0].split(".")[0]
        shown = refused.text(language).split(f"{refused.path}：" if language == "zh" else f"{refused.path}: ", 1)[-1]
        return FieldError(self.places.get(place, ""), rest, shown)


def rule_json(row: Row, attribute: Any, typed: str) -> dict[str, Any]:
    """A condition on one attribute; an unknown attribute goes on as it was typed, and is refused by name."""
    name = attribute.name if attribute is not None else typed or "?"
    values = [entered_value(value, attribute) if attribute is not None else value for value in row.values] or [""]
    op = row.base
    if op == "missing":
        return {"op": op, "attribute": name}
    if op == "in":
        return {"op": op, "attribute": name, "values": [value for value in values if value != ""]}
    if op == "between":
        return {"op": op, "attribute": name, "low": values[0], "high": values[-1]}
    if op.startswith(DAYS_AGO):
        return {"op": "days_ago", "attribute": name, "compare": op.removeprefix(DAYS_AGO), "days": row.value}
    return {"op": op, "attribute": name, "value": values[0]}


@dataclass(frozen=True)
class Understood:
    """What the form says: a condition, or the refusal and its field."""

    json: dict[str, Any]
    tree: Condition | None
    error: FieldError | None


def understood(draft: Group, desk: Desk, *, key: str = "") -> Understood:
    """Read the form; `key` is the segment being edited, which its own rule must not lead back to."""
    written = Written()
    value = written.node(draft, desk)
    try:
        tree = desk.population.parsed(value)
        if key:
            circle_refuse(key, tree, desk.population.rules)
    except ConditionError as refused:
        return Understood(value, None, written.error(refused, desk.language))
    return Understood(value, tree, None)
