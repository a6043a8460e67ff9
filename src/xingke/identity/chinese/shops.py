"""Names of shops: what is proper to one shop, and what says only that it is a shop."""

import re
from typing import NamedTuple

_TRADES = (
    "烟酒糖茶", "名烟名酒", "烟酒副食", "副食百货", "小卖", "日用百货", "五金日杂", "食品百货", "土特产", "农副产品", "办公用品",
    "粮油副食", "水果蔬菜", "烟酒", "副食", "食杂", "南杂", "百货", "日杂", "杂货", "便民", "便利", "生活", "购物", "平价", "批发",
    "零售", "仓储", "连锁", "小超市", "小商店", "小百货", "综合", "名酒", "名烟", "酒类", "食品", "生鲜", "蔬菜", "水果", "果蔬",
    "粮油", "五金", "日化", "文具", "母婴", "药品", "医药", "茶叶", "茶烟", "家用", "电器", "服装", "鲜果", "海鲜", "肉类", "冷饮",
    "餐饮", "早餐", "快餐", "贸易", "商贸", "农资", "化妆品", "烘焙", "卤味", "干货", "日用品", "烟草", "酒水", "专卖", "代销",
    "经营", "服务", "自选", "量贩", "特产", "调味", "加油站", "报刊", "小", "大", "烟", "酒", "农贸",
)  # fmt: skip
_PLACES = (
    "有限责任公司", "股份有限公司", "有限公司", "专卖店", "专营店", "旗舰店", "直营店", "加盟店", "便利店", "便利点", "连锁店",
    "经营部", "经销部", "服务部", "批发部", "门市部", "小卖部", "小卖铺", "代销点", "代销店", "供应点", "零售点", "超级市场",
    "购物中心", "购物广场", "农家乐", "棋牌室", "大药房", "商店", "商行", "商场", "商城", "商社", "商厦", "超市", "市场", "中心",
    "广场", "酒行", "酒庄", "酒坊", "酒楼", "酒店", "酒业", "烟行", "饭店", "饭馆", "餐馆", "餐厅", "宾馆", "旅馆", "药店", "药房",
    "报刊亭", "茶楼", "茶庄", "网吧", "公司", "批发城", "工作室", "烟酒城", "烟酒店", "烟酒行", "烟酒庄", "店", "行", "部", "铺",
    "坊", "馆", "城", "站", "亭", "点", "庄", "居", "社", "屋", "吧", "厂", "园",
)  # fmt: skip
"""Words that say what is sold, and words that say what kind of place it is; a shop's name ends with some of either."""

_WORDS = frozenset({*_TRADES, *_PLACES})
_LONGEST = max(map(len, _WORDS))
_NOTE = re.compile(r"[(\[【（〔](.*?)(?:[)\]】）〕]|$)")
_FORMER = re.compile(r"^(?:原名?|曾用名|前身)[::]?(.+)$")
_FORMER_FRONT = re.compile(r"^原(?=.{3,}(?:店|行|部|超市|商场)$)")
_PRESENT = re.compile(r"^(?:现名?|改名|更名为?)[::]?(.+)$")
_BRANCH = re.compile(r"^(.+?)(?:分店|分公司|支店|加盟店|连锁店|店)$")
_NUMBERED = re.compile(r"(?:第?([0-9一二三四五六七八九十]{1,3})(?:号|分)?店|([0-9]{1,3})#?)$")
_BRANCH_TAIL = re.compile(r"(?:店|超市|商行|部)([\u4e00-\u9fff]{2,5}?)(?:分店|支店)$")
_DISTRICT = re.compile(r"^(?:[\u4e00-\u9fff]{2,8}?省)?(?:[\u4e00-\u9fff]{2,6}?市)?(?:[\u4e00-\u9fff]{2,4}?(?:区|县))(?=.{2})")
_NOT_DISTRICT = re.compile(r"^[\u4e00-\u9fff]{0,4}(?:小区|社区|校区|园区|景区|城区)")
_LEAST_CORE = 2


class Shop(NamedTuple):
    """A shop's name in its parts, all folded.

    Parameters
    ----------
    name
        The whole name, without notes on former names.
    core
        What is proper to the shop: 利民 in 利民副食店. At least two characters where the name has them.
    suffix
        What the shop is; empty where the name does not say.
    branch
        Which of the shops of one brand it is: a place, or a number; empty for one that is no branch.
    former
        A name it is said to have had; empty where nothing is said.
    district
        A district or county written in front.
    """

    name: str
    core: str
    suffix: str
    branch: str
    former: str
    district: str


def shop(folded: str) -> Shop | None:
    """The parts of a name that is already folded; None for an empty one.

    >>> shop("好邻居便利店(古柳店)")
    Shop(name='好邻居便利店(古柳店)', core='好邻居', suffix='便利店', branch='古柳', former='', district='')
    >>> shop("星湖区李记副食").core
    '李记'
    """
    former, branch, bare = "", "", folded
    for note in _NOTE.findall(folded):
        if found := _FORMER.match(note):
            former = found[1]
        elif found := _PRESENT.match(note):
            former, bare = _NOTE.sub("", bare), found[1]
        elif found := _BRANCH.match(note):
            branch = found[1]
    bare = _FORMER_FRONT.sub("", _NOTE.sub("", bare)).strip("-.,:·/")
    if not bare:
        return None
    name = f"{bare}({branch}店)" if branch else bare
    district = "" if _NOT_DISTRICT.match(bare) else (found[0] if (found := _DISTRICT.match(bare)) else "")
    rest = bare[len(district) :]
    if not branch:
        rest, branch = _branch_at_end(rest)
    core, suffix = _split(rest)
    return Shop(name, core, suffix, branch, former, district)


def _branch_at_end(text: str) -> tuple[str, str]:
    if (found := _BRANCH_TAIL.search(text)) and len(text) - len(found[1]) > _LEAST_CORE + 2:
        return text[: found.start(1)], found[1]
    if (found := _NUMBERED.search(text)) and found.start() >= _LEAST_CORE:
        from xingke.identity.chinese.characters import chinese_number

        return text[: found.start()] + ("店" if found[1] else ""), chinese_number(found[1] or found[2])
    return text, ""


def _split(text: str) -> tuple[str, str]:
    """Words of trade and of place are taken off the end while two characters stay in front; single characters only as the very last."""
    end, least = len(text), 1
    while True:
        sizes = range(min(_LONGEST, end - _LEAST_CORE), least - 1, -1)
        size = next((size for size in sizes if text[end - size : end] in _WORDS), 0)
        if not size:
            return text[:end], text[end:]
        end, least = end - size, 2
