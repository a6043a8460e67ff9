"""Groups of records that are one customer: connected by links, and cut where a group contradicts itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MUST, KEY, MODEL = 2, 1, 0
"""How binding a link is: a steward's decision, a key, the model."""

CAP = 20.0
"""Bits beyond which a pair speaks no louder for or against joining two groups."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links between records, by position.

    Parameters
    ----------
    left, right
        Positions of records, 0 up.
    weight
        Match weight in bits.
    binding
        `MUST`, `KEY` or `MODEL`.
    """

    left: Ints
    right: Ints
    weight: Floats
    binding: Ints

    def among(self, rows: NDArray[np.bool_]) -> "Links":
        """Some of the links."""
        return Links(self.left[rows], self.right[rows], self.weight[rows], self.binding[rows])


@dataclass(frozen=True, slots=True)
class Cut:
    """A link that the guard did not follow, and why: `size`, `chain`, `decision`, or the name of a contradiction."""

    left: int
    right: int
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When two groups may not join; see `Guard`."""

    largest: int
    lowest_mean_evidence: float


def components(count: int, left: Ints, right: Ints) -> Ints:
    """The smallest position that each position is connected with."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    smallest = np.full(labels.max(initial=-1) + 1, count, dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(count))
    found: Ints = smallest[labels]
    return found


def regroup(
    links: Links,
    limits: Limits,
    *,
    evidence: Mapping[tuple[int, int], float],
    conflicts: Mapping[tuple[int, int], str],
) -> tuple[dict[int, int], list[Cut]]:
    """Join the records of one group again, strongest link first, and leave out what would break a limit.

    Parameters
    ----------
    evidence
        Match weights without the prior of pairs (smaller position first), linked or not.
    conflicts
        Pairs (smaller position first) that may not be in one group, and why.

    Returns
    -------
    tuple[dict[int, int], list[Cut]]
        Position to the smallest position of its group, and the links that were not followed.
    """
    members: dict[int, list[int]] = {}
    group: dict[int, int] = {}
    for position in sorted({*links.left.tolist(), *links.right.tolist()}):
        members[position], group[position] = [position], position
    cuts: list[Cut] = []
    order = np.lexsort((links.right, links.left, -links.weight, -links.binding))
    for row in order.tolist():
        left, right = int(links.left[row]), int(links.right[row])
        one, other = sorted((group[left], group[right]))
        if one == other:
            continue
        reason = _obstacle(members[one], members[other], int(links.binding[row]), limits, evidence, conflicts)
        if reason:
            cuts.append(Cut(left, right, reason))
            continue
        for position in members[other]:
            group[position] = one
        members[one] += members.pop(other)
    return group, [cut for cut in cuts if group[cut.left] != group[cut.right]]


def _obstacle(
    one: Sequence[int],
    other: Sequence[int],
    binding: int,
    limits: Limits,
    evidence: Mapping[tuple[int, int], float],
    conflicts: Mapping[tuple[int, int], str],
) -> str:
    """Why two groups may not join; a steward's decision always may."""
    if binding == MUST:
        return ""
    pairs = [(a, b) if a < b else (b, a) for a in one for b in other]
    for pair in pairs:
        if pair in conflicts:
            return conflicts[pair]
    if len(one) + len(other) > limits.largest:
        return "size"
    if len(pairs) == 1 or binding == KEY:
        return ""
    known = [min(max(evidence[pair], -CAP), CAP) for pair in pairs if pair in evidence]
    return "chain" if known and sum(known) / len(known) < limits.lowest_mean_evidence else ""
