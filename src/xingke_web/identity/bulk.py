"""Which of many sure pairs can be merged at once without joining what a steward kept apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xingke_web.identity.models import ReviewPair

LARGEST_GROUP: Final = 4
"""More customers than this are not joined in one act: a chain of sure pairs is where wrong merges hide."""

MOST_PAIRS: Final = 2000
"""What one act takes; the rest waits for the next one."""


@dataclass(frozen=True)
class BulkPlan:
    """What one act would merge.

    Parameters
    ----------
    pairs
        The pairs, strongest first.
    groups
        How many customers remain of those that the pairs join.
    customers
        How many customers they join.
    left_out
        Pairs that one has to look at singly: their group is too large, or holds two customers that are known to differ.
    least
        The lowest probability among them, 1 without any.
    """

    pairs: tuple[ReviewPair, ...]
    groups: int
    customers: int
    left_out: int
    value_yuan: Decimal
    least: float


def bulk_plan(pairs: Sequence[ReviewPair], apart: Iterable[tuple[int, int]]) -> BulkPlan:
    """Group the pairs by the customers that they join, and leave out the groups that are not safe.

    Parameters
    ----------
    pairs
        Undecided pairs, strongest first; those without two customers are left out.
    apart
        Numbers of customers that a steward decided are not the same.
    """
    root: dict[int, int] = {}
    whole = [pair for pair in pairs if pair.left_number is not None and pair.right_number is not None]
    for pair in whole:
        _join(root, _number(pair.left_number), _number(pair.right_number))
    members: dict[int, set[int]] = {}
    for number in root:
        members.setdefault(_find(root, number), set()).add(number)
    unsafe = {group for group, numbers in members.items() if len(numbers) > LARGEST_GROUP}
    unsafe |= {_find(root, a) for a, b in apart if a in root and b in root and _find(root, a) == _find(root, b)}
    kept = tuple(pair for pair in whole if _find(root, _number(pair.left_number)) not in unsafe)
    safe = [numbers for group, numbers in members.items() if group not in unsafe]
    return BulkPlan(
        pairs=kept,
        groups=len(safe),
        customers=sum(map(len, safe)),
        left_out=len(pairs) - len(kept),
        value_yuan=sum((pair.value_yuan for pair in kept), Decimal(0)),
        least=min((pair.probability for pair in kept), default=1.0),
    )


def _number(number: int | None) -> int:
    if number is None:
        raise ValueError("a pair without two customers has no group")
    return number


def _find(root: dict[int, int], number: int) -> int:
    while root.setdefault(number, number) != number:
        root[number] = root[root[number]]
        number = root[number]
    return number


def _join(root: dict[int, int], a: int, b: int) -> None:
    first, second = sorted((_find(root, a), _find(root, b)))
    root[second] = first
