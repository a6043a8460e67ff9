"""Names of shops, by format."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names.text import Texts, picked

CORES = (
    "鑫源", "宏达", "福满", "顺发", "永兴", "利民", "便民", "惠民", "旺达", "金泰", "华盛", "万家", "百姓", "富康", "祥和", "聚鑫",
    "恒丰", "广源", "兴隆", "吉祥", "如意", "春晖", "佳乐", "乐家", "佰汇", "诚信", "友谊", "和顺", "长青", "四季", "东升", "新世纪",
    "天天", "家家", "开心", "阳光", "星光", "明珠", "红运", "鸿运", "宝丰", "德利", "源丰", "盛源", "昌盛", "同福", "安康", "永利",
    "金谷", "玉带", "迎客", "迎春", "喜盈门", "五福", "百顺", "千禧", "顺意", "宜佳", "亿家", "全家旺", "邻里", "街坊", "老地方", "十字口",
    "桥头", "河边", "大树下", "老槐树", "新街口", "东头", "西门", "校前", "站前", "车站", "村口", "路口", "小两口", "姐妹", "兄弟", "老乡",
)  # fmt: skip
CHAINS = ("好邻居", "每日有", "星选", "喜临", "佳满多", "顺路来", "小满", "左右间", "灯火", "有灯")
"""Chains of invented names, for convenience stores and supermarkets."""

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "grocery": ("副食店", "食杂店", "副食", "商店", "小卖部", "经营部", "百货店", "杂货店", "代销店", "南杂店"),
    "convenience": ("便利店", "便利超市", "便民店", "小超市", "便利"),
    "supermarket": ("超市", "购物超市", "生活超市", "购物中心", "平价超市"),
    "department_store": ("商场", "百货", "购物广场", "百货商场"),
    "tobacco_shop": ("烟酒店", "烟酒行", "名烟名酒", "烟酒商行", "烟酒专卖"),
    "liquor_store": ("酒行", "酒业", "名酒坊", "酒水批发部"),
    "drug_store": ("药店", "大药房", "药房"),
    "wholesale_club": ("仓储超市", "批发城", "量贩"),
    "producer": ("商贸", "贸易行", "经销部"),
    "entertainment": ("餐馆", "饭店", "酒楼", "棋牌室", "宾馆", "农家乐"),
    "other": ("经营部", "服务部", "商行", "加油站便利点", "报刊亭", "门市部"),
}
"""What a shop calls itself, by format; the first is the commonest."""

_WITH_CHAINS = ("convenience", "supermarket")


def shops(draw: np.random.Generator, owner_names: Texts, formats: Texts, places: Texts) -> Texts:
    """A name for every shop.

    Parameters
    ----------
    owner_names
        Names of the owners, surname first: some shops carry the surname (李记副食), some the given name.
    formats
        Codes of the packs' words: grocery, convenience, tobacco_shop ...; an unknown one counts as other.
    places
        A short name of the place (`places_of` an address); may be empty.

    Returns
    -------
    Texts
        Not distinct: many streets have a 利民副食店.
    """
    count = owner_names.size
    kind, core, suffix, chain = draw.random((4, count))
    initial = np.array([name[0] for name in owner_names.tolist()], dtype=object)
    given = np.array([name[1:] if len(name) > 2 else name for name in owner_names.tolist()], dtype=object)
    cores = picked(CORES, core)
    # 46 % a lucky word, 14 % surname and 记, 8 % the given name, 12 % the place and a word, the rest a chain or a lucky word
    front = np.select([kind < 0.46, kind < 0.60, kind < 0.68, kind < 0.80], [cores, initial + "记", given, places + cores], default=cores)
    names = front + _suffixes(formats, suffix)
    in_chain = (kind >= 0.80) & np.isin(formats, _WITH_CHAINS)
    branch = np.where(places == "", "", "(" + places + "店)")
    return np.asarray(np.where(in_chain, picked(CHAINS, chain) + _suffixes(formats, suffix * 0.3) + branch, names), dtype=object)


def _suffixes(formats: Texts, uniform: NDArray[np.float64]) -> Texts:
    chosen = picked(SUFFIXES["other"], uniform)
    for code, words in SUFFIXES.items():
        weights = [1.0 / (place + 1) for place in range(len(words))]
        chosen = np.where(formats == code, picked(words, uniform, weights=weights), chosen)
    return np.asarray(chosen, dtype=object)
