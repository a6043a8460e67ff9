"""Names of people."""

import re
from typing import NamedTuple

from xingke.identity.chinese.pinyin import pinyin

_COMPOUND = frozenset((
    "欧阳", "太史", "上官", "端木", "司马", "东方", "独孤", "南宫", "夏侯", "诸葛", "尉迟", "皇甫", "公孙", "慕容", "长孙", "宇文",
    "司徒", "司空", "令狐", "申屠", "轩辕", "东郭", "南门", "呼延", "百里", "钟离", "淳于", "单于", "澹台", "公冶", "宗政", "濮阳",
    "太叔", "仲孙", "万俟", "闻人", "赫连", "拓跋", "西门", "鲜于", "闾丘", "司寇", "亓官", "段干", "第五", "梁丘", "左丘", "羊舌",
    "微生", "公西", "谷梁",
))  # fmt: skip
_TITLES = re.compile(r"(?:先生|女士|小姐|老板娘|老板|经理|店长|同志|师傅|阿姨|大姐|大哥|负责人)$")
_NOTES = re.compile(r"\([^)]*\)|[,，;；/、].*$")
_FRONT = re.compile(r"^(?:店主|业主|负责人|经营者|联系人|法人|法定代表人|姓名)[:：]?")
_MASK = re.compile(r"[*＊×·某]+|(?<=[\u4e00-\u9fff])[xo]{1,2}$")
_CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")


class Person(NamedTuple):
    """A person's name as it is compared.

    Parameters
    ----------
    name
        Without titles and notes; masked places are `*`.
    is_masked
        Whether part of the name is hidden, as in 王*.
    """

    name: str
    surname: str
    given: str
    pinyin: str
    is_masked: bool


def person(folded: str) -> Person | None:
    """The parts of a name that is already folded; None where nothing is left of it.

    >>> person("王*")
    Person(name='王*', surname='王', given='', pinyin='wang', is_masked=True)
    >>> person("欧阳明先生").surname
    '欧阳'
    """
    bare = _TITLES.sub("", _FRONT.sub("", _NOTES.sub("", folded)))
    if _MASK.search(bare):
        masked = _MASK.sub(lambda found: "*" * len(found[0]), bare)
        front = masked.split("*", 1)[0]
        surname = front[:2] if front[:2] in _COMPOUND else front[:1]
        return Person(masked, surname, "", pinyin(surname, is_person=True), is_masked=True) if surname else None
    if not _CHINESE.match(bare):
        return Person(bare, "", bare, re.sub(r"[^a-z]", "", bare), is_masked=False) if bare.strip("-.,") else None
    surname = bare[:2] if bare[:2] in _COMPOUND and len(bare) > len(bare[:2]) else bare[:1]
    return Person(bare, surname, bare[len(surname) :], pinyin(bare, is_person=True), is_masked=False)
