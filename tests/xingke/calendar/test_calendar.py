"""Festivals and working days against a published calendar, and the weeks that compare across years."""

import csv
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from xingke.calendar import FESTIVALS, SEASONS, OutsideCalendar, calendar_days, festival_days, is_announced, lunar_week, week_year_before
from xingke.calendar.data import seasons
from xingke.errors import UnknownName
from xingke.schema.trade.market import CALENDAR_DAY

PUBLISHED = Path(os.environ.get("XINGKE_DATA", Path(__file__).parents[4] / "shared/data")) / "holidays/china_calendar.csv"


def by_day(start: date, end: date) -> dict[date, dict[str, object]]:
    return {row["day"]: row for row in calendar_days(start, end).to_pylist()}


def test_working_days_agree_with_the_published_calendar_of_every_announced_year() -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the published calendar is not beside the checkout")
    with PUBLISHED.open(encoding="utf-8") as lines:
        published = {date.fromisoformat(row["date"]): row for row in csv.DictReader(lines)}
    ours = by_day(date(2020, 1, 1), date(2027, 1, 1))
    assert [day for day, row in ours.items() if row["is_workday"] != (published[day]["is_workday"] == "1")] == []
    assert [day for day, row in ours.items() if row["is_swapped_workday"] != (published[day]["is_make_up_workday"] == "1")] == []


def test_lunar_festivals_keep_their_distance_from_each_other() -> None:
    # Lunar months have 29 or 30 days: the fifth of the fifth lies 122 days behind New Year's Day of a plain year, or a leap month later.
    for spring, lantern, dragon, autumn in zip(
        *(festival_days(name, 2020, 2030) for name in ("spring_festival", "lantern", "dragon_boat", "mid_autumn")), strict=True
    ):
        assert (lantern - spring).days == 14
        assert (dragon - spring).days in {121, 122, 123, 151, 152}
        assert (autumn - dragon).days in {97, 98, 99, 127, 128, 129}


def test_each_festival_comes_once_a_year() -> None:
    for name in FESTIVALS:
        assert [day.year for day in festival_days(name, 2020, 2030)] == list(range(2020, 2031)), name


def test_the_years_asked_for_include_both_ends() -> None:
    assert festival_days("spring_festival", 2023, 2025) == (date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29))


def test_days_come_in_the_canonical_schema_without_the_last() -> None:
    days = calendar_days(date(2024, 1, 1), date(2025, 1, 1))
    assert days.schema == CALENDAR_DAY.arrow_schema
    assert (days.num_rows, days["day"][0].as_py(), days["day"][-1].as_py()) == (366, date(2024, 1, 1), date(2024, 12, 31))


def test_the_weeks_before_spring_festival_are_peak_season_and_the_weeks_behind_are_not() -> None:
    days = by_day(date(2024, 1, 1), date(2024, 3, 1))
    peak = [day for day, row in days.items() if row["season"] == "spring_festival"]
    assert (peak[0], peak[-1], len(peak)) == (date(2024, 1, 20), date(2024, 2, 9), 21)
    assert days[date(2024, 2, 10)]["festival"] == "spring_festival"
    assert days[date(2024, 2, 3)]["days_to_spring_festival"] == -7


def test_every_season_has_its_words() -> None:
    assert {season.name for season in seasons()} == set(SEASONS)


def test_the_autumn_season_runs_over_both_festivals_in_whatever_order_they_come() -> None:
    autumn = {season.first_on.year: (season.first_on, season.last_on) for season in seasons() if season.name == "autumn"}
    assert autumn[2024] == (date(2024, 9, 3), date(2024, 10, 7))
    assert autumn[2025] == (date(2025, 9, 17), date(2025, 10, 7))
    assert autumn[2028] == (date(2028, 9, 17), date(2028, 10, 7))


def test_no_day_has_two_seasons() -> None:
    days = [season.first_on + timedelta(days=step) for season in seasons() for step in range((season.last_on - season.first_on).days + 1)]
    assert len(days) == len(set(days))


def test_unannounced_years_rest_on_festivals_and_weekends_alone() -> None:
    assert (is_announced(2026), is_announced(2027)) == (True, False)
    days = by_day(date(2027, 2, 1), date(2027, 6, 10))
    assert days[date(2027, 6, 9)]["is_workday"] is False
    assert days[date(2027, 2, 8)]["is_workday"] is True
    assert not any(row["is_swapped_workday"] for row in days.values())


def test_weeks_count_from_the_week_of_spring_festival() -> None:
    assert [lunar_week(date(2024, 2, 5) + timedelta(days=step)) for step in (-1, 0, 6, 7)] == [-1, 0, 0, 1]
    assert lunar_week(date(2024, 1, 29)) == lunar_week(date(2025, 1, 20)) == -1


def test_a_festive_week_compares_with_the_week_as_far_from_last_years_festival() -> None:
    assert week_year_before(date(2024, 2, 5)) == date(2023, 1, 16)
    assert week_year_before(date(2024, 2, 7)) == date(2023, 1, 16)
    assert week_year_before(date(2025, 1, 6)) == date(2024, 1, 15)
    assert week_year_before(date(2024, 7, 1)) == date(2023, 7, 3)


def test_weeks_at_the_edge_of_the_data_know_the_festival_outside() -> None:
    assert lunar_week(date(2030, 12, 31)) == -3


def test_days_and_years_outside_the_data_are_refused_with_the_range() -> None:
    for ask in (
        lambda: festival_days("new_year", 2019, 2021),
        lambda: calendar_days(date(2030, 12, 1), date(2031, 2, 1)),
        lambda: lunar_week(date(2019, 12, 31)),
    ):
        with pytest.raises(OutsideCalendar, match="2020 to 2030"):
            ask()


def test_an_unknown_festival_names_the_closest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'mid_autumn'"):
        festival_days("mid_autum", 2024, 2024)
