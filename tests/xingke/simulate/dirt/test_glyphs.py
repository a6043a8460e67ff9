import unicodedata

import numpy as np

from xingke.simulate.dirt.glyphs import TRADITIONAL, TWINS, full_width, half_traditional, with_twin, with_wrong_digit
from xingke.simulate.names.shops import CHAINS, CORES, SUFFIXES
from xingke.simulate.names.text import texts

UNIFORM = np.linspace(0, 0.999, 60)


def test_a_typo_changes_one_character_to_its_twin() -> None:
    before = texts(["鑫源烟酒店"] * 60)
    changes = [
        [(a, b) for a, b in zip(old, new, strict=True) if a != b] for old, new in zip(before, with_twin(before, UNIFORM), strict=True)
    ]
    assert all(len(change) == 1 and TWINS[change[0][0]] == change[0][1] for change in changes)
    assert len({change[0] for change in changes}) == 5


def test_a_text_without_twins_stays() -> None:
    assert with_twin(texts(["ABC", ""]), np.array([0.3, 0.3])).tolist() == ["ABC", ""]


def test_every_name_of_a_shop_can_be_mistyped() -> None:
    suffixes = sorted({suffix for words in SUFFIXES.values() for suffix in words})
    names = texts([core + suffix for core in (*CORES, *CHAINS) for suffix in suffixes])
    same = with_twin(names, np.full(names.size, 0.5)) == names
    assert not same.any()


def test_a_wrong_digit_is_one_other_digit() -> None:
    before = texts(["990102100077"] * 60)
    after = with_wrong_digit(before, UNIFORM, UNIFORM[::-1])
    assert {sum(a != b for a, b in zip(old, new, strict=True)) for old, new in zip(before, after, strict=True)} == {1}
    assert all(text.isascii() and text.isdigit() for text in after)


def test_full_width_digits_read_back_as_they_were() -> None:
    wide = full_width(texts(["朗水县人民路128号", "14212345678", ""]))
    assert wide.tolist() == ["朗水县人民路１２８号", "１４２１２３４５６７８", ""]
    assert [unicodedata.normalize("NFKC", text) for text in wide] == ["朗水县人民路128号", "14212345678", ""]


def test_some_but_not_always_all_characters_turn_traditional() -> None:
    before = texts(["东门桥烟酒店"] * 60)
    after = half_traditional(before, UNIFORM)
    turned = [sum(a != b for a, b in zip(old, new, strict=True)) for old, new in zip(before, after, strict=True)]
    assert min(turned) >= 1
    assert len(set(turned)) > 2
    back = str.maketrans({form: simple for simple, form in TRADITIONAL.items()})
    assert {text.translate(back) for text in after} == {"东门桥烟酒店"}


def test_nothing_becomes_nothing() -> None:
    none, uniform = texts([]), np.array([])
    assert with_wrong_digit(none, uniform, uniform).tolist() == full_width(none).tolist() == with_twin(none, uniform).tolist() == []
