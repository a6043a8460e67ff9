"""How well the values of a column fit what a canonical column holds, and what they say by themselves."""

import re
import unicodedata

from xingke.schema import Column, ColumnType
from xingke.sources.mapping.naming import EXACT, by_name, normal_name
from xingke.sources.mapping.profile import Profile
from xingke.sources.mapping.synonyms import CHOICES
from xingke.words import Words, both

LEAST = 0.55
BY_CONTENT = 0.72
UNLIKE = 0.5
KEYS = (
    "source_id", "customer_key", "product_key", "order_key", "licence_no", "uscc", "id_number", "outlet_key", "touch_id", "visit_key",
)  # fmt: skip
CODED = re.compile(r"(号|编码|代码|编号|标识|账户|账号|id|no|code|key|number)$")
"""How the name of a column of numbers ends; a column of names beside it says less of who it is."""

FEW_ROWS = 20
"""From so many rows on one single value in a column of numbers says that the column names nobody."""

LOOKS: dict[str, tuple[str, str, Words]] = {
    "phone": ("mobile", "", both("手机号", "mobile numbers")),
    "licence_no": ("licence", r"证|许可|licen", both("12 位许可证号", "licence numbers of 12 digits")),
    "uscc": ("uscc", "", both("统一社会信用代码", "unified social credit codes")),
    "id_number": ("id_number", "", both("身份证号", "identity numbers")),
    "email": ("email", "", both("邮箱", "mail addresses")),
    "address": ("address", r"址|地|路|addr|street", both("地址", "addresses")),
    "owner_name": ("person", r"人$|姓名|主$|老板|法人|contact|owner", both("人名", "names of persons")),
    "name": ("firm", r"名|称|店|户|商|客|单位|name|shop|store|customer|client", both("店名", "names of shops")),
}
"""By canonical column the kind of values, what the header has to hold so that they count, and the words for them."""

FACT_DAYS = ("ordered_on", "visited_on", "counted_on", "touched_on")


def score(column: Column, table: str, profile: Profile) -> tuple[float, Words]:
    """How sure it is that this column of the file is that canonical one, 0..1, and why."""
    named, word = by_name(column, table, profile.name)
    fits, kind = fit(column, table, profile)
    if not profile.filled and named < EXACT:
        return 0.0, both("", "")
    if named >= EXACT:
        if fits < 0.2 and profile.filled:
            return UNLIKE, both(f"列名是「{word}」，但内容不像", f"called '{word}', but its values do not look like it")
        exact = named - 0.05 + 0.04 * fits - (0.03 if column.name in KEYS and not CODED.search(normal_name(profile.name)) else 0.0)
        return exact * _telling(column, profile), both(f"列名「{word}」", f"called '{word}'")
    if kind and fits >= 0.8 and named < LEAST:
        return BY_CONTENT, both(f"内容像{kind['zh']}", f"values look like {kind['en']}")
    worth = named * (0.75 + 0.25 * fits) if fits >= 0.2 else named * 0.5
    return worth * _telling(column, profile), both(f"列名接近「{word}」", f"named much like '{word}'")


def _telling(column: Column, profile: Profile) -> float:
    """A number that is the same in every row names the sender, not the customer or order."""
    is_one = profile.different == 1 and profile.filled * len(profile.cells) >= FEW_ROWS
    return 0.6 if is_one and column.name in ("source_id", "customer_key", "order_key") else 1.0


def fit(column: Column, table: str, profile: Profile) -> tuple[float, Words | None]:
    """How well the values fit, 0..1, and what they alone say where that is enough to tell."""
    if column.name in LOOKS and (column.name, table) != ("name", "product"):
        return _looks(column, profile)
    if column.type is ColumnType.DAY or column.type is ColumnType.INSTANT:
        share = profile.share("day")
        if column.type is ColumnType.INSTANT and not profile.share("clock"):
            share *= 0.7
        is_telling = column.name in FACT_DAYS and not profile.share("number") > 0.8
        return share, both("日期", "days") if is_telling else None
    if column.type in (ColumnType.MONEY, ColumnType.NUMBER):
        return profile.share("number") * (0.3 if profile.share("mobile") > 0.5 else 1.0), None
    if column.type is ColumnType.INTEGER:
        return max(profile.share("integer"), profile.share("number") * 0.8, 0.9 if profile.units else 0.0), None
    if column.choices:
        values = {*CHOICES.get(column.name, {}), *column.choices}
        return (sum(sample.casefold() in values for sample in profile.samples) / len(profile.samples) if profile.samples else 0.0), None
    if column.name == "product_name" or (column.name, table) == ("name", "product"):
        return 0.1 if profile.share("fraction") > 0.5 else 0.7, None
    if column.name in KEYS:
        is_time = profile.share("day") > 0.9 and not profile.share("integer")
        is_amount = profile.share("fraction") > 0.5 and not profile.share("damaged")
        return (0.1 if is_amount else 0.2 if is_time else 0.8), None
    return 0.7, None


def _looks(column: Column, profile: Profile) -> tuple[float, Words | None]:
    kind, hint, words = LOOKS[column.name]
    share = profile.share(kind)
    header = normal_name(unicodedata.normalize("NFKC", profile.name))
    says = words if share > 0.8 and (not hint or re.search(hint, header)) else None
    if column.name in ("name", "owner_name"):
        unlike = profile.share("number") > 0.5 or profile.share("day") > 0.5
        return max(share, 0.0 if unlike else 0.6), says if profile.distinct > 0.1 else None
    return (max(share, 0.4) if column.name in ("phone", "licence_no") else max(share, 0.3)), says
