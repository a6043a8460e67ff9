"""The period a screen looks at and the one it compares with, relative to the workspace's business day.

`as_of` is exclusive, so the last day that counts is the one before it: on the first of January, "this month" is December.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy

from xingke.calendar import week_year_before
from xingke.metrics import Period

DAY = timedelta(days=1)
YEAR_OF_WEEKS = timedelta(days=364)
"""A year earlier on the same weekday."""
ROLLING_DAYS = 30
LONGEST_DAYS = 3660


class Span(StrEnum):
    """The periods of the picker."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING = "30d"
    CUSTOM = "custom"


class Against(StrEnum):
    """What a period is compared with."""

    YEAR_BEFORE = "yoy"
    BEFORE = "prev"


SPAN_LABELS = {
    Span.WEEK: gettext_lazy("This week"),
    Span.MONTH: gettext_lazy("This month"),
    Span.QUARTER: gettext_lazy("This quarter"),
    Span.YEAR: gettext_lazy("This year"),
    Span.ROLLING: gettext_lazy("Last 30 days"),
    Span.CUSTOM: gettext_lazy("Own period"),
}
AGAINST_LABELS = {Against.YEAR_BEFORE: gettext_lazy("Year before"), Against.BEFORE: gettext_lazy("Period before")}
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@dataclass(frozen=True)
class Chosen:
    """What the address asks for. `problem` says why an own period was not taken; the month is shown instead.

    `is_festive` where the base is the week as far from Spring Festival in the year before.
    """

    span: Span
    period: Period
    against: Against
    base: Period
    problem: str = ""
    is_festive: bool = False

    @property
    def against_label(self) -> str:
        """What the differences compare with, in words."""
        if self.against is Against.BEFORE:
            return gettext("on the period before")
        return (
            gettext("on the same week from Spring Festival a year before") if self.is_festive else gettext("on the same days a year before")
        )


def choose(asked: Mapping[str, str], *, as_of: date, first_on: date | None = None, is_lunar: bool = False) -> Chosen:
    """The period and its comparison that the address asks for.

    Parameters
    ----------
    asked
        `period`, `from` and `to` (both included) for an own period, `against`.
    first_on
        The first day with facts. Without a comparison asked for, the year before is taken where the facts reach back to it.
    is_lunar
        Whether a week about Spring Festival is compared by its distance from it.
    """
    span = Span(asked["period"]) if asked.get("period") in set(Span) else Span.MONTH
    period, problem = None, ""
    if span is Span.CUSTOM:
        period, problem = own_period(asked.get("from", ""), asked.get("to", ""), as_of=as_of)
        span = span if period else Span.MONTH
    period = period or period_of(span, as_of=as_of)
    if asked.get("against") in set(Against):
        against = Against(asked["against"])
    else:
        against = Against.YEAR_BEFORE if reaches(base_of(span, period, Against.YEAR_BEFORE), first_on) else Against.BEFORE
    base = base_of(span, period, against)
    festive = festive_base(period) if is_lunar and span is Span.WEEK and against is Against.YEAR_BEFORE else base
    return Chosen(span, period, against, festive, problem, is_festive=festive != base)


def period_of(span: Span, *, as_of: date) -> Period:
    """The running period of a kind, until the day before `as_of`."""
    last = as_of - DAY
    if span is Span.WEEK:
        start = last - timedelta(days=last.weekday())
    elif span is Span.ROLLING:
        start = as_of - timedelta(days=ROLLING_DAYS)
    else:
        months = MONTHS[span]
        start = date(last.year, (last.month - 1) // months * months + 1, 1)
    return Period(start, as_of)


def own_period(start: str, end: str, *, as_of: date) -> tuple[Period | None, str]:
    """The period between two days, both included; None and the reason where it makes no sense."""
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return None, gettext("Give both days of the period, such as 2026-01-31.")
    if last < first:
        return None, gettext("The period ends before it begins.")
    if first >= as_of:
        return None, gettext("The period begins after the last day with data.")
    last = min(last, as_of - DAY)
    if (last - first).days >= LONGEST_DAYS:
        return None, gettext("The period may have ten years at most.")
    return Period(first, last + DAY), ""


def base_of(span: Span, period: Period, against: Against) -> Period:
    """The period to compare with: as long as the period has run, and whole where the period is whole.

    Weeks and rolling periods go back by whole weeks, so that weekdays meet weekdays.
    """
    if against is Against.YEAR_BEFORE:
        if span in (Span.WEEK, Span.ROLLING):
            return Period(period.start_on - YEAR_OF_WEEKS, period.end_on - YEAR_OF_WEEKS)
        return Period(months_before(period.start_on, 12), months_before(period.end_on - DAY, 12, keep_month_end=True) + DAY)
    if span is Span.WEEK:
        return Period(period.start_on - 7 * DAY, period.end_on - 7 * DAY)
    if span in MONTHS:
        months = MONTHS[span]
        start = months_before(period.start_on, months)
        end = months_before(period.end_on - DAY, months, keep_month_end=True) + DAY
        return Period(start, min(end, period.start_on))
    return Period(period.start_on - timedelta(days=period.days), period.start_on)


def festive_base(week: Period) -> Period:
    """The week to compare a week with that may lie about Spring Festival; as many days of it as have run."""
    start = week_year_before(week.start_on)
    return Period(start, start + timedelta(days=week.days))


def months_before(day: date, months: int, *, keep_month_end: bool = False) -> date:
    """The same day some months earlier, or the month's last day where it is shorter; a month's end stays one if asked."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    longest = monthrange(year, month + 1)[1]
    is_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if keep_month_end and is_end else min(day.day, longest))


def reaches(base: Period, first_on: date | None) -> bool:
    """Whether the facts cover the period to compare with; a tenth of it may be missing at its beginning."""
    return first_on is not None and (first_on - base.start_on).days <= base.days // 10


def text_of(period: Period) -> str:
    """The days of a period, both ends included."""
    last = period.end_on - DAY
    return f"{period.start_on:%Y-%m-%d}" if last == period.start_on else f"{period.start_on:%Y-%m-%d} – {last:%Y-%m-%d}"
