"""Festivals of years, a table of days, and weeks counted from Spring Festival."""

from datetime import date
from functools import cache

import pyarrow as pa

from xingke.calendar.data import (
    FESTIVALS,
    FIRST_YEAR,
    LAST_YEAR,
    ONE_DAY,
    OutsideCalendar,
    dates_of,
    days_off,
    seasons,
    spring_festivals,
    swapped_workdays,
)
from xingke.errors import UnknownName
from xingke.schema.trade.market import CALENDAR_DAY
from xingke.words import both

SATURDAY = 5
WEEK = 7 * ONE_DAY
FESTIVE_WEEKS = 5


def festival_days(name: str, first_year: int, last_year: int) -> tuple[date, ...]:
    """Dates of a festival in the years `first_year` to `last_year`, both included, in order.

    Raises
    ------
    UnknownName
        No festival has that name (`FESTIVALS`).
    OutsideCalendar
        A year lies outside the data.
    """
    if name not in FESTIVALS:
        raise UnknownName(kind=both("节日", "festival"), name=name, known=FESTIVALS)
    for year in (first_year, last_year):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise OutsideCalendar(asked=year)
    return tuple(day for day in dates_of(name) if first_year <= day.year <= last_year)


def calendar_days(start: date, end: date) -> pa.Table:
    """The days `[start, end)` in the schema of `calendar_day`.

    `is_workday` knows the days off and the swapped working days of the years that are announced (`is_announced`); in later years Saturdays,
    Sundays and the festivals themselves are free. `festival` is a name of `FESTIVALS` on that one day, Mid-Autumn where two fall
    on one day. `season` is a name of `SEASONS`. `days_to_spring_festival` is negative before the festival.

    Raises
    ------
    OutsideCalendar
        A day lies outside the data.
    """
    days = [start + ONE_DAY * step for step in range((end - start).days)]
    for day in (days[0], days[-1]) if days else ():
        _require(day)
    off, swapped, festivals, peaks = days_off(), swapped_workdays(), _festival_by_day(), _season_by_day()
    columns = {
        "day": days,
        "is_workday": [day in swapped or (day.weekday() < SATURDAY and day not in off) for day in days],
        "is_swapped_workday": [day in swapped for day in days],
        "festival": [festivals.get(day) for day in days],
        "season": [peaks.get(day) for day in days],
        "days_to_spring_festival": [(day - _nearest_spring_festival(day)).days for day in days],
    }
    return pa.table(columns, schema=CALENDAR_DAY.arrow_schema)


def lunar_week(day: date) -> int:
    """Weeks between the Monday-to-Sunday week of a day and the week of the nearest Spring Festival: 0 is its week, -1 the week before.

    Weeks of the same number compare in trade from year to year where weeks of the solar year do not. The count restarts half-way
    between two festivals, so it runs from about -26 to 26.

    Raises
    ------
    OutsideCalendar
        The day lies outside the data.
    """
    _require(day)
    return (_monday(day) - _monday(_nearest_spring_festival(day))).days // 7


def week_year_before(day: date) -> date:
    """Monday of the week a year earlier that a week compares with.

    In the five weeks on either side of Spring Festival that is the week as far from the Spring Festival of the year before; in the rest of
    the year the week 52 weeks earlier.

    Raises
    ------
    OutsideCalendar
        The day lies outside the data.
    """
    weeks = lunar_week(day)
    if abs(weeks) > FESTIVE_WEEKS:
        return _monday(day) - 52 * WEEK
    festivals = spring_festivals()
    before = festivals[festivals.index(_nearest_spring_festival(day)) - 1]
    return _monday(before) + weeks * WEEK


def _require(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutsideCalendar(asked=day.isoformat())


def _monday(day: date) -> date:
    return day - ONE_DAY * day.weekday()


def _nearest_spring_festival(day: date) -> date:
    return min(spring_festivals(), key=lambda festival: abs((day - festival).days))


@cache
def _festival_by_day() -> dict[date, str]:
    """The later name of `FESTIVALS` gives way, so that Mid-Autumn shows where National Day falls on the same day."""
    return {day: name for name in reversed(tuple(FESTIVALS)) for day in dates_of(name)}


@cache
def _season_by_day() -> dict[date, str]:
    return {
        season.first_on + ONE_DAY * step: season.name for season in seasons() for step in range((season.last_on - season.first_on).days + 1)
    }
