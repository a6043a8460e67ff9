"""The plan for outlets: a shop, where it is, who runs it and under which licence.

Owner and phone are one comparison: an owner's several outlets share both, so that the two together say no more than one of them. Owner is
not outlet: without the shop's name, place or licence nothing is joined.
"""

from xingke.identity.linkage.levels import edits, equal
from xingke.identity.linkage.plan import Apart, Block, Comparison, Guard, Key, Level, LinkPlan, Own
from xingke.identity.plans.conditions import (
    ADDRESS_COLUMNS,
    ADDRESS_LEVELS,
    ALMOST_SAME_PERSON,
    MASKED_SAME,
    ONE_PLACE_LONGER,
    SAME_PERSON,
    SAME_PHONE,
    SAME_PLACE,
    phone_alone,
)
from xingke.words import both

REGISTERS = ("ordering", "licensing")
"""Systems that hold every outlet once, because supply and licence are given by outlet."""

_SAME_BRANCH = "coalesce(branch_l = branch_r, true)"
_SAME_CORE = f"core_l = core_r and {_SAME_BRANCH}"
_ALMOST_SAME_NAME = (
    f"{_SAME_BRANCH} and ((core_sound_l = core_sound_r and coalesce(suffix_l = suffix_r, true)) "
    "or (least(length(name_l), length(name_r)) >= 4 and damerau_levenshtein(name_l, name_r) <= 1))"
)
_PART_OF_NAME = (
    f"{_SAME_BRANCH} and (starts_with(name_l, core_r) or starts_with(name_r, core_l) "
    "or ends_with(core_l, core_r) or ends_with(core_r, core_l))"
)

_NAME = Comparison(
    "name",
    both("店名", "Shop name"),
    ("name", "core", "core_sound", "suffix", "branch"),
    (
        Level("name_l = name_r", both("相同", "same"), "name", wider="core"),
        Level(_SAME_CORE, both("字号相同、业态词不同", "same core, other ending"), "core"),
        Level(_ALMOST_SAME_NAME, both("同音或差一字", "sounds the same, or one character differs")),
        Level(_PART_OF_NAME, both("一个含于另一个", "one is part of the other")),
    ),
)

_BOTH_OWNERS = "(person_l is not null and person_r is not null)"

_WHO = Comparison(
    "who",
    both("负责人与电话", "Owner and phone"),
    ("person", "surname", "person_pinyin", "is_masked", "phone"),
    (
        Level(f"{SAME_PHONE} and {SAME_PERSON}", both("都相同", "both the same"), own_of="phone"),
        Level(
            f"{SAME_PHONE} and ({ALMOST_SAME_PERSON} or {MASKED_SAME})",
            both("：电话相同、负责人相近", "same phone, owner alike"),
            own_of="phone",
        ),
        Level(SAME_PERSON, both("：负责人相同、电话不同", "same owner, other phone"), "person"),
        Level(SAME_PHONE, both("：电话相同、负责人不同", "same phone, other owner"), own_of="phone"),
        Level(f"{ALMOST_SAME_PERSON} or {MASKED_SAME}", both("：负责人相近、电话不同", "owner alike, other phone")),
        Level("damerau_levenshtein(phone_l, phone_r) <= 1", both("：电话差一位", "phone with one digit off")),
        Level("surname_l = surname_r", both("：只有姓相同", "only the surname is the same")),
    ),
    missing=f"not {_BOTH_OWNERS}",
)

_PHONE = Comparison(
    "phone",
    both("电话（缺负责人）", "Phone, where an owner is missing"),
    ("phone", "person"),
    (equal("phone", label=both("相同", "same"), own=True), edits("phone", 1, both("差一位", "one digit off"))),
    missing=f"phone_l is null or phone_r is null or {_BOTH_OWNERS}",
)
"""Apart from the owner's levels: how often phones agree is another thing among the records of systems that know no owner."""

