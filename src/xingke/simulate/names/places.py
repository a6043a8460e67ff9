"""Counties, towns and streets of 星城, and addresses in them."""

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names.text import Texts, numbers, picked, texts

CITY = "星城市"
COUNTIES: tuple[tuple[str, str], ...] = (
    ("xinghu", "星湖区"),
    ("langshui", "朗水县"),
    ("dongping", "东屏县"),
    ("qingyan", "青砚县"),
    ("heyang", "鹤阳县"),
    ("luoxi", "珞溪县"),
    ("yunfeng", "云枫县"),
)
"""Slug and name of the county branches, the largest first: 28.2, 14.6, 13.0, 11.9, 11.7, 11.6 and 9.0 % of outlets."""

AREA_CODES: tuple[str, ...] = ("990102", "990121", "990122", "990123", "990124", "990125", "990126")
"""Six digits a county, as they begin a licence number. No province has 99."""

TOWNS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("xingtan", "星潭街道"), ("hubin", "湖滨街道"), ("zhongtai", "钟台街道"), ("guliu", "古柳街道"), ("beiguan", "北关街道"),
        ("nanmen", "南门桥街道"), ("xiyuan", "西苑街道"), ("keji", "科创街道"), ("liantang", "莲塘镇"), ("shigu", "石鼓岭镇"),
        ("baiyang", "白杨渡镇"), ("taoxi", "桃溪乡"),
    ),
    (
        ("langzhou", "朗洲街道"), ("shuidong", "水东街道"), ("chengguan", "朗城关镇"), ("hekou", "双河口镇"), ("matou", "老码头镇"),
        ("liushu", "柳树湾镇"), ("gaoqiao", "高桥铺镇"), ("dusong", "独松镇"), ("shuangta", "双塔镇"), ("yangjia", "杨家畈镇"),
        ("huangni", "黄泥坡乡"), ("xiaolang", "小朗乡"),
    ),
    (
        ("pingshan", "屏山街道"), ("dongmen", "东门街道"), ("pingyang", "屏阳镇"), ("tiebei", "铁碑铺镇"), ("zhuyuan", "竹园坝镇"),
        ("sanhe", "三合场镇"), ("shiqiao", "石桥头镇"), ("jiulong", "九垄镇"), ("meiling", "梅子岭镇"), ("changtang", "长塘镇"),
        ("luohan", "罗汉坪乡"), ("pinghou", "屏后乡"),
    ),
    (
        ("yantai", "砚台街道"), ("mochi", "墨池街道"), ("qingquan", "青泉镇"), ("songlin", "松林坳镇"), ("wayao", "瓦窑镇"),
        ("banqiao", "板桥冲镇"), ("longmen", "龙门滩镇"), ("fushan", "伏山镇"), ("dahe", "大河沿镇"), ("yingpan", "营盘镇"),
        ("shibei", "石碑乡"), ("mugu", "木鼓乡"),
    ),
    (
        ("hezhou", "鹤洲街道"), ("chaoyang", "朝阳坊街道"), ("heming", "鹤鸣镇"), ("baita", "白塔河镇"), ("xinzhuang", "新庄铺镇"),
        ("yuzui", "鱼嘴镇"), ("jinji", "金鸡滩镇"), ("wanfu", "万福场镇"), ("guangping", "广坪镇"), ("lihe", "梨河镇"),
        ("shuanglin", "双林乡"), ("maoping", "茅坪乡"),
    ),
    (
        ("luocheng", "珞城街道"), ("xinan", "溪南街道"), ("luokou", "珞口镇"), ("chating", "茶亭镇"), ("yanjing", "盐井坝镇"),
        ("shanmu", "杉木桥镇"), ("huashi", "花石镇"), ("qiaotou", "桥头堡镇"), ("danjiang", "丹江铺镇"), ("liujia", "刘家渡镇"),
        ("yunpan", "云盘乡"), ("xiaoxi", "小溪乡"),
    ),
    (
        ("fengye", "枫叶街道"), ("yunting", "云亭街道"), ("fengxi", "枫溪镇"), ("daping", "大坪镇"), ("gaoshan", "高山铺镇"),
        ("lengshui", "冷水井镇"), ("ganzi", "柑子园镇"), ("xianglu", "香炉镇"), ("tangfang", "糖房镇"), ("heishi", "黑石镇"),
        ("muyu", "木鱼乡"), ("fengling", "枫岭乡"),
    ),
)  # fmt: skip
"""Slug and name of twelve streets and towns a county, streets (街道) first."""

