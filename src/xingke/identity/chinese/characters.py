"""Characters brought to one form: half width, simplified, without variants, spaces and marks that carry nothing."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

_VARIANTS = str.maketrans(
    {
        "菸": "烟", "喆": "哲", "堃": "坤", "囍": "喜", "髙": "高", "邨": "村", "劵": "券", "歺": "餐", "氿": "酒", "仃": "停", "辺": "边",
        "淼": "淼", "甡": "生", "犇": "奔", "甦": "苏", "昇": "升", "陞": "升", "晉": "晋", "麽": "么", "鉅": "巨", "閤": "合", "崐": "昆",
        "崑": "昆", "滙": "汇", "彙": "汇", "鑪": "炉", "甯": "宁", "寕": "宁", "寗": "宁", "勝": "胜", "產": "产", "郷": "乡", "闗": "关",
        "豊": "丰", "冨": "富", "舗": "铺", "舖": "铺", "裏": "里", "裡": "里", "〇": "0", "○": "0", "號": "号", "亍": "街", "伩": "信",
    }
)  # fmt: skip
"""Variant and second-round forms that the dictionary of traditional characters does not bring to the usual one."""

_NOTHING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－~～", "-"))
_BATCH = 20_000


@cache
def _converter() -> Any:
    """The dictionary from traditional to simplified; typed `Any` because the library has no stubs."""
    from opencc import OpenCC

    return OpenCC("t2s")


def half_width(text: str) -> str:
    """Full-width digits, letters and brackets as half-width ones, one kind of dash, no spaces."""
    if text.isascii():
        return "".join(text.split())
    return _NOTHING.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES)


def folded(text: str) -> str:
    """The text in the form in which texts are compared.

    >>> folded("鑫源煙酒店（ ２號店 ）")
    '鑫源烟酒店(2号店)'
    """
    return folded_all([text])[0]


def folded_all(texts: Sequence[str]) -> list[str]:
    """`folded` for many texts at once: the dictionary is asked once for twenty thousand of them."""
    narrow = [half_width(text) for text in texts]
    result: list[str] = []
    for start in range(0, len(narrow), _BATCH):
        batch = narrow[start : start + _BATCH]
        simple = _converter().convert("\n".join(batch))
        result.extend(simple.translate(_VARIANTS).lower().split("\n"))
    return result


def chinese_number(text: str) -> str:
    """Chinese numerals up to 999 as digits; anything else as it is.

    >>> chinese_number("十二"), chinese_number("二百零三"), chinese_number("老")
    ('12', '203', '老')
    """
    if not text or any(mark not in _NUMERALS for mark in text):
        return text
    if not any(mark in "十百" for mark in text):
        return "".join(str(_NUMERALS[mark]) for mark in text)
    total, digit = 0, 0
    for mark in text:
        value = _NUMERALS[mark]
        if value >= _TEN:
            total, digit = total + (digit or 1) * value, 0
        else:
            digit = value
    return str(total + digit)


_TEN = 10
_NUMERALS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "百": 100}
