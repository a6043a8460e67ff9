"""The plan for people with Chinese names: members and other consumers."""

from xingke.identity.linkage.levels import edits, equal
from xingke.identity.linkage.plan import Apart, Block, Comparison, Guard, Key, Level, LinkPlan, Own
from xingke.identity.plans.conditions import (
    ADDRESS_COLUMNS,
    ADDRESS_LEVELS,
    ALMOST_SAME_PERSON,
    MASKED_SAME,
    SAME_PERSON,
    SAME_PLACE,
    phone_alone,
)
from xingke.words import both

_OTHER_NAME = f"not coalesce({SAME_PERSON} or {ALMOST_SAME_PERSON} or {MASKED_SAME}, false)"
_RELATIVES = (
    "surname_l = surname_r and not is_masked_l and not is_masked_r and given_l <> given_r and person_pinyin_l <> person_pinyin_r "
    "and damerau_levenshtein(given_l, given_r) >= least(length(given_l), length(given_r))"
)
"""Two full names of one surname whose given names have nothing in common."""

_NOTHING_ELSE = (
    f"{_OTHER_NAME} and person_l is not null and person_r is not null "
    f"and not coalesce({SAME_PLACE}, false) and coalesce(email_l <> email_r, true) and coalesce(id_number_l <> id_number_r, true)"
)

PEOPLE = LinkPlan(
    name="person",
    label=both("会员与个人", "People"),
    columns=(
        "system",
        "person",
        "surname",
        "given",
        "person_pinyin",
        "is_masked",
        "phone",
        "id_number",
        "email",
        "open_id",
        *ADDRESS_COLUMNS,
    ),
    comparisons=(
        Comparison(
            "name",
            both("姓名", "Name"),
            ("person", "surname", "given", "person_pinyin", "is_masked"),
            (
                Level(SAME_PERSON, both("相同", "same"), "person"),
                Level(MASKED_SAME, both("：姓相同、名被遮", "same surname, masked given name")),
                Level(ALMOST_SAME_PERSON, both("同音或差一字", "sounds the same, or one character differs")),
                Level("surname_l = surname_r", both("：只有姓相同", "only the surname is the same")),
            ),
        ),
        Comparison(
            "phone",
            both("电话", "Phone"),
            ("phone",),
            (equal("phone", label=both("相同", "same"), own=True), edits("phone", 1, both("差一位", "one digit off"))),
        ),
        Comparison("address", both("地址", "Address"), ADDRESS_COLUMNS, ADDRESS_LEVELS),
        Comparison(
            "email",
            both("邮箱", "E-mail"),
            ("email",),
            (equal("email", label=both("相同", "same"), own=True), edits("email", 1, both("差一个字符", "one character off"))),
        ),
    ),
    blocks=(
        Block(("phone",)),
        Block(("person", "place")),
        Block(("place", "town_stem")),
        Block(("place", "surname")),
        Block(("person", "area"), limit=100),
        Block(("email",)),
        Block(("id_number",)),
        Block(("open_id",)),
    ),
    training=(("phone",), ("person", "area"), ("place", "town_stem")),
    sure=(Block(("phone", "person")), Block(("person", "place"))),
    keys=(
        Key("id_number", both("证件号相同", "same identity number"), ("id_number",), _OTHER_NAME),
        Key("open_id", both("平台编号相同", "same platform id"), ("open_id",), _OTHER_NAME),
    ),
    own=tuple(Own(column, "person_pinyin") for column in ("phone", "email", "id_number", "open_id")),
    match=0.95,
    review_from=0.3,
    guard=Guard(
        largest=40,
        lowest_mean_evidence=0.0,
        apart=(
            Apart("relatives", both("同姓不同名，像一家人", "one surname, two given names: relatives"), _RELATIVES),
            phone_alone(_NOTHING_ELSE),
        ),
    ),
)
"""People."""
