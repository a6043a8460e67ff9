"""Characters as they get mixed up: twins in sound or shape, traditional forms, full-width digits."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names.text import Texts

_TWIN_PAIRS = """
鑫新 新鑫 源原 原源 宏鸿 鸿宏 达大 大达 福富 富福 满曼 顺舜 发法 永勇 兴星 星兴 利立 立利 民明 明民 便编 惠慧 慧惠 旺望 金今 泰太
华花 花华 盛胜 胜盛 万千 家佳 佳家 百白 白百 姓性 康慷 祥详 和合 合和 聚巨 恒衡 丰风 广光 光广 隆龙 龙隆 吉极 如茹 意义 义意 春椿
晖辉 辉晖 乐东 诚成 成诚 友有 谊宜 长常 常长 青清 清青 四泗 季记 记纪 东冬 天田 田天 开凯 阳杨 杨阳 珠朱 红洪 运云 云运 宝保 德得
昌冒 同桐 安按 玉王 王玉 迎盈 五伍 亿忆 邻临 河何 何河 树述 西茜 口囗 车东 站占 村材 店点 副付 食实 烟姻 酒洒 超起 市布 商尚 货贷
小晓 卖买 经径 营荣 购构 药约 房坊 饭饮 宾滨 餐参 李季 张章 刘浏 陈程 赵肇 吴武 周邹 徐许 孙荪 马码 胡湖 郭国 林琳 高商 罗萝 郑正
梁粱 谢射 宋末 唐塘 许徐 韩翰 邓登 冯马 曹槽 彭膨 肖萧 董懂 袁原 蔡菜 蒋将 余佘 于千 杜社 叶页 程陈 魏巍 苏肃 丁下 伟纬 强墙 军均
勇永 刚钢 涛滔 斌彬 波坡 鹏朋 杰洁 俊峻 芳方 娟绢 敏闽 静靖 丽莉 艳燕 霞露 英莹 珍真 莲连 琴芹 燕雁 婷亭 雪学 琳林 萍平 平萍 玲铃
蓉容 秀绣 荣蓉 建健 国园 学字 文纹 志治 海梅 宜谊 有友 灯打 每海 日曰 选先 右石 左佐 间问 火伙 农浓 式试 街衔 路洛 谷古 老考 地他
庭廷 带代 校较 前钱 头斗 弟第 妹昧 两俩 乡相 批比 量亮 贩饭 铺浦 城成 医衣 品晶 坊房 业叶 专传 报抱 刊刋 亭停 龚恭 汤场 傅付 郝赫
孟盂 秦泰 侯候 江红 尹伊 薛雪 闫阎 段殷 雷蕾 黎梨 史吏 陶淘 贺贸 毛手 顾固 邵绍 钱线 戴带 严言 莫漠 孔扎 范苑 汪旺 廖寥 石右 韦伟
贾价 夏复 方芳 熊能 梅海 香杳 月用 巧朽 颖影 洁杰 瑶摇 欣新 怡宜 妍研 桂挂 翠萃 淑叔 飞妃 虎唬 峰锋 松忪 浩皓 宇字 磊雷 亮高 旭日
兵宾 生声 贵贯 财材 根跟 正政 忠中 彬斌 振震 庆厌 凤风 心新 仁人 任仕 姚桃 沈沉 钟种 姜美 崔催 谭潭 卢芦 潘番 曾曹 向响 覃谭 汇会
喜善 门们 禧嬉 临林 部步 服伏 务雾 棋琪 牌碑 易意 行形 黄皇 朱珠 吕侣 陆路 付傅 邹周 邱丘 武伍 宁拧 柏伯 权全 兰栏 娜那 莉丽 菊局
倩情 蕾雷
"""
_TRADITIONAL_PAIRS = """
烟煙 达達 满滿 顺順 发發 兴興 华華 万萬 广廣 丰豐 乐樂 谊誼 长長 东東 阳陽 红紅 运運 宝寶 亿億 邻鄰 树樹 车車 汇匯 诚誠 庆慶 龙龍
国國 学學 荣榮 云雲 凤鳳 丽麗 艳艷 兰蘭 莲蓮 伟偉 强強 军軍 刚剛 涛濤 飞飛 鹏鵬 张張 刘劉 陈陳 杨楊 黄黃 赵趙 吴吳 孙孫 马馬 罗羅
郑鄭 谢謝 许許 韩韓 邓鄧 冯馮 肖蕭 叶葉 苏蘇 卢盧 钟鍾 陆陸 贾賈 邹鄒 杂雜 卖賣 货貨 购購 药藥 饭飯 经經 营營 场場 门門 号號 镇鎮
县縣 区區 乡鄉 桥橋 组組 庄莊 湾灣 沟溝 坝壩 岗崗 铺鋪 环環 滨濱 宾賓 业業 韵韻 听聽 鹤鶴 枫楓 双雙 盐鹽 鱼魚 鸡雞 图圖 点點 顾顧
龚龔 钱錢 严嚴 来來 实實 会會 远遠 财財
"""

TWINS: Mapping[str, str] = {pair[0]: pair[1] for pair in _TWIN_PAIRS.split()}
"""A character and one that is typed in its place, for its sound or for its shape."""

TRADITIONAL: Mapping[str, str] = {pair[0]: pair[1] for pair in _TRADITIONAL_PAIRS.split()}
"""Simplified characters and their traditional forms."""

_FULL_WIDTH = ord("０") - ord("0")


def matrix(texts: Texts) -> NDArray[np.uint32]:
    """The code points of the texts, one row a text, filled with zeros on the right."""
    fixed = np.asarray(texts, dtype=np.str_)
    return fixed.view(np.uint32).reshape(fixed.size, fixed.itemsize // 4).copy()


def joined(points: NDArray[np.uint32]) -> Texts:
    """The texts of rows of code points."""
    whole = np.ascontiguousarray(points)
    return np.asarray(whole.view(f"U{whole.shape[1]}").reshape(-1), dtype=object)


@cache
def _table_of(name: str) -> NDArray[np.uint32]:
    table = np.zeros(0x10000, dtype=np.uint32)
    for character, other in {"twins": TWINS, "traditional": TRADITIONAL}[name].items():
        table[ord(character)] = ord(other)
    return table


def _one_of(possible: NDArray[np.bool_], uniform: NDArray[np.float64]) -> NDArray[np.bool_]:
    """One of the possible places of every row, all equally likely; none where none is possible."""
    nth = np.cumsum(possible, axis=1)
    chosen = 1 + np.floor(uniform * nth[:, -1])
    return np.asarray(possible & (nth == chosen[:, None]), dtype=np.bool_)


def with_twin(texts: Texts, uniform: NDArray[np.float64]) -> Texts:
    """One character of every text replaced by its twin; a text without one stays."""
    points = matrix(texts)
    twins = _table_of("twins")[points]
    return joined(np.where(_one_of(twins != 0, uniform), twins, points))


def half_traditional(texts: Texts, uniform: NDArray[np.float64]) -> Texts:
    """At least one character of every text in its traditional form, and each further one with a chance of a half."""
    points = matrix(texts)
    forms = _table_of("traditional")[points]
    bits = (np.floor(uniform * 2.0**30).astype(np.int64)[:, None] >> (np.arange(points.shape[1]) % 30)) & 1
    return joined(np.where((forms != 0) & ((bits == 1) | _one_of(forms != 0, uniform)), forms, points))


def with_wrong_digit(texts: Texts, place: NDArray[np.float64], by: NDArray[np.float64]) -> Texts:
    """One digit of every text replaced by another one."""
    points = matrix(texts)
    digit = points - ord("0")  # unsigned: anything below "0" becomes very large
    other = (digit + 1 + np.floor(by * 9).astype(np.uint32)[:, None]) % 10 + ord("0")
    return joined(np.where(_one_of(digit < 10, place), other.astype(np.uint32), points))


def full_width(texts: Texts) -> Texts:
    """Every digit in its full-width form (１２３)."""
    points = matrix(texts)
    return joined(np.where(points - ord("0") < 10, points + _FULL_WIDTH, points).astype(np.uint32))
