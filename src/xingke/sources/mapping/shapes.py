"""Kinds of file known by their shape: bills with refunds, order lists with states, ledgers of groups, months as columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from xingke.sources.files import RawSheet
from xingke.sources.mapping.cleaning import MONTHS
from xingke.sources.mapping.columns import LOOKED_AT, TOTALS
from xingke.sources.mapping.model import ColumnMap, Long, TableMap, Transform
from xingke.sources.mapping.naming import normal_name
from xingke.sources.mapping.profile import SAMPLE_ROWS, Profile

REFUND = re.compile(r"^(申请)?(实际)?(退款|退货)(总)?(金额|额)(yuan)?$|^refund(ed)?(amount)?$")
STATE = re.compile(r"(状态|state|status|是否取消|是否作废|作废)$")
TYPE = re.compile(r"(类型|种类|类别|方向|收支|收/支|type|kind|业务|性质)$")
NOT_SOLD = re.compile(
    r"取消|关闭|未付|待付|未支付|待支付|作废|失败|无效|撤销|已退|退款成功|全额退|cancel|closed|notpay|unpaid|failed|revoked|void",
    re.IGNORECASE,
)
NO_SALE = re.compile(r"提现|转账|手续费|充值|服务费|分账|代扣|收费|理财|支出|结算|withdraw|transfer|fee", re.IGNORECASE)
RETURNED = re.compile(r"退款|退货|退单|冲销|红冲|return|refund", re.IGNORECASE)
PRICE = re.compile(r"^(销售|零售|批发|商品|含税|折后|成交)?(单价|售价|价格)|^(unit)?price$")
LONGEST_TOTAL = 80
"""No word for a total is longer; a pattern with gaps takes the square of the length of a text."""
MONTH = re.compile(
    r"^(?:(\d{2}|\d{4})年)?(\d{1,2})月(?:份|销售额|金额|订货额|销量|数量|订货量|实付|实收)?$|^(20\d{2})[-/.]?(0?[1-9]|1[0-2])$"
)
MONTH_NAME = re.compile(r"^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-' ]?(\d{2,4})?$")
LEAST_MONTHS = 3
GROUPED = (0.15, 0.95)
"""Share of blank cells in the columns of a ledger of groups."""


def price_of(profiles: Mapping[str, Profile]) -> str:
    """The header of the price of one unit, or nothing."""
    return next(
        (name for name, one in profiles.items() if PRICE.search(normal_name(name.rpartition("/")[2])) and one.share("number") > 0.8), ""
    )


def refund_of(profiles: Mapping[str, Profile]) -> str:
    """The header of the column of refunds that is filled somewhere, or nothing."""
    for name, one in profiles.items():
        is_refund = REFUND.search(normal_name(name.rpartition("/")[2])) and one.share("number") > 0.8
        if is_refund and (any(one.numbers()) or len(one.cells) >= SAMPLE_ROWS):
            return name
    return ""


def refunds(main: TableMap, header: str, profiles: Mapping[str, Profile]) -> TableMap:
    """The refunds of a bill as lines of their own: negative amounts, an order each."""
    order = main.column("order_key")
    key = order.source if order else (main.column("customer_key") or main.columns[0]).source
    columns = [one for one in main.columns if one.target not in ("order_key", "amount_yuan", "quantity_units", "line_no", "discount_yuan")]
    columns.append(ColumnMap("order_key", (*key, header), (Transform("concat", {"by": "-R"}), Transform("code"))))
    columns.append(ColumnMap("amount_yuan", (header,), (Transform("negative"),)))
    constants = {**main.constants, "quantity_units": "-1"}
    derived = tuple(one for one in main.derived if one.target != "order_key")
    return replace(main, columns=tuple(columns), constants=constants, derived=derived, only=header, unique=())


def not_sold(profiles: Mapping[str, Profile], *, has_refunds: bool) -> dict[str, tuple[str, ...]]:
    """By header the values that say that a row is no sale: cancelled, not paid, a fee."""
    found: dict[str, tuple[str, ...]] = {}
    for name, one in profiles.items():
        last = normal_name(name.rpartition("/")[2])
        pattern = NOT_SOLD if STATE.search(last) else NO_SALE if TYPE.search(last) else None
        if pattern is None or one.different > 30:
            continue
        values = [value for value in dict.fromkeys(one.cells) if value and pattern.search(value)]
        if has_refunds or RETURNED.search(last):
            values = [value for value in values if not re.search(r"退", value)]
        if values and len(values) < one.different:
            found[name] = tuple(values)
    return found


def returned(profiles: Mapping[str, Profile], amount: str) -> tuple[str, tuple[str, ...]] | None:
    """The header and values that mark returns whose amounts have no minus."""
    numbers = profiles[amount].numbers()
    for name, one in profiles.items():
        if not (TYPE.search(normal_name(name.rpartition("/")[2])) and one.different <= 30):
            continue
        values = tuple(value for value in dict.fromkeys(one.cells) if value and RETURNED.search(value))
        rows = [number for value, number in zip(one.cells, numbers, strict=True) if value in values and number]
        if values and len(values) < one.different and rows and all(number > 0 for number in rows):
            return name, values
    return None


def groups_of(sheet: RawSheet, profiles: Mapping[str, Profile], table: TableMap) -> tuple[str, ...]:
    """Columns of a ledger whose groups name themselves in their first row alone: blank together below it, beginning at the left.

    Merged cells are filled already; this is for files that lost their merges.
    """
    keys = [one.source[0] for one in table.columns if one.target in ("order_key", "customer_key", "ordered_on") and len(one.source) == 1]
    heads = [profiles[name].cells for name in sheet.header[:LOOKED_AT]]
    rows = [place for place, cells in enumerate(zip(*heads, strict=True)) if not any(_is_total(cell) for cell in cells)]
    blank = {name: tuple(not profiles[name].cells[place] for place in rows) for name in sheet.header}
    for key in keys:
        share = sum(blank[key]) / (len(blank[key]) or 1)
        if not rows or not GROUPED[0] <= share <= GROUPED[1] or blank[key][0]:
            continue
        together = tuple(name for name in sheet.header if blank[name] == blank[key])
        others = [one.source[0] for one in table.columns if one.target in ("product_key", "product_name", "quantity_units", "amount_yuan")]
        whole = [name for name in others if sum(blank[name]) <= 0.05 * len(rows)]
        if len(together) >= 2 and len(whole) >= 2 and not set(others) & set(together) and sheet.header.index(together[0]) <= 1:
            return together
    return ()


def filled_down(table: TableMap, headers: Sequence[str]) -> TableMap:
    """The table with blanks of these columns taken from above."""
    step = Transform("fill_down")
    columns = tuple(
        replace(one, transforms=(step, *one.transforms)) if set(one.source) <= set(headers) and one.target not in ADDED else one
        for one in table.columns
    )
    return replace(table, columns=columns)


ADDED = ("amount_yuan", "quantity_units", "discount_yuan")
"""What adds up is never filled down."""


def months_of(sheet: RawSheet, profiles: Mapping[str, Profile], texts: Sequence[str]) -> tuple[Long, dict[str, str], bool] | None:
    """A sheet with a column for each month: how it becomes long, the first day of each month by header, and whether a year is known.

    Parameters
    ----------
    texts
        What may say the year: titles above the table, the names of sheet and file.
    """
    found: dict[str, tuple[int | None, int]] = {}
    for name in sheet.header:
        month = _month(name)
        if month and profiles[name].share("number") > 0.8:
            found[name] = month
    if len(set(found.values())) < max(LEAST_MONTHS, len(found)):
        return None
    year = year_in(texts)
    days = {name: f"{own or year or 2000}-{month:02d}-01" for name, (own, month) in found.items()}
    known = bool(year) or all(own for own, _ in found.values())
    return Long(tuple(found), "月份", "数值"), days, known


def _month(header: str) -> tuple[int | None, int] | None:
    group, _, below = header.rpartition("/")
    if group and re.search(r"量|数|笔", below):
        return None
    for text in (header.replace("/", "") if not group else "", group, below):
        plain = normal_name(text) if not re.match(r"^20\d{2}[-/.]\d{1,2}$", text.strip()) else text.strip()
        matched = MONTH.match(plain)
        if matched:
            year, month = matched[1] or matched[3], int(matched[2] or matched[4])
            full = (int(year) + (2000 if len(year) == 2 else 0)) if year else None
            return (full, month) if 1 <= month <= 12 else None
        named = MONTH_NAME.match(text.strip().lower())
        if named:
            year = named[2]
            full = (int(year) + (2000 if len(year) == 2 else 0)) if year else None
            return full, MONTHS[named[1]]
    return None


def year_in(texts: Sequence[str]) -> int | None:
    """The one year that texts beside a table name."""
    years = {int(year) for text in texts for year in re.findall(r"(?<!\d)(20\d{2})(?=年|[-/._]|\D|$|[01]\d(?:\d\d)?(?!\d))", text)}
    return years.pop() if len(years) == 1 else None


def _is_total(cell: str) -> bool:
    return bool(re.search(TOTALS, cell[:LONGEST_TOTAL]))
