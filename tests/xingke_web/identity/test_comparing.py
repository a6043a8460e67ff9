"""Texts side by side, and why two records may be one, in words."""

from hypothesis import given
from hypothesis import strategies as st

from tests.xingke_web.identity.conftest import parts
from xingke_web.identity.comparing import compared, masked
from xingke_web.identity.waterfall import bars_of, strongest


def marked(pieces):
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


def test_the_characters_that_differ_are_marked():
    found = compared("人民路12号", "人民路15号")
    assert (marked(found.left), marked(found.right), found.verdict) == ("人民路1[2]号", "人民路1[5]号", "close")


def test_a_value_that_only_one_side_has_is_shown_unmarked():
    found = compared("", "人民路12号")
    assert (found.left, marked(found.right), found.verdict) == ((), "人民路12号", "one")


def test_a_masked_value_still_shows_where_it_differs():
    one, other = "13900001234", "13900001294"
    found = compared(one, other, left_shown=masked("phone", one), right_shown=masked("phone", other))
    assert (marked(found.left), marked(found.right)) == ("139****12[3]4", "139****12[9]4")


def test_masks_leave_enough_to_recognise_and_too_little_to_use():
    assert masked("owner_name", "王小华") == "王*华"
    assert masked("owner_name", "王华") == "王*"
    assert masked("address", "东湖区人民路12号3室") == "东湖区人民路*****"
    assert masked("email", "wang@example.cn") == "w***@example.cn"
    assert masked("licence_no", "990100000004") == "9901****0004"
    assert masked("phone", "12345") == "*****"


@given(st.text(), st.text())
def test_the_pieces_of_both_sides_put_together_are_the_texts(one, other):
    found = compared(one, other)
    assert ("".join(piece.text for piece in found.left), "".join(piece.text for piece in found.right)) == (one, other)


@given(st.sampled_from(["phone", "owner_name", "address", "email", "id_number", "other"]), st.text())
def test_a_mask_is_as_long_as_its_value(field, text):
    assert len(masked(field, text)) == len(text)


def test_weights_are_told_in_words_with_the_strongest_first_and_the_start_last():
    said = [(bar.text, bar.shown) for bar in bars_of(parts(2.0), "zh")]
    assert said == [("电话相同", "+15.1"), ("地址门牌不同", "−2.1"), ("起点：任意两条记录", "−11.0")]
    assert bars_of(parts(2.0), "en")[0].text == "Phone: same"


def test_the_strongest_reason_is_the_field_that_speaks_most_for_one_customer():
    assert (strongest(parts(2.0)), strongest([])) == ("phone", "")
