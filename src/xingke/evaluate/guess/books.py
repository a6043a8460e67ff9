"""Files as Chinese firms export them, written from invented people and sales, each with its right answer.

A book is a header with a recipe for each column. The name before the colon says what the cells are; the canonical column behind it, where
there is one, is the right answer.
"""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape

from xingke.sources.files.workbooks import workbook

PEOPLE = [
    "王芳",
    "李伟",
    "张敏",
    "刘洋",
    "陈静",
    "杨磊",
    "赵倩",
    "黄涛",
    "周丽",
    "吴强",
    "徐娟",
    "孙鹏",
    "胡艳",
    "朱军",
    "高洁",
    "林峰",
    "何雪",
    "郭超",
    "马丽",
    "罗勇",
]
SHOPS = [
    "永安",
    "幸福",
    "长青",
    "利民",
    "同福",
    "和顺",
    "兴旺",
    "万家",
    "好邻居",
    "金桥",
    "东升",
    "南园",
    "西湖",
    "北苑",
    "中心",
    "鸿运",
    "顺达",
    "百盛",
    "新民",
    "友谊",
]
GOODS = ["拿铁", "美式", "可颂", "抹茶拿铁", "洗发水", "面膜", "护手霜", "全麦面包", "绿茶", "矿泉水", "苹果", "香蕉"]
CIGARETTES = ["玉溪(软)", "黄鹤楼(软蓝)", "利群(新版)", "红塔山(硬经典)", "云烟(紫)", "双喜(硬)"]


@dataclass(frozen=True, slots=True)
class Line:
    """One sale, from which every book takes what its columns say."""

    place: int
    order: int
    customer: int
    at: datetime
    product: int
    quantity: int
    price: Decimal
    discount: Decimal
    refund: Decimal
    state: str

    @property
    def amount(self) -> Decimal:
        """What the goods cost."""
        return self.price * self.quantity

    @property
    def paid(self) -> Decimal:
        """What was paid after the discount."""
        return self.amount - self.discount


