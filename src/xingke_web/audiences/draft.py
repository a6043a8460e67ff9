"""A rule while somebody edits it: what the form holds, right or wrong, and how it changes by adding, removing and switching."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

LEVELS: Final = 3
"""Groups within groups that the form lets people make; deeper rules that came from elsewhere are still shown."""

MOST_NODES: Final = 200
ROOT_ID: Final = "0"
NOT: Final = "not:"
Kind = Literal["rule", "event", "segment"]


Form = Mapping[str, Sequence[str]]
"""A posted form: every value of each name, in the order of the page."""


@dataclass
class Row:
    """One condition. `pick` is what the picker holds; `name` the attribute or fact it means, empty where it means nothing."""

    kind: Kind = "rule"
    pick: str = ""
    name: str = ""
    op: str = "="
    values: list[str] = field(default_factory=list)
    measure: str = ""
    within: str = ""
    wheres: list["Row"] = field(default_factory=list)
    id: str = ""
    fresh: bool = False

    @property
    def negated(self) -> bool:
        """Whether it is the opposite that is asked for."""
        return self.op.startswith(NOT)

    @property
    def base(self) -> str:
        """The comparison without its negation."""
        return self.op.removeprefix(NOT)

    @property
    def value(self) -> str:
        """The first value."""
        return self.values[0] if self.values else ""

    @property
    def high(self) -> str:
        """The second value of a range."""
        return self.values[1] if len(self.values) > 1 else self.value


@dataclass
class Group:
    """Conditions of which all or any have to hold."""

    any: bool = False
    negated: bool = False
    children: list["Node"] = field(default_factory=list)
    id: str = ROOT_ID

    @property
    def level(self) -> int:
        """1 for the outermost."""
        return self.id.count("-") + 1

    @property
    def may_nest(self) -> bool:
        """Whether the form offers a group inside."""
        return self.level < LEVELS


Node = Group | Row


def numbered(group: Group, group_id: str = ROOT_ID) -> Group:
    """Give every node the id of its place, such as `0-2-1`."""
    group.id = group_id
    for place, child in enumerate(group.children):
        child_id = f"{group_id}-{place}"
        if isinstance(child, Group):
            numbered(child, child_id)
        else:
            child.id = child_id
            for at, where in enumerate(child.wheres):
                where.id = f"{child_id}-w{at}"
    return group


def rows_of(group: Group) -> Iterator[Row]:
    """Every condition, in order."""
    for child in group.children:
        if isinstance(child, Group):
            yield from rows_of(child)
        else:
            yield child


def nodes_of(group: Group) -> Iterator[Node]:
    """The group and everything in it."""
    yield group
    for child in group.children:
        if isinstance(child, Group):
            yield from nodes_of(child)
        else:
            yield child


def read_draft(form: Form) -> Group:
    """The rule of a posted form; places without a parent are passed over."""
    kinds = [key[2:-5] for key in form if key.startswith("n.") and key.endswith(".kind")][:MOST_NODES]
    root = Group()
    groups = {ROOT_ID: root}
    for node_id in sorted(kinds, key=_place):
        if node_id == ROOT_ID:
            root.any, root.negated = _joined(form, ROOT_ID)
            continue
        parent = groups.get(node_id.rpartition("-")[0])
        if parent is None:
            continue
        if _one(form, f"n.{node_id}.kind") == "group":
            joined = _joined(form, node_id)
            groups[node_id] = Group(any=joined[0], negated=joined[1])
            parent.children.append(groups[node_id])
        else:
            parent.children.append(_read_row(form, node_id))
    return numbered(root)


def _place(node_id: str) -> tuple[int, ...]:
    """Sorts places as numbers; a place that is none comes first and finds no parent."""
    parts = node_id.split("-")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else ()


def _one(form: Form, key: str) -> str:
    """The last value of a name, as browsers and Django have it."""
    values = form.get(key, ())
    return values[-1] if values else ""


def _joined(form: Form, node_id: str) -> tuple[bool, bool]:
    return _one(form, f"n.{node_id}.any") == "1", _one(form, f"n.{node_id}.not") == "1"


def _read_row(form: Form, node_id: str) -> Row:
    start = f"n.{node_id}."
    kind = _one(form, f"{start}kind")
    wheres = sorted(key[2:-5] for key in form if key.startswith(f"n.{node_id}-w") and key.endswith(".name"))
    return Row(
        kind="event" if kind == "event" else "segment" if kind == "segment" else "rule",
        pick=_one(form, f"{start}pick").strip(),
        name=_one(form, f"{start}was"),
        op=_one(form, f"{start}op"),
        values=[value.strip() for value in form.get(f"{start}v", ())],
        measure=_one(form, f"{start}measure"),
        within=_one(form, f"{start}within").strip(),
        wheres=[_read_where(form, where_id) for where_id in wheres],
    )


def _read_where(form: Form, where_id: str) -> Row:
    start = f"n.{where_id}."
    return Row(
        name=_one(form, f"{start}name"),
        pick=_one(form, f"{start}was"),
        op=_one(form, f"{start}op") or "=",
        values=[value.strip() for value in form.get(f"{start}v", ())],
    )


def edited(root: Group, act: str, new_row: Row) -> Group:
    """The rule after a button was pressed: `add:0`, `group:0`, `remove:0-1`, `all:0`, `any:0`, `not:0`, `where:0-1`, `unwhere:0-1-w0`.

    What names no place of the rule changes nothing.
    """
    verb, _, at = act.partition(":")
    if verb == "unwhere":
        row_id, _, place = at.rpartition("-w")
        row = _find(root, row_id)
        if isinstance(row, Row) and place.isdigit() and int(place) < len(row.wheres):
            del row.wheres[int(place)]
        return numbered(root)
    node = _find(root, at)
    if verb == "remove" and node is not None:
        _remove(root, node)
    elif isinstance(node, Group):
        _edit_group(node, verb, new_row)
    elif isinstance(node, Row) and verb == "where":
        node.wheres.append(Row(fresh=True))
    return numbered(root)


def _edit_group(group: Group, verb: str, new_row: Row) -> None:
    new_row.fresh = True
    match verb:
        case "add":
            group.children.append(new_row)
        case "group" if group.may_nest:
            group.children.append(Group(any=not group.any, children=[new_row]))
        case "all" | "any":
            group.any = verb == "any"
        case "not":
            group.negated = not group.negated


def _find(root: Group, at: str) -> Node | None:
    return next((node for node in nodes_of(root) if node.id == at), None)


def _remove(root: Group, node: Node) -> None:
    """Take it out, and the groups that are empty without it."""
    for group in nodes_of(root):
        if isinstance(group, Group) and any(child is node for child in group.children):
            group.children = [child for child in group.children if child is not node]
            if not group.children and group is not root:
                _remove(root, group)
            return
