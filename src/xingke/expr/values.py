"""Values of conditions, given the type that their attribute declares."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from xingke.expr.errors import ConditionError, shown
from xingke.expr.tree import Scalar
from xingke.schema.column import MONEY_DIGITS, MONEY_SCALE, ColumnType
from xingke.words import Words, both

MAX_TEXT_CHARACTERS = 200
INTEGER_LIMIT = 10**15
MONEY_LIMIT = Decimal(10) ** (MONEY_DIGITS - MONEY_SCALE)
NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)

WANTED: dict[ColumnType, Words] = {
    ColumnType.TEXT: both(f"不超过 {MAX_TEXT_CHARACTERS} 个字的文字", f"a text of at most {MAX_TEXT_CHARACTERS} characters"),
    ColumnType.INTEGER: both("整数，如 3", "a whole number such as 3"),
    ColumnType.NUMBER: both("数字，如 0.5", "a number such as 0.5"),
    ColumnType.MONEY: both("最多两位小数的金额，如 1200.50", "an amount with at most two decimals such as 1200.50"),
    ColumnType.FLAG: both("true 或 false", "true or false"),
    ColumnType.DAY: both("日期，如 2026-03-01", "a day such as 2026-03-01"),
}


def typed_value(value: object, type_: ColumnType, path: str) -> Scalar:
    """The value in the Python type of the column; forms send numbers as text, so numerals are read as well.

    Raises
    ------
    ConditionError
        The value does not fit the type.
    """
    typed = READERS[type_](value)
    if typed is None:
        wanted = WANTED[type_]
        raise ConditionError(
            path, zh=f"需要{wanted['zh']}，收到 {shown(value)}", en=f"{shown(value)} came; it must be {wanted['en']}", came=value
        )
    return typed


def text_value(value: object) -> str | None:
    """A text that every engine stores as it is: neither empty nor too long, without NUL and lone surrogates."""
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT_CHARACTERS:
        return None
    storable = "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    return value if storable else None


def decimal_value(value: object) -> Decimal | None:
    """A finite decimal number; True and False are no numbers here."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value.strip()) if NUMERAL.fullmatch(value.strip()) else None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return number if number.is_finite() else None
    return None


def integer_value(value: object) -> int | None:
    """A whole number that every engine keeps exactly."""
    number = decimal_value(value)
    if number is None or abs(number) > INTEGER_LIMIT or number != number.to_integral_value():
        return None
    return int(number)


def _number(value: object) -> float | None:
    number = decimal_value(value)
    if number is None or not math.isfinite(float(number)):
        return None
    return float(number) + 0.0  # minus zero becomes zero, which prints and compares the same everywhere


def _money(value: object) -> Decimal | None:
    number = decimal_value(value)
    if number is None or abs(number) >= MONEY_LIMIT:
        return None
    cents = number.quantize(Decimal(1).scaleb(-MONEY_SCALE))
    return cents if cents == number else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


READERS: dict[ColumnType, Callable[[object], Scalar | None]] = {
    ColumnType.TEXT: text_value,
    ColumnType.INTEGER: integer_value,
    ColumnType.NUMBER: _number,
    ColumnType.MONEY: _money,
    ColumnType.FLAG: _flag,
    ColumnType.DAY: _day,
}
