"""A rule ready to be drawn: each row with its lists, its unit and, where it was refused, its message."""

from dataclasses import dataclass, field

from xingke.expr import Attribute
from xingke.schema import ColumnType
from xingke_web.audiences.conditions_form import FieldError
from xingke_web.audiences.desk import DAYS_AGO, NUMBERS, Desk, Option
from xingke_web.audiences.draft import Group, Row


@dataclass(frozen=True)
class ShownRow:
    """One condition on screen; `input` says which control takes its value."""

    row: Row
    operators: list[Option]
    input: str
    options: list[Option]
    unit: str
    error: str = ""
    error_field: str = ""
    measures: list[Option] = field(default_factory=list)
    wheres: list["ShownRow"] = field(default_factory=list)
    names: list[Option] = field(default_factory=list)
    is_group: bool = False

    @property
    def is_range(self) -> bool:
        """Whether it takes two values."""
        return self.row.base == "between"

    @property
    def entries(self) -> list[str]:
        """The values of a range, or of a list with one place more."""
        return [self.row.value, self.row.high] if self.is_range else [*self.row.values, ""]


@dataclass(frozen=True)
class ShownGroup:
    """A group on screen."""

    group: Group
    children: list["ShownGroup | ShownRow"]
    error: str = ""
    is_group: bool = True


def shown_group(group: Group, desk: Desk, error: FieldError | None = None) -> ShownGroup:
    """The rule as the template draws it."""
    children = [shown_group(child, desk, error) if isinstance(child, Group) else shown_row(child, desk, error) for child in group.children]
    return ShownGroup(group, children, error.message if error is not None and error.node_id == group.id else "")


def shown_row(row: Row, desk: Desk, error: FieldError | None = None) -> ShownRow:
    """One condition as the template draws it; a refusal of one of its restrictions shows at the restriction."""
    message, at = (error.message, error.field) if error is not None and error.node_id == row.id else ("", "")
    if row.kind == "segment":
        operators = [Option(op, label, op == row.op) for op, label in desk.membership]
        return ShownRow(row, operators, "choice", desk.segments_of(row), "", message, at)
    if row.kind == "event":
        return _shown_event(row, desk, message, at, error)
    attribute = desk.attribute(row.name)
    options = desk.choices_of(attribute, row.values) if attribute is not None and attribute.choices else []
    return ShownRow(row, desk.operators(row, attribute), control(row, attribute), options, desk.unit_of(row), message, at)


def _shown_event(row: Row, desk: Desk, message: str, at: str, error: FieldError | None) -> ShownRow:
    fact = desk.fact(row.name)
    attributes = fact.where if fact is not None else {}
    wheres = []
    for where in row.wheres:
        attribute = attributes.get(where.name)
        wrong = error is not None and error.node_id == where.id
        wheres.append(
            ShownRow(
                where,
                desk.restrictions(where, attribute),
                control(where, attribute),
                desk.choices_of(attribute, where.values) if attribute is not None else [],
                "",
                error.message if error is not None and wrong else "",
                error.field if error is not None and wrong else "",
                names=[Option(name, one.label[desk.language], name == where.name) for name, one in attributes.items()],
            )
        )
    compared = desk.comparisons(row)
    return ShownRow(row, compared, "number", [], desk.unit_of(row), message, at, measures=desk.measures_of(row), wheres=wheres)


def control(row: Row, attribute: Attribute | None) -> str:
    """Which control takes the value: none, choice, choices, day, number or text."""
    if attribute is None:
        return "text"
    if row.base == "missing":
        return "none"
    if attribute.choices:
        return "choices" if row.base == "in" else "choice"
    if row.base.startswith(DAYS_AGO) or attribute.type in NUMBERS:
        return "list" if row.base == "in" else "number"
    if attribute.type is ColumnType.DAY:
        return "day"
    return "list" if row.base == "in" else "text"
