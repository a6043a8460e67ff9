"""Every pack loads alone and beside the others, speaks both languages and declares conditions that can be read."""

import pytest

from xingke.errors import UnknownName
from xingke.expr import attributes_used, from_json, segments_used, to_json
from xingke.extensions import pack, packs
from xingke.schema import TABLES
from xingke.tags import general_tags
from xingke.tiers import TIER_TAGS
from xingke.words import is_complete

NAMES = ("wholesale", "tobacco", "retail")


@pytest.fixture(params=NAMES)
def found(request):
    return pack(request.param)


def test_all_built_in_packs_are_installed():
    assert {found.name for found in packs()} == set(NAMES)


def test_pack_names_its_customers_price_classes_and_strategies(found):
    for word in ("customer", "customers", "order", "product", "amount", "price_class", "org_unit", "campaign"):
        assert is_complete(found.word(word))
    assert sorted(found.price_classes) == [1, 2, 3, 4, 5]
    tiers = {f"value_tier.{tier}" for tier in ("value", "potential", "base")}
    levels = {f"rfm_level.{level}" for level in ("new", "churn_warning", "dormant", "high_value", "potential", "ordinary")}
    assert set(found.strategies) == tiers | levels


def test_conditions_of_segments_read_back_and_use_known_attributes(found):
    known = {tag.name for tag in general_tags()} | set(TABLES["customer"].column_names) | {"value_tier", "rfm_level"}
    known |= {getattr(tag, "name", str(tag)) for tag in TIER_TAGS} | {getattr(tag, "name", "") for tag in found.tags}
    assert found.segments
    for segment in found.segments:
        tree = from_json(segment.condition)
        assert to_json(tree) == segment.condition
        assert set(attributes_used(tree)) <= known, segment.key
        assert not segments_used(tree)


def test_tobacco_stands_on_wholesale():
    tobacco, wholesale = pack("tobacco"), pack("wholesale")
    assert tobacco.word("customer") == {"zh": "零售户", "en": "Retailer"}
    assert wholesale.word("customer")["zh"] == "网点"
    assert {segment.key for segment in wholesale.segments} < {segment.key for segment in tobacco.segments}
    assert {rule.id for rule in wholesale.rules} < {rule.id for rule in tobacco.rules}
    assert tobacco.grades == (1, 30)
    assert [tobacco.price_classes[place]["zh"] for place in range(1, 6)] == ["一类", "二类", "三类", "四类", "五类"]


def test_unknown_word_suggests_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'customer'"):
        pack("retail").word("custmer")


def test_a_word_means_one_format_and_every_synonym_has_its_format(found):
    from xingke.identity.golden.labels import plain

    meant = [(plain(word), code) for code, words in found.format_words.items() for word in {plain(word) for word in (code, *words)}]
    assert len({word for word, _ in meant}) == len(set(meant))
    assert set(found.format_synonyms) <= set(found.formats)


def test_synonyms_are_inherited():
    words = pack("tobacco").format_words
    assert "小卖部" in words["grocery"]
    assert "烟酒店" in words["tobacco_shop"]
