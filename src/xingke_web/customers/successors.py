"""Customers whose number was merged into another one: where their page leads, and what of theirs counts for the survivor.

Whoever decides about identity registers where the numbers went. Nothing is moved in the ledger or among the contact points, so that taking
a merge back gives each customer their own again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True)
class Absorbed:
    """A number that became part of a survivor."""

    number: int
    survivor: int
    since: datetime


AbsorbedSource = Callable[[int, Sequence[int]], Iterable[Absorbed]]
"""Of a workspace: the numbers that became part of these survivors."""

SuccessorSource = Callable[[int, int], int | None]
"""Of a workspace: the survivor of a number, None where it still stands for itself."""

_absorbed: dict[str, AbsorbedSource] = {}
_successors: dict[str, SuccessorSource] = {}

HOLDS_FIRST: Final = ("withdrawn", "granted", "expired", "unknown")


def successors_register(*, absorbed: AbsorbedSource, successor: SuccessorSource) -> None:
    """Name who knows where numbers went; the same functions again change nothing."""
    _absorbed[f"{absorbed.__module__}.{absorbed.__qualname__}"] = absorbed
    _successors[f"{successor.__module__}.{successor.__qualname__}"] = successor


def absorbed_by(workspace_id: int, numbers: Sequence[int]) -> list[Absorbed]:
    """The numbers that became part of some customers."""
    return [one for source in _absorbed.values() for one in source(workspace_id, numbers)]


def successor_of(workspace_id: int, number: int) -> int | None:
    """Where the page of a number leads; None where it stands for itself."""
    return next((found for source in _successors.values() if (found := source(workspace_id, number)) is not None), None)


def numbers_with(numbers: Iterable[int], family: Iterable[Absorbed]) -> list[int]:
    """Customers and the numbers that became part of them."""
    return [*numbers, *(one.number for one in family)]


def is_stricter(theirs: str, mine: str | None) -> bool:
    """Whether what a merged customer said about consent holds instead of what the survivor said.

    A withdrawal of either wins; a grant in force wins over one that ended and over nothing said.
    """
    return mine is None or HOLDS_FIRST.index(theirs) < HOLDS_FIRST.index(mine)


def added_up(counts: Mapping[int, tuple[int, int]], family: Iterable[Absorbed]) -> dict[int, tuple[int, int]]:
    """Counts of survivors with those of the numbers that became part of them."""
    total = dict(counts)
    for one in family:
        mine, theirs = total.get(one.survivor, (0, 0)), counts.get(one.number, (0, 0))
        total[one.survivor] = (mine[0] + theirs[0], mine[1] + theirs[1])
    return total
