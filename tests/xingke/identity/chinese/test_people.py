"""Names of people: labelled cases."""

import pytest

from xingke.identity.chinese import folded, person
from xingke.identity.chinese.pinyin import initials, pinyin, sound

NAMES = [
    ("王伟", "王伟", "王", "伟", "wangwei", False),
    ("歐陽明", "欧阳明", "欧阳", "明", "ouyangming", False),
    ("欧阳", "欧阳", "欧", "阳", "ouyang", False),
    ("单雄信", "单雄信", "单", "雄信", "shanxiongxin", False),
    ("曾国", "曾国", "曾", "国", "zengguo", False),
    ("任我行", "任我行", "任", "我行", "renwohang", False),
    ("王*", "王*", "王", "", "wang", True),
    ("王**", "王**", "王", "", "wang", True),
    ("王＊", "王*", "王", "", "wang", True),
    ("王某某", "王**", "王", "", "wang", True),
    ("欧阳*", "欧阳*", "欧阳", "", "ouyang", True),
    ("李伟先生", "李伟", "李", "伟", "liwei", False),
    ("李老板", "李", "李", "", "li", False),
    ("负责人：李伟", "李伟", "李", "伟", "liwei", False),
    ("李伟(店主)", "李伟", "李", "伟", "liwei", False),
    ("李伟、张敏", "李伟", "李", "伟", "liwei", False),
    ("Wang Wei", "wangwei", "", "wangwei", "wangwei", False),
    ("張 偉", "张伟", "张", "伟", "zhangwei", False),
]


@pytest.mark.parametrize(("text", "name", "surname", "given", "spelt", "masked"), NAMES)
def test_a_name_is_read(text: str, name: str, surname: str, given: str, spelt: str, masked: bool) -> None:
    found = person(folded(text))
    assert found is not None
    assert tuple(found) == (name, surname, given, spelt, masked)


@pytest.mark.parametrize("text", ["", "**", "-", "()"])
def test_no_name_is_none(text: str) -> None:
    assert person(folded(text)) is None


@pytest.mark.parametrize(("one", "other"), [("宏盛", "洪胜"), ("金星", "今新"), ("源原", "原源"), ("富民", "福明"), ("昌盛", "仓圣")])
def test_names_that_sound_alike_are_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("宏盛", "宏达"), ("李伟", "刘伟"), ("东升", "西门")])
def test_names_that_sound_different_are_two(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_initials_and_pinyin() -> None:
    assert (initials("鑫源"), pinyin("鑫源"), pinyin("重庆")) == ("xy", "xinyuan", "chongqing")
