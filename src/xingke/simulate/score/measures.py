"""Measures of rankings within groups: area under the curve, and who is in the top share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in the order of their score within groups, laid out once so that a weighted area is a few passes.

    Parameters
    ----------
    rows
        The order: by group, then score from low to high.
    tie_starts
        Where runs of equal score begin in that order.
    first_of_group
        By run: the first run of its group.
    """

    rows: NDArray[np.int64]
    tie_starts: NDArray[np.int64]
    first_of_group: NDArray[np.int64]

    @classmethod
    def of(cls, score: Floats, group: NDArray[Any]) -> "Ranking":
        """Lay out the rows."""
        rows = np.lexsort((score, group))
        changes = (np.diff(group[rows]) != 0) | (score[rows][1:] != score[rows][:-1])
        starts = np.concatenate([[0], np.flatnonzero(changes) + 1]).astype(np.int64)
        groups = group[rows][starts]
        new = np.concatenate([[True], np.diff(groups) != 0])
        return cls(rows, starts, np.maximum.accumulate(np.where(new, np.arange(starts.size), 0)))

    def area(self, truth: NDArray[np.bool_], weight: Floats) -> float:
        """The share of pairs of one true and one false row of the same group in which the true one scores higher, ties as half.

        Hanley and McNeil (1982), Radiology 143:29; pairs across groups do not count.
        """
        ordered = weight[self.rows]
        is_true = truth[self.rows]
        true = np.add.reduceat(np.where(is_true, ordered, 0.0), self.tie_starts)
        false = np.add.reduceat(np.where(is_true, 0.0, ordered), self.tie_starts)
        through = np.cumsum(false)
        before = through - false
        below = before - before[self.first_of_group]
        last = np.concatenate([self.first_of_group[1:] != self.first_of_group[:-1], [True]])
        group = np.cumsum(np.concatenate([[False], last[:-1]]))
        all_false = (through - before[self.first_of_group])[last][group]
        pairs = float(true @ all_false)
        return float(true @ (below + 0.5 * false)) / pairs if pairs else float("nan")


def top_share(score: Floats, group: NDArray[Any], share: float) -> NDArray[np.bool_]:
    """Which rows are in the top share of their group: `ceil(share * size)` of them, ties by place."""
    rows = np.lexsort((np.arange(score.size), -score, group))
    ordered = group[rows]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(ordered)) + 1]) if rows.size else np.zeros(0, np.int64)
    sizes = np.diff(np.concatenate([starts, [rows.size]]))
    rank = np.arange(rows.size) - np.repeat(starts, sizes)
    taken = np.zeros(score.size, dtype=np.bool_)
    taken[rows] = rank < np.repeat(np.ceil(share * sizes - 1e-9), sizes)
    return taken


def by_unit(unit: NDArray[np.int64], values: NDArray[Any], units: int) -> Floats:
    """Values added up by unit."""
    return np.bincount(unit, weights=values.astype(np.float64), minlength=units).astype(np.float64)
