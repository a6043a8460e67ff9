"""Which column is the amount of a line. Files have many columns of money; taking the wrong one is worse than asking."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.mapping.naming import EXACT, by_name, normal_name
from xingke.sources.mapping.profile import Profile
from xingke.sources.mapping.synonyms import VETOES
from xingke.words import Words, both

RANKS = (
    r"实付|实际支付|实际付款|用户支付|顾客支付|买家支付|用户付款|消费金额|消费额|成交金额|成交额|价税合计|含税金额|付款金额|支付金额|实际收费|netamount|paid|netsales",
    r"实收|收款金额|收款额|收费金额|缴费金额|实缴|收入金额",
    r"金额|总额|总价|小计|销售额|营业额|货款|流水|交易额|订单额|费用|amount|total|sales|revenue|price合计",
    r"应付|应收|应结|应缴|合计|payable|due",
)
"""Words for what a customer pays, the surest first."""

LEAST_ORDERS = 5
CENT = Decimal("0.011")


@dataclass(frozen=True, slots=True)
class Amount:
    """The column chosen as the amount, and what else it could be.

    Parameters
    ----------
    rivals
        Headers of columns whose words are as good and whose values are not the same.
    repeats
        The column holds the amount of a whole order on each of its lines.
    """

    header: str
    confidence: float
    reason: Words
    rivals: tuple[str, ...] = ()
    repeats: bool = False


def amount_of(profiles: Mapping[str, Profile], *, quantity: str = "", price: str = "", order: str = "") -> Amount | None:
    """The amount of a line among the columns of a sheet; the other parameters are headers where they are known."""
    column = INTAKE_TABLES["order_line"].column("amount_yuan")
    ranked: list[tuple[int, int, str]] = []
    for place, (name, profile) in enumerate(profiles.items()):
        rank = _rank(name, by_name(column, "order_line", name)[0])
        if rank is not None and profile.share("number") >= 0.8 and not profile.share("mobile") > 0.5 and name not in (quantity, price):
            ranked.append((rank, place, name))
    if not ranked:
        return None
    lines = {name: _is_product(profiles, name, quantity, price) for _, _, name in ranked}
    repeated = {name for _, _, name in ranked if not lines[name] and repeats_in(profiles, name, order, quantity)}
    ranked.sort(key=lambda one: (one[2] in repeated, one[0] - (0.5 if lines[one[2]] else 0.0), one[1]))
    best, _, chosen = ranked[0]
    rivals = tuple(
        name
        for other, _, name in ranked[1:]
        if other == best and name not in repeated and not lines[chosen] and _differ(profiles[chosen], profiles[name])
    )
    word = normal_name(chosen.rpartition("/")[2])
    return Amount(
        chosen,
        0.6 if rivals or chosen in repeated else 0.97 if best <= 2 else 0.8,
        both(f"列名「{word}」", f"called '{word}'"),
        rivals,
        chosen in repeated,
    )


def repeats_in(profiles: Mapping[str, Profile], name: str, order: str, quantity: str) -> bool:
    """Whether a value stands once for each order, on every line of it: the same within each order, whatever its lines are."""
    if not order or order not in profiles:
        return False
    values, keys = profiles[name].cells, profiles[order].cells
    counts = profiles[quantity].cells if quantity in profiles else ()
    found: dict[str, set[str]] = defaultdict(set)
    differing: dict[str, set[str]] = defaultdict(set)
    rows: dict[str, int] = defaultdict(int)
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        found[key].add(value)
        rows[key] += 1
        if counts:
            differing[key].add(counts[place])
    several = [key for key, number in rows.items() if key and number > 1]
    if len(several) < LEAST_ORDERS or any(len(found[key]) > 1 for key in several):
        return False
    return len({next(iter(found[key])) for key in several}) > 1


def _rank(header: str, named: float) -> int | None:
    last = normal_name(header.rpartition("/")[2])
    group = normal_name(header.rpartition("/")[0])
    if named < EXACT and re.search(VETOES["amount_yuan"], last):
        return None
    for rank in (0, 1, 3, 2):  # what is owed is named by its first word, whatever stands behind it
        if re.search(RANKS[rank], last):
            return rank
    return 2 if re.search(RANKS[2], group) and not re.search("量|数", last) else 3 if named >= EXACT else None


def _is_product(profiles: Mapping[str, Profile], name: str, quantity: str, price: str) -> bool:
    """Whether quantity times price is the amount, nearly always."""
    if not quantity or not price or quantity not in profiles or price not in profiles:
        return False
    known = [
        (q, p, a)
        for q, p, a in zip(profiles[quantity].numbers(), profiles[price].numbers(), profiles[name].numbers(), strict=True)
        if q is not None and p is not None and a is not None
    ]
    good = sum(abs(q * p - a) <= CENT * (1 + abs(q)) for q, p, a in known)
    return len(known) >= 1 and good >= 0.9 * len(known)


def _differ(one: Profile, other: Profile) -> bool:
    return abs(_sum(one.numbers()) - _sum(other.numbers())) > CENT


def _sum(values: Sequence[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))
