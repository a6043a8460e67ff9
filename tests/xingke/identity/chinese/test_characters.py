"""Characters brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.identity.chinese import folded
from xingke.identity.chinese.characters import chinese_number, folded_all

CASES = [
    ("鑫源煙酒店", "鑫源烟酒店"), ("萬家樂", "万家乐"), ("菸酒", "烟酒"), ("１２３４", "1234"), ("（甲）", "(甲)"), ("a b　c", "abc"),
    ("歺馆", "餐馆"), ("富邨", "富村"), ("髙峰", "高峰"), ("堃", "坤"), ("喆", "哲"), ("A—B", "a-b"), ("滙源", "汇源"), ("號", "号"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain"), CASES)
def test_a_text_is_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.lists(st.text(), max_size=20))
def test_folding_twice_changes_nothing_and_many_are_as_one(texts: list[str]) -> None:
    once = folded_all(texts)
    assert once == [folded(text) for text in texts]
    assert len(once) == len(texts)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("十", "10"), ("十二", "12"), ("二十", "20"), ("一百零三", "103"), ("三五", "35"), ("12", "12"), ("老", "老"), ("", "")],
)
def test_numerals_are_read(text: str, digits: str) -> None:
    assert chinese_number(text) == digits
