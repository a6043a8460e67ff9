"""What common random numbers need: counts that grow with their mean at the same uniform, and uniforms that stay with the key of a row."""

from collections.abc import Sequence

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
    return np.asarray(np.maximum(np.floor(value + 0.5), 0), dtype=np.int32)


def rounded(value: NDArray[np.float32], uniform: NDArray[np.float32]) -> NDArray[np.int32]:
    """Whole numbers whose mean is the value: up with the chance of its fraction."""
    return np.asarray(np.floor(value + uniform), dtype=np.int32)


def stratified(draw: np.random.Generator, shares: Sequence[float], count: int) -> NDArray[np.int32]:
    """Categories in shuffled order whose counts meet the shares as nearly as whole numbers allow; shares need not add up to one."""
    ends = np.cumsum(np.asarray(shares, dtype=np.float64) / np.sum(shares))
    level = (np.arange(count) + 0.5) / count
    places = np.minimum(np.searchsorted(ends, level, side="right"), len(ends) - 1)
    return draw.permutation(places).astype(np.int32)


def spread_uniform(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Uniforms in (0, 1), one in each of `count` equal steps, in shuffled order: the same law with far less scatter of its mean."""
    return draw.permutation((np.arange(count) + draw.random(count)) / count)


_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def uniform_of_keys(seed_words: Sequence[int], *columns: NDArray[np.integer]) -> NDArray[np.float64]:
    """A uniform in [0, 1) for every row that depends on its key alone, not on its place or on the rows beside it.

    Parameters
    ----------
    seed_words
        Whole numbers that set one use apart from another: the seed, the city, what it is for.
    columns
        Whole numbers that name a row, one or more, all of one length.

    References
    ----------
    Steele, Lea and Flood (2014), Fast Splittable Pseudorandom Number Generators, OOPSLA: the mixing function of SplitMix64.
    """
    state = np.zeros(columns[0].shape, dtype=np.uint64)
    for word in seed_words:
        state = _mixed(state + _GOLDEN, np.uint64(word & 0xFFFFFFFFFFFFFFFF))
    for column in columns:
        state = _mixed(state + _GOLDEN, column.astype(np.int64).view(np.uint64))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(state: NDArray[np.uint64], word: NDArray[np.uint64] | np.uint64) -> NDArray[np.uint64]:
    value = (state ^ word) + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return np.asarray(value ^ (value >> np.uint64(31)), dtype=np.uint64)
