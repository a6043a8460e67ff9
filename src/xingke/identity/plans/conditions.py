"""Conditions over two records that several comparisons share; `_l` and `_r` are the two sides."""

from xingke.identity.linkage.plan import Apart, Level
from xingke.words import both

SAME_PHONE = "coalesce(phone_l = phone_r, false)"

SAME_TOWN = "coalesce(town_stem_l = town_stem_r, true) and coalesce(area_l = area_r, true)"
"""Nothing says that the two lie in different towns."""

SAME_PLACE = f"place_l = place_r and {SAME_TOWN}"

ONE_PLACE_LONGER = (
    "number_l = number_r and coalesce(annex_l, '') = coalesce(annex_r, '') "
    "and coalesce(village_group_l, '') = coalesce(village_group_r, '') "
    "and (ends_with(road_l, road_r) or ends_with(road_r, road_l)) and coalesce(area_l = area_r, true)"
)
"""The same number of a road that one side writes with something in front, such as a town without its kind."""

SAME_ROAD = f"road_l = road_r and coalesce(village_group_l, '') = coalesce(village_group_r, '') and {SAME_TOWN}"

ADDRESS_COLUMNS = ("road", "place", "number", "annex", "village_group", "town_stem", "area")

ADDRESS_LEVELS = (
    Level(SAME_PLACE, both("相同", "same road and number"), "place"),
    Level(ONE_PLACE_LONGER, both("门牌相同、写法不同", "same number, written differently")),
    Level(f"{SAME_ROAD} and (number_l is null or number_r is null)", both("同路、缺门牌", "same road, a number is missing")),
    Level(SAME_ROAD, both("同路、门牌不同", "same road, other number")),
)

SAME_PERSON = "person_l = person_r and not is_masked_l and not is_masked_r"

ALMOST_SAME_PERSON = (
    "not is_masked_l and not is_masked_r and (person_pinyin_l = person_pinyin_r "
    "or (least(length(person_l), length(person_r)) >= 3 and damerau_levenshtein(person_l, person_r) <= 1))"
)
"""Names that sound the same, or that differ by one character of three."""

MASKED_SAME = "surname_l = surname_r and (is_masked_l or is_masked_r) and length(person_l) = length(person_r)"
"""One name is masked and hides nothing that contradicts the other."""


def phone_alone(nothing_else: str) -> Apart:
    """Two numbers of one system with a phone in common, and nothing as good: relatives, or a clerk who had to type something."""
    words = both("同一系统的两个编号，只有电话相同", "two numbers of one system with only a phone in common")
    return Apart("phone_alone", words, f"system_l = system_r and {SAME_PHONE} and {nothing_else}")
