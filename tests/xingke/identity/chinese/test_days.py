"""Days as they are written: labelled cases."""

from datetime import date

import pytest

from xingke.identity.chinese import day

THE_DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024-3-5", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "2024年03月05日", "05.03.2024", "5.3.2024", "45356",
        "45356.5", "２０２４-０３-０５", " 2024-03-05 ", "2024-03-05 12:30:00", "20240305123000",
    ],
)  # fmt: skip
def test_five_forms_and_a_serial_are_one_day(text: str) -> None:
    assert day(text) == THE_DAY


@pytest.mark.parametrize("text", ["", "2024-13-05", "2024-02-30", "03/05/2024", "0000-00-00", "9999-12-31", "yesterday", "99999"])
def test_what_is_no_day_or_could_be_two_is_none(text: str) -> None:
    assert day(text) is None