_LICENCE = Comparison(
    "licence",
    both("许可证号", "Licence number"),
    ("licence", "licence_jumbled"),
    (
        Level("licence_l = licence_r", both("相同", "same")),
        Level(
            "damerau_levenshtein(licence_l, licence_r) <= 1 or licence_jumbled_l = licence_jumbled_r",
            both("差一位或换位", "one digit off or swapped"),
        ),
    ),
)

_ADDRESS = Comparison("address", both("地址", "Address"), ADDRESS_COLUMNS, ADDRESS_LEVELS)

_AREA = Comparison("area", both("县区", "County"), ("area",), (Level("area_l = area_r", both("相同", "same")),))

_LICENCE_VETO = (
    f"not coalesce({_SAME_CORE}, false) and not coalesce({SAME_PERSON}, false) and not coalesce({SAME_PLACE}, false) and not {SAME_PHONE}"
)
"""A licence number alone is no proof: digits are mistyped into each other's numbers."""

_ELSEWHERE = (
    f"place_l <> place_r and not coalesce({ONE_PLACE_LONGER}, false) and coalesce(phone_l <> phone_r, true) "
    "and coalesce(person_l <> person_r, true) and coalesce(licence_l <> licence_r, true)"
)
"""Another house, and nothing that says it is the same business."""

_SAYS_LITTLE = "(person_l is null or person_r is null or place_l is null or place_r is null)"

_NOTHING_ELSE = (
    f"coalesce(licence_l <> licence_r, true) and not coalesce({_SAME_CORE}, false) "
    f"and not coalesce(({_ALMOST_SAME_NAME} or {_PART_OF_NAME}) and {_SAYS_LITTLE}, false) "
    f"and not coalesce({SAME_PERSON} or {ALMOST_SAME_PERSON} or {MASKED_SAME}, false) "
    f"and not coalesce({SAME_PLACE} or {ONE_PLACE_LONGER}, false)"
)

OUTLETS = LinkPlan(
    name="outlet",
    label=both("零售户", "Outlets"),
    columns=(
        "system",
        "name",
        "core",
        "core_sound",
        "suffix",
        "branch",
        "person",
        "surname",
        "person_pinyin",
        "is_masked",
        "phone",
        "licence",
        "licence_jumbled",
        "uscc",
        "open_id",
        *ADDRESS_COLUMNS,
    ),
    comparisons=(_NAME, _WHO, _PHONE, _LICENCE, _ADDRESS, _AREA),
    blocks=(
        Block(("licence",)),
        Block(("licence_jumbled",)),
        Block(("phone",)),
        Block(("place", "area")),
        Block(("person", "area")),
        Block(("name", "area")),
        Block(("core_sound", "road")),
        Block(("name",), limit=60),
        Block(("core", "person")),
        Block(("core", "phone")),
    ),
    training=(("licence",), ("phone",), ("place", "area"), ("name", "area")),
    sure=(Block(("licence",)), Block(("phone", "core"))),
    keys=(
        Key("uscc", both("统一社会信用代码相同", "same unified social credit code"), ("uscc", "core")),
        Key("licence", both("许可证号相同且有旁证", "same licence number, and something else agrees"), ("licence",), _LICENCE_VETO),
        Key("open_id", both("平台编号相同", "same platform id"), ("open_id", "core")),
    ),
    own=(Own("phone", "name"), Own("licence", "name"), Own("uscc", "name"), Own("open_id", "name")),
    match=0.9,
    review_from=0.3,
    guard=Guard(
        largest=40,
        lowest_mean_evidence=0.0,
        apart=(
            Apart("elsewhere", both("门牌不同，负责人、电话、许可证号也都不同", "another house, and nothing else in common"), _ELSEWHERE),
            phone_alone(_NOTHING_ELSE),
            Apart(
                "register",
                both("登记系统中各有一户", "two entries of a register that holds every outlet once"),
                "system_l = system_r and system_l in ('" + "', '".join(REGISTERS) + "')",
            ),
        ),
    ),
)
"""Outlets."""
