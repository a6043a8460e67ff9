"""Periods and what they are compared with, at the edges of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.metrics import Period
from xingke_web.insight.periods import Against, Span, base_of, choose, months_before, period_of, reaches

DAYS = st.dates(date(2000, 3, 1), date(2090, 12, 31))
RUNNING = [span for span in Span if span is not Span.CUSTOM]


@pytest.mark.parametrize(
    ("span", "as_of", "start_on"),
    [
        (Span.MONTH, date(2018, 1, 1), date(2017, 12, 1)),
        (Span.QUARTER, date(2018, 1, 1), date(2017, 10, 1)),
        (Span.YEAR, date(2018, 1, 1), date(2017, 1, 1)),
        (Span.YEAR, date(2018, 1, 2), date(2018, 1, 1)),
        (Span.WEEK, date(2018, 1, 1), date(2017, 12, 25)),
        (Span.WEEK, date(2018, 1, 2), date(2018, 1, 1)),
        (Span.ROLLING, date(2018, 1, 1), date(2017, 12, 2)),
    ],
)
def test_on_the_first_of_january_the_running_period_is_that_of_december(span, as_of, start_on):
    assert period_of(span, as_of=as_of) == Period(start_on, as_of)


@pytest.mark.parametrize(
    ("span", "period", "against", "base"),
    [
        (Span.MONTH, (date(2020, 2, 1), date(2020, 3, 1)), Against.YEAR_BEFORE, (date(2019, 2, 1), date(2019, 3, 1))),
        (Span.MONTH, (date(2021, 2, 1), date(2021, 3, 1)), Against.YEAR_BEFORE, (date(2020, 2, 1), date(2020, 3, 1))),
        (Span.MONTH, (date(2020, 3, 1), date(2020, 3, 31)), Against.BEFORE, (date(2020, 2, 1), date(2020, 3, 1))),
        (Span.MONTH, (date(2021, 1, 1), date(2021, 1, 11)), Against.BEFORE, (date(2020, 12, 1), date(2020, 12, 11))),
        (Span.QUARTER, (date(2021, 1, 1), date(2021, 4, 1)), Against.BEFORE, (date(2020, 10, 1), date(2021, 1, 1))),
        (Span.YEAR, (date(2020, 1, 1), date(2020, 3, 1)), Against.BEFORE, (date(2019, 1, 1), date(2019, 3, 1))),
        (Span.WEEK, (date(2021, 1, 4), date(2021, 1, 6)), Against.YEAR_BEFORE, (date(2020, 1, 6), date(2020, 1, 8))),
    ],
)
def test_a_period_is_compared_with_the_same_days_of_another(span, period, against, base):
    assert base_of(span, Period(*period), against) == Period(*base)


@given(as_of=DAYS, span=st.sampled_from(RUNNING), against=st.sampled_from(list(Against)))
def test_the_period_compared_with_lies_before_and_never_overlaps(as_of, span, against):
    period = period_of(span, as_of=as_of)
    base = base_of(span, period, against)
    assert period.start_on < period.end_on == as_of
    assert base.start_on < base.end_on <= period.start_on


@given(as_of=DAYS, against=st.sampled_from(list(Against)), span=st.sampled_from([Span.WEEK, Span.ROLLING]))
def test_weeks_meet_the_same_weekdays_and_rolling_periods_keep_their_length(as_of, against, span):
    period = period_of(span, as_of=as_of)
    base = base_of(span, period, against)
    assert base.days == period.days
    if span is Span.WEEK or against is Against.YEAR_BEFORE:
        assert base.start_on.weekday() == period.start_on.weekday()


@given(day=DAYS, months=st.integers(0, 24))
def test_months_before_stay_in_the_month_and_keep_its_end(day, months):
    found = months_before(day, months, keep_month_end=True)
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    if (day + timedelta(days=1)).day == 1:
        assert (found + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [("", ""), ("2017-02-30", "2017-03-01"), ("2017-03-02", "2017-03-01"), ("2018-01-01", "2018-01-05"), ("1980-01-01", "2017-01-01")],
)
def test_an_own_period_that_makes_no_sense_says_why_and_shows_the_month(start, end):
    chosen = choose({"period": "custom", "from": start, "to": end}, as_of=date(2018, 1, 1))
    assert chosen.problem
    assert chosen.period == Period(date(2017, 12, 1), date(2018, 1, 1))


def test_an_own_period_includes_both_days_and_ends_with_the_data():
    chosen = choose({"period": "custom", "from": "2017-12-30", "to": "2018-02-01"}, as_of=date(2018, 1, 1))
    assert (chosen.span, chosen.problem) == (Span.CUSTOM, "")
    assert chosen.period == Period(date(2017, 12, 30), date(2018, 1, 1))


def test_without_a_year_of_facts_the_period_before_is_taken():
    assert choose({}, as_of=date(2018, 1, 1), first_on=date(2017, 1, 1)).against is Against.BEFORE
    assert choose({}, as_of=date(2018, 1, 1), first_on=date(2016, 1, 1)).against is Against.YEAR_BEFORE
    assert choose({"period": "nonsense", "against": "nonsense"}, as_of=date(2018, 1, 1)).span is Span.MONTH


def test_a_tenth_of_the_period_compared_with_may_be_missing():
    base = Period(date(2020, 1, 1), date(2020, 1, 31))
    assert reaches(base, date(2020, 1, 4))
    assert not reaches(base, date(2020, 1, 5))
    assert not reaches(base, None)


def test_a_week_about_spring_festival_compares_with_the_week_as_far_from_the_last_one():
    asked = {"period": "week", "against": "yoy"}
    chosen = choose(asked, as_of=date(2024, 2, 9), is_lunar=True)
    assert (chosen.period, chosen.base) == (Period(date(2024, 2, 5), date(2024, 2, 9)), Period(date(2023, 1, 16), date(2023, 1, 20)))
    assert chosen.is_festive
    plain = choose(asked, as_of=date(2024, 2, 9))
    assert (plain.base.start_on, plain.is_festive) == (date(2023, 2, 6), False)
    summer = choose(asked, as_of=date(2024, 7, 5), is_lunar=True)
    assert (summer.base, summer.is_festive) == (choose(asked, as_of=date(2024, 7, 5)).base, False)
