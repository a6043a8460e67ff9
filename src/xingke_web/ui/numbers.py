"""Numbers, money, dates and masks as people read them: one set for templates, charts, tables and exports.

Every function takes the language, so that a background export and a page agree; the template filters pass the active one.
A missing value reads `—`. The minus sign is U+2212. Chinese counts use 万 and 亿, English ones K, M and B.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language

from xingke.privacy import masks
from xingke.words import Language

Number = int | float | Decimal
MISSING: Final = "—"
MINUS: Final = "\u2212"
HIDDEN_BELOW: Final = 5
_WIDE: Final = Context(prec=400)  # any float has its digits before the point; the default of 28 refuses large ones
WAN, YI = Decimal(10_000), Decimal(100_000_000)
_CURRENCY_ZH: Final = {"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元", "GBP": "英镑"}
_CURRENCY_SIGN: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "¥", "GBP": "£"}
_QUARTER_ZH: Final = "一二三四"


def active_language() -> Language:
    """The language of the page being made."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def is_missing(value: object) -> bool:
    """Whether there is no number to show: None, NaN or infinity."""
    if value is None:
        return True
    return isinstance(value, float | Decimal) and not math.isfinite(value)


def fixed(value: Number | None, digits: int = 0) -> str:
    """A number with thousands separators and fixed decimals, rounded half up."""
    if value is None or is_missing(value):
        return MISSING
    return _signed_text(_rounded(_decimal(value), digits), digits)


def count(value: Number | None, language: Language) -> str:
    """A count: `9,842`, `1.24 万`, `128.6 万`, `3.42 亿`; in English `9,842`, `12.4K`, `1.29M`, `3.42B`."""
    if value is None or is_missing(value):
        return MISSING
    number = _decimal(value)
    digits = 0 if number == number.to_integral_value() or abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    return _scaled(number, language, plain_digits=digits)


def hidden_count(value: int | None, language: Language, least: int = HIDDEN_BELOW) -> str:
    """A count of people that is not told below `least`: `＜5`."""
    if value is not None and 0 < value < least:
        return f"＜{least}" if language == "zh" else f"<{least}"
    return count(value, language)


def percent(share: Number | None, digits: int = 1) -> str:
    """A share in 0..1 as a percentage: `75.3%`."""
    if share is None or is_missing(share):
        return MISSING
    return f"{fixed(_decimal(share) * 100, digits)}%"


def points(difference: Number | None, language: Language, digits: int = 1) -> str:
    """The difference of two shares, always signed: `+1.8 个百分点`, `+1.8 pp`."""
    if difference is None or is_missing(difference):
        return MISSING
    unit = "个百分点" if language == "zh" else "pp"
    return f"{signed(_decimal(difference) * 100, digits)} {unit}"


def signed(value: Number | None, digits: int = 0) -> str:
    """A number with its sign; a difference that rounds to zero has none."""
    if value is None or is_missing(value):
        return MISSING
    rounded = _rounded(_decimal(value), digits)
    return ("+" if rounded > 0 else "") + _signed_text(rounded, digits)


def signed_percent(change: Number | None, digits: int = 1) -> str:
    """A relative change, 0.032 for three per cent and a bit, always signed: `+3.2%`."""
    return MISSING if change is None or is_missing(change) else f"{signed(_decimal(change) * 100, digits)}%"


def ratio(value: Number | None, digits: int = 2) -> str:
    """A return on what was spent: `1 : 1.31`."""
    return MISSING if value is None or is_missing(value) else f"1 : {fixed(value, digits)}"


def money(amount: Number | None, currency: str, language: Language, *, detail: bool = False) -> str:
    """An amount in the unit of account: `36.91 万元`, `$369K`; with `detail` two decimals and no scaling."""
    if amount is None or is_missing(amount):
        return MISSING
    number = _decimal(amount)
    if language == "zh":
        unit = _CURRENCY_ZH.get(currency, currency)
        if detail:
            return f"{fixed(number, 2)} {unit}"
        text = _scaled(number, language, plain_digits=0)
        return f"{text}{unit}" if text[-1] in "万亿" else f"{text} {unit}"
    sign = _CURRENCY_SIGN.get(currency, f"{currency} ")
    text = fixed(number, 2) if detail else _scaled(number, language, plain_digits=0)
    return f"{MINUS}{sign}{text[1:]}" if text.startswith(MINUS) else f"{sign}{text}"


def currency_unit(currency: str, language: Language) -> str:
    """The name of the unit of account, for a heading: `元`, `CNY`."""
    return _CURRENCY_ZH.get(currency, currency) if language == "zh" else currency


def day(value: date | None) -> str:
    """A day, ISO."""
    return MISSING if value is None else value.strftime("%Y-%m-%d")


def stamp(value: datetime | None) -> str:
    """The full local instant, for titles and exports: `2026-10-21 09:14:05`."""
    return MISSING if value is None else _local(value).strftime("%Y-%m-%d %H:%M:%S")


