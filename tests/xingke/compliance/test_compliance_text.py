import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.compliance import Phrases
from xingke.compliance.text import clauses

WORDS = Phrases(["最佳", "优惠券", "best", "coupon*", "no 1"], unless=["最佳赏味期", "best before"])


@pytest.mark.parametrize(
    "text",
    [
        "最佳",
        "最 佳",
        "最.佳",
        "最*佳",
        "最\u200b佳",
        "優惠劵",
        "ｂｅｓｔ",
        "B-E-S-T",
        "b e s t",
        "be.st",
        "b3st",
        "bést",
        "Ьest best",
        "bеst",
        "Coupons!",
        "No. 1",
    ],
)
def test_a_disguised_word_is_still_read(text):
    assert WORDS.found_in(f"这是 {text} 的") is not None


@pytest.mark.parametrize("text", ["最近的佳节", "bestow", "asbestos", "最佳赏味期 30 天", "best before June", "12 months", "", "  "])
def test_a_word_inside_another_is_left_alone(text):
    assert WORDS.found_in(text) is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert WORDS.found_in(text) is None or isinstance(WORDS.found_in(text), str)
    assert all(part.strip() for part in clauses(text))


@given(st.text("甲乙 ab", max_size=10), st.sampled_from([" ", ".", "-", "\u200b", "*", "　"]), st.text("丙丁 cd", max_size=10))
def test_marks_between_the_characters_do_not_hide_a_word(left, mark, right):
    assert WORDS.found_in(f"{left}优{mark}惠{mark}券{right}") == "优惠券"


def test_sentences_end_at_their_marks():
    assert clauses("一。二！Three. Four; 5.5%\n六") == ("一", "二", "Three", " Four", " 5.5%", "六")
