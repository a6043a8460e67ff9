"""Questions about the members of a condition, each answered by one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from xingke.expr import Any_, Catalogue, Condition, MemberQuery, compile_count, compile_members, count_rows

CustomerIds = npt.NDArray[np.int64]


class Reader(Protocol):
    """Whatever answers a query over the lake; `xingke.engine.LakeReader` does."""

    def query(self, query: exp.Query | str, /) -> pa.Table:
        """The rows of the answer."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two conditions share their customers."""

    first: int
    second: int
    shared: int

    @property
    def share_of_smaller(self) -> float | None:
        """Shared customers over those of the smaller side, 0..1; None where one side is empty."""
        smaller = min(self.first, self.second)
        return self.shared / smaller if smaller else None


def count_members(reader: Reader, tree: Condition, catalogue: Catalogue, *, as_of: date, scope_path: str | None = None) -> int:
    """For how many customers the condition holds."""
    return int(reader.query(compile_count(tree, catalogue, as_of=as_of, scope_path=scope_path)).column(0)[0].as_py())


def member_ids(reader: Reader, tree: Condition, catalogue: Catalogue, *, as_of: date, scope_path: str | None = None) -> CustomerIds:
    """Ids of the customers for whom the condition holds, ascending."""
    found = reader.query(compile_members(tree, catalogue, as_of=as_of, scope_path=scope_path))
    ids: CustomerIds = found.column(0).to_numpy().astype(np.int64)  # a copy: Arrow's own memory cannot be sorted in place
    ids.sort()
    return ids


def funnel(
    reader: Reader,
    tree: Condition,
    steps: Sequence[Condition],
    catalogue: Catalogue,
    *,
    as_of: date,
    scope_path: str | None = None,
) -> list[int]:
    """Members of the condition, then those left after each further condition in turn, in one query; never increasing."""
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    members = query.condition(tree)
    passed = [query.condition(step) for step in steps]
    counts = [count_rows(f"step_{place}", exp.and_(*passed[:place], copy=True)) for place in range(1, len(steps) + 1)]
    row = reader.query(query.select(count_rows("step_0"), *counts, where=members))
    return [int(column[0].as_py()) for column in row.columns]


def tier_mix(
    reader: Reader,
    tree: Condition,
    catalogue: Catalogue,
    *,
    as_of: date,
    scope_path: str | None = None,
    attribute: str = "value_tier",
) -> dict[Any, int]:
    """How the members spread over the values of an attribute; most frequent first, None for those without a value."""
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    members, column = query.condition(tree), query.column(attribute)
    grouped = query.select(exp.alias_(column, "value", quoted=True), count_rows("customers"), where=members).group_by(column.copy())
    rows = reader.query(grouped).to_pylist()
    rows.sort(key=lambda row: (-row["customers"], row["value"] is None, str(row["value"])))
    return {row["value"]: row["customers"] for row in rows}


def sample(
    reader: Reader,
    tree: Condition,
    catalogue: Catalogue,
    *,
    as_of: date,
    order_by: str,
    n: int = 4,
    show: Sequence[str] = (),
    scope_path: str | None = None,
) -> pa.Table:
    """The first `n` members by an attribute, largest first, as `customer_id` and the attributes of `show`.

    Customers without a value come last and equal ones by id, so that the same members are shown each time. The values are the
    stored ones: whoever puts them on screen masks the personal attributes.
    """
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    members = query.condition(tree)
    ranked = exp.Ordered(this=query.column(order_by), desc=True, nulls_first=False)
    shown = [exp.alias_(query.column(name), name, quoted=True) for name in show]
    chosen = query.select(*shown, where=members, customer_id=True)
    tie_break = exp.Ordered(this=chosen.expressions[0].copy(), nulls_first=False)
    return reader.query(chosen.order_by(ranked, tie_break).limit(n))


def overlap(
    reader: Reader,
    first: Condition,
    second: Condition,
    catalogue: Catalogue,
    *,
    as_of: date,
    scope_path: str | None = None,
) -> Overlap:
    """How many customers two conditions hold and share, in one query."""
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    either = query.condition(Any_((first, second)))
    left, right = query.condition(first), query.condition(second)
    both_hold = exp.and_(left, right, copy=True)
    row = reader.query(query.select(count_rows("a", left), count_rows("b", right), count_rows("c", both_hold), where=either))
    return Overlap(*(int(column[0].as_py()) for column in row.columns))
