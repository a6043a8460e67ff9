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
DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)(?:\s*([日号]))?")
SHORT_DAY = re.compile(r"^(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)(?:\s*([日号]))?")
MONTH_DAY = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)(?:\s*([日号]))?")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})()(?:\.0+)?(?!\S)")
OTHER_DAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
NAMED_DAY = re.compile(r"^(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[-, ]+(\d{4}|\d{2})(?!\d)")
LONG_DAY = re.compile(r"^[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) (\d{1,2}:\d{2}:\d{2})(?: [A-Z]{3,4}([+-]\d{2}:?\d{2})?)? (\d{4})$")
"""How Java writes a time; its zone `CST` is China's in a Chinese file."""

MONTHS = {name: place for place, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
WEEKDAY = re.compile(r"[(\[]?(星期|礼拜|周)[一二三四五六日天][)\]]?|^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,\s*", re.IGNORECASE)
HALF_IN_FRONT = re.compile(r"^(上午|下午|晚上|中午)\s*(?=\d{4})")
CLOCK = re.compile(
    r"^(上午|下午|晚上|中午|凌晨|AM|PM)?\s*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](\d{1,2})(?:[.,]\d+)?)?)?秒?分?\s*(AM|PM)?$", re.IGNORECASE
)
ZONE = re.compile(r"\s*(Z|UTC|GMT|CST|[+-]\d{2}(?::?\d{2})?)$")
SERIAL = re.compile(r"^(\d{5})(\.\d+)?$")
EPOCH = re.compile(r"^(\d{10})(\d{3})?$")
STAMP = re.compile(r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$")
STAMP_YEARS = range(1990, 2101)
SHORT_YEARS_FROM = 70
"""Of a year in two digits: 70 and above are of the last century."""

DAY_FORMS = ("ymd", "dmy", "mdy", "yymd", "md")
"""Orders in which a file writes a day: `yymd` with two digits of the year, `md` without a year."""

PROTECTED = re.compile(r'^=\s*"([^"]*)"$')
"""How exporters keep a spreadsheet from turning a number into another one."""

LOST_DIGITS = re.compile(r"^([+-]?)(\d)(?:\.(\d+))?E\+(\d{1,3})$", re.IGNORECASE)
DIGITS_KEPT = 15
"""A spreadsheet keeps fifteen digits of a number; those behind are zeros."""

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
    plain = unprotected(SPACES.sub(" ", text).strip()).translate(FULLWIDTH)
    if plain.casefold() in BLANKS:
        return None
    if plain[0] in "=+-@" and FORMULA.match(plain):
        raise Refused("formula")
    return plain


def unprotected(text: str) -> str:
    """A trimmed text without what protects a number from a spreadsheet: `="007"`, an apostrophe or a backtick before it."""
    held = PROTECTED.match(text)
    if held:
        return held[1].strip()
    if text[:1] == "`" or (text[:1] in "'\u2018\u2019" and text[-1:] not in "'\u2019"):
        return text[1:].strip()
    return text


def is_protected(text: str) -> bool:
    """Whether a spreadsheet was kept from reading the text as a number, so that its digits are those of the source."""
    return text.endswith("\t") or unprotected(text.strip()) != text.strip()


def has_lost_digits(text: str) -> bool:
    """Whether a number that is a name went through scientific notation: `1.38E+10` stands for ten million numbers."""
    matched = LOST_DIGITS.match(text.strip())
    return bool(matched) and len((matched[3] or "").rstrip("0")) < int(matched[4]) if matched else False


def _expanded(text: str) -> str:
    """Scientific notation that kept every digit, written out."""
    return f"{Decimal(text):.0f}" if LOST_DIGITS.match(text) else text


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
    if body[:1] in ("+", "-"):
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


def number_or_none(text: str) -> Decimal | None:
    """A number, or nothing where the text is none."""
    try:
        return number(text) if text else None
    except Refused:
        return None


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


def weighed(text: str) -> int | None:
    """A number of units; a weight or another part of a unit counts as one."""
    value = number(text)
    return None if value is None else _counted(value)


def _counted(value: Decimal) -> int:
    if value == value.to_integral_value():
        return int(value)
    return 1 if value > 0 else -1


def in_units(text: str, factors: dict[str, Decimal], *, weighed: bool = False) -> int | None:
    """A quantity with its unit behind it, in the base unit; without a unit it is in the base unit already.

    Parameters
    ----------
    weighed
        A part of a unit counts as one, where it is refused otherwise.
    """
    plain = _plain(text)
    if plain is None:
        return None
    matched = QUANTITY.match(plain)
    if not matched:
        return _counted(number(plain) or Decimal(0)) if weighed else whole(plain)
    factor = factors.get(matched[2])
    if factor is None:
        raise Refused("unit_unknown")
    value = number(matched[1])
    total = Decimal(0) if value is None else value * factor
    if total != total.to_integral_value() and not weighed:
        raise Refused("not_whole")
    return _counted(total)


def day(text: str, form: str = "ymd", year: int | None = None) -> date | None:
    """A day in one of the forms people write it; of an instant the business day in Shanghai.

    Parameters
    ----------
    form
        One of `DAY_FORMS`; nothing but the file itself tells them apart.
    year
        Of days that are written without one.
    """
    plain = _plain(text)
    if plain is None:
        return None
    found = _moment(plain, form, year)
    return found.astimezone(BUSINESS_ZONE).date() if isinstance(found, datetime) else found


def instant(text: str, form: str = "ymd", year: int | None = None) -> datetime | None:
    """A day with its time; without a zone it is the time in Shanghai, without a time the beginning of the day."""
    plain = _plain(text)
    if plain is None:
        return None
    found = _moment(plain, form, year)
    return found if isinstance(found, datetime) else _shanghai(found, 0, 0, 0)


def _moment(text: str, form: str, year: int | None) -> date | datetime:
    """A day, or an instant in UTC where a time stands beside it.

    Raises
    ------
    Refused
        It is neither.
    """
    found = _by_digits(text)
    if found is not None:
        return found
    long = LONG_DAY.match(text)
    if long:
        on = _real_day(int(long[5]), _month(long[1]), int(long[2]))
        return _at(on, long[3] + (long[4] or ""))
    plain = WEEKDAY.sub(" ", text) if WEEKDAY.search(text) else text
    plain = HALF_IN_FRONT.sub("", " ".join(plain.split()))
    on, rest, ends = _day_in_front(plain, form, year)
    if not rest:
        return on
    if not ends and rest[0] not in " T":
        raise Refused
    return _at(on, rest[1:].strip() if rest[0] in " T" else rest)


def _by_digits(text: str) -> date | datetime | None:
    """Numbers that are times: seconds or milliseconds since 1970, serial days of a spreadsheet, fourteen digits in a row."""
    epoch = EPOCH.match(text)
    if epoch:
        found = datetime.fromtimestamp(int(epoch[1]), UTC)
        if found.year in STAMP_YEARS:
            return found
    serial = SERIAL.match(text)
    if serial and int(serial[1]) in SERIALS:
        on = EXCEL_EPOCH + timedelta(days=int(serial[1]))
        return _shanghai(on, 0, 0, 0) + timedelta(seconds=round(float(serial[2]) * 86_400)) if serial[2] else on
    stamp = STAMP.match(text)
    if stamp and int(stamp[1]) in STAMP_YEARS:
        on = _real_day(int(stamp[1]), int(stamp[2]), int(stamp[3]))
        return _shanghai(on, int(stamp[4]), int(stamp[5]), int(stamp[6] or 0))
    return None


def _day_in_front(text: str, form: str, year: int | None) -> tuple[date, str, bool]:
    """The day that a text begins with, what stands behind, and whether the day said itself where it ends."""
    matched = DAY.match(text) or COMPACT.match(text)
    if matched:
        return _real_day(int(matched[1]), int(matched[2]), int(matched[3])), text[matched.end() :], bool(matched[4])
    named = NAMED_DAY.match(text)
    if named:
        return _real_day(_full_year(named[3]), _month(named[2]), int(named[1])), text[named.end() :], False
    if form == "yymd" and (short := SHORT_DAY.match(text)):
        return _real_day(_full_year(short[1]), int(short[2]), int(short[3])), text[short.end() :], bool(short[4])
    if form == "md" and year is not None and (part := MONTH_DAY.match(text)):
        return _real_day(year, int(part[1]), int(part[2])), text[part.end() :], bool(part[3])
    other = OTHER_DAY.match(text) if form in ("dmy", "mdy") else None
    if other is None:
        raise Refused
    first, second = int(other[1]), int(other[2])
    on = _real_day(_full_year(other[3]), second, first) if form == "dmy" else _real_day(_full_year(other[3]), first, second)
    return on, text[other.end() :], False


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= SHORT_YEARS_FROM else 2000)


def _month(name: str) -> int:
    found = MONTHS.get(name.lower())
    if found is None:
        raise Refused
    return found


def _real_day(year: int, month: int, of_month: int) -> date:
    if year not in YEARS:
        raise Refused("out_of_bounds")
    try:
        return date(year, month, of_month)
    except ValueError as error:
        raise Refused from error


def _shanghai(on: date, hour: int, minute: int, second: int) -> datetime:
    try:
        return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=BUSINESS_ZONE).astimezone(UTC)
    except ValueError as error:
        raise Refused from error