ROADS = (
    "人民路", "建设路", "解放路", "和平路", "新华路", "文化路", "胜利路", "中心街", "幸福路", "星光大道", "振兴路", "滨河路",
    "迎宾路", "工农路", "东风路", "学府路", "站前路", "商业街", "老街", "环城路", "青年路", "朝晖路", "兴业路", "富民路",
    "锦绣路", "春晓路", "健康巷", "米市巷", "桂花巷", "柳荫巷", "酒坊巷", "染坊街", "桥西街", "河东街", "南正街", "北正街",
)  # fmt: skip
HAMLETS = ("湾", "庄", "坪", "沟", "冲", "坝", "岗", "营", "铺", "塘", "坡", "寨")
FAMILIES = ("李家", "王家", "张家", "陈家", "周家", "何家", "罗家", "杨家", "赵家", "吴家", "胡家", "彭家", "大", "小", "上", "下", "老")
_STREET, _SUFFIX = "街道", "街道|镇|乡"
_URBAN_IN_TOWN = 0.35
"""Share of urban outlets of a county that lie in a town and not in a street (街道)."""


def market_departments(county_index: int, count: int) -> list[tuple[str, str]]:
    """Slug and name of a county's market departments (市场部), each named for a town; beyond twelve they are numbered."""
    towns = TOWNS[county_index]
    names = []
    for place in range(count):
        (slug, town), turn = towns[place % len(towns)], place // len(towns)
        short = town.removesuffix(_STREET).removesuffix("镇").removesuffix("乡")
        names.append((f"{slug}{turn + 1}" if turn else slug, f"{short}{f'第{turn + 1}' if turn else ''}市场部"))
    return names


def streets(draw: np.random.Generator, count: int) -> Texts:
    """Names of roads, with repetition: every county has its 人民路."""
    return picked(ROADS, draw.random(count), weights=[1.0 / (place + 6) for place in range(len(ROADS))])


def addresses(draw: np.random.Generator, county_index: NDArray[np.integer], is_rural: NDArray[np.bool_]) -> Texts:
    """An address for every outlet: county, town, and road with number, or village with group and number.

    Parameters
    ----------
    county_index
        Place in `COUNTIES`.
    is_rural
        Rural outlets lie in villages of towns; urban ones on roads, most of them in streets (街道).
    """
    count = county_index.size
    uniform = draw.random((8, count))
    town = _towns(county_index, is_rural, uniform[0], uniform[1])
    house = numbers(1 + (uniform[2] ** 1.7 * 320).astype(np.int64)) + "号"
    annex = np.where(uniform[3] < 0.08, "附" + numbers(1 + (uniform[4] * 9).astype(np.int64)) + "号", "")
    road = streets(draw, count) + house + annex
    group = numbers(1 + (uniform[5] * 12).astype(np.int64)) + "组"
    village = picked(FAMILIES, uniform[6]) + picked(HAMLETS, uniform[7]) + "村" + group + house
    return np.asarray(texts([name for _, name in COUNTIES])[county_index] + town + np.where(is_rural, village, road), dtype=object)


def _towns(county_index: NDArray[np.integer], is_rural: NDArray[np.bool_], kind: NDArray[np.float64], which: NDArray[np.float64]) -> Texts:
    names = np.array([[name for _, name in towns] for towns in TOWNS], dtype=object)
    streets_of = np.array([sum(name.endswith(_STREET) for _, name in towns) for towns in TOWNS])[county_index]
    in_town = is_rural | ((kind < _URBAN_IN_TOWN) & (county_index > 0))
    first = np.where(in_town, streets_of, 0)
    size = np.where(in_town, names.shape[1] - streets_of, streets_of)
    return np.asarray(names[county_index, first + np.minimum((which * size).astype(np.int64), size - 1)], dtype=object)


def places_of(addresses_: Texts) -> Texts:
    """The town of every address without its kind (双河口镇 reads 双河口), as shops are called after it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pa.array(addresses_, pa.string()), rf"^.{{2}}[区县](?P<town>.+?)(?:{_SUFFIX})")
    return np.asarray(pc.fill_null(pc.struct_field(found, "town"), "").to_numpy(zero_copy_only=False), dtype=object)
