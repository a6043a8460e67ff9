"""The weather of a firm's city: a yearly wave with day-to-day memory, and rain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.market import WEATHER_DAY
from xingke.simulate.firms.horizon import DAYS, FIRST_DAY, days_on
from xingke.simulate.firms.workshop import Workshop

MEAN_CELSIUS, SWING_CELSIUS, HOTTEST_DAY = 17.5, 14.0, 205
MEMORY, NOISE_CELSIUS = 0.8, 2.6
HOT_CELSIUS = 33.0
RAIN_CHANCE, RAIN_SWING, RAIN_MM = 0.29, 0.08, 9.0
COUNTY = "星城"


@dataclass(frozen=True, slots=True)
class Weather:
    """Every day of the world.

    Parameters
    ----------
    celsius
        Mean temperature of a day.
    rain_mm
        0 on a dry day, 1 or more on a rainy one.
    """

    celsius: NDArray[np.float64]
    rain_mm: NDArray[np.float64]

    @property
    def is_hot(self) -> NDArray[np.bool_]:
        """Days above 33 degrees."""
        return self.celsius > HOT_CELSIUS

    @property
    def is_rainy(self) -> NDArray[np.bool_]:
        """Days with rain."""
        return self.rain_mm > 0


def weather_of(shop: Workshop) -> Weather:
    """Draw the weather and write `weather_day`: a first-order autoregression around the season."""
    rng = shop.streams.of("weather")
    shocks, chance, amount = rng.standard_normal(DAYS), rng.random(DAYS), rng.random(DAYS)
    day_of_year = (days_on(np.arange(DAYS)) - FIRST_DAY.astype("datetime64[Y]")).astype(np.int64) % 365
    season = np.cos(2 * np.pi * (day_of_year - HOTTEST_DAY) / 365)
    celsius = np.round(MEAN_CELSIUS + SWING_CELSIUS * season + NOISE_CELSIUS * _remembered(shocks), 1)
    rain = np.where(chance < RAIN_CHANCE + RAIN_SWING * season, np.round(1 - RAIN_MM * np.log1p(-amount), 1), 0.0)
    shop.observe(
        WEATHER_DAY,
        {"county": np.full(DAYS, COUNTY), "day": days_on(np.arange(DAYS)), "mean_celsius": celsius, "rain_mm": rain},
    )
    return Weather(celsius, rain)


def _remembered(shocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """An AR(1) series of unit variance."""
    series = np.empty_like(shocks)
    level = shocks[0]
    for place, shock in enumerate(shocks):
        level = shock if place == 0 else MEMORY * level + np.sqrt(1 - MEMORY**2) * shock
        series[place] = level
    return series
