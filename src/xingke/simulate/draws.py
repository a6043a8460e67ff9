"""Counts from uniforms: the same uniform gives a larger count for a larger mean, which is what common random numbers need."""

import numpy as np
from numpy.typing import NDArray

MANY = 40.0
"""Above this mean a Poisson count is taken from the normal quantile with a skewness term; its error there is below half a count."""


def poisson_from_uniform(mean: NDArray[np.float32], uniform: NDArray[np.float32]) -> NDArray[np.int32]:
    """Poisson counts by inversion: the quantile of each mean at each uniform.

    Parameters
    ----------
    mean
        0 or more, any shape.
    uniform
        In [0, 1), of the same shape.
    """
    shape = mean.shape
    means, chances = mean.reshape(-1), uniform.reshape(-1)
    counts = np.zeros(means.size, dtype=np.int32)
    large = np.flatnonzero(means > MANY)
    if large.size:
        counts[large] = _from_normal(means[large].astype(np.float64), chances[large].astype(np.float64))
    term = np.exp(-means)
    open_ = np.flatnonzero((chances >= term) & (means <= MANY))
    mean_, term_ = means[open_], term[open_]
    left = chances[open_] - term_
    for count in range(1, 4 * int(MANY)):
        if not open_.size:
            break
        counts[open_] = count
        term_ = term_ * (mean_ / np.float32(count))
        left = left - term_
        still = left >= 0
        open_, mean_, term_, left = open_[still], mean_[still], term_[still], left[still]
    return counts.reshape(shape)


def _from_normal(mean: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int32]:
    from scipy.special import ndtri

    z = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    value = mean + np.sqrt(mean) * z + (z * z - 1) / 6
    return np.maximum(np.floor(value + 0.5), 0).astype(np.int32)


def rounded(value: NDArray[np.float32], uniform: NDArray[np.float32]) -> NDArray[np.int32]:
    """Whole numbers whose mean is the value: up with the chance of its fraction."""
    return np.floor(value + uniform).astype(np.int32)
