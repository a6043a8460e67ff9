"""Licence numbers, unified social credit codes and identity numbers: their form and their check digits."""

import re
from datetime import date
from typing import NamedTuple

from xingke.identity.chinese.characters import half_width

_OCR = str.maketrans({"O": "0", "D": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8", "G": "6"})
_LICENCE_DIGITS, _AREA_DIGITS = 12, 6
_NOT_NUMBER = re.compile(r"[^0-9A-Z|]+")
_WORDS = re.compile(r"^(?:许可证号?|证号|NO|编号|[\u4e00-\u9fff]+)[:.]?", re.IGNORECASE)


class Licence(NamedTuple):
    """A tobacco retail licence number: six digits of area, one of the kind of holder, five of a serial.

    Parameters
    ----------
    number
        As it is compared: digits, letters that a scanner takes for digits put right.
    jumbled
        Area and the sorted digits behind it: equal for numbers in which digits changed places.
    is_valid
        Whether there are twelve digits, a kind of 1 (individual business) to 9, and a serial that is not all zeros.
    """

    number: str
    jumbled: str
    is_valid: bool


def licence(text: str) -> Licence | None:
    """The number of a licence as written; None where nothing is left of it.

    >>> licence("４３０１８１１Ｏ２３４５").number
    '430181102345'
    """
    narrow = half_width(text).upper()
    bare = narrow if narrow.isdigit() else _NOT_NUMBER.sub("", _WORDS.sub("", narrow))
    if not bare:
        return None
    mostly_digits = not bare.isdigit() and sum(mark.isdigit() for mark in bare) * 2 > len(bare)
    digits = bare.translate(_OCR) if mostly_digits else bare
    is_valid = len(digits) == _LICENCE_DIGITS and digits.isdigit() and digits[6] != "0" and digits[7:] != "00000"
    return Licence(digits, digits[:_AREA_DIGITS] + "".join(sorted(digits[_AREA_DIGITS:])), is_valid)


_USCC_MARKS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC = re.compile(r"^[1-9A-HJ-NP-RT-UWXY][1-9]\d{6}[0-9A-HJ-NP-RT-UWXY]{10}$")


def uscc(text: str) -> str:
    """A unified social credit code as it is compared: capitals, half width, no separators."""
    return re.sub(r"[^0-9A-Z]", "", half_width(text).upper())


def uscc_is_valid(code: str) -> bool:
    """Whether a code has the form and the check character of GB 32100-2015 (weights 3**i mod 31, result modulo 31)."""
    if not _USCC.match(code):
        return False
    total = sum(_USCC_MARKS.index(mark) * weight for mark, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC_MARKS[(31 - total % 31) % 31] == code[17]


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID = re.compile(r"^[1-9]\d{16}[0-9X]$")


def id_number(text: str) -> str:
    """A citizen's identity number as it is checked: capitals, half width, no separators."""
    return re.sub(r"[^0-9X]", "", half_width(text).upper())


def id_is_valid(number: str) -> bool:
    """Whether a number has eighteen places, a day of birth that exists and the check digit of GB 11643-1999 (ISO 7064, MOD 11-2)."""
    if not _ID.match(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == number[17]
