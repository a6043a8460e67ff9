"""What the values of a column look like, counted on a sample."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xingke.sources.mapping import cleaning
from xingke.sources.mapping.cleaning import BLANKS, Refused
from xingke.sources.mapping.synonyms import NOT_GIVEN, SURNAMES

SAMPLE_ROWS = 2_000
UNIT = re.compile(r"^[+-]?[\d,.]+\s*([^\d\s,.%:/\-]{1,3})$")
PROVINCES = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])"
PATTERNS = {
    "mobile": re.compile(r"^1[3-9]\d{9}$"),
    "licence": re.compile(rf"^{PROVINCES}\d{{10}}$"),
    "uscc": re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$"),
    "id_number": re.compile(rf"^{PROVINCES}\d{{4}}(19|20)\d{{2}}(0[1-9]|1[0-2])\d{{5}}[\dX]$"),
    "email": re.compile(r"^[\w.+-]+@[\w-]+\.[\w.]+$"),
    "address": re.compile(r"(省|市|区|县|镇|乡|街道|路|街|巷|村|号).*\d*(号|室|弄|栋|楼|铺|旁|村)"),
    "firm": re.compile(r"(店|超市|商行|商店|便利|烟酒|公司|厂|馆|部|行|中心|百货|批发|经营部|商贸|酒家|餐厅|[Ss]hop|[Ss]tore|Ltd|Inc|LLC)"),
    "integer": re.compile(r"^[+-]?\d{1,9}$"),
    "slashed": re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})(?!\d)"),
    "short_day": re.compile(r"^\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?!\d)"),
    "month_day": re.compile(r"^\d{1,2}([-/]\d{1,2}|月\d{1,2}日?)(?![-/\d])"),
}
PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}(先生|女士|小姐)?$")
SHORT_YEARS = range(10, 41)


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in numbers.

    Parameters
    ----------
    filled
        Share of cells with something in them, 0..1; the other shares are of those.
    shares
        By kind: the keys of `PATTERNS`, `day`, `clock`, `number`, `fraction`, `negative`, `person`.
    distinct, different
        Different values by filled cells, 0..1, and how many there are.
    units
        Units behind quantities, the most frequent first.
    day_form, day_doubt
        One of `cleaning.DAY_FORMS`, and the other forms in which the column can be read as well.
    cells
        The cells of the sample without what protects numbers, blank ones as `""`.
    """

    name: str
    filled: float
    distinct: float
    shares: dict[str, float]
    units: tuple[str, ...]
    day_form: str
    samples: tuple[str, ...]
    different: int = 0
    day_doubt: tuple[str, ...] = ()
    cells: tuple[str, ...] = field(default=(), repr=False)

    def share(self, kind: str) -> float:
        """Share of the filled cells that look like this."""
        return self.shares.get(kind, 0.0)

    def numbers(self) -> list[Decimal | None]:
        """The cells of the sample as numbers."""
        return [cleaning.number_or_none(cell) for cell in self.cells]


def profile_of(name: str, cells: Sequence[str | None]) -> Profile:
    """Look at the cells of one column."""
    plain = [_plain(cell) for cell in cells]
    filled = [text for text in plain if text]
    total = len(filled) or 1
    counted: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for text, times in Counter(filled).items():
        for kind in _kinds(text):
            counted[kind] += times
        if unit := UNIT.match(text):
            units[unit[1]] += times
    form, doubt = _form(filled, counted)
    if form != "ymd":
        counted["day"] = sum(_reads(lambda text: cleaning.day(text, form, 2000), text) for text in filled)
    return Profile(
        name=name,
        filled=len(filled) / (len(cells) or 1),
        distinct=len(set(filled)) / total,
        shares={kind: count / total for kind, count in counted.items()},
        units=tuple(unit for unit, _ in units.most_common()) if sum(units.values()) * 50 > total else (),
        day_form=form,
        samples=tuple(dict.fromkeys(filled))[:5],
        different=len(set(filled)),
        day_doubt=doubt,
        cells=tuple(plain),
    )


def is_person(text: str) -> bool:
    """Whether a text is likely the name of a person: a family name, one or two characters behind it."""
    return bool(PERSON.match(text)) and text[0] in SURNAMES and text.removesuffix("先生")[-1] not in NOT_GIVEN


def _plain(cell: str | None) -> str:
    text = cleaning.unprotected(unicodedata.normalize("NFKC", cell).strip()) if cell else ""
    return "" if text.casefold() in BLANKS else text


def _kinds(text: str) -> list[str]:
    found = [kind for kind, pattern in PATTERNS.items() if pattern.search(text.replace("-", "") if kind == "mobile" else text)]
    value = cleaning.number_or_none(text)
    if value is not None:
        found.append("number")
        found += ["fraction"] if value != value.to_integral_value() else []
        found += ["negative"] if value < 0 else []
    elif cleaning.LOST_DIGITS.match(text):
        found.append("number")
    if cleaning.LOST_DIGITS.match(text):
        found.append("damaged")
    if _reads(cleaning.day, text):
        found.append("day")
        if re.search(r"\d[:时点]\d|^\d{10}$|^\d{1,2}\d{11,12}$", text):
            found.append("clock")
    if is_person(text):
        found.append("person")
    return found


def _reads(how: Callable[[str], object], text: str) -> bool:
    try:
        return how(text) is not None
    except Refused:
        return False


def _form(filled: Sequence[str], counted: Counter[str]) -> tuple[str, tuple[str, ...]]:
    """The order of day, month and year that fits the whole column, and others that fit as well."""
    half = len(filled) / 2
    if counted["slashed"] > half or counted["short_day"] > half:
        return _of_three(filled)
    if counted["month_day"] > half and counted["day"] < half:
        return "md", ()
    return "ymd", ()


def _of_three(filled: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    parts = [tuple(int(part) for part in re.split(r"[-/.年月]", text)[:3] if part) for text in map(_day_part, filled) if text]
    triples = [one for one in parts if len(one) == 3]
    if not triples:
        return "ymd", ()
    orders = {"yymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
    years = {form: {one[at[0]] for one in triples} for form, at in orders.items()}
    fits = [
        form
        for form, (year, month, day) in orders.items()
        if all(one[month] in range(1, 13) and one[day] in range(1, 32) and _is_year(one[year]) for one in triples)
        and (form != "yymd" or all(one[0] < 100 for one in triples))
    ]
    if not fits:  # of a column with strays the form that most of it has
        return max(orders, key=lambda form: sum(_fits(one, orders[form]) for one in triples)), ()
    fits.sort(key=lambda form: (len(years[form]), tuple(orders).index(form)))
    return fits[0], tuple(fits[1:])


def _fits(one: tuple[int, ...], order: tuple[int, int, int]) -> bool:
    year, month, day = order
    return one[month] in range(1, 13) and one[day] in range(1, 32) and _is_year(one[year])


def _is_year(value: int) -> bool:
    return value in SHORT_YEARS or value in cleaning.YEARS


def _day_part(text: str) -> str:
    found = re.match(r"^\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}", text)
    return found[0] if found else ""
