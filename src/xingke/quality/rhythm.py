"""Whether data keep coming as usual: the newest day against the rhythm, the rows of a day against days like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, sqrt
from statistics import median
from typing import Final

from xingke.calendar import OutsideCalendar, calendar_days, lunar_week, week_year_before

ONE_DAY: Final = timedelta(days=1)
LIKE_DAYS: Final = 8
"""A day is compared with this many earlier days like it."""
LEAST_LIKE: Final = 4
LEAST_USUAL: Final = 5
"""Days of fewer usual rows are not judged: such tables hold events, not a flow."""
JUDGED_DAYS: Final = 14
_FESTIVE_WEEKS: Final = 3
_WIDTH: Final = 4.0
"""Half the width of the expected band in robust standard deviations."""


@dataclass(frozen=True, slots=True)
class DayRows:
    """The rows of one day with what was to be expected; `expected` is None where too few days are like it."""

    day: date
    rows: int
    expected: int | None = None
    low: int | None = None
    high: int | None = None

    @property
    def check(self) -> str:
        """The check that fails on this day, empty where none does."""
        if self.low is not None and self.rows < self.low:
            return "fewer_rows"
        return "more_rows" if self.high is not None and self.rows > self.high else ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a table is.

    Parameters
    ----------
    every_days
        The usual distance between two days with rows, days off not counted.
    due_on
        The day on which newer rows were due at the latest.
    """

    newest_on: date
    every_days: int
    due_on: date
    is_stale: bool


def freshness(days: Sequence[date], *, as_of: date) -> Freshness | None:
    """How new the newest day is beside the usual rhythm; nothing where fewer than three days have rows.

    A table is stale when its newest day lies longer back than three times the usual distance and than one and a half times the longest of
    the latest sixty, a week at least; days off prolong that by as many days as they take.
    """
    known = sorted({day for day in days if day < as_of})
    if len(known) < 3:
        return None
    recent = known[-60:]
    gaps = sorted((after - before).days for before, after in pairwise(recent))
    every = max(1, gaps[len(gaps) // 2])
    patience = max(7, 3 * every, ceil(1.5 * gaps[-1]))
    due_on = known[-1] + ONE_DAY * (patience + _days_off(known[-1], min(as_of, known[-1] + ONE_DAY * patience)))
    return Freshness(known[-1], every, due_on, as_of > due_on)


def day_volumes(rows: Mapping[date, int], *, as_of: date, days: int = 60) -> list[DayRows]:
    """The latest days before `as_of` with their rows and what was to be expected.

    A day is compared with the eight latest days of its weekday that were working days or free days as it is, those without rows among them.
    Around Spring Festival it is compared with the same day of the same lunar week a year earlier, scaled by how the weeks before went;
    without such a year it is not judged.
    """
    counts = {day: count for day, count in rows.items() if day < as_of}
    if not counts:
        return []
    first, last = min(counts), max(counts)
    usual = _usual_weekdays(counts)
    weekly = len(usual) == 1
    start = max(first, last - ONE_DAY * (days * (7 if weekly else 1) - 1))
    shown = [start + ONE_DAY * step for step in range((last - start).days + 1)]
    return [_judged(day, counts, first, weekly=weekly) for day in shown if day.weekday() in usual or day in counts]


def _usual_weekdays(counts: Mapping[date, int]) -> set[int]:
    """The weekdays on which rows usually come."""
    seen: dict[int, int] = {}
    for day in counts:
        seen[day.weekday()] = seen.get(day.weekday(), 0) + 1
    return {weekday for weekday, times in seen.items() if times * 4 >= max(seen.values())}


def _judged(day: date, counts: Mapping[date, int], first: date, *, weekly: bool) -> DayRows:
    rows = counts.get(day, 0)
    like = _year_before(day, counts) if _is_festive(day) else _days_like(day, counts, first, weekly=weekly)
    middle = median(like) if len(like) >= LEAST_LIKE else 0
    if middle < LEAST_USUAL:
        return DayRows(day, rows)
    spread = 1.4826 * median(abs(value - middle) for value in like)
    half = _WIDTH * max(spread, sqrt(middle), 0.05 * middle)
    return DayRows(day, rows, round(middle), max(0, floor(middle - half)), ceil(middle + half))


def _days_like(day: date, counts: Mapping[date, int], first: date, *, weekly: bool) -> list[int]:
    found: list[int] = []
    earlier, kind = day - 7 * ONE_DAY, _is_workday(day)
    while earlier >= first and len(found) < LIKE_DAYS:
        if (weekly or _is_workday(earlier) == kind) and not _is_festive(earlier):
            found.append(counts.get(earlier, 0))
        earlier -= 7 * ONE_DAY
    return found


def _year_before(day: date, counts: Mapping[date, int]) -> list[int]:
    """The days around the same day of the same lunar week, scaled to the present level."""
    same = week_year_before(day) + ONE_DAY * day.weekday()
    now = [counts.get(day - 7 * ONE_DAY * week, 0) for week in range(4, 12)]
    then = [counts.get(same - 7 * ONE_DAY * week, 0) for week in range(4, 12)]
    if min(sum(1 for value in side if value) for side in (now, then)) < LEAST_LIKE or same not in counts:
        return []
    level = median(now) / max(1.0, median(then))
    return [round(counts.get(same + ONE_DAY * step, counts[same]) * level) for step in (-1, 0, 0, 0, 1)]


@lru_cache(maxsize=4096)
def _is_festive(day: date) -> bool:
    try:
        return abs(lunar_week(day)) <= _FESTIVE_WEEKS
    except OutsideCalendar:
        return False


@lru_cache(maxsize=4096)
def _is_workday(day: date) -> bool:
    try:
        found: bool = calendar_days(day, day + ONE_DAY)["is_workday"][0].as_py()
    except OutsideCalendar:
        return day.weekday() < 5
    return found


def _days_off(first: date, last: date) -> int:
    """Free days between two days beyond the usual weekends."""
    days = [first + ONE_DAY * step for step in range(1, (last - first).days + 1)]
    return sum(1 for day in days if day.weekday() < 5 and not _is_workday(day))
