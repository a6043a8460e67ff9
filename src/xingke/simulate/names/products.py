"""Brands and products of cigarettes that nobody makes."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names.text import Texts, picked, places_in, texts

IN_PROVINCE: tuple[tuple[str, str], ...] = (
    ("星河", "星河中烟"), ("玉塔", "星河中烟"), ("澜江", "星河中烟"), ("鹤汀", "星河中烟"), ("青屏", "星河中烟"), ("枫桥渡", "星河中烟"),
)  # fmt: skip
"""Brand and maker of the province, the largest brand first."""

FROM_OUTSIDE: tuple[tuple[str, str], ...] = (
    ("云岭", "云岭中烟"), ("锦川", "锦川中烟"), ("望舒", "东湾中烟"), ("松涧", "北原中烟"), ("明岳", "明岳中烟"), ("晴岚", "云岭中烟"),
    ("听泉", "锦川中烟"), ("远帆", "东湾中烟"), ("丹岭", "北原中烟"), ("碧潭", "明岳中烟"), ("西岭雪", "锦川中烟"), ("墨竹轩", "南溪中烟"),
    ("朝露", "南溪中烟"), ("雁归", "北原中烟"), ("金穗原", "云岭中烟"), ("枕溪", "南溪中烟"), ("长汀月", "东湾中烟"), ("岚谷", "明岳中烟"),
)  # fmt: skip
"""Brand and maker of other provinces."""

IN_PROVINCE_MAKERS = frozenset(maker for _, maker in IN_PROVINCE)
IN_PROVINCE_SHARE = 0.4
"""Share of products made in the province where the caller does not say which ones are."""

_STYLES = ("", "红", "金", "蓝", "紫", "白", "青", "银", "典藏", "经典", "和悦", "锦绣", "如意", "九号")
_WORDS = {"slim": ("细支",), "medium": ("中支",), "short": ("短支",), "capsule": ("爆珠",), "standard": ("硬", "软")}
_FORMS, _FORM_WEIGHTS = tuple(_WORDS), (0.16, 0.08, 0.03, 0.07, 0.66)


def skus(
    draw: np.random.Generator, count: int, *, in_province: NDArray[np.bool_] | None = None, forms: Texts | None = None
) -> tuple[Texts, Texts, Texts]:
    """Distinct names of products with their brands and makers: 星河(硬), 云岭(软红), 玉塔(细支).

    Parameters
    ----------
    in_province
        Which products are made in the province; drawn where it is not given.
    forms
        Codes of the form (standard, slim, medium, short, capsule), which the name shows; drawn where they are not given.

    Returns
    -------
    tuple
        Names, brands, makers; the maker is in `IN_PROVINCE_MAKERS` exactly where `in_province`.
    """
    home, form, brand = draw.random((3, count))
    at_home = home < IN_PROVINCE_SHARE if in_province is None else in_province
    shapes = picked(_FORMS, form, weights=_FORM_WEIGHTS) if forms is None else forms
    pair = np.where(at_home, _brands(IN_PROVINCE, brand, 0), _brands(FROM_OUTSIDE, brand, len(IN_PROVINCE)))
    every = IN_PROVINCE + FROM_OUTSIDE
    brands, makers = texts([name for name, _ in every])[pair], texts([maker for _, maker in every])[pair]
    return texts(_names(brands.tolist(), shapes.tolist())), brands, makers


def _brands(brands: tuple[tuple[str, str], ...], uniform: NDArray[np.float64], first: int) -> NDArray[np.int64]:
    return places_in(len(brands), uniform, weights=[1.0 / (place + 2) for place in range(len(brands))]) + first


def _names(brands: list[str], forms: list[str]) -> list[str]:
    """The n-th product of a brand and form takes the n-th style; styles used up begin again with a number."""
    seen: Counter[tuple[str, str]] = Counter()
    names = []
    for brand, form in zip(brands, forms, strict=True):
        turn, seen[brand, form] = seen[brand, form], seen[brand, form] + 1
        words = _WORDS[form]
        style, round_ = turn // len(words) % len(_STYLES), turn // (len(words) * len(_STYLES))
        word, extra = words[turn % len(words)], f"{round_ + 1}代" if round_ else ""
        shown = word + _STYLES[style] if form == "standard" else _STYLES[style] + word
        names.append(f"{brand}({shown}{extra})")
    return names
