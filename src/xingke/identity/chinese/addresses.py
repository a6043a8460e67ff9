"""Addresses in their parts."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from xingke.identity.chinese.characters import chinese_number
from xingke.identity.chinese.gazetteer import gazetteer

_C = r"[\u4e00-\u9fff]"
_NUM = r"[0-9]+|[一二三四五六七八九十百]+"
_NOTE = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
_NAME = r"(?:(?![路街巷镇乡村道])[\u4e00-\u9fff])"
_CITY = re.compile(rf"^{_NAME}{{2,7}}?(?:市(?!场|政|民|口|中心|巷|街|路)|自治州|地区(?!{_C}*路)|盟(?!{_C}{{0,3}}路))")
_COUNTY = re.compile(rf"^{_NAME}{{1,7}}?(?:自治县|(?<![小社园校景城厂])区(?!间|政)|县(?!道|城|府|医院|政府)|旗(?!{_C}{{0,2}}[路街]))")
_TOWN = re.compile(rf"^({_C}{{2,7}}?)(街道办事处|街道办|街道|办事处|镇|乡|苏木)(?![路街巷])")
_VILLAGE = re.compile(rf"^({_C}{{2,12}}?(?:村民委员会|居民委员会|村委会|居委会|社区|村(?!路|街|巷|口)))")
_GROUP = re.compile(rf"^(?:第)?({_NUM})(?:村民小组|居民小组|小组|组|队|社)")
_ROAD = re.compile(
    rf"^((?:{_C}|[0-9]+(?=国道|省道|县道|大街|路|街|号路))*?{_C}*?(?:大道|大街|国道|省道|县道|公路|路|街|巷|弄|胡同|道|里|线))(?={_NUM}|[^\u4e00-\u9fff]|$|旁|附|与|东侧|西侧|南侧|北侧|交叉口|口|段|对面|门面|一楼)"
)
_SECTION = re.compile(rf"^(?:[东南西北中]段|第?({_NUM})段)")
_NUMBER = re.compile(rf"^(?:第)?({_NUM})(?:[-]([0-9]+))?(?:号门面|号铺|号|#|(?=$|附|[^0-9\u4e00-\u9fff栋幢单]))")
_ANNEX = re.compile(rf"^(?:附|之|-)({_NUM})(?:号|#)?")
_BUILDING = re.compile(
    r"(?:[0-9a-z一二三四五六七八九十]+(?:栋|幢|号楼|座|单元|层|楼|室|号房|房)-?)*[0-9a-z一二三四五六七八九十]+(?:栋|幢|号楼|座|单元|室|号房)"
)
_OFFICE = re.compile(r"(?:办事处|办)$")
_TOWN_KINDS = re.compile(r"(?:街道|镇|乡|苏木)$")


class Address(NamedTuple):
    """The parts of an address; an empty text where one is not written.

    Parameters
    ----------
    county
        As written, or by the list where the city is known.
    town
        Street (街道), town or township with its kind, 办事处 left out.
    road
        The road, or the village, or the road behind the village.
    group
        The group of a village (3 of 3组).
    number, annex
        House number, and the one behind 附, as digits.
    building
        Building, entrance and room (3栋2单元201室).
    landmark
        What is written behind or in brackets: 旁, (学校对面).
    """

    province: str
    city: str
    county: str
    town: str
    road: str
    group: str
    number: str
    annex: str
    building: str
    landmark: str

    @property
    def place(self) -> str:
        """Road, group and number: the same for two ways of writing one address; empty without a road or a number."""
        return "|".join((self.road, self.group, self.number, self.annex)) if self.road and self.number else ""


EMPTY = Address("", "", "", "", "", "", "", "", "", "")
Towns = Mapping[str, frozenset[str]]
"""By county: towns that are known to lie in it, with their kind."""


def address(folded: str, towns: Towns | None = None) -> Address:
    """The parts of an address that is already folded.

    Parameters
    ----------
    towns
        With them a town is also found where its kind is left out (古柳人民路12号).

    >>> address("湖南省浏阳市淮川街道办事处金沙中路12号附3号")[2:8]
    ('浏阳市', '淮川街道', '金沙中路', '', '12', '3')
    """
    notes = "".join(_NOTE.findall(folded)).strip("()[]")
    province, city, county, rest = _front(_NOTE.sub("", folded))
    town, rest = _town(rest, county, towns or {})
    road, group, rest = _road(rest)
    number = annex = ""
    if found := _NUMBER.match(rest):
        number, annex, rest = _digits(found[1]), found[2] or "", rest[found.end() :]
        if more := _ANNEX.match(rest):
            annex, rest = _digits(more[1]), rest[more.end() :]
    building = found[0] if (found := _BUILDING.search(rest)) else ""
    return Address(
        province, city, county, town, road, group, number, annex, building, (rest.replace(building, "", 1) + notes).strip("-,.#")
    )


def _front(text: str) -> tuple[str, str, str, str]:
    """Province, city and county in front, and the rest."""
    province, city, county, inside, text = _listed_front(text)
    known = gazetteer()
    listed = known.front(text, inside=inside, full=True)
    if listed and listed[0].level == "county":
        return province, city, listed[0].name, text[listed[1] :]
    if not city and (written := _CITY.match(text)):
        city, text = written[0], text[written.end() :]
    if (written := _COUNTY.match(text)) and len(text) > written.end():
        county, text = written[0], text[written.end() :]
    return province, city, county, text


def _listed_front(text: str) -> tuple[str, str, str, str, str]:
    """Province and city as the list knows them; a short name (长沙) only where its kind or a division inside it follows."""
    known, province, city, inside = gazetteer(), "", "", ""
    while (found := known.front(text, inside=inside, full=False)) and found[0].level != "county":
        one, rest = found[0], text[found[1] :]
        if text[: found[1]] != one.name:
            following = known.front(rest, inside=one.code, full=False)
            if not following and not rest.startswith(("省", "市")):
                break
            rest = rest.removeprefix("省").removeprefix("市")
        inside, text, province = one.code, rest, known.name_of(one.code[:2])
        city = one.name if one.level == "city" else city
    return province, city, "", inside, text


def _town(text: str, county: str, towns: Towns) -> tuple[str, str]:
    if found := _TOWN.match(text):
        kind = "街道" if found[2].startswith("街道") or found[2] == "办事处" else found[2]
        return found[1] + kind, text[found.end() :]
    for town in towns.get(county, ()):
        stem = _TOWN_KINDS.sub("", town)
        if text.startswith(stem) and len(text) > len(stem) + 1 and not text.startswith(stem + "路"):
            return town, text[len(stem) :]
    return "", text


def _road(text: str) -> tuple[str, str, str]:
    road = group = ""
    if found := _VILLAGE.match(text):
        road, text = re.sub(r"(?:民委员会|委会)$", "", found[1]), text[found.end() :]
        if more := _GROUP.match(text):
            group, text = _digits(more[1]), text[more.end() :]
    if found := _ROAD.match(text):
        road, text = road + found[1], text[found.end() :]
        if more := _SECTION.match(text):
            road, text = road + more[0], text[more.end() :]
    return road, group, text


def _digits(text: str) -> str:
    return chinese_number(text).lstrip("0") or "0"


def town_stem(town: str) -> str:
    """A town without its kind: 双河口 of 双河口镇."""
    return _TOWN_KINDS.sub("", _OFFICE.sub("", town))


def written(parts: Address, *, from_city: bool = False) -> str:
    """The parts as one address in the usual order; province and city only where asked for.

    >>> written(address("星湖区古柳街道办事处人民路12#"))
    '星湖区古柳街道人民路12号'
    """
    front = (parts.province, parts.city) if from_city else ()
    group = f"{parts.group}组" if parts.group else ""
    number = f"{parts.number}号" if parts.number else ""
    annex = f"附{parts.annex}号" if parts.annex else ""
    return "".join((*front, parts.county, parts.town, parts.road, group, number, annex, parts.building))
