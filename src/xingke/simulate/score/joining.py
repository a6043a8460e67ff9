"""Rows of two tables that share a key."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def matches(left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of a row on the left and a row on the right with the same key, sorted by the left row."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, side="left")
    count = np.searchsorted(right[order], left, side="right") - first
    left_row = np.repeat(np.arange(left.size), count)
    step = np.arange(left_row.size) - np.repeat(np.cumsum(count) - count, count)
    return left_row, order[first[left_row] + step]


def has_any(rows: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Which of `size` rows are among the named ones."""
    named = np.zeros(size, dtype=np.bool_)
    named[rows] = True
    return named


def ranks_within(group: NDArray[Any]) -> NDArray[np.int64]:
    """The place of each row within its run of equal groups, from 0; rows lie sorted by group."""
    if not group.size:
        return np.zeros(0, dtype=np.int64)
    starts = np.concatenate([[True], group[1:] != group[:-1]])
    first = np.maximum.accumulate(np.where(starts, np.arange(group.size), 0))
    return np.arange(group.size) - first
