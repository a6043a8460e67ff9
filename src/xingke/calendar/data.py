"""What `china.toml` says, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from xingke.errors import UserFacingError
from xingke.words import Words, both

ONE_DAY = timedelta(days=1)

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("china.toml").read_text(encoding="utf-8"))

FIRST_YEAR: int = _DATA["first_year"]
LAST_YEAR: int = _DATA["last_year"]

FESTIVALS: Mapping[str, Words] = {
    "new_year": both("元旦", "New Year"),
    "spring_festival": both("春节", "Spring Festival"),
    "lantern": both("元宵节", "Lantern Festival"),
    "qingming": both("清明节", "Qingming"),
    "labour_day": both("劳动节", "Labour Day"),
    "dragon_boat": both("端午节", "Dragon Boat Festival"),
    "mid_autumn": both("中秋节", "Mid-Autumn Festival"),
    "national_day": both("国庆节", "National Day"),
}
"""Names of festivals and their words."""

SEASONS: Mapping[str, Words] = {
    "spring_festival": both("春节旺季", "Spring Festival peak"),
    "autumn": both("中秋国庆旺季", "Autumn peak"),
}
"""Names of peak seasons and their words."""

WITHOUT_DAY_OFF = ("lantern",)
"""Festivals that the law gives no day off for."""


@dataclass(frozen=True, slots=True)
class Season:
    """A peak season of one year; both days belong to it."""

    name: str
    first_on: date
    last_on: date


class OutsideCalendar(UserFacingError):
    """A day or year that the calendar data do not cover."""

    def __init__(self, *, asked: object) -> None:
        super().__init__(
            zh=f"节日日历只有 {FIRST_YEAR} 年至 {LAST_YEAR} 年的数据，收到的是 {asked}；请改用这一范围内的日期",
            en=f"the calendar of festivals covers the years {FIRST_YEAR} to {LAST_YEAR}, asked for {asked}; choose days within them",
            asked=asked,
            first_year=FIRST_YEAR,
            last_year=LAST_YEAR,
        )


def is_announced(year: int) -> bool:
    """Whether the days off of a year have been announced; of a later one only the festivals themselves are known."""
    return FIRST_YEAR <= year <= int(_DATA["announced_until"])


def dates_of(festival: str) -> tuple[date, ...]:
    """Every date of a festival in the data, in order."""
    return tuple(_DATA["festivals"][festival])


def seasons() -> tuple[Season, ...]:
    """The peak seasons of every year; no two share a day."""
    found = []
    for name, ends in _DATA["seasons"].items():
        first = zip(*(_days_from(*end) for end in ends["from"]), strict=True)
        last = zip(*(_days_from(*end) for end in ends["until"]), strict=True)
        found += [Season(name, min(starts), max(stops)) for starts, stops in zip(first, last, strict=True)]
    return tuple(found)


def _days_from(festival: str, days: int) -> list[date]:
    """The day so many days from a festival, in every year."""
    return [day + ONE_DAY * days for day in dates_of(festival)]


def spring_festivals() -> tuple[date, ...]:
    """Spring Festivals of all years, and of the year before and behind them."""
    return tuple(sorted((*dates_of("spring_festival"), *_DATA["beyond"]["spring_festival"])))


def days_off() -> frozenset[date]:
    """Days off by announcement; of years without one, the days of the festivals."""
    stretches = [(first, (last - first).days + 1) for first, last in _DATA["announced"]["days_off"]]
    announced = {first + ONE_DAY * step for first, length in stretches for step in range(length)}
    later = {day for name in FESTIVALS if name not in WITHOUT_DAY_OFF for day in dates_of(name) if not is_announced(day.year)}
    return frozenset(announced | later)


def swapped_workdays() -> frozenset[date]:
    """Saturdays and Sundays that are worked in exchange for a day off."""
    return frozenset(_DATA["announced"]["swapped_workdays"])
