"""Licence numbers, social credit codes and identity numbers: labelled cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.identity.chinese import id_is_valid, licence, uscc_is_valid
from xingke.identity.chinese.numbers import id_number, uscc

LICENCES = [
    ("430181102345", "430181102345", True),
    ("４３０１８１１０２３４５", "430181102345", True),
    ("430181 1 02345", "430181102345", True),
    ("430181-1-02345", "430181102345", True),
    ("4301811O2345", "430181102345", True),
    ("43018l102345", "430181102345", True),
    ("4301811023S5", "430181102355", True),
    ("许可证号：430181102345", "430181102345", True),
    ("湘430181102345", "430181102345", True),
    ("43018110234", "43018110234", False),
    ("4301811023456", "4301811023456", False),
    ("430181002345", "430181002345", False),
    ("430181100000", "430181100000", False),
    ("ABCDEF", "ABCDEF", False),
]


@pytest.mark.parametrize(("text", "number", "valid"), LICENCES)
def test_a_licence_number_is_read(text: str, number: str, valid: bool) -> None:
    found = licence(text)
    assert found is not None
    assert (found.number, found.is_valid) == (number, valid)


@pytest.mark.parametrize("text", ["", "无", "-"])
def test_no_licence_number(text: str) -> None:
    assert licence(text) is None


def test_digits_that_changed_places_are_one_jumble() -> None:
    one, other, far = licence("430181102345"), licence("430181102354"), licence("430181102346")
    assert one
    assert other
    assert far
    assert one.jumbled == other.jumbled != far.jumbled


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91350100M000100Y43", True),
        ("91350100m000100y43", True),
        ("９1350100M000100Y43", True),
        ("91350100M000100Y34", False),
        ("91350100M000100Y4", False),
        ("91350100I000100Y43", False),
        ("", False),
    ],
)
def test_the_check_character_of_a_credit_code(code: str, valid: bool) -> None:
    assert uscc_is_valid(uscc(code)) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("440524188001010014", True),
        ("110105194912310021", False),
        ("110105194913310025", False),
        ("1101051949123100", False),
        ("", False),
    ],
)
def test_the_check_digit_of_an_identity_number(number: str, valid: bool) -> None:
    assert id_is_valid(id_number(number)) is valid


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, by: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not id_is_valid(wrong)
