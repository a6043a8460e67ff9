"""Records of made-up outlets in four systems, three in ten of them written down a second time by somebody in a hurry."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

COPIES = 0.3
"""Second records of each hundred outlets."""

_SHOP = np.array(
    list(
        "鑫源福顺达利旺发隆盛兴泰安康佳美乐购惠民百家万客来好又多金玉满堂红星宏远东方永和平吉祥如意华丰裕德信诚义仁聚友缘喜春秋天龙凤祥云海江河湖山林森园城乡村"
    ),
    dtype=object,
)
_ENDING = np.array(["商店", "超市", "便利店", "烟酒商行", "副食店", "食杂店", "烟酒店", "小卖部", "商行", "百货店"], dtype=object)
_SURNAME = np.array(
    list(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    ),
    dtype=object,
)
_GIVEN = np.array(
    list(
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文辉力志飞鹏斌海波凯婷雪琳晨欣怡佳宇浩然子轩雨涵梓博思远国庆春梅兰菊莲荣发财贵富祥瑞林森山川江河"
    ),
    dtype=object,
)
_SOUND = dict(zip("伟芳丽强军杰明红华辉志鑫福顺利兴佳惠", "炜方莉墙君洁铭虹花晖智新富舜力星家慧", strict=True))
_ROAD = np.array(
    list(
        "人民解放中山建设和平新华胜利光明长江黄河朝阳东风育才文化学府金沙银杏桃源梅岭兰亭竹园松柏枫林芙蓉湘江滨河湖滨青年工农兵团结友谊迎宾站前"
    ),
    dtype=object,
)
_ROAD_KIND = np.array(["路", "街", "大道", "东路", "西路", "北街"], dtype=object)
_COPY_SYSTEMS = np.array(["crm", "pos", "logistics"], dtype=object)
ROADS_IN_COUNTY = 60
COUNTIES = 400
FIRST_PHONE, PHONES = 13_000_000_000, 7_000_000_000


@dataclass(frozen=True, slots=True)
class MadeRecords:
    """Records in intake form, and which outlet each one is."""

    table: pa.Table
    entity: Ints


def made_records(rows: int, *, seed: int) -> MadeRecords:
    """So many records of `rows / 1.3` outlets; the same seed gives the same records.

    A copy has one to three slips: another phone or one digit off, the ending of the name left out or another one, a character that sounds
    the same, a masked owner, no licence or two digits swapped, the county or the number left out.
    """
    draw = np.random.default_rng(seed)
    outlets = int(rows / (1 + COPIES))
    first = _outlets(outlets, draw)
    chosen = np.sort(draw.choice(outlets, rows - outlets, replace=False))
    copied = {name: values[chosen] for name, values in first.items()} | {"system": _pick(_COPY_SYSTEMS, len(chosen), draw)}
    copies = _slips(copied, draw)
    entity = np.concatenate([np.arange(outlets), chosen])
    order = draw.permutation(rows)
    columns = {name: np.concatenate([first[name], copies[name]])[order] for name in first}
    return MadeRecords(_table(columns), entity[order])


def new_records(made: MadeRecords, count: int, *, seed: int) -> MadeRecords:
    """So many further records of outlets that are known, each with slips of its own."""
    draw = np.random.default_rng(seed)
    chosen = draw.choice(made.table.num_rows, count, replace=False)
    parts = made.table.take(chosen).to_pydict()
    columns = {name: np.array(parts[name], dtype=object) for name in ("name", "owner_name", "phone", "licence_no", "address")}
    columns["system"] = np.full(count, "crm", dtype=object)
    return MadeRecords(_table(_slips(columns, draw)), made.entity[chosen])


def _outlets(count: int, draw: np.random.Generator) -> dict[str, Texts]:
    codes, names = (np.array(part, dtype=object) for part in zip(*_counties(), strict=True))
    county = draw.integers(0, len(codes), count)
    core = _pick(_SHOP, count, draw) + _pick(_SHOP, count, draw) + np.where(draw.random(count) < 0.4, _pick(_SHOP, count, draw), "")
    road_seed = county * ROADS_IN_COUNTY + draw.integers(0, ROADS_IN_COUNTY, count)
    road = _ROAD[(road_seed * 7919) % len(_ROAD)] + _ROAD[(road_seed * 104729 + 13) % len(_ROAD)] + _ROAD_KIND[road_seed % len(_ROAD_KIND)]
    serial = draw.permutation(count)
    return {
        "system": np.full(count, "ordering", dtype=object),
        "name": core + _pick(_ENDING, count, draw),
        "owner_name": _pick(_SURNAME, count, draw)
        + _pick(_GIVEN, count, draw)
        + np.where(draw.random(count) < 0.6, _pick(_GIVEN, count, draw), ""),
        "phone": _numbers(FIRST_PHONE + draw.integers(0, PHONES, count)),
        "licence_no": _numbers(codes[county].astype(np.int64) * 1_000_000 + 100_000 + serial % 99_990 + 1),
        "address": names[county] + road + _numbers(draw.integers(1, 500, count)) + "号",
    }


def _counties() -> list[tuple[str, str]]:
    """Codes of counties, and their names behind their city's."""
    lines = files("xingke.identity.chinese").joinpath("divisions.txt").read_text(encoding="utf-8").splitlines()
    named = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    counties = [code for code in named if len(code) == 6 and code[:4] in named]
    return [(code, named[code[:4]] + named[code]) for code in counties[:: max(len(counties) // COUNTIES, 1)]]


def _slips(columns: dict[str, Texts], draw: np.random.Generator) -> dict[str, Texts]:
    count = len(columns["name"])
    found = dict(columns)
    slips = {
        "phone": (_other_phone, _one_digit_off, _gone),
        "name": (_other_ending, _same_sound),
        "owner_name": (_masked, _same_sound, _gone),
        "licence_no": (_gone, _swapped_digits),
        "address": (_no_number, _no_county),
    }
    for _ in range(3):
        field = draw.integers(0, len(slips), count)
        happens = draw.random(count) < 0.65
        for place, (name, kinds) in enumerate(slips.items()):
            kind = draw.integers(0, len(kinds), count)
            for number, change in enumerate(kinds):
                rows = np.flatnonzero(happens & (field == place) & (kind == number))
                found[name] = found[name].copy()
                found[name][rows] = [change(text, draw) if text else text for text in found[name][rows]]
    return found


def _other_phone(_text: str, draw: np.random.Generator) -> str:
    return str(FIRST_PHONE + int(draw.integers(0, PHONES)))


def _one_digit_off(text: str, draw: np.random.Generator) -> str:
    place = int(draw.integers(3, 11))
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


def _gone(_text: str, _draw: np.random.Generator) -> None:
    return None


def _other_ending(text: str, draw: np.random.Generator) -> str:
    core = next((text.removesuffix(ending) for ending in _ENDING if text.endswith(ending)), text)
    return core + ("" if draw.random() < 0.4 else str(draw.choice(_ENDING)))


def _same_sound(text: str, _draw: np.random.Generator) -> str:
    return next((text.replace(mark, other, 1) for mark, other in _SOUND.items() if mark in text[:3]), text)


def _masked(text: str, _draw: np.random.Generator) -> str:
    return text[0] + "*" * (len(text) - 1)


def _swapped_digits(text: str, draw: np.random.Generator) -> str:
    place = int(draw.integers(6, len(text) - 1))
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _no_number(text: str, _draw: np.random.Generator) -> str:
    return text.rstrip("0123456789号")


def _no_county(text: str, _draw: np.random.Generator) -> str:
    places = [text.find(mark) for mark in "区县市旗" if mark in text]
    return text[min(places) + 1 :] if places else text


def _pick(choices: Texts, count: int, draw: np.random.Generator) -> Texts:
    found: Texts = choices[draw.integers(0, len(choices), count)]
    return found


def _numbers(values: Ints) -> Texts:
    found: Texts = pc.cast(pa.array(values), pa.string()).to_numpy(zero_copy_only=False)
    return found


def _table(columns: dict[str, Texts]) -> pa.Table:
    rows = len(columns["name"])
    source = {"source_id": pa.array(np.arange(rows)).cast(pa.string())}
    return pa.table({**source, **{name: pa.array(values, pa.string()) for name, values in columns.items()}})
