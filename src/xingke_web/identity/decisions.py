"""What stewards decided, in the form that identification takes."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from xingke_web.identity.models import Decision

SCHEMA: Final = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("left_system", pa.string(), nullable=False),
        pa.field("left_id", pa.string(), nullable=False),
        pa.field("right_system", pa.string(), nullable=False),
        pa.field("right_id", pa.string(), nullable=False),
    ]
)
"""Grain: two records; `kind` is `merge` (they are one) or `distinct` (they never are)."""

Pair = tuple[tuple[str, str], tuple[str, str]]


def decisions_table(workspace_id: int) -> pa.Table:
    """Every decision in force as pairs of records; the latest one about a pair holds."""
    held: dict[Pair, str] = {}
    for decision in Decision.objects.in_force(workspace_id).filter(kind__in=("merge", "distinct", "unmerge")):
        for pair in pairs_of(decision):
            held[pair] = "merge" if decision.kind == Decision.Kind.MERGE else "distinct"
    rows = [
        {"kind": kind, "left_system": left[0], "left_id": left[1], "right_system": right[0], "right_id": right[1]}
        for (left, right), kind in sorted(held.items())
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def pairs_of(decision: Decision) -> Iterator[Pair]:
    """The pairs of records that a decision speaks of, each in one order.

    A merge binds every record of both customers to the first one: two customers become one as they are. What is kept apart is kept apart
    record by record, so that no third record can join the two again.
    """
    left = sorted((system, key) for system, key in decision.left)
    right = sorted((system, key) for system, key in decision.right)
    if decision.kind == Decision.Kind.MERGE:
        first, *others = sorted({*left, *right})
        for other in others:
            yield _ordered(first, other)
        return
    for one in left:
        for other in right:
            yield _ordered(one, other)


def contradiction(workspace_id: int) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Two records that the decisions in force join and keep apart at the same time; None where they agree with each other."""
    table = decisions_table(workspace_id).to_pylist()
    group: dict[tuple[str, str], tuple[str, str]] = {}

    def root(key: tuple[str, str]) -> tuple[str, str]:
        while group.setdefault(key, key) != key:
            group[key] = group[group[key]]
            key = group[key]
        return key

    pairs = [((row["left_system"], row["left_id"]), (row["right_system"], row["right_id"]), row["kind"]) for row in table]
    for left, right, kind in pairs:
        if kind == "merge":
            group[root(left)] = root(right)
    return next(((left, right) for left, right, kind in pairs if kind == "distinct" and root(left) == root(right)), None)


def last_decision_id(workspace_id: int) -> int:
    """The newest entry of the log: a pass has seen everything up to it."""
    found = Decision.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", flat=True).first()
    return found or 0


def _ordered(one: tuple[str, str], other: tuple[str, str]) -> Pair:
    return (one, other) if one <= other else (other, one)
