"""Addresses: labelled cases."""

import pytest

from xingke.identity.chinese import Address, address, folded, written
from xingke.identity.chinese.gazetteer import gazetteer

CASES = [
    ("湖南省长沙市岳麓区麓山南路12号", "湖南省|长沙市|岳麓区||麓山南路||12|"),
    ("长沙岳麓区麓山南路12号", "湖南省|长沙市|岳麓区||麓山南路||12|"),
    ("湖南浏阳市淮川街道金沙中路12号", "湖南省||浏阳市|淮川街道|金沙中路||12|"),
    ("浏阳市淮川街道办事处金沙中路12号附3号", "||浏阳市|淮川街道|金沙中路||12|3"),
    ("北京市朝阳区建国路88号", "北京市||朝阳区||建国路||88|"),
    ("內蒙古自治區呼和浩特市新城區中山東路1號", "内蒙古自治区|呼和浩特市|新城区||中山东路||1|"),
    ("广东省佛山市顺德区大良街道清晖路150号", "广东省|佛山市|顺德区|大良街道|清晖路||150|"),
    ("星湖区古柳街道人民路12号", "||星湖区|古柳街道|人民路||12|"),
    ("星湖区古柳街道人民路１２＃", "||星湖区|古柳街道|人民路||12|"),
    ("星湖区古柳街道人民路十二号", "||星湖区|古柳街道|人民路||12|"),
    ("星湖区人民路12号(学校对面)", "||星湖区||人民路||12|"),
    ("星湖区古柳街道人民路旁", "||星湖区|古柳街道|人民路|||"),
    ("朝阳坊街道新华路3号", "|||朝阳坊街道|新华路||3|"),
    ("科创街道米市巷72号", "|||科创街道|米市巷||72|"),
    ("双河口镇王家湾村3组12号", "|||双河口镇|王家湾村|3|12|"),
    ("雙河口鎮王家灣村三組十二號", "|||双河口镇|王家湾村|3|12|"),
    ("小朗乡上沟村10组195号附2号", "|||小朗乡|上沟村|10|195|2"),
    ("长沙市芙蓉区五一大道二段389号", "湖南省|长沙市|芙蓉区||五一大道二段||389|"),
    ("北京路12-3号", "||||北京路||12|3"),
    ("107国道旁", "||||107国道|||"),
    ("长塘镇长塘村人民路12号", "|||长塘镇|长塘村人民路||12|"),
]


def brief(parts: Address) -> str:
    return "|".join((parts.province, parts.city, parts.county, parts.town, parts.road, parts.group, parts.number, parts.annex))


@pytest.mark.parametrize(("text", "parts"), CASES)
def test_an_address_is_read(text: str, parts: str) -> None:
    assert brief(address(folded(text))) == parts


def test_building_and_room_are_kept_and_landmarks_are_not_mistaken_for_them() -> None:
    found = address(folded("深圳市南山区科技园路10号3栋2单元201室"))
    assert (found.road, found.number, found.building, found.landmark) == ("科技园路", "10", "3栋2单元201室", "")
    assert address(folded("人民路12号一楼门面")).building == ""


def test_a_town_without_its_kind_is_found_where_towns_are_known() -> None:
    towns = {"星湖区": frozenset({"古柳街道"})}
    assert brief(address("星湖区古柳人民路12号", towns)) == "||星湖区|古柳街道|人民路||12|"
    assert brief(address("星湖区古柳人民路12号")) == "||星湖区||古柳人民路||12|"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("星湖区古柳街道人民路12号", "古柳街道办事处人民路12#"),
        ("星湖区古柳街道人民路12号", "星城市星湖區古柳街道人民路１２號(車站旁)"),
        ("双河口镇王家湾村3组12号", "双河口镇王家湾村三组十二号"),
    ],
)
def test_two_ways_of_writing_are_one_place(one: str, other: str) -> None:
    assert address(folded(one)).place == address(folded(other)).place != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人民路12号", "人民路13号"),
        ("人民路12号", "人民路12号附1号"),
        ("王家湾村3组12号", "王家湾村4组12号"),
        ("人民路12号", "建设路12号"),
    ],
)
def test_two_shops_on_one_road_are_two_places(one: str, other: str) -> None:
    assert address(one).place != address(other).place


def test_an_address_without_a_number_is_no_place() -> None:
    assert address("人民路旁").place == ""


def test_an_address_is_written_in_the_usual_order() -> None:
    found = address(folded("湖南省长沙市岳麓区橘子洲街道办事处麓山南路12#附3号"))
    assert written(found) == "岳麓区橘子洲街道麓山南路12号附3号"
    assert written(found, from_city=True) == "湖南省长沙市岳麓区橘子洲街道麓山南路12号附3号"


def test_the_gazetteer_has_provinces_cities_and_counties() -> None:
    known = gazetteer()
    assert (known.name_of("43"), known.name_of("4301"), known.name_of("430181")) == ("湖南省", "长沙市", "浏阳市")
    assert known.is_area("430181")
    assert not known.is_area("999999")
