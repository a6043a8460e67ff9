"""Days and instants of the world as Arrow."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.sizes import Size

SHANGHAI_MINUTES = 8 * 60


def monday(size: Size, week: int) -> np.datetime64:
    """The first day of a week."""
    return np.datetime64(size.week_on(week))


def instants(days: NDArray[np.datetime64], minutes: NDArray[np.integer]) -> pa.Array:
    """Local days and minutes of the day as instants in UTC."""
    local = days.astype("datetime64[m]") + minutes.astype("timedelta64[m]") - np.timedelta64(SHANGHAI_MINUTES, "m")
    return pa.array(local.astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))


def day_type(days: NDArray[np.datetime64]) -> pa.Array:
    """Days as Arrow days."""
    return pa.array(days.astype("datetime64[D]"), pa.date32())
