"""How large a world is and which weeks it covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xingke.errors import UnknownName
from xingke.words import both

WEEK = timedelta(days=7)
JUDGED_WEEKS = 8
"""Weeks behind the end of history in which the answers about a world are judged."""


@dataclass(frozen=True, slots=True)
class Size:
    """One size of the city.

    Parameters
    ----------
    outlets
        Licensed outlets on the first day, in all cities together.
    history_weeks
        Weeks that can be observed.
    forward_weeks
        Weeks behind the end of history for which the city is planned: who opens, what is launched, who leaves. They are lived, or made for
        the scorer alone.
    starts_on
        A Monday.
    bad_route_weeks
        First and last week in which the planted route fails.
    leaving_weeks
        Weeks in which the two planted managers leave: the first without handing over, the second with a handover.
    """

    name: str
    outlets: int
    history_weeks: int
    skus: int
    starts_on: date
    bad_route_weeks: tuple[int, int]
    leaving_weeks: tuple[int, int]
    forward_weeks: int = JUDGED_WEEKS
    cities: int = 1

    @property
    def weeks(self) -> int:
        """Weeks for which the city is planned."""
        return self.history_weeks + self.forward_weeks

    def week_on(self, week: int) -> date:
        """The Monday of a week; the first is week 0."""
        return self.starts_on + week * WEEK

    @property
    def history_ends_on(self) -> date:
        """The first day that is not history."""
        return self.week_on(self.history_weeks)


SIZES: Mapping[str, Size] = {
    size.name: size
    for size in (
        Size("xs", 300, 30, 30, date(2023, 12, 4), bad_route_weeks=(14, 21), leaving_weeks=(8, 16)),
        Size("m", 2_000, 78, 60, date(2023, 7, 3), bad_route_weeks=(64, 71), leaving_weeks=(44, 60)),
        Size("l", 15_000, 104, 120, date(2023, 1, 2), bad_route_weeks=(40, 47), leaving_weeks=(60, 85), forward_weeks=26),
        Size("xl", 120_000, 52, 160, date(2024, 1, 1), bad_route_weeks=(40, 47), leaving_weeks=(20, 34), cities=8),
    )
}


def size_named(name: str) -> Size:
    """The size of that name, upper or lower case; `UnknownName` where there is none."""
    found = SIZES.get(name.lower())
    if found is None:
        raise UnknownName(kind=both("星城规模（xs、m、l、xl）", "size of world (xs, m, l, xl)"), name=name, known=SIZES)
    return found
