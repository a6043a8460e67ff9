"""A chain of cafes: 40 shops, 60,000 members."""

from xingke.simulate.firms.goods import Category
from xingke.simulate.firms.shopping.chain import run_chain
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.workshop import Workshop

CATEGORIES = (
    Category(name="经典咖啡", share=0.19, items=14, price_yuan=17, elasticity=-1.3, is_pushed=True,
             words=("美式", "拿铁", "卡布奇诺", "馥芮白", "摩卡", "手冲")),
    Category(name="风味拿铁", share=0.19, items=16, price_yuan=20, elasticity=-1.7, is_pushed=True,
             words=("生椰拿铁", "桂花拿铁", "榛果拿铁", "燕麦拿铁", "厚乳拿铁")),
    Category(name="冷饮", share=0.16, items=16, price_yuan=18, elasticity=-1.5, hot_factor=1.9,
             words=("冰萃", "冰茶", "气泡美式", "冰沙", "柠檬茶")),
    Category(name="热茶与可可", share=0.12, items=10, price_yuan=16, elasticity=-1.4, words=("抹茶", "可可", "红茶拿铁", "姜茶")),
    Category(name="烘焙轻食", share=0.19, items=16, price_yuan=13, elasticity=-1.6, is_pushed=True,
             words=("可颂", "贝果", "三明治", "曲奇", "巴斯克")),
    Category(name="零售商品", share=0.15, items=8, price_yuan=32, elasticity=-2.0, words=("挂耳咖啡", "咖啡豆", "马克杯", "冻干咖啡")),
)  # fmt: skip

SITE_COUNT = 40

CAFE = Trade(
    name="cafe",
    title="澜湾咖啡",
    firm_format="cafe",
    sites=tuple(f"澜湾咖啡{number:02d}店" for number in range(1, SITE_COUNT + 1)),
    makers=("澜湾", "北纬", "晨光烘焙"),
    categories=CATEGORIES,
    members=60_000,
    items=80,
    ticket_yuan=32.0,
    ticket_sigma=0.5,
    piece_factor=1.6,
    extra_lines=0.5,
    monthly_visits=2.6,
    annual_leaving=0.28,
    joined_before=0.60,
    site_skew=0.4,
    habits=((0.45, 8.6 * 60, 30), (0.25, 13.2 * 60, 30), (0.30, 16.0 * 60, 60)),
    weekday=(1.08, 1.06, 1.05, 1.05, 1.07, 0.88, 0.81),
    online_share=0.64,
    pushes=40,
    push_share=0.35,
    complaints=0.002,
    complaint_kinds=(("slow", 0.32), ("taste", 0.26), ("wrong_order", 0.18), ("service", 0.14), ("app", 0.10)),
)


def make_cafe(shop: Workshop) -> None:
    """Make the world of the cafe chain."""
    run_chain(shop, CAFE)
