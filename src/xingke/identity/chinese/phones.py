"""Chinese telephone numbers."""

import re
from typing import NamedTuple

from xingke.identity.chinese.characters import half_width


class Phone(NamedTuple):
    """A number as it is compared.

    Parameters
    ----------
    number
        Digits alone, without +86: eleven of a mobile, area code and number of a landline; as they came where they make neither.
    kind
        `mobile`, `landline`, `service` (400, 800, 95xxx) or `other`.
    is_valid
        Whether the form is right and the number is no placeholder. That somebody answers is not known.
    """

    number: str
    kind: str
    is_valid: bool


_SEPARATORS = re.compile(r"[\s\-—()·.,:]+")
_SPLIT = re.compile(r"[/;、|,，；]+")
_FRONT = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0?[1-9]\d{8,10}$)")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(0(?:10|2\d|[3-9]\d{2}))([2-9]\d{6,7})(?:转?\d{1,5})?$")
_SERVICE = re.compile(r"^(?:[48]00\d{7}|95\d{3,4})$")
_NOT_DIGITS = re.compile(r"\D+")
_SAME_DIGITS, _LONG_RUN = 3, re.compile(r"(\d)\1{6,}")
_COUNTING = "01234567890123456789"


def phone(text: str) -> Phone | None:
    """The first usable number of a text; None where there is no digit.

    >>> phone("＋86 138-1234-5678")
    Phone(number='13812345678', kind='mobile', is_valid=True)
    >>> phone("0731-8888 1234").number
    '073188881234'
    """
    found = [one for part in _SPLIT.split(half_width(text)) if (one := _one(part)) is not None]
    if not found:
        return None
    return next((one for one in found if one.is_valid), found[0])


def _one(part: str) -> Phone | None:
    bare = _FRONT.sub("", _SEPARATORS.sub("", part))
    if _MOBILE.match(bare):
        return Phone(bare, "mobile", not _is_placeholder(bare))
    if line := _LANDLINE.match(bare):
        return Phone(line[1] + line[2], "landline", not _is_placeholder(line[2]))
    digits = _NOT_DIGITS.sub("", bare)
    if _SERVICE.match(digits):
        return Phone(digits, "service", False)
    return Phone(digits, "other", False) if digits else None


def _is_placeholder(number: str) -> bool:
    """Numbers that people type to get past a form."""
    return len(set(number)) < _SAME_DIGITS or _LONG_RUN.search(number) is not None or number[-8:] in _COUNTING


def phone_alike(one: str, other: str) -> bool:
    """Whether two numbers of equal length differ by one digit, or by two neighbours that changed places."""
    if len(one) != len(other):
        return False
    at = [place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    if len(at) == 2 and at[1] == at[0] + 1:
        return one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]
    return len(at) == 1
