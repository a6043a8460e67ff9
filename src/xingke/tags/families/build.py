"""Builders that the families share: windows, exact sums, ratios, labels.

A window of n days holds the n business days before `as_of`; `as_of` itself is not seen. Sums are exact (integers and
decimals) and only divided at the end, so that the order in which an engine adds them cannot show.
"""

from collections.abc import Sequence

from xingke.schema import ColumnType
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import SHARE
from xingke.words import Words, both

T = ColumnType
YEAR = 365


def ratio(numerator: str, denominator: str) -> str:
    """A division that every engine answers alike: missing where the denominator is 0 or missing."""
    return f"cast({numerator} as double) / nullif(cast({denominator} as double), 0)"


def total(column: str, start: int, end: int) -> str:
    """The sum of a column over order ages `start..end` in days."""
    return f"sum(case when age_days between {start} and {end} then {column} else 0 end)"


def number_of_rows(start: int, end: int) -> str:
    """How many rows have an age of `start..end` days."""
    return f"count(case when age_days between {start} and {end} then 1 end)"


def last_days(days: int) -> Words:
    """A window in words."""
    return both(f"近 {days} 天", f"last {days} days")


def named(what_zh: str, what_en: str, days: int | None) -> Words:
    """A label: the window, then what is measured."""
    return both(what_zh, what_en) if days is None else both(f"近 {days} 天{what_zh}", f"{what_en}, last {days} days")


def windowed(
    stem: str, *, label: Words, family: Family, type_: ColumnType, column: str, meaning: Words, unit: Words, windows: Sequence[int]
) -> tuple[Tag, ...]:
    """One tag a window: the sum of an order column, or the number of orders where the column is `1`."""
    return tuple(
        Tag(
            name=f"{stem}_{days}d",
            label=named(label["zh"], label["en"], days),
            family=family,
            type=type_,
            grain=Grain.ORDER,
            sql=number_of_rows(1, days) if column == "1" else total(column, 1, days),
            meaning=both(f"{last_days(days)['zh']}{meaning['zh']}", f"{meaning['en']} in the {last_days(days)['en']}"),
            unit=unit,
            empty_is_zero=True,
        )
        for days in windows
    )


def share(name: str, label: Words, family: Family, numerator: str, denominator: str, meaning: Words) -> Tag:
    """A share of one tag in another, in 0..1."""
    return Tag(name, label, family, T.NUMBER, Grain.PORTRAIT, ratio(numerator, denominator), meaning, SHARE)


def growth(name: str, label: Words, now: str, before: str, meaning: Words) -> Tag:
    """The relative change of one tag against another one; missing where there was nothing before."""
    sql = f"case when {before} > 0 then {ratio(f'{now} - {before}', before)} end"
    return Tag(name, label, Family.GROWTH, T.NUMBER, Grain.PORTRAIT, sql, meaning, SHARE)


def concentration(column: str) -> str:
    """The Herfindahl index of a money column, with exact sums."""
    squares = f"sum(cast({column} as decimal(18, 2)) * cast({column} as decimal(18, 2)))"
    return ratio(squares, f"sum({column}) * cast(sum({column}) as double)")
