"""Numbers as people read them, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke_web.ui import numbers


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (9_842, "9,842", "9,842"),
        (9_999, "9,999", "9,999"),
        (10_000, "1.00 万", "10.0K"),
        (12_400, "1.24 万", "12.4K"),
        (999_949, "99.99 万", "1.00M"),
        (1_286_000, "128.6 万", "1.29M"),
        (99_999_999, "1.00 亿", "100M"),
        (342_000_000, "3.42 亿", "342M"),
        (-12_400, "−1.24 万", "−12.4K"),
        (Decimal("7.125"), "7.13", "7.13"),
        (0.5, "0.50", "0.50"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (float("inf"), "—", "—"),
    ],
)
def test_counts_use_the_units_of_the_language(value, zh, en):
    assert numbers.count(value, "zh") == zh
    assert numbers.count(value, "en") == en


@pytest.mark.parametrize(
    ("amount", "currency", "zh", "en", "detail"),
    [
        (Decimal("369100"), "CNY", "36.91 万元", "¥369K", "369,100.00 元"),
        (Decimal("128.5"), "CNY", "129 元", "¥129", "128.50 元"),
        (Decimal("-5000"), "USD", "−5,000 美元", "−$5,000", "−5,000.00 美元"),
        (Decimal("214600000"), "USD", "2.15 亿美元", "$215M", "214,600,000.00 美元"),
        (12, "SEK", "12 SEK", "SEK 12", "12.00 SEK"),
    ],
)
def test_money_carries_its_unit_of_account(amount, currency, zh, en, detail):
    assert numbers.money(amount, currency, "zh") == zh
    assert numbers.money(amount, currency, "en") == en
    assert numbers.money(amount, currency, "zh", detail=True) == detail


def test_differences_are_signed_with_the_minus_sign():
    assert numbers.points(-0.004, "zh") == "−0.4 个百分点"
    assert numbers.points(0.018, "en") == "+1.8 pp"
    assert numbers.signed_percent(0.032) == "+3.2%"
    assert numbers.signed(-3) == "−3"
    assert numbers.signed_percent(-0.0001) == "0.0%"


def test_small_groups_are_hidden_and_zero_is_not():
    assert [numbers.hidden_count(value, "zh") for value in (0, 1, 4, 5)] == ["0", "＜5", "＜5", "5"]
    assert numbers.hidden_count(3, "en") == "<5"


def test_instants_are_told_beside_today_in_local_time():
    now = datetime(2026, 10, 23, 2, 0, tzinfo=UTC)
    told = [
        numbers.moment(now - gap, "zh", now=now)
        for gap in (timedelta(minutes=46), timedelta(hours=16), timedelta(days=2), timedelta(days=400))
    ]
    assert told == ["今天 09:14", "昨天 18:00", "10-21 10:00", "2025-09-18"]
    assert numbers.moment(now, "en", now=now) == "today 10:00"
    assert numbers.stamp(now) == "2026-10-23 10:00:00"


def test_weeks_quarters_and_durations():
    assert (numbers.week(date(2026, 10, 23), "zh"), numbers.week(date(2026, 10, 23), "en")) == ("第43周", "W43")
    assert (numbers.quarter(date(2026, 9, 30), "zh"), numbers.quarter(date(2026, 10, 1), "en")) == ("第三季度", "Q4")
    assert numbers.duration(timedelta(hours=3, minutes=12), "zh") == "3 小时 12 分"
    assert numbers.time_left(timedelta(minutes=35), "zh") == "剩 35 分"
    assert numbers.time_left(timedelta(minutes=-12), "en") == "12 min overdue"
    assert numbers.duration(timedelta(0), "en") == "0 min"


def test_masks_keep_what_is_needed_to_recognise():
    assert numbers.mask_phone("13812345621") == "138****5621"
    assert numbers.mask_phone("12345") == "****"
    assert numbers.mask_licence("330100118842") == "3301****8842"
    assert [numbers.mask_name(name) for name in ("王小华", "王华", "John Smith", "")] == ["王*华", "王*", "J*** S***", "—"]


def test_a_column_has_one_unit():
    scale = numbers.scale_for([Decimal(120_000), 900, None], "zh")
    assert scale.prefix == "万"
    assert [scale.text(value) for value in (Decimal(120_000), 900, None)] == ["12.00", "0.09", "—"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_count_never_reaches_the_next_unit_before_it_changes(value):
    digits = numbers.count(value, "zh").replace("−", "").replace(",", "").split(" ")
    assert float(digits[0]) < 10_000 or len(digits) == 2
    if len(digits) == 2 and digits[1] == "万":
        assert 1 <= float(digits[0]) < 10_000


@given(st.one_of(st.none(), st.integers(-(10**15), 10**15), st.floats()), st.sampled_from(sorted(numbers.NUMERIC_FORMATS)))
def test_every_numeric_format_takes_any_number(value, name):
    for language in ("zh", "en"):
        text = numbers.format_value(name, value, language)
        assert text
        assert "-" not in text
        assert (text == numbers.MISSING) == numbers.is_missing(value)