def _at(on: date, rest: str) -> datetime:
    zone = ZONE.search(rest)
    clock = CLOCK.match(rest[: zone.start()] if zone else rest)
    if clock is None:
        raise Refused
    half = (clock[1] or clock[5] or "").upper()
    hour, minute, second = int(clock[2]), int(clock[3] or 0), int(clock[4] or 0)
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    if half in ("上午", "AM", "凌晨") and hour == 12:
        hour = 0
    if (hour, minute, second) == (24, 0, 0):  # the end of that day, and still of it
        hour, minute, second = 23, 59, 59
    local = _shanghai(on, hour, minute, second)
    if zone is None or zone[1] == "CST":
        return local
    offset = "+00:00" if zone[1] in ("Z", "UTC", "GMT") else zone[1] if len(zone[1]) > 3 else f"{zone[1]}:00"
    try:
        return datetime.fromisoformat(f"{on.isoformat()}T{hour:02d}:{minute:02d}:{second:02d}{offset}").astimezone(UTC)
    except ValueError as error:
        raise Refused from error


def flag(text: str) -> bool | None:
    """Yes or no, in either language or as a mark."""
    low = unprotected(SPACES.sub("", unicodedata.normalize("NFKC", text))).casefold()
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
        `not_a_phone`: neither a mobile nor a landline number. `digits_lost`: in scientific notation its last digits are gone.
    """
    plain = _plain(text)
    if plain is None:
        return None
    first = re.split(r"[/,;、|]| 或 ", plain)[0].strip()
    if has_lost_digits(first):
        raise Refused("digits_lost")
    digits = re.sub(r"[\s\-().]", "", _expanded(re.sub(r"\.0+$", "", first)))
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if MOBILE.match(digits) or LANDLINE.match(digits):
        return digits
    raise Refused("not_a_phone")


def code(text: str) -> str | None:
    """A number that is a name, such as a licence: no blanks, capital letters, the point and zero of a spreadsheet taken off.

    Raises
    ------
    Refused
        `digits_lost`: a spreadsheet wrote it in scientific notation, so other numbers would look the same.
    """
    plain = _plain(text)
    if plain is None:
        return None
    if has_lost_digits(plain):
        raise Refused("digits_lost")
    return re.sub(r"^(\d+)\.0+$", r"\1", _expanded(plain)).replace(" ", "").upper()


def zero_ended(text: str) -> bool:
    """Whether a number of more digits than a spreadsheet keeps ends in zeros from there on."""
    return len(text) > DIGITS_KEPT and text.isascii() and text.isdigit() and not text[DIGITS_KEPT:].strip("0")