def moment(value: datetime | None, language: Language, now: datetime | None = None) -> str:
    """An instant beside today: `今天 09:14`, `昨天 18:02`, `10-21 09:14`, in other years `2025-10-21`."""
    if value is None:
        return MISSING
    local, today = _local(value), _local(now or timezone.now()).date()
    if local.date() == today:
        return f"{'今天' if language == 'zh' else 'today'} {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"{'昨天' if language == 'zh' else 'yesterday'} {local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"


def week(value: date, language: Language) -> str:
    """The ISO week: `第43周`, `W43`."""
    number = value.isocalendar().week
    return f"第{number}周" if language == "zh" else f"W{number}"


def quarter(value: date, language: Language) -> str:
    """The quarter: `第三季度`, `Q3`."""
    number = (value.month - 1) // 3
    return f"第{_QUARTER_ZH[number]}季度" if language == "zh" else f"Q{number + 1}"


def duration(value: timedelta | None, language: Language) -> str:
    """A length of time in its two largest units: `3 小时 12 分`, `2 天 4 小时`."""
    if value is None:
        return MISSING
    minutes = max(0, round(abs(value).total_seconds() / 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    names = ("天", "小时", "分") if language == "zh" else ("d", "h", "min")
    parts = [f"{amount} {name}" for amount, name in zip((days, hours, rest), names, strict=True) if amount]
    return " ".join(parts[:2]) or f"0 {names[2]}"


def time_left(value: timedelta, language: Language) -> str:
    """Time until a deadline or past it: `剩 35 分`, `已超时 12 分`."""
    text = duration(value, language)
    if value >= timedelta(0):
        return f"剩 {text}" if language == "zh" else f"{text} left"
    return f"已超时 {text}" if language == "zh" else f"{text} overdue"


def mask_phone(value: str) -> str:
    """`138****5621`, a dash for none; the masks themselves are in `xingke.privacy.masks`."""
    return masks.mask_phone(value) if value else MISSING


def mask_licence(value: str) -> str:
    """`3301****8842`, a dash for none."""
    return masks.mask_licence(value) if value else MISSING


def mask_name(value: str) -> str:
    """`王*华`, `J*** S***`, a dash for none."""
    return masks.mask_name(value) if value else MISSING


@dataclass(frozen=True)
class Scale:
    """The one unit of a column or an axis: values are divided by `divisor`; `prefix` goes before the unit's name."""

    divisor: Decimal
    prefix: str
    digits: int

    def text(self, value: Number | None) -> str:
        """A value in this unit, without the unit."""
        return MISSING if value is None or is_missing(value) else fixed(_decimal(value) / self.divisor, self.digits)


def scale_for(values: Iterable[Number | None], language: Language) -> Scale:
    """The unit that suits the largest value, so that a column never mixes 万 and 亿."""
    largest = max((abs(_decimal(value)) for value in values if value is not None and not is_missing(value)), default=Decimal(0))
    steps = ((YI, "亿"), (WAN, "万")) if language == "zh" else ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10_000), "K"))
    for least, prefix in steps:
        if largest >= least:
            return Scale(Decimal(1000) if prefix == "K" else least, prefix, 2)
    return Scale(Decimal(1), "", 0)


Format = Callable[[object, Language, str], str]


def _number(value: object) -> Number | None:
    return value if isinstance(value, int | float | Decimal) else None


FORMATS: Final[dict[str, Format]] = {
    "text": lambda value, language, currency: MISSING if value in (None, "") else str(value),
    "count": lambda value, language, currency: count(_number(value), language),
    "integer": lambda value, language, currency: fixed(_number(value)),
    "decimal1": lambda value, language, currency: fixed(_number(value), 1),
    "decimal2": lambda value, language, currency: fixed(_number(value), 2),
    "percent": lambda value, language, currency: percent(_number(value)),
    "points": lambda value, language, currency: points(_number(value), language),
    "change": lambda value, language, currency: signed_percent(_number(value)),
    "ratio": lambda value, language, currency: ratio(_number(value)),
    "money": lambda value, language, currency: money(_number(value), currency, language),
    "money_detail": lambda value, language, currency: money(_number(value), currency, language, detail=True),
    "day": lambda value, language, currency: day(value) if isinstance(value, date) else MISSING,
    "moment": lambda value, language, currency: moment(value, language) if isinstance(value, datetime) else MISSING,
    "phone": lambda value, language, currency: mask_phone(str(value or "")),
    "licence": lambda value, language, currency: mask_licence(str(value or "")),
    "person": lambda value, language, currency: mask_name(str(value or "")),
}
"""Formats by name; tables, filters and charts say which one a value takes, and charts.js has the numeric ones under the same names."""

NUMERIC_FORMATS: Final = frozenset(
    {"count", "integer", "decimal1", "decimal2", "percent", "points", "change", "ratio", "money", "money_detail"},
)


def format_value(name: str, value: object, language: Language, currency: str = "CNY") -> str:
    """A value in the named format."""
    return FORMATS[name](value, language, currency)


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_WIDE)


def _signed_text(rounded: Decimal, digits: int) -> str:
    return (MINUS if rounded < 0 else "") + f"{abs(rounded):,.{digits}f}"


def _scaled(value: Decimal, language: Language, *, plain_digits: int) -> str:
    size = _rounded(abs(value), plain_digits)
    sign = MINUS if value < 0 and size else ""
    if size < WAN:
        return f"{sign}{size:,.{plain_digits}f}"
    return sign + (_scaled_zh(size) if language == "zh" else _scaled_en(size))


def _scaled_zh(size: Decimal) -> str:
    in_wan = size / WAN
    digits = 2 if _rounded(in_wan, 2) < 100 else 1
    if _rounded(in_wan, digits) < WAN:
        return f"{_rounded(in_wan, digits):,.{digits}f} 万"
    in_yi = size / YI
    digits = 2 if _rounded(in_yi, 2) < 100 else 1
    return f"{_rounded(in_yi, digits):,.{digits}f} 亿"


def _scaled_en(size: Decimal) -> str:
    for divisor, suffix in ((Decimal(1000), "K"), (Decimal(10**6), "M"), (Decimal(10**9), "B")):
        scaled = size / divisor
        digits = 2 if _rounded(scaled, 2) < 10 else 1 if _rounded(scaled, 1) < 100 else 0
        if _rounded(scaled, digits) < 1000 or suffix == "B":
            return f"{_rounded(scaled, digits):,.{digits}f}{suffix}"
    raise AssertionError(size)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value if value.tzinfo else value.replace(tzinfo=UTC))
