"""A fresh supermarket: three shops, 20,000 members, 2,500 items."""

from xingke.simulate.firms.goods import Category
from xingke.simulate.firms.shelf import write_shelf
from xingke.simulate.firms.shopping.chain import run_chain
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.workshop import Workshop

CATEGORIES = (
    Category(name="叶菜", share=0.07, items=150, price_yuan=4, elasticity=-1.3, is_weighed=True, loss_rate=0.095, is_pushed=True,
             words=("小白菜", "菠菜", "生菜", "空心菜", "油麦菜", "上海青", "茼蒿", "韭菜", "芹菜", "苋菜")),
    Category(name="根茎瓜菜", share=0.12, items=180, price_yuan=4, elasticity=-1.2, is_weighed=True, loss_rate=0.05,
             words=("土豆", "胡萝卜", "莲藕", "山药", "冬瓜", "黄瓜", "番茄", "茄子", "青椒", "南瓜")),
    Category(name="水果", share=0.13, items=260, price_yuan=9, elasticity=-1.8, is_weighed=True, loss_rate=0.065,
             words=("苹果", "香蕉", "橙子", "葡萄", "梨", "西瓜", "桃", "猕猴桃", "草莓", "柚子")),
    Category(name="鲜肉", share=0.12, items=200, price_yuan=17, elasticity=-1.4, is_weighed=True, loss_rate=0.04,
             words=("五花肉", "里脊", "排骨", "前腿肉", "牛腩", "牛腱", "羊肉片", "鸡腿", "鸡翅", "整鸡")),
    Category(name="水产", share=0.07, items=140, price_yuan=22, elasticity=-1.7, is_weighed=True, loss_rate=0.085, is_pushed=True,
             words=("鲈鱼", "草鱼", "基围虾", "花蛤", "带鱼", "三文鱼", "鲫鱼", "大闸蟹", "鱿鱼")),
    Category(name="蛋奶", share=0.07, items=170, price_yuan=12, elasticity=-1.1, loss_rate=0.03, is_pushed=True,
             words=("鲜牛奶", "酸奶", "鸡蛋", "咸鸭蛋", "奶酪", "黄油", "豆奶")),
    Category(name="烘焙", share=0.07, items=150, price_yuan=9, elasticity=-1.6, loss_rate=0.07, is_pushed=True,
             words=("吐司", "餐包", "蛋糕", "馒头", "花卷", "泡芙", "蛋挞")),
    Category(name="熟食", share=0.07, items=130, price_yuan=15, elasticity=-1.5, is_weighed=True, loss_rate=0.075, is_pushed=True,
             words=("卤牛肉", "凉拌菜", "烤鸭", "酱肘子", "寿司", "沙拉")),
    Category(name="冷饮", share=0.04, items=140, price_yuan=6, elasticity=-1.4, hot_factor=1.9,
             words=("冰汽水", "冰淇淋", "冰茶", "气泡水", "果汁", "冰棍")),
    Category(name="粮油", share=0.07, items=260, price_yuan=20, elasticity=-1.6,
             words=("东北大米", "面粉", "挂面", "花生油", "菜籽油", "小米", "玉米油")),
    Category(name="调味", share=0.07, items=270, price_yuan=9, elasticity=-0.9,
             words=("酱油", "香醋", "食盐", "豆瓣酱", "蚝油", "料酒", "白糖")),
    Category(name="零食", share=0.10, items=450, price_yuan=9, elasticity=-1.9,
             words=("薯片", "坚果", "饼干", "巧克力", "海苔", "果干", "糖果")),
)  # fmt: skip

FRESH = Trade(
    name="fresh",
    title="鲜选超市",
    firm_format="supermarket",
    sites=("湖滨店", "古柳店", "科创店"),
    makers=("禾里", "青圃", "湖畔", "山野", "晨集", "田间", "味朴", "小满", "春屿", "白露", "南禾", "稻香里"),
    categories=CATEGORIES,
    members=20_000,
    items=2_500,
    ticket_yuan=62.0,
    ticket_sigma=0.75,
    piece_factor=1.025,
    extra_lines=2.7,
    monthly_visits=2.9,
    annual_leaving=0.20,
    joined_before=0.70,
    site_skew=0.5,
    habits=((0.30, 9.2 * 60, 40), (0.20, 11.5 * 60, 35), (0.50, 18.2 * 60, 50)),
    weekday=(0.92, 0.88, 0.90, 0.94, 1.02, 1.20, 1.14),
    online_share=0.18,
    pushes=40,
    push_share=1.0,
    complaints=0.004,
    complaint_kinds=(("freshness", 0.34), ("price", 0.18), ("shortage", 0.16), ("service", 0.14), ("delivery", 0.12), ("other", 0.06)),
    cold_complaint="freshness",
    cold_weeks=(80, 81),
)


def make_fresh(shop: Workshop) -> None:
    """Make the world of the fresh supermarket."""
    paths = [f"/{FRESH.name}/s{number:02d}" for number in range(1, len(FRESH.sites) + 1)]
    write_shelf(shop, paths, CATEGORIES, run_chain(shop, FRESH))
