"""How busy each day is: weekday, rain and the peaks of the calendar."""

import numpy as np
from numpy.typing import NDArray

from xingke.calendar import calendar_days
from xingke.schema.trade.market import CALENDAR_DAY
from xingke.simulate.firms.horizon import DAYS, ENDS_ON, STARTS_ON
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.weather import Weather
from xingke.simulate.firms.workshop import Workshop

RAIN_FACTOR = 0.88
SEASON_FACTOR = 1.15
"""In the weeks before Spring Festival, Mid-Autumn and National Day."""
FREE_DAY_FACTOR = 1.12
"""A working weekday that is free."""


def footfall_of(shop: Workshop, trade: Trade, weather: Weather) -> NDArray[np.float64]:
    """Factor on the visits of each day with mean 1; writes `calendar_day`."""
    days = calendar_days(STARTS_ON, ENDS_ON)
    shop.observed.put(CALENDAR_DAY, days)
    weekday = np.arange(DAYS) % 7
    factor = np.array(trade.weekday)[weekday]
    in_season = days["season"].is_valid().to_numpy(zero_copy_only=False)
    is_free = (weekday < 5) & ~days["is_workday"].to_numpy(zero_copy_only=False)
    factor = factor * np.where(in_season, SEASON_FACTOR, 1.0) * np.where(is_free, FREE_DAY_FACTOR, 1.0)
    factor = factor * np.where(weather.is_rainy, RAIN_FACTOR, 1.0)
    return np.asarray(factor / factor.mean())
