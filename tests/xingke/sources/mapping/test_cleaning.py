"""Cells as people type them, read without guessing or refused with a reason."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.sources.mapping import cleaning
from xingke.sources.mapping.cleaning import Refused

DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/1/31",
        "2026.1.31",
        "2026年1月31日",
        "20260131",
        "46053",
        "２０２６－０１－３１",
        " 2026-1-31 ",
        "2026-01-31 08:30",
        "2026-01-31T08:30:00+08:00",
    ],
)
def test_day_is_read_in_every_form(text):
    assert cleaning.day(text) == DAY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "wrong_type"),
        ("0000-01-01", "out_of_bounds"),
        ("9999-12-31", "out_of_bounds"),
        ("31/01/2026", "wrong_type"),
        ("明天", "wrong_type"),
        ("2026-01-31 25:00x", "wrong_type"),
    ],
)
def test_day_that_is_none_is_refused(text, reason):
    with pytest.raises(Refused) as refused:
        cleaning.day(text)
    assert refused.value.reason == reason


def test_day_with_the_year_behind_needs_to_be_told_its_order():
    assert cleaning.day("31/01/2026", "dmy") == DAY
    assert cleaning.day("01/31/2026", "mdy") == DAY
    with pytest.raises(Refused):
        cleaning.day("31/01/2026", "mdy")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,280.50", "1280.50"), ("￥1,280.5", "1280.50"), ("1280.5元", "1280.50"), ("１２８０．５", "1280.50"), ("1.2万", "12000.00"),
        ("(30)", "-30.00"), ("（30.5）", "-30.50"), ("30-", "-30.00"), ("-￥30", "-30.00"), ("12.345", "12.35"), ("1.2e3", "1200.00"),
        ("1,2800", "12800.00"), ("+5", "5.00"), ("￥ 88", "88.00"),
    ],
)  # fmt: skip
def test_amount_is_read_as_it_is_written(text, value):
    assert cleaning.money(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1,5", "12.3.4", "abc", "1 2 x", "--5", "9" * 15, "1,28,0"])
def test_amount_that_is_none_is_refused(text):
    with pytest.raises(Refused):
        cleaning.money(text)


@pytest.mark.parametrize("text", ["", " ", "-", "无", "N/A", "null", "　", "暂无"])
def test_what_people_write_for_nothing_is_nothing(text):
    assert cleaning.clean_text(text) is None
    assert cleaning.money(text) is None
    assert cleaning.day(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\x00b", "control_characters"),
        ("王\ufffd", "undecodable"),
        ("=cmd|' /C calc'!A0", "formula"),
        ("=HYPERLINK(1)", "formula"),
        ("@SUM(A1)", "formula"),
    ],
)
def test_text_that_harms_is_refused(text, reason):
    with pytest.raises(Refused) as refused:
        cleaning.clean_text(text)
    assert refused.value.reason == reason


def test_text_keeps_chinese_brackets_and_loses_full_width_digits():
    assert cleaning.clean_text("　万家超市（Ｂ０１店） ") == "万家超市（B01店）"
    assert cleaning.clean_text("-某店") == "-某店"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138 0000 0001", "13800000001"), ("+86-13800000001", "13800000001"), ("１３８００００００１１", "13800000011"),
        ("0571-88880000", "057188880000"),
        ("13800000001/13900000001", "13800000001"), ("008613800000001", "13800000001"), ("1.3800000001E+10", "13800000001"),
    ],
)  # fmt: skip
def test_phone_is_digits_of_its_first_number(text, number):
    assert cleaning.phone(text) == number


@pytest.mark.parametrize("text", ["1380000", "1.38E+10", "张三", "12345"])
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(Refused):
        cleaning.phone(text)


def test_units_are_converted_and_must_come_out_whole():
    factors = {"件": Decimal(50), "条": Decimal(1), "包": Decimal("0.1")}
    assert [cleaning.in_units(text, factors) for text in ("2件", "３条", "20包", "7", "-1件")] == [100, 3, 2, 7, -50]
    for text, reason in (("3箱", "unit_unknown"), ("3包", "not_whole")):
        with pytest.raises(Refused) as refused:
            cleaning.in_units(text, factors)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 14:05",
        "2026/1/31 14:05:00",
        "2026年1月31日 下午2:05",
        "2026-01-31T06:05:00Z",
        "2026-01-31T14:05:00+08:00",
        "46053.586805555555",
    ],
)
def test_time_without_a_zone_is_that_of_shanghai(text):
    assert cleaning.instant(text) == datetime(2026, 1, 31, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(("text", "value"), [("是", True), ("√", True), ("Y", True), ("否", False), ("0", False), ("", None)])
def test_flag_is_read_in_words_and_marks(text, value):
    assert cleaning.flag(text) is value


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False))
def test_every_amount_reads_back_however_it_is_grouped(value):
    assert cleaning.money(f"{value:,}") == value
    assert cleaning.money(f"￥{value}") == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_reads_back_in_every_form(day):
    for text in (day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", day.strftime("%Y%m%d")):
        assert cleaning.day(text) == day


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    readers = (cleaning.clean_text, cleaning.money, cleaning.day, cleaning.instant, cleaning.phone, cleaning.whole, cleaning.flag)
    for reader in (*readers, cleaning.code):
        with suppress(Refused):
            reader(text)


@pytest.mark.parametrize("text", ["'", "()", "''", "-'", "+"])
def test_signs_with_no_number_between_them_are_refused(text):
    with pytest.raises(Refused):
        cleaning.number(text)
