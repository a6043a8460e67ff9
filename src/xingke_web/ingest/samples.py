"""Five sample books as firms keep them: titles above the header, merged cells, mixed days, full-width digits, totals below.

All people, shops and numbers in them are made up; the same bytes each time.
"""

import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from xingke.sources.files.workbooks import Cell, workbook
from xingke.words import Words, both

SEED: Final = 20260131
LAST_DAY: Final = date(2026, 10, 31)
CUSTOMERS: Final = 120
MEMBERS: Final = 80
_EPOCH: Final = date(1899, 12, 30)
_FAMILY: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = (
    "秀兰",
    "建国",
    "丽华",
    "志强",
    "桂芳",
    "文博",
    "晓梅",
    "海涛",
    "玉珍",
    "俊杰",
    "春燕",
    "国庆",
    "雪莲",
    "立新",
    "红霞",
    "永康",
)
_CORE: Final = ("福源", "好邻居", "万家", "顺达", "吉祥", "东升", "佳美", "惠民", "兴旺", "百顺", "同乐", "聚鑫", "康宁", "利民", "宏运")
_SORT: Final = ("超市", "便利店", "烟酒店", "商行", "副食店", "茶行", "杂货店")
_ROADS: Final = ("人民路", "解放街", "新华路", "建设巷", "滨江路", "文化街", "东风路", "和平里")
_GOODS: Final = (
    ("SC001", "云雾绿茶 250g", "茶叶", "青崖", "青崖茶厂", 68), ("SC002", "陈年普洱饼 357g", "茶叶", "青崖", "青崖茶厂", 168),
    ("SC003", "茉莉花茶 100g", "茶叶", "春涧", "春涧食品", 32), ("SC004", "纯粮白酒 500ml", "酒水", "老窖坊", "老窖坊酒业", 88),
    ("SC005", "米酒 1L", "酒水", "老窖坊", "老窖坊酒业", 26), ("SC006", "干红葡萄酒 750ml", "酒水", "西坡", "西坡酒庄", 128),
    ("SC007", "手工挂面 1kg", "粮油", "麦香", "麦香食品", 15), ("SC008", "菜籽油 5L", "粮油", "金穗", "金穗粮油", 79),
    ("SC009", "东北大米 10kg", "粮油", "金穗", "金穗粮油", 69), ("SC010", "原味葵花籽 500g", "零食", "麦香", "麦香食品", 18),
    ("SC011", "桂花糕礼盒", "零食", "春涧", "春涧食品", 45), ("SC012", "矿泉水 24瓶", "饮料", "青崖", "青崖茶厂", 36),
)  # fmt: skip


@dataclass(frozen=True)
class SampleBook:
    """One book with what is untidy about it."""

    key: str
    file_name: str
    label: Words
    note: Words
    make: Callable[[], bytes]


def _rng(key: str) -> random.Random:
    return random.Random(f"{SEED}:{key}")  # noqa: S311 - made-up people, no secret


def _person(rng: random.Random) -> str:
    return rng.choice(_FAMILY) + rng.choice(_GIVEN)


def _phone(number: int) -> str:
    return f"1990000{number:04d}"


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in text)


def _serial(day: date) -> int:
    return (day - _EPOCH).days


def customer_list() -> bytes:
    """Two title rows, a merged header of two lines, days as serial numbers, a row of totals and a note."""
    rng = _rng("customers")
    rows: list[list[Cell]] = [
        ["山城商贸客户资料表"],
        ["制表日期：2026年10月31日", None, None, None, None, None, None, None],
        ["客户编号", "客户名称", "联系信息", None, None, "业态", "建档日期", "备注"],
        [None, None, "联系人", "电话", "地址", None, None, None],
    ]
    for number in range(1, CUSTOMERS + 1):
        phone = _phone(number)
        shown: Cell = int(phone) if number % 3 == 0 else _wide(phone) if number % 10 == 1 else f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        if number == 40:
            shown = "1990000"
        opened = date(2019, 1, 5) + timedelta(days=rng.randrange(2400))
        day: Cell = _serial(opened) if number % 4 else f"{opened.year}年{opened.month}月{opened.day}日"
        sort = rng.choice(_SORT)
        name = f"{rng.choice(_CORE)}{sort}{'（' + rng.choice(_ROADS) + '店）' if number % 7 == 0 else ''}"
        address = f"青山市临江区{rng.choice(_ROADS)}{rng.randrange(1, 300)}号"
        rows.append([f"K{number:04d}", name, _person(rng), shown, address, sort, day, "老客户" if number % 9 == 0 else None])
        if number % 40 == 0:
            rows.append([])
    rows.insert(30, list(rows[10]))
    rows += [["合计", CUSTOMERS], ["说明：电话如有变动请及时告知"]]
    return workbook({"客户资料": rows, "说明": []}, {"客户资料": ("A1:H1", "A3:A4", "B3:B4", "C3:E3", "F3:F4", "G3:G4", "H3:H4")})


