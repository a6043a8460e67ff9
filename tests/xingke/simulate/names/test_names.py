import re

import numpy as np
import pytest

from xingke.simulate.names import (
    AREA_CODES,
    COUNTIES,
    IN_PROVINCE_MAKERS,
    addresses,
    market_departments,
    people,
    phones,
    places_of,
    shops,
    skus,
    streets,
)  # fmt: skip
from xingke.simulate.names.people import OF_MEN, OF_WOMEN, SURNAMES
from xingke.simulate.names.shops import SUFFIXES
from xingke.simulate.names.text import texts
from xingke.simulate.streams import Streams

REAL_BRANDS = (
    "中华 玉溪 云烟 红塔山 黄鹤楼 芙蓉王 白沙 利群 双喜 红双喜 南京 苏烟 泰山 贵烟 黄山 黄金叶 七匹狼 金圣 真龙 娇子 钻石 长白山 兰州 "
    "好猫 天子 宽窄 荷花 红河 雄狮 大前门 中南海 牡丹 熊猫 黄果树 五叶神 椰树 石狮 国宝 王冠 帝豪 大重九 国宾 阿诗玛 将军 一品梅 哈德门"
)


def _draw(name: str = "names"):
    return Streams(7).of(name)


def test_seven_counties_have_a_slug_a_name_and_an_area_code_of_no_province() -> None:
    assert len({slug for slug, _ in COUNTIES}) == len({name for _, name in COUNTIES}) == len(set(AREA_CODES)) == 7
    assert all(re.fullmatch(r"99[0-9]{4}", code) for code in AREA_CODES)


@pytest.mark.parametrize("count", [1, 12, 30])
def test_departments_of_a_county_have_names_and_slugs_of_their_own(count: int) -> None:
    for county in range(7):
        departments = market_departments(county, count)
        assert len({slug for slug, _ in departments}) == len({name for _, name in departments}) == count
        assert all(re.fullmatch(r"[a-z]+[0-9]*", slug) and name.endswith("市场部") for slug, name in departments)


def test_people_have_a_surname_and_one_or_two_characters_that_fit_their_gender() -> None:
    is_female = np.arange(4_000) % 2 == 0
    names = people(_draw(), is_female)
    assert {len(name) for name in names} == {2, 3}
    assert {name[0] for name in names} <= set(SURNAMES)
    assert not {name[-1] for name in names[is_female]} & (set(OF_MEN) - set(OF_WOMEN))
    assert not {name[-1] for name in names[~is_female]} & (set(OF_WOMEN) - set(OF_MEN))
    assert len(set(names)) > 3_400


def test_phones_are_distinct_and_of_a_range_without_subscribers() -> None:
    numbers = phones(_draw(), 20_000)
    assert len(set(numbers)) == 20_000
    assert all(re.fullmatch(r"14[23][0-9]{8}", number) for number in numbers)


def test_an_address_names_its_county_and_a_road_or_a_village() -> None:
    county, is_rural = np.arange(2_100) % 7, np.arange(2_100) % 2 == 1
    written = addresses(_draw(), county, is_rural)
    for place, rural, address in zip(county, is_rural, written, strict=True):
        assert address.startswith(COUNTIES[place][1])
        form = r".+(镇|乡).+村[0-9]+组[0-9]+号" if rural else r".+(街道|镇|乡).+[0-9]+号"
        assert re.fullmatch(form, address)
    assert all(2 <= len(place) <= 4 for place in places_of(written))


def test_a_shop_is_called_as_its_format_is() -> None:
    formats = texts([*SUFFIXES, "unheard_of"] * 200)
    owners = people(_draw(), np.arange(formats.size) % 2 == 0)
    names = shops(_draw("shops"), owners, formats, texts(["双河口", ""] * (formats.size // 2)))
    for format_, name in zip(formats, names, strict=True):
        bare = name.removesuffix("(双河口店)")
        assert bare.endswith(SUFFIXES.get(format_, SUFFIXES["other"]))
    assert any("记" in name for name in names)
    assert any("好邻居" in name for name in names)


def test_products_have_names_of_their_own_and_no_brand_that_is_sold() -> None:
    names, brands, makers = skus(_draw(), 160)
    assert len(set(names)) == 160
    assert all(name.startswith(f"{brand}(") for name, brand in zip(names, brands, strict=True))
    assert not set(brands) & set(REAL_BRANDS.split())
    assert len({(brand, maker) for brand, maker in zip(brands, makers, strict=True)}) == len(set(brands))


def test_many_products_of_one_form_still_differ() -> None:
    names, _, _ = skus(_draw(), 400, forms=texts(["short"] * 400))
    assert len(set(names)) == 400


def test_maker_and_name_follow_the_province_and_the_form() -> None:
    at_home, forms = np.arange(60) % 3 == 0, texts(["standard", "slim", "medium", "short", "capsule"] * 12)
    names, _, makers = skus(_draw(), 60, in_province=at_home, forms=forms)
    assert [maker in IN_PROVINCE_MAKERS for maker in makers] == at_home.tolist()
    words = {"slim": "细支", "medium": "中支", "short": "短支", "capsule": "爆珠"}
    assert all(words.get(form, "(") in name for name, form in zip(names, forms, strict=True))


def test_the_same_stream_gives_the_same_names() -> None:
    is_female = np.arange(50) % 2 == 0
    assert people(_draw(), is_female).tolist() == people(_draw(), is_female).tolist()
    assert streets(_draw(), 50).tolist() == streets(_draw(), 50).tolist()
    assert [column.tolist() for column in skus(_draw(), 30)] == [column.tolist() for column in skus(_draw(), 30)]
