"""Named steps of set work: SQL in the canonical dialect, bound to its parameters as a typed tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Self

import sqlglot
from sqlglot import exp

from xingke.errors import XingkeError

DIALECT = "duckdb"
"""The dialect that steps are written in; other engines get it printed by SQLGlot."""

type_of_value = date | Decimal | int | float | str | bool


class NotPortable(XingkeError):
    """A step uses something that the engines do not agree on."""

    def __init__(self, *, name: str, problems: list[str]) -> None:
        super().__init__(f"step '{name}' is not portable: " + "; ".join(problems))
        self.name, self.problems = name, problems


@dataclass(frozen=True, slots=True)
class Step:
    """One named query over tables of the lake and over earlier steps.

    Parameters
    ----------
    sql
        One `select` in the canonical dialect. Every `$name` is a parameter; `$as_of` is always there.
    parameters
        Values of the other parameters; they become typed literals of the tree, never text.
    order_by
        Total order of the stored rows, so that the same input gives the same bytes.
    """

    name: str
    sql: str
    parameters: Mapping[str, type_of_value] = field(default_factory=dict)
    order_by: tuple[str, ...] = ("customer_id",)

    def renamed(self, name: str) -> Self:
        """The same query under another name."""
        return replace(self, name=name)


def literal(value: type_of_value) -> exp.Expr:
    """A typed literal that reads the same on every engine."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, Decimal):
        return exp.cast(exp.Literal.string(str(value)), "decimal(38, 2)")
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(value)


@lru_cache(maxsize=256)
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read=DIALECT)


def bind(step: Step, *, as_of: date) -> exp.Query:
    """The step's tree with every parameter replaced by a typed literal, in its stored order.

    Raises
    ------
    KeyError
        The SQL names a parameter that the step does not carry.
    """
    values: dict[str, type_of_value] = {**step.parameters, "as_of": as_of}

    def with_value(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Parameter | exp.Placeholder):
            return literal(values[node.name or node.this.name])
        return node

    tree = _parsed(step.sql).transform(with_value)
    assert isinstance(tree, exp.Query)  # noqa: S101 - a step is a select by declaration
    return tree.order_by(*step.order_by, copy=False) if step.order_by and isinstance(tree, exp.Select) else tree