def order_lines() -> bytes:
    """GBK, thousand separators, full-width digits, days in five forms, units behind quantities."""
    rng = _rng("orders")
    lines = ["山城商贸销售明细,,,,,,", "", "客户编号,单据号,单据日期,商品名称,数量,金额（元）,优惠"]
    total = 0.0
    for order in range(1, 301):
        customer = f"K{rng.randrange(1, CUSTOMERS + 1):04d}"
        day = LAST_DAY - timedelta(days=rng.randrange(330))
        for _, name, _, _, _, price in rng.sample(_GOODS, rng.randrange(1, 5)):
            count = rng.choice((1, 2, 3, 5, 10, 20))
            amount = count * price
            total += amount
            quantity = _wide(str(count)) if order % 6 == 0 else f"{count}件" if order % 5 == 0 else str(count)
            money = f'"￥{amount:,.2f}"' if order % 4 == 0 else f'"{amount:,.2f}"'
            lines.append(f"{customer},XS{order:06d},{_day(day, order)},{name},{quantity},{money},{'5.00' if order % 11 == 0 else ''}")
    lines[20] = lines[20].rsplit(",", 3)[0] + ",若干,100.00,"
    lines[60] = lines[60].replace(lines[60].split(",")[2], "2026-02-30", 1)
    lines.insert(90, lines[89])
    lines += [f'合计,,,,,"{total:,.2f}",', "制表：销售部,,,,,,"]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def _day(day: date, turn: int) -> str:
    forms = (
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    )  # fmt: skip
    return forms[turn % 5]


def member_book() -> bytes:
    """One sheet of members, one of what they bought."""
    rng = _rng("members")
    members: list[list[Cell]] = [["会员登记簿"], ["会员卡号", "姓名", "手机号码", "性别", "所属门店", "入会日期", "到期日"]]
    for number in range(1, MEMBERS + 1):
        joined = date(2023, 3, 1) + timedelta(days=rng.randrange(1200))
        phone: Cell = int(_phone(3000 + number)) if number % 2 else f"+86 {_phone(3000 + number)}"
        store = rng.choice(("临江店", "东风店", "和平店"))
        row: list[Cell] = [80_000 + number, _person(rng), phone, rng.choice(("男", "女")), store, _serial(joined)]
        members.append([*row, f"{joined.year + 2}.{joined.month}.{joined.day if joined.day < 29 else 28}"])
    bought: list[list[Cell]] = [["会员卡号", "小票号", "消费时间", "消费项目", "次数", "实付金额", "渠道"]]
    for receipt in range(1, 401):
        day = LAST_DAY - timedelta(days=rng.randrange(300))
        time = f"{day.isoformat()} {rng.randrange(9, 21):02d}:{rng.randrange(60):02d}"
        number = 80_000 + rng.randrange(1, MEMBERS + 1)
        item, paid = rng.choice((("团课", 68), ("私教课", 320.5), ("饮品", 18), ("月卡续费", 199)))
        bought.append([number, f"R{receipt:05d}", time, item, 1, paid, "到店"])
    bought.append(["总计", None, None, None, 400, None, None])
    return workbook({"会员": members, "消费记录": bought}, {"会员": ("A1:G1",)})


def product_list() -> bytes:
    """Tab-separated with a mark of the encoding; prices with the sign of money."""
    lines = ["货号\t品名\t商品分类\t品牌\t生产厂家\t零售价\t箱规"]
    for place, (key, name, sort, brand, maker, price) in enumerate(_GOODS):
        lines.append(f"{key}\t{name}\t{sort}\t{brand}\t{maker}\t￥{price:.2f}\t{12 if place % 3 else 24}")
    lines.append("SC013\t\t茶叶\t青崖\t青崖茶厂\t面议\t12")
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


def web_orders() -> bytes:
    """Orders of a web shop, one JSON object a line, the items inside; one line is cut off."""
    rng = _rng("web")
    out = io.StringIO()
    for number in range(1, 151):
        day = LAST_DAY - timedelta(days=rng.randrange(200))
        buyer = rng.randrange(1, 61)
        picked = rng.sample(_GOODS, rng.randrange(1, 4))
        counts = [rng.randrange(1, 4) for _ in picked]
        items = [
            {"sku": key, "title": name, "qty": count, "amount": count * price}
            for (key, name, _, _, _, price), count in zip(picked, counts, strict=True)
        ]
        who = _rng(f"buyer:{buyer}")
        order = {
            "order": {"no": f"W{number:05d}", "time": f"{day.isoformat()}T{rng.randrange(8, 23):02d}:{rng.randrange(60):02d}:00+08:00"},
            "buyer": {"id": f"u{buyer:04d}", "name": _person(who), "phone": _phone(buyer if buyer % 3 == 0 else 6000 + buyer)},
            "channel": rng.choice(("app", "小程序")),
            "items": items,
        }
        text = json.dumps(order, ensure_ascii=False)
        out.write((text[: len(text) // 2] if number == 77 else text) + "\n")
    return out.getvalue().encode("utf-8")


SAMPLES: Final = (
    SampleBook(
        "customers",
        "客户资料表.xlsx",
        both("客户资料表", "Customer list"),
        both("Excel：标题行、合并的两行表头、日期序列号", "Excel: title rows, a merged header of two lines, serial days"),
        customer_list,
    ),
    SampleBook(
        "orders",
        "销售明细.csv",
        both("销售明细", "Order lines"),
        both("GBK 编码的 CSV：千分位、全角数字、五种日期写法", "CSV in GBK: thousand separators, full-width digits, days in five forms"),
        order_lines,
    ),
    SampleBook(
        "members",
        "会员登记簿.xlsx",
        both("会员登记簿", "Member book"),
        both("Excel 两张工作表：会员与消费记录", "Excel with two sheets: members and what they bought"),
        member_book,
    ),
    SampleBook(
        "products",
        "商品目录.tsv",
        both("商品目录", "Product list"),
        both("制表符分隔，价格带货币符号", "Tab-separated, prices with the sign of money"),
        product_list,
    ),
    SampleBook(
        "web_orders",
        "网店订单.jsonl",
        both("网店订单", "Web orders"),
        both("每行一个 JSON 订单，内含商品明细", "One JSON order a line with its items inside"),
        web_orders,
    ),
)


def sample_named(key: str) -> SampleBook | None:
    """The book of that key."""
    return next((book for book in SAMPLES if book.key == key), None)
