"""The Chinese calendar: festivals, days off with the working days swapped for them, and peak seasons; data, not code."""

from xingke.calendar.data import FESTIVALS, FIRST_YEAR, LAST_YEAR, SEASONS, OutsideCalendar, is_announced
from xingke.calendar.days import calendar_days, festival_days, lunar_week, week_year_before

__all__ = [
    "FESTIVALS",
    "FIRST_YEAR",
    "LAST_YEAR",
    "SEASONS",
    "OutsideCalendar",
    "calendar_days",
    "festival_days",
    "is_announced",
    "lunar_week",
    "week_year_before",
]
