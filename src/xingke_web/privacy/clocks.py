"""Until when an answer is owed."""

from datetime import date, timedelta
from typing import Final

from xingke.calendar.data import days_off, swapped_workdays

ANSWER_WORKDAYS: Final = 15
"""Working days until a person's request is answered: the law says in time, without a number; this is the clock of the house."""

CONTAIN_HOURS: Final = 1
AUTHORITY_HOURS: Final = 24
PEOPLE_HOURS: Final = 72
RECOVER_DAYS: Final = 7
"""Clocks of an incident: the law says at once (PIPL art. 57); these are the latest that the house allows itself."""


def workday_after(day: date, workdays: int) -> date:
    """The day so many working days after another one, by the announced holidays where the year has them."""
    while workdays:
        day += timedelta(days=1)
        workdays -= _is_workday(day)
    return day


def _is_workday(day: date) -> bool:
    return day in swapped_workdays() or (day.weekday() < 5 and day not in days_off())
