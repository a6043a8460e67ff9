"""Measures of rankings within groups: area under the curve, and who is in the top share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in the order of their score within groups, laid out once, so that an area under new weights is one pass.

    Parameters
    ----------
    unit
        By row in order: whose weight it takes.
    is_false
        By row in order: 1 for a false row, 0 for a true one.
    true_unit, group_start, tie_start, tie_end, group_end
        By true row: its unit, and where its group and its run of equal scores begin and end in the order.
    """

    unit: NDArray[np.int64]
    is_false: Floats
    true_unit: NDArray[np.int64]
    group_start: NDArray[np.int64]
    tie_start: NDArray[np.int64]
    tie_end: NDArray[np.int64]
    group_end: NDArray[np.int64]

    @classmethod
    def of(cls, score: Floats, group: NDArray[Any], truth: NDArray[np.bool_], unit: NDArray[np.int64]) -> "Ranking":
        """Lay out the rows."""
        rows = np.lexsort((score, group))
        true = np.flatnonzero(truth[rows])
        new_group = np.diff(group[rows]) != 0
        groups, ties = _runs(new_group), _runs(new_group | (np.diff(score[rows]) != 0))
        at_group, at_tie = np.searchsorted(groups, true, side="right"), np.searchsorted(ties, true, side="right")
        return cls(
            unit=unit[rows],
            is_false=(~truth[rows]).astype(np.float64),
            true_unit=unit[rows][true],
            group_start=groups[at_group - 1],
            tie_start=ties[at_tie - 1],
            tie_end=ties[at_tie],
            group_end=groups[at_group],
        )

    def area(self, weight: Floats) -> float:
        """The share of pairs of one true and one false row of the same group in which the true one scores higher, ties as half.

        Hanley and McNeil (1982), Radiology 143:29; pairs across groups do not count.

        Parameters
        ----------
        weight
            By unit.
        """
        false = np.concatenate([[0.0], np.cumsum(weight[self.unit] * self.is_false)])
        mine = weight[self.true_unit]
        below = (false[self.tie_start] + false[self.tie_end]) / 2 - false[self.group_start]
        pairs = float((mine * (false[self.group_end] - false[self.group_start])).sum())
        return float((mine * below).sum()) / pairs if pairs else float("nan")


def _runs(changes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where runs begin, and behind them the number of rows."""
    return np.concatenate([[0], np.flatnonzero(changes) + 1, [changes.size + 1]]).astype(np.int64)


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
