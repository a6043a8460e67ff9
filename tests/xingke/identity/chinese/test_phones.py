"""Telephone numbers: labelled cases."""

import pytest

from xingke.identity.chinese import phone
from xingke.identity.chinese.phones import phone_alike

CASES = [
    ("13912345670", "13912345670", "mobile", True),
    ("139 1234 5670", "13912345670", "mobile", True),
    ("139-1234-5670", "13912345670", "mobile", True),
    ("+8613912345670", "13912345670", "mobile", True),
    ("0086-139-1234-5670", "13912345670", "mobile", True),
    ("8613912345670", "13912345670", "mobile", True),
    ("１３９１２３４５６７０", "13912345670", "mobile", True),
    ("(＋86) 139 1234 5670", "13912345670", "mobile", True),
    ("13912345670/073188881234", "13912345670", "mobile", True),
    ("无/13912345670", "13912345670", "mobile", True),
    ("0731-88881234", "073188881234", "landline", True),
    ("（0731）8888 1234", "073188881234", "landline", True),
    ("010-62345678", "01062345678", "landline", True),
    ("0731-88881234转801", "073188881234", "landline", True),
    ("400-800-1234", "4008001234", "service", False),
    ("95588", "95588", "service", False),
    ("12012345678", "12012345678", "other", False),
    ("1391234567", "1391234567", "other", False),
    ("139123456789", "139123456789", "other", False),
    ("13800000000", "13800000000", "mobile", False),
    ("11111111111", "11111111111", "other", False),
    ("13912345678", "13912345678", "mobile", False),
]


@pytest.mark.parametrize(("text", "number", "kind", "valid"), CASES)
def test_a_number_is_read(text: str, number: str, kind: str, valid: bool) -> None:
    found = phone(text)
    assert found is not None
    assert tuple(found) == (number, kind, valid)


@pytest.mark.parametrize("text", ["", "无", "-", "暂无电话"])
def test_no_digit_no_number(text: str) -> None:
    assert phone(text) is None


def test_numbers_one_digit_or_one_swap_apart_are_alike() -> None:
    assert phone_alike("13912345670", "13912345671")
    assert phone_alike("13912345670", "13912354670")
    assert not phone_alike("13912345670", "13912345670")
    assert not phone_alike("13912345670", "13912345689")
    assert not phone_alike("13912345670", "1391234567")
