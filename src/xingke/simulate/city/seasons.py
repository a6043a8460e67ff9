"""How consumer demand moves over the year: festivals, villages, tourists, weather, and shocks of scenarios."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from xingke.calendar import festival_days
from xingke.simulate.city.places import DISTRICTS, Places
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

BEFORE_SPRING = (2.2, 1.7, 1.25, 1.05, 1.05)
AFTER_SPRING = (0.70, 0.75, 0.85, 0.95, 0.95)
AUTUMN = (1.35, 1.20, 1.08, 1.02, 1.00)
SPRING_WEEKS = timedelta(days=21)
GROUPS = ("other", "village", "tourist")
VILLAGE_FESTIVAL, VILLAGE_AWAY, TOURIST_SUMMER = 1.40, 0.92, 1.30
STOCKING_WEEKS = 5
RAIN_SHARE, WARM_SHARE = -0.01, 0.01
TAX_DEMAND, TAX_LEAK, TAX_COMPLAINTS = 0.91, 0.15, 1.27


@dataclass(frozen=True, slots=True)
class Weather:
    """Daily weather of each county: columns are the counties."""

    start: date
    celsius: NDArray[np.float64]
    rain_mm: NDArray[np.float64]

    def week_factor(self, day: date) -> NDArray[np.float32]:
        """Factor on demand in each county in the week that begins on a day, within two percent either way."""
        first = (day - self.start).days
        warm = (self.celsius[first : first + 7].mean(axis=0) - 17.0) / 12.0
        wet = (self.rain_mm[first : first + 7] > 5.0).mean(axis=0)
        return np.asarray(np.clip(1.0 + WARM_SHARE * warm + 2 * RAIN_SHARE * wet, 0.98, 1.02), dtype=np.float32)


def draw_weather(streams: Streams, start: date, days: int, counties: int) -> Weather:
    """Temperature as a yearly wave with an autoregressive remainder (0.8 a day), rain on one day in three and more in summer."""
    draw = streams.of("weather")
    day_of_year = np.array([(start + timedelta(days=day)).timetuple().tm_yday for day in range(days)])
    wave = 17.5 - 12.5 * np.cos(2 * np.pi * (day_of_year - 20) / 365.25)
    shocks = draw.normal(0.0, 2.0, days)
    rest = np.zeros(days)
    for day in range(1, days):
        rest[day] = 0.8 * rest[day - 1] + shocks[day]
    celsius = wave[:, None] + rest[:, None] + draw.normal(0.0, 0.6, (days, counties)) - np.linspace(0.0, 1.2, counties)
    wet = draw.random((days, 1)) * 0.7 + draw.random((days, counties)) * 0.3 < 0.33 + 0.1 * np.sin(
        2 * np.pi * (day_of_year[:, None] - 80) / 365
    )
    rain = np.where(wet, draw.gamma(1.2, 9.0, (days, counties)), 0.0)
    return Weather(start, np.round(celsius, 1), np.round(rain, 1).astype(np.float64))


class Seasons:
    """Season factors of one world."""

    def __init__(self, places: Places, size: Size, scenario: Scenario) -> None:
        first, last = size.starts_on.year - 1, min(size.history_ends_on.year + 3, 2030)
        earlier = timedelta(days=scenario.festival_days)
        self._springs = tuple(day - earlier for day in festival_days("spring_festival", max(first, 2020), last))
        self._autumns = tuple(day - earlier for day in festival_days("mid_autumn", max(first, 2020), last))
        self._size, self._scenario = size, scenario
        self.group = np.where(places.is_settlement("village"), 1, np.where(places.district == DISTRICTS.index("tourist"), 2, 0)).astype(
            np.int32
        )
        self._tax_week = None if scenario.shock_week is None else scaled_week(scenario.shock_week, size)

    def class_factors(self, week: int) -> NDArray[np.float32]:
        """Factors by group of outlets and price class."""
        day = self._size.week_on(week)
        factors = np.ones((len(GROUPS), 5))
        for spring in self._springs:
            if spring - SPRING_WEEKS <= day < spring:
                factors *= BEFORE_SPRING
            elif spring <= day < spring + SPRING_WEEKS:
                factors *= AFTER_SPRING
        for autumn in self._autumns:
            if min(autumn, date(autumn.year, 10, 1)) - timedelta(days=14) <= day < max(autumn, date(autumn.year, 10, 8)):
                factors *= AUTUMN
        factors[1] *= self._village(day)
        if day.month in (7, 8):
            factors[2] *= TOURIST_SUMMER
        if self.tax_is_up(week):
            factors[:, :2] *= TAX_DEMAND * (1 - TAX_LEAK * 0.3)
        return factors.astype(np.float32)

    def tax_is_up(self, week: int) -> bool:
        """Whether the tax rise of the scenario has come."""
        return self._tax_week is not None and week >= self._tax_week

    def weeks_to_spring(self, week: int) -> int:
        """Weeks until the next Spring Festival; 0 in the week of it."""
        day = self._size.week_on(week)
        ahead = [spring for spring in self._springs if spring >= day]
        return (ahead[0] - day).days // 7 if ahead else 99

    def is_stocking(self, week: int) -> bool:
        """The five weeks in which seasonal hoarders buy ahead."""
        return 1 <= self.weeks_to_spring(week) <= STOCKING_WEEKS

    def _village(self, day: date) -> float:
        if any(abs((spring - day).days) <= 14 for spring in self._springs):
            return VILLAGE_FESTIVAL
        return VILLAGE_AWAY if 3 <= day.month <= 11 else 1.0


def scaled_week(week: int, size: Size) -> int:
    """A week of the world of 104 weeks in the world of this size."""
    return week if size.weeks >= 104 else week * size.weeks // 104
