"""One cell at a time: from what people type to the value a column holds. Every function refuses what it cannot read without guessing."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
BLANKS = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "暂无",
        "没有",
        "不详",
        "未知",
        "空",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "nan",
        "#n/a",
        "(空)",
        "(blank)",
    }
)
"""What people write where they have nothing; compared in small letters."""

EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(18_264, 73_051)  # 1950-01-01 to 2099-12-31; a day that far away is a plain number more likely than a day
YEARS = range(1900, 2101)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SPACES = re.compile(r"[\s\u00a0\u200b\u3000\ufeff]+")
FULLWIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
FORMULA = re.compile(r"^(=|[@+\-][A-Za-z_]+[!(|])|^[=+\-@].*\|")
DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
OTHER_DAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
CLOCK = re.compile(
    r"^(上午|下午|晚上|中午|AM|PM)?\s*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?秒?分?\s*(AM|PM)?$", re.IGNORECASE
)
SERIAL = re.compile(r"^(\d{5})(\.\d+)?$")
EPOCH = re.compile(r"^\d{10}(\d{3})?$")
NUMBER = re.compile(r"^[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+)(\.\d*)?(e[+-]?\d{1,2})?$|^[+-]?\.\d+$", re.IGNORECASE)
SIGNS = re.compile(r"^(RMB|CNY|USD|US\$|[¥￥$€£])|(元|圆|块|RMB|CNY)$", re.IGNORECASE)
TIMES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1_000), "百万": Decimal(1_000_000), "k": Decimal(1_000)}
QUANTITY = re.compile(r"^([+-]?[\d,.]+)\s*([^\d\s,.]{1,4})$")
YES = frozenset({"true", "t", "yes", "y", "1", "是", "有", "对", "√", "✓", "开", "启用", "已"})
NO = frozenset({"false", "f", "no", "n", "0", "否", "无", "没有", "不", "×", "x", "✗", "关", "停用", "未"})


MOST_DIGITS = 400
"""A number written longer than this is none of a fact, and reckoning with it takes long."""


class Refused(Exception):
    """A value that does not become what its column holds; `reason` is a code of `xingke.schema.findings`."""

    def __init__(self, reason: str = "wrong_type") -> None:
        super().__init__(reason)
        self.reason = reason


def clean_text(text: str) -> str | None:
    """Trimmed, full-width letters and digits made plain, runs of blanks made one; brackets and punctuation stay as they are.

    Raises
    ------
    Refused
        `undecodable` characters, `control_characters`, a spreadsheet `formula`.
    """
    if "\ufffd" in text:
        raise Refused("undecodable")
    if CONTROL.search(text):
        raise Refused("control_characters")
    plain = SPACES.sub(" ", text).strip().translate(FULLWIDTH)
    if plain.casefold() in BLANKS:
        return None
    if plain[0] in "=+-@" and FORMULA.match(plain):
        raise Refused("formula")
    return plain


def _plain(text: str) -> str | None:
    """For numbers and days: full-width signs as well."""
    cleaned = clean_text(unicodedata.normalize("NFKC", text))
    return None if cleaned is None else cleaned.replace("−", "-").replace("，", ",")


def number(text: str) -> Decimal | None:
    """A number with thousand separators, signs of money, 万 and 亿, per cent, brackets or a minus behind it for a negative one."""
    plain = _plain(text)
    if plain is None:
        return None
    body = plain.replace(" ", "").replace("'", "")
    negative = False
    if len(body) > 2 and body[0] == "(" and body[-1] == ")":
        negative, body = True, body[1:-1]
    if body.endswith("-"):
        negative, body = not negative, body[:-1]
    sign = ""
    if body[:1] in "+-":
        sign, body = body[0], body[1:]
    body = SIGNS.sub("", SIGNS.sub("", body))
    times = Decimal(1)
    if body.endswith("%"):
        times, body = Decimal("0.01"), body[:-1]
    for unit, factor in sorted(TIMES.items(), key=lambda item: -len(item[0])):
        if body.lower().endswith(unit):
            times, body = times * factor, body[: -len(unit)]
            break
    if not NUMBER.match(body) or (sign and body[:1] in "+-"):
        raise Refused
    if len(body) > MOST_DIGITS:
        raise Refused("out_of_bounds")
    try:
        value = Decimal(body.replace(",", "")) * times
    except ArithmeticError as error:
        raise Refused from error
    return -value if negative != (sign == "-") else value


def money(text: str) -> Decimal | None:
    """A number rounded to cents, half up."""
    value = number(text)
    if value is None:
        return None
    if abs(value) >= 10**12:
        raise Refused("out_of_bounds")
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def whole(text: str) -> int | None:
    """A number without a fraction."""
    value = number(text)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Refused
    if abs(value) >= 2**63:
        raise Refused("out_of_bounds")
    return int(value)


def real(text: str) -> float | None:
    """A number that may have a fraction."""
    value = number(text)
    return None if value is None else float(value)


def in_units(text: str, factors: dict[str, Decimal]) -> int | None:
    """A quantity with its unit behind it, in the base unit; without a unit it is in the base unit already."""
    plain = _plain(text)
    if plain is None:
        return None
    matched = QUANTITY.match(plain)
    if not matched:
        return whole(plain)
    factor = factors.get(matched[2])
    if factor is None:
        raise Refused("unit_unknown")
    value = number(matched[1])
    total = Decimal(0) if value is None else value * factor
    if total != total.to_integral_value():
        raise Refused("not_whole")
    return int(total)


def day(text: str, form: str = "ymd") -> date | None:
    """A day in one of the forms people write it, a time behind it left out.

    Parameters
    ----------
    form
        `ymd`, or `dmy` and `mdy` where the file writes the year last; nothing tells those two apart but the file itself.
    """
    plain = _plain(text)
    if plain is None:
        return None
    found = _day(plain, form)
    if found is None and " " in plain.replace("T", " "):
        first, _, rest = plain.replace("T", " ").partition(" ")
        found = _day(first, form) if CLOCK.match(_without_zone(rest)) else None
    if found is None:
        raise Refused
    return found


def _day(text: str, form: str) -> date | None:
    matched = DAY.match(text) or COMPACT.match(text)
    if matched:
        return _real_day(int(matched[1]), int(matched[2]), int(matched[3]))
    other = OTHER_DAY.match(text)
    if other and form in ("dmy", "mdy"):
        first, second, year = int(other[1]), int(other[2]), int(other[3])
        return _real_day(year, second, first) if form == "dmy" else _real_day(year, first, second)
    serial = SERIAL.match(text)
    if serial and int(serial[1]) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(serial[1]))
    return None


def _real_day(year: int, month: int, of_month: int) -> date:
    if year not in YEARS:
        raise Refused("out_of_bounds")
    try:
        return date(year, month, of_month)
    except ValueError as error:
        raise Refused from error


def _without_zone(clock: str) -> str:
    return re.sub(r"(Z|[+-]\d{2}:?\d{2})$", "", clock.strip())


def instant(text: str, form: str = "ymd") -> datetime | None:
    """A day with its time; without a zone it is the time in Shanghai, without a time the beginning of the day."""
    plain = _plain(text)
    if plain is None:
        return None
    if EPOCH.match(plain):
        return datetime.fromtimestamp(int(plain[:10]), UTC)
    serial = SERIAL.match(plain)
    if serial and serial[2] and int(serial[1]) in SERIALS:
        start = datetime.combine(EXCEL_EPOCH, datetime.min.time(), BUSINESS_ZONE)
        return (start + timedelta(days=int(serial[1]), seconds=round(float(serial[2]) * 86_400))).astimezone(UTC)
    spaced = re.sub(r"^(\d{4}-\d{2}-\d{2})T", r"\1 ", plain)
    first, _, rest = spaced.partition(" ")
    on = _day(first, form)
    if on is None:
        raise Refused
    if not rest:
        return datetime.combine(on, datetime.min.time(), BUSINESS_ZONE).astimezone(UTC)
    return _at(on, rest)


def _at(on: date, rest: str) -> datetime:
    zone = re.search(r"(Z|[+-]\d{2}:?\d{2})$", rest)
    clock = CLOCK.match(_without_zone(rest))
    if clock is None:
        raise Refused
    half = (clock[1] or clock[5] or "").upper()
    hour, minute, second = int(clock[2]), int(clock[3]), int(clock[4] or 0)
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    if half in ("上午", "AM") and hour == 12:
        hour = 0
    try:
        if zone:
            text = f"{on.isoformat()}T{hour:02d}:{minute:02d}:{second:02d}{zone[1].replace('Z', '+00:00')}"
            return datetime.fromisoformat(text).astimezone(UTC)
        return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=BUSINESS_ZONE).astimezone(UTC)
    except ValueError as error:
        raise Refused from error


def flag(text: str) -> bool | None:
    """Yes or no, in either language or as a mark."""
    low = SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if low in YES:
        return True
    if low in NO:
        return False
    if low in BLANKS:
        return None
    raise Refused("not_a_choice")


MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^(0\d{9,11}|[2-9]\d{6,7}|400\d{7}|800\d{7}|95\d{3,4})$")


def phone(text: str) -> str | None:
    """The first number of the cell, digits only, without the country code of China.

    Raises
    ------
    Refused
        `not_a_phone`: neither a mobile nor a landline number; a number in scientific notation has lost its last digits.
    """
    plain = _plain(text)
    if plain is None:
        return None
    first = re.split(r"[/,;、|]| 或 ", plain)[0]
    digits = re.sub(r"[\s\-().]", "", first)
    if re.fullmatch(r"\d(\.\d+)?e\+?\d{2}", first, re.IGNORECASE):
        digits = f"{Decimal(first):f}" if len(first.split(".")[-1].lower().split("e")[0]) >= 10 else ""
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if MOBILE.match(digits) or LANDLINE.match(digits):
        return digits
    raise Refused("not_a_phone")


def code(text: str) -> str | None:
    """A number that is a name, such as a licence: no blanks, capital letters, the point and zero of a spreadsheet taken off."""
    plain = _plain(text)
    if plain is None:
        return None
    return re.sub(r"^(\d+)\.0+$", r"\1", plain.lstrip("'")).replace(" ", "").upper()
