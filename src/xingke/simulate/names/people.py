"""Names of people, and telephone numbers that belong to nobody."""

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names.text import Texts, numbers, picked, texts

SURNAMES = (
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗",
    "郑", "梁", "谢", "宋", "唐", "许", "韩", "邓", "冯", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余",
    "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚", "沈", "钟", "姜", "崔", "谭", "陆", "范", "汪", "廖",
    "石", "金", "韦", "贾", "夏", "付", "方", "邹", "熊", "白", "孟", "秦", "邱", "侯", "江", "尹", "薛", "闫", "段", "雷",
    "龙", "黎", "史", "陶", "贺", "毛", "郝", "顾", "龚", "邵", "万", "覃", "武", "钱", "戴", "严", "莫", "孔", "向", "常",
)  # fmt: skip
"""The hundred most frequent surnames, the most frequent first."""

SHARED = tuple("文华明平志清玉春林云海秀荣学永国建家庆安宁新光长德福金凤成源")
OF_MEN = tuple("伟强军勇刚涛斌波辉鹏飞龙虎峰松柏杰俊浩宇磊亮东旭兵胜利民生贵财根发旺正义忠诚武彬权振")
OF_WOMEN = tuple("芳娟敏静丽艳霞红梅兰英珍莲琴燕娜婷雪琳慧莉萍玲蓉菊香月巧倩颖洁瑶蕾欣怡妍桂翠淑")
TWO_SYLLABLES = 0.78
"""Share of given names of two syllables."""

PHONE_PREFIXES = ("142", "143")
"""The numbering plan keeps 140 to 144 for machines, whose numbers have thirteen digits: eleven digits behind these ring nobody."""
_NUMBERS_A_PREFIX = 10**8


def people(draw: np.random.Generator, is_female: NDArray[np.bool_]) -> Texts:
    """A name for every person, of two or three characters.

    Parameters
    ----------
    is_female
        One flag a person; most second syllables are of one gender.

    Returns
    -------
    Texts
        Not distinct: as in life, some people share a name.
    """
    uniform = draw.random((5, is_female.size))
    weights = [1.0 / (place + 8) for place in range(len(SURNAMES))]
    gendered = np.where(is_female, picked(OF_WOMEN, uniform[1]), picked(OF_MEN, uniform[1]))
    first = np.where(uniform[2] < 0.7, picked(SHARED, uniform[3]), gendered)
    second = np.where(uniform[2] < 0.9, gendered, picked(SHARED, uniform[1]))
    given = np.where(uniform[4] < TWO_SYLLABLES, first + second, second)
    return np.asarray(picked(SURNAMES, uniform[0], weights=weights) + given, dtype=object)


def phones(draw: np.random.Generator, count: int) -> Texts:
    """Distinct mobile numbers of eleven digits that no subscriber can have."""
    chosen = draw.choice(len(PHONE_PREFIXES) * _NUMBERS_A_PREFIX, size=count, replace=False)
    prefix, rest = np.divmod(chosen.astype(np.int64), _NUMBERS_A_PREFIX)
    return np.asarray(texts(PHONE_PREFIXES)[prefix] + numbers(rest, digits=8), dtype=object)
