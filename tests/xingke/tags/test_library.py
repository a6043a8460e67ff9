"""A library of tags refuses what cannot be computed, by name, and its steps mean the same on every engine."""

from dataclasses import replace
from typing import Any

import pytest

from tests.facts import AS_OF
from xingke.engine import Step, bind
from xingke.errors import UnknownName
from xingke.expr import portable_problems
from xingke.tags import BadTag, Family, Grain, TagLibrary, general_tags
from xingke.words import both

LIBRARY = TagLibrary(general_tags())
UNIQUE_WITHIN_THEIR_ROWS = ("category_code", "brand_code")  # one row a customer and code


def test_general_library_has_at_least_eighty_tags_in_nine_families() -> None:
    assert len(LIBRARY) >= 80
    assert {tag.family for tag in LIBRARY.tags} == set(Family)


@pytest.mark.parametrize("step", LIBRARY.steps(), ids=lambda step: step.name)
def test_every_step_of_the_portrait_is_portable(step: Step) -> None:
    tree = bind(step, as_of=AS_OF)
    assert portable_problems(tree, unique=UNIQUE_WITHIN_THEIR_ROWS) == []


def test_tag_declared_twice_is_refused_by_name() -> None:
    with pytest.raises(BadTag, match="'amount_yuan_30d' is declared twice"):
        LIBRARY.extended([LIBRARY["amount_yuan_30d"]])


@pytest.mark.parametrize("field", ["label", "meaning"])
def test_tag_without_one_of_the_languages_is_refused(field: str) -> None:
    words: dict[str, Any] = {field: both("中文", " ")}
    tag = replace(LIBRARY["amount_yuan_30d"], name="mine", **words)
    with pytest.raises(BadTag, match=r"'mine' needs .* in Chinese and in English"):
        LIBRARY.extended([tag])


def test_tags_that_read_each_other_are_refused() -> None:
    one = replace(LIBRARY["cycle_ratio"], name="one", sql="other + 1", grain=Grain.PORTRAIT)
    with pytest.raises(BadTag, match="depends on itself"):
        LIBRARY.extended([one, replace(one, name="other", sql="one + 1")])


def test_formula_over_a_tag_that_does_not_exist_names_it() -> None:
    with pytest.raises(BadTag, match="amount_yuan_31d"):
        LIBRARY.extended([replace(LIBRARY["cycle_ratio"], name="mine", sql="amount_yuan_31d * 2")])


def test_unknown_tag_is_answered_with_the_closest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'days_since_last_order'") as caught:
        LIBRARY["days_since_last_orders"]
    assert "您是否要找" in caught.value.text("zh")


def test_part_of_a_library_brings_what_its_formulas_read() -> None:
    part = LIBRARY.only(["missed_cycles"])
    assert [tag.name for tag in part.tags] == ["gap_days_median", "days_since_last_order", "cycle_ratio", "missed_cycles"]
    assert "customer_product" not in {step.name for step in part.steps()}


def test_fingerprint_follows_the_definitions_and_not_the_words() -> None:
    first = LIBRARY.tags[0]
    reworded = TagLibrary((replace(first, label=both("别名", "Alias")), *LIBRARY.tags[1:]))
    redefined = TagLibrary((replace(first, sql=first.sql + " + 0"), *LIBRARY.tags[1:]))
    assert reworded.fingerprint == LIBRARY.fingerprint != redefined.fingerprint
