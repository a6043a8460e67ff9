"""How names sound: toneless pinyin and initials, by a table of characters that is built once."""

from functools import cache

_SURNAMES = {
    "单": "shan", "曾": "zeng", "覃": "qin", "任": "ren", "区": "ou", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge", "朴": "piao",
    "繁": "po", "华": "hua", "员": "yun", "乐": "yue", "召": "shao", "宓": "fu", "冼": "xian", "么": "yao", "缪": "miao", "折": "she",
}  # fmt: skip
"""Surnames read otherwise than the character usually is."""
_USUAL = {
    "行": "hang",
    "长": "chang",
    "重": "chong",
    "都": "du",
    "大": "da",
    "乐": "le",
    "盛": "sheng",
    "万": "wan",
    "朝": "chao",
    "宿": "su",
}
"""Readings in names of shops, where the dictionary puts another one first."""
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def _table() -> dict[str, str]:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    usual: dict[str, str] = {}
    for point, readings in PINYIN_DICT.items():
        usual[chr(point)] = to_normal(readings.split(",")[0]).replace("ü", "v")
    return usual | _USUAL


def syllables(text: str, *, is_person: bool = False) -> tuple[str, ...]:
    """Toneless syllables, one a character; what is not Chinese stays as it is.

    Parameters
    ----------
    is_person
        Read the first character as a surname.

    >>> syllables("鑫源"), syllables("单伟", is_person=True)
    (('xin', 'yuan'), ('shan', 'wei'))
    """
    table = _table()
    found = [table.get(mark, mark) for mark in text]
    if is_person and text and text[0] in _SURNAMES:
        found[0] = _SURNAMES[text[0]]
    return tuple(found)


def pinyin(text: str, *, is_person: bool = False) -> str:
    """The syllables in one word."""
    return "".join(syllables(text, is_person=is_person))


def initials(text: str, *, is_person: bool = False) -> str:
    """The first letter of every syllable.

    >>> initials("鑫源")
    'xy'
    """
    return "".join(part[:1] for part in syllables(text, is_person=is_person))


def sound(text: str, *, is_person: bool = False) -> str:
    """Pinyin in which pairs that many speakers do not tell apart are one: zh z, ch c, sh s, final ng n.

    >>> sound("宏盛") == sound("洪胜"), sound("金星") == sound("今新")
    (True, True)
    """
    return "".join(map(_alike, syllables(text, is_person=is_person)))


@cache
def _alike(syllable: str) -> str:
    for one, other in _ALIKE:
        if syllable.startswith(one):
            syllable = other + syllable[len(one) :]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable
