"""Intervals by resampling whole units (outlets, SKUs, campaigns), so that all rows of a unit move together.

Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile intervals).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.streams import Streams

CHUNK = 64
Z95 = 1.959963984540054
ENDS = (0.025, 0.975)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval; `nan` where there was nothing to measure."""

    value: float
    low: float
    high: float


NOTHING = Measured(float("nan"), float("nan"), float("nan"))


class Bootstrap:
    """Resamples that depend on the seed and the number of units alone, so that answers, baselines and ceilings meet the same ones."""

    def __init__(self, seed: int, resamples: int) -> None:
        self._seed, self.resamples = seed, resamples
        self._counts: dict[int, NDArray[np.uint8]] = {}

    def counts(self, units: int) -> NDArray[np.uint8]:
        """How often each unit is drawn, one row a resample."""
        if units not in self._counts:
            stream = Streams(self._seed).of("bootstrap", units)
            drawn = np.zeros((self.resamples, units), dtype=np.uint8)
            for row in drawn:
                row[:] = np.minimum(np.bincount(stream.integers(0, units, units), minlength=units), 255)
            self._counts[units] = drawn
        return self._counts[units]

    def ratio(self, numerator: NDArray[Any], denominator: NDArray[Any], *, of: Callable[[Floats], Floats] = np.array) -> Measured:
        """A ratio of sums over units, one value a unit in each array.

        Parameters
        ----------
        of
            What is done to the ratio, such as one minus it.
        """
        top, bottom = numerator.astype(np.float64), denominator.astype(np.float64)
        if not top.size or bottom.sum() == 0:
            return NOTHING
        both = np.stack([top, bottom], axis=1)
        used = np.flatnonzero((top != 0) | (bottom != 0))
        both = both[used]
        counts = self.counts(top.size)
        # einsum adds up in one order on every machine and asks no threads for it, unlike a product of matrices.
        sums = np.concatenate(
            [
                np.einsum("ru,uk->rk", counts[start : start + CHUNK][:, used].astype(np.float64), both)
                for start in range(0, self.resamples, CHUNK)
            ]
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = sums[:, 0] / sums[:, 1]
        return _measured(float(of(np.array(top.sum() / bottom.sum()))), of(shares))

    def mean(self, values: NDArray[Any]) -> Measured:
        """The mean over units; of shares, with the score interval where all are alike and no resample could differ.

        Wilson (1927), JASA 22:209.
        """
        if values.dtype == np.bool_ and values.size and (values.all() or not values.any()):
            reach = Z95**2 / (values.size + Z95**2)
            return Measured(1.0, 1.0 - reach, 1.0) if values[0] else Measured(0.0, 0.0, reach)
        return self.ratio(values, np.ones(values.size))

    def statistic(self, units: int, value_of: Callable[[Floats], float]) -> Measured:
        """Any statistic that takes weights of the units."""
        if not units:
            return NOTHING
        counts = self.counts(units)
        values = np.array([value_of(row.astype(np.float64)) for row in counts], dtype=np.float64)
        return _measured(value_of(np.ones(units)), values)


def _measured(value: float, resampled: Floats) -> Measured:
    real = resampled[np.isfinite(resampled)]
    if not real.size:
        return Measured(value, value, value)
    low, high = (float(end) for end in np.quantile(real, ENDS))
    return Measured(value, low, high)
