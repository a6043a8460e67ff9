"""The logistic curve, its inverse, and chances that lean on a trait without moving their mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def logistic(value: Any) -> Floats:
    """Log odds to a chance."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(value, dtype=np.float64))), dtype=np.float64)


def leaning(mean: Any, slope: float, trait: Floats) -> Floats:
    """Chances that rise with a standard normal trait and have the given mean over it.

    Parameters
    ----------
    mean
        In (0, 1); a number, or one mean a row.
    slope
        Log odds for one standard deviation of the trait.

    References
    ----------
    Zeger, Liang and Albert (1988), Models for Longitudinal Data, Biometrics 44(4): the mean of a logistic curve over a normal variable,
    with pi/8 as the factor on the variance; the error is below 0.3 points for slopes up to 1.
    """
    odds = np.log(np.asarray(mean) / (1.0 - np.asarray(mean)))
    return logistic(odds * np.sqrt(1.0 + np.pi * slope * slope / 8.0) + slope * trait)
