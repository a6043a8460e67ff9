"""What the values of a column look like, counted on a sample."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xingke.sources.mapping import cleaning
from xingke.sources.mapping.cleaning import BLANKS, Refused

SAMPLE_ROWS = 2_000
UNIT = re.compile(r"^[+-]?[\d,.]+\s*([^\d\s,.%:/\-]{1,3})$")
PATTERNS = {
    "mobile": re.compile(r"^1[3-9]\d{9}$"),
    "licence": re.compile(r"^\d{12}$"),
    "uscc": re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$"),
    "id_number": re.compile(r"^\d{17}[\dX]$"),
    "email": re.compile(r"^[\w.+-]+@[\w-]+\.[\w.]+$"),
    "address": re.compile(r"(省|市|区|县|镇|乡|街道|路|街|巷|村|号).*\d*(号|室|弄|栋|楼|铺|旁|村)"),
    "person": re.compile(r"^[\u4e00-\u9fff·]{2,4}(先生|女士)?$"),
    "firm": re.compile(r"(店|超市|商行|商店|便利|烟酒|公司|厂|馆|部|行|中心|百货|批发|经营部|商贸|酒家|餐厅|[Ss]hop|[Ss]tore|Ltd|Inc|LLC)"),
    "integer": re.compile(r"^[+-]?\d{1,9}$"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in numbers.

    Parameters
    ----------
    filled
        Share of cells with something in them, 0..1; the other shares are of those.
    shares
        By kind: the keys of `PATTERNS`, `day`, `clock`, `number`, `text`.
    distinct
        Different values by filled cells, 0..1.
    units
        Units behind quantities, the most frequent first.
    day_form
        `ymd`, or `dmy` or `mdy` where every day with the year behind leaves no other reading.
    """

    name: str
    filled: float
    distinct: float
    shares: dict[str, float]
    units: tuple[str, ...]
    day_form: str
    samples: tuple[str, ...]

    def share(self, kind: str) -> float:
        """Share of the filled cells that look like this."""
        return self.shares.get(kind, 0.0)


def profile_of(name: str, cells: Sequence[str | None]) -> Profile:
    """Look at the cells of one column."""
    filled = [unicodedata.normalize("NFKC", cell).strip() for cell in cells if cell and cell.strip().casefold() not in BLANKS]
    total = len(filled) or 1
    counted: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for text in filled:
        counted.update(kind for kind, pattern in PATTERNS.items() if pattern.search(text.replace("-", "") if kind == "mobile" else text))
        counted["number"] += _reads(cleaning.number, text)
        is_day = _reads(cleaning.day, text)
        counted["day"] += is_day
        counted["clock"] += bool(is_day and re.search(r"\d[:时点]\d", text))
        if unit := UNIT.match(text):
            units[unit[1]] += 1
    form = _form(filled)
    if form != "ymd":
        counted["day"] = sum(bool(cleaning.OTHER_DAY.match(text.split(" ")[0])) for text in filled)
    shares = {kind: count / total for kind, count in counted.items()}
    seen = tuple(dict.fromkeys(filled))
    return Profile(
        name=name,
        filled=len(filled) / (len(cells) or 1),
        distinct=len(set(filled)) / total,
        shares=shares,
        units=tuple(unit for unit, _ in units.most_common()) if sum(units.values()) * 50 > total else (),
        day_form=form,
        samples=seen[:5],
    )


def _reads(how: Callable[[str], object], text: str) -> bool:
    try:
        return how(text) is not None
    except Refused:
        return False


def _form(filled: Sequence[str]) -> str:
    found = [cleaning.OTHER_DAY.match(text.split(" ")[0]) for text in filled]
    days = [(int(one[1]), int(one[2])) for one in found if one]
    if len(days) * 2 < len(filled) or not days:
        return "ymd"
    if any(first > 12 for first, _ in days) and all(second <= 12 for _, second in days):
        return "dmy"
    if any(second > 12 for _, second in days) and all(first <= 12 for first, _ in days):
        return "mdy"
    return "ymd"
