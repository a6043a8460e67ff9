"""Names, addresses and days as people write them when nobody checks."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.simulate.dirt.systems import DAY_FORMS
from xingke.simulate.names import CITY
from xingke.simulate.names.shops import SUFFIXES
from xingke.simulate.names.text import Texts, picked

COUNTY = r"^.{2}[区县]"
_TOWN = "(?:街道|镇|乡)"
_SUFFIX_WORDS = sorted({word for words in SUFFIXES.values() for word in words}, key=lambda word: (-len(word), word))
_SUFFIX = rf"(?:{'|'.join(map(re.escape, _SUFFIX_WORDS))})(?:\(.*\))?$"
_LAST_WORD = r"(?:\(.*\)|店|行|部|商行|超市|商店)$"
_LANDMARKS = ("(菜市场旁)", "(学校对面)", "(车站旁)", "(卫生院斜对面)", "一楼", "门面", "(老供销社)")

_REWRITES: tuple[tuple[str, str], ...] = (
    ("^", CITY),
    (COUNTY, ""),
    (rf"^(.{{2}}[区县]).+?{_TOWN}", r"\1"),
    (rf"^(.{{2}}[区县].+?){_TOWN}", r"\1"),
    (r"([0-9]+)号", r"\1#"),
    (r"[0-9]+号(?:附[0-9]+号)?$", "旁"),
    ("街道", "街道办事处"),
)
"""A pattern and what is written in its place: the city in front, no county, no town, no kind of town, another sign, no number ..."""


def arrow(texts: Texts) -> pa.Array:
    """The texts as an Arrow column."""
    return pa.array(texts, pa.string())


def objects(column: pa.Array | pa.ChunkedArray) -> Texts:
    """A text column as Python strings, empty ones where there is none."""
    return np.asarray(pc.fill_null(column.cast(pa.string()), "").to_numpy(zero_copy_only=False), dtype=object)


def shortened(names: Texts, addresses: Texts, uniform: NDArray[np.float64]) -> Texts:
    """Names without their suffix or its last word; where too little is left, and for one in four, with the county in front instead."""
    column = arrow(names)
    bare = objects(pc.replace_substring_regex(column, _SUFFIX, ""))
    shorter = objects(pc.replace_substring_regex(column, _LAST_WORD, ""))
    county = objects(pc.utf8_slice_codeunits(arrow(addresses), 0, 3))
    chosen = np.where(uniform < 0.4, bare, shorter)
    too_short = np.asarray(pc.less(pc.utf8_length(arrow(chosen)), 2)) | (chosen == names) | (uniform > 0.75)
    return np.asarray(np.where(too_short, county + names, chosen), dtype=object)


def rewritten(addresses: Texts, how: NDArray[np.float64], landmark: NDArray[np.float64]) -> Texts:
    """Every address in other words for the same place."""
    column = arrow(addresses)
    forms = [objects(pc.replace_substring_regex(column, pattern, words, max_replacements=1)) for pattern, words in _REWRITES]
    forms.append(addresses + picked(_LANDMARKS, landmark))
    chosen = np.choose(np.minimum((how * len(forms)).astype(np.int64), len(forms) - 1), forms)
    return np.asarray(np.where(chosen == addresses, CITY + addresses, chosen), dtype=object)


def days_written(days: NDArray[np.datetime64], form: NDArray[np.int64]) -> Texts:
    """Every day in one of `DAY_FORMS`."""
    column = pa.array(days.astype("datetime64[D]"), pa.date32())
    written = [objects(pc.replace_substring_regex(pc.strftime(column, format=way), "([/年月])0", r"\1")) for way in DAY_FORMS]
    return np.asarray(np.choose(form, written), dtype=object)
