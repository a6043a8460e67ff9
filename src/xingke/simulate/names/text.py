"""Texts as object arrays: what every builder of names does with a draw."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Texts: TypeAlias = NDArray[np.object_]
"""Python strings, one a row."""


def texts(values: Sequence[str]) -> Texts:
    """The values as an object array."""
    return np.array(values, dtype=object)


def picked(values: Sequence[str], uniform: NDArray[np.float64], *, weights: Sequence[float] | None = None) -> Texts:
    """A value for every uniform in [0, 1), all equally likely or by weight."""
    return texts(values)[places_in(len(values), uniform, weights=weights)]


def places_in(count: int, uniform: NDArray[np.float64], *, weights: Sequence[float] | None = None) -> NDArray[np.int64]:
    """A place 0..count-1 for every uniform, all equally likely or by weight."""
    if weights is None:
        return np.minimum((uniform * count).astype(np.int64), count - 1)
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.minimum(np.searchsorted(edges / edges[-1], uniform, side="right"), count - 1)


def numbers(values: NDArray[np.int64], *, digits: int = 0) -> Texts:
    """Whole numbers as texts, filled with zeros up to a number of digits."""
    written = values.astype(str)
    if digits and values.size:  # NumPy does not fill an empty array
        written = np.char.zfill(written, digits)
    return np.asarray(written, dtype=object)