Recipe = Callable[[Line], str | int | float]
RECIPES: Mapping[str, Recipe] = {
    "running": lambda one: one.place + 1,
    "order": lambda one: f"SO{one.at:%Y%m}{one.order:05d}",
    "order18": lambda one: f"{one.at:%Y%m%d}{one.order:010d}",
    "trade28": lambda one: f"42000{one.order:023d}",
    "card": lambda one: f"VIP{one.customer:05d}",
    "code": lambda one: f"{one.customer + 1:06d}",
    "buyer": lambda one: f"oUpF8u{one.customer:06d}",
    "licence": lambda one: f"3301{one.customer + 1:08d}",
    "person": lambda one: PEOPLE[one.customer % len(PEOPLE)],
    "shop": lambda one: f"{SHOPS[one.customer % len(SHOPS)]}便利店",
    "firm": lambda one: f"杭州{SHOPS[one.customer % len(SHOPS)]}商贸有限公司",
    "phone": lambda one: f"139{one.customer + 10000000:08d}",
    "address": lambda one: f"杭州市西湖区文一路{one.customer + 1}号",
    "day": lambda one: f"{one.at:%Y-%m-%d}",
    "slash": lambda one: f"{one.at.year}/{one.at.month}/{one.at.day}",
    "chinese": lambda one: f"{one.at.year}年{one.at.month}月{one.at.day}日",
    "compact": lambda one: f"{one.at:%Y%m%d}",
    "stamp": lambda one: f"{one.at:%Y%m%d%H%M%S}",
    "short": lambda one: f"{one.at:%y-%m-%d}",
    "monthday": lambda one: f"{one.at.month}月{one.at.day}日",
    "weekday": lambda one: f"{one.at:%Y-%m-%d} 星期{'一二三四五六日'[one.at.weekday()]}",
    "serial": lambda one: (one.at.date() - date(1899, 12, 30)).days,
    "epoch": lambda one: int(one.at.timestamp()),
    "time": lambda one: f"{one.at:%Y-%m-%d %H:%M:%S}",
    "clock": lambda one: f"{one.at:%H:%M:%S}",
    "good": lambda one: GOODS[one.product % len(GOODS)],
    "cigarette": lambda one: CIGARETTES[one.product % len(CIGARETTES)],
    "sku": lambda one: f"69010280{one.product + 10000:05d}",
    "quantity": lambda one: one.quantity,
    "quantity_piece": lambda one: f"{one.quantity}件",
    "wanted": lambda one: one.quantity + 5,
    "weight": lambda one: f"{one.quantity}.{one.product + 1:03d}",
    "price": lambda one: f"{one.price:.2f}",
    "amount": lambda one: f"{one.amount:.2f}",
    "amount_comma": lambda one: f"{one.amount * 100:,.2f}",
    "amount_yuan": lambda one: f"￥{one.amount:.2f}",
    "discount": lambda one: f"{one.discount:.2f}",
    "discount_minus": lambda one: f"{-one.discount:.2f}",
    "paid": lambda one: f"{one.paid:.2f}",
    "refund": lambda one: f"{one.refund:.2f}",
    "fee": lambda one: f"{one.paid * Decimal('0.006'):.2f}",
    "settled": lambda one: f"{one.paid * Decimal('0.994'):.2f}",
    "tax": lambda one: f"{one.amount * Decimal('0.13'):.2f}",
    "taxed": lambda one: f"{one.amount * Decimal('1.13'):.2f}",
    "state": lambda one: one.state,
    "balance": lambda one: f"{one.customer * 7}.00",
    "points": lambda one: one.customer * 13,
    "gender": lambda one: "男女"[one.customer % 2],
    "level": lambda one: ("普通会员", "银卡", "金卡")[one.customer % 3],
    "birthday": lambda one: f"{1970 + one.customer % 30}-05-{one.customer % 28 + 1:02d}",
    "joined": lambda one: f"2024-{one.customer % 12 + 1:02d}-{one.customer % 28 + 1:02d}",
    "cashier": lambda one: PEOPLE[-1 - one.place % 3],
    "pay": lambda one: ("微信", "支付宝", "现金")[one.place % 3],
    "city": lambda one: ("杭州", "宁波", "温州")[one.customer % 3],
    "store": lambda one: ("西湖店", "滨江店")[one.place % 2],
    "status": lambda one: "SUCCESS",
    "merchant": lambda one: "1900000109",
    "note": lambda one: "" if one.place % 5 else "加急",
    "source": lambda one: ("抖音", "线下", "转介绍")[one.customer % 3],
    "mail": lambda one: f"user{one.customer}@example.org",
    "unit": lambda one: "条",
    "times": lambda one: one.customer % 9 + 1,
    "student": lambda one: f"2024{one.customer + 1:04d}",
    "course": lambda one: ("少儿美术", "钢琴一对一", "篮球班")[one.product % 3],
    "treatment": lambda one: ("洁牙", "补牙", "推拿", "针灸")[one.product % 4],
    "project": lambda one: ("剪发", "染发", "护理")[one.product % 3],
    "blank": lambda one: "",
}
MONEY = {
    "amount": lambda one: one.amount, "amount_yuan": lambda one: one.amount, "paid": lambda one: one.paid,
    "amount_comma": lambda one: one.amount * 100, "taxed": lambda one: (one.amount * Decimal("1.13")).quantize(Decimal("0.01")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """A file of the corpus.

    Parameters
    ----------
    columns
        `header=recipe` or `header=recipe:table.column`, the table left out for order lines.
    form
        `csv`, `gbk`, `bom`, `tsv`, `semicolon`, `xlsx`, `html` or `xml`.
    shield
        What stands before or around each value, such as a backtick.
    list_of
        One row a customer instead of one a sale.
    above, below
        Rows over the header and under the table.
    lines
        Sales, and lines of each order.
    groups
        Headers that are filled in the first line of each order alone, as merged cells are.
    tables
        The tables that are right.
    skip
        A state whose rows are no sales.
    """

    name: str
    columns: Sequence[str]
    form: str = "csv"
    shield: str = "{}"
    list_of: bool = False
    above: Sequence[Sequence[str]] = ()
    below: Sequence[Sequence[str]] = ()
    lines: tuple[int, int] = (80, 1)
    groups: Sequence[str] = ()
    tables: tuple[str, ...] = ("order_line",)
    skip: str = ""
    refunds: bool = False
    months: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is right about a file; what is empty is not judged.

    Parameters
    ----------
    columns
        By `table.column` the headers that are right; any of them.
    """

    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amount: Decimal | None = None
    rows: int | None = None
    customers: int | None = None


def made(book: Book) -> tuple[str, bytes, Answer]:
    """A book as a file: its name, its bytes, its answer; the same each time."""
    lines = _lines(book)
    parts = [_column(text) for text in book.columns]
    header = [name for name, _, _ in parts]
    body: list[list[str | int | float]] = []
    seen: set[int] = set()
    for one in lines:
        row: list[str | int | float] = [_shielded(RECIPES[recipe](one), book.shield) for _, recipe, _ in parts]
        if book.groups and one.order in seen:
            row = ["" if name in book.groups else cell for name, cell in zip(header, row, strict=True)]
        seen.add(one.order)
        body.append(row)
    if book.months:
        header += [f"{month}月" for month in range(1, book.months + 1)]
        body = [[*row, *(f"{one.customer + month}.50" for month in range(book.months))] for row, one in zip(body, lines, strict=True)]
    rows: list[list[str | int | float]] = [[*row] for row in (*book.above, header, *body, *book.below)]
    answer = _answer(book, parts, lines)
    suffix = {"xlsx": "xlsx", "html": "xls", "xml": "xls", "tsv": "tsv"}.get(book.form, "csv")
    return f"{book.name}.{suffix}", _written(book, rows, len(book.above)), answer


def _lines(book: Book) -> list[Line]:
    draw = random.Random(book.name)  # noqa: S311 - invented data, the same each time
    sales, width = book.lines
    found: list[Line] = []
    for place in range(sales):
        order = place // width
        customer = place if book.list_of or book.months else (order * 7 + draw.randrange(3)) % 17
        if order and found and found[-1].order == order:
            customer = found[-1].customer
        at = datetime(2025, 3, 1, 9) + timedelta(hours=7 * order, minutes=13 * order)  # noqa: DTZ001 - a time as it is written in a file
        price = Decimal(draw.randrange(500, 9000)) / 100
        quantity = draw.randrange(1, 6)
        discount = Decimal(draw.choice((0, 0, 0, 200, 500))) / 100
        refund = Decimal(draw.choice((0,) * 9 + (300,))) / 100
        state = draw.choice(("已完成", "已完成", "已完成", "已完成", "已取消"))
        found.append(Line(place, order, customer, at, draw.randrange(12), quantity, price, discount, refund, state))
    return found


def _column(text: str) -> tuple[str, str, str]:
    header, _, rest = text.partition("=")
    recipe, _, target = rest.partition(":")
    return header, recipe, target if not target or "." in target else f"order_line.{target}"


def _shielded(value: str | int | float, shield: str) -> str | int | float:
    return value if shield == "{}" else shield.format(value)


def _answer(book: Book, parts: Sequence[tuple[str, str, str]], lines: Sequence[Line]) -> Answer:
    columns: dict[str, tuple[str, ...]] = {}
    for header, _, target in parts:
        if target:
            columns[target] = (*columns.get(target, ()), header)
    sold = [one for one in lines if one.state != book.skip]
    recipe = next((recipe for _, recipe, target in parts if target == "order_line.amount_yuan"), "")
    amount = sum((MONEY[recipe](one) for one in sold), Decimal(0)) if recipe else None
    if book.refunds and amount is not None:
        amount -= sum((one.refund for one in lines), Decimal(0))
    if book.months:
        amount = sum((one.customer + month + Decimal("0.5") for one in lines for month in range(book.months)), Decimal(0))
    rows = len(sold) * (book.months or 1) + (sum(bool(one.refund) for one in lines) if book.refunds else 0)
    return Answer(book.tables, columns, amount, rows, len({one.customer for one in sold}))


def _written(book: Book, rows: list[list[str | int | float]], header_at: int) -> bytes:
    texts = [[str(cell) for cell in row] for row in rows]
    if book.form == "xlsx":
        name = "Sheet1"
        return workbook({name: rows}, {})
    if book.form == "html":
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in texts)
        head = '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        return f"<html>{head}<table border=1>{body}</table></html>".encode()
    if book.form == "xml":
        cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
        body = "".join("<Row>" + "".join(cell.format(escape(one)) for one in row) + "</Row>" for row in texts)
        space = "urn:schemas-microsoft-com:office:spreadsheet"
        sheet = f'<Worksheet ss:Name="1"><Table>{body}</Table></Worksheet>'
        return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{sheet}</Workbook>'.encode()
    out = io.StringIO()
    mark = {"tsv": "\t", "semicolon": ";"}.get(book.form, ",")
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows(texts)
    text = ("sep=;\r\n" if book.form == "semicolon" else "") + out.getvalue()
    return text.encode({"gbk": "gbk", "bom": "utf-8-sig"}.get(book.form, "utf-8"))
