"""The days that the worlds of firms cover: 104 weeks at every size, so that each planted week exists in each world."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEEKS = 104
DAYS = 7 * WEEKS
STARTS_ON = date(2023, 1, 2)
ENDS_ON = STARTS_ON + timedelta(days=DAYS)
SHANGHAI_MINUTES = 480
"""Minutes by which the clock of the shops is ahead of UTC."""

FIRST_DAY = np.datetime64(STARTS_ON, "D")


def days_on(day: NDArray[np.integer[Any]]) -> NDArray[np.datetime64]:
    """Business days of day numbers; 0 is the first Monday, days before it are negative."""
    return FIRST_DAY + np.asarray(day, dtype=np.int64).astype("timedelta64[D]")


def instants_at(day: NDArray[np.integer[Any]], minute: NDArray[Any]) -> NDArray[np.datetime64]:
    """Instants in UTC of a minute of the local day, to the second."""
    seconds = np.round((np.asarray(minute, dtype=np.float64) - SHANGHAI_MINUTES) * 60).astype(np.int64)
    instants: NDArray[np.datetime64] = days_on(day).astype("datetime64[us]") + seconds.astype("timedelta64[s]")
    return instants


def months_of(day: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Calendar months since the one of the first day, which is 0."""
    months: NDArray[np.int64] = days_on(day).astype("datetime64[M]").astype(np.int64) - FIRST_DAY.astype("datetime64[M]").astype(np.int64)
    return months
