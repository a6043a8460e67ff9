"""Days as they are written in files."""

import re
from datetime import date, timedelta

from xingke.identity.chinese.characters import half_width

_YEAR_FIRST = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|号)?(?:$|[T\s日]?\d{0,2}[:：时].*$)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6})?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_EXCEL_ZERO = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)


def day(text: str) -> date | None:
    """The day that is written: year first with -, / . or 年月日, eight digits, day first with dots, or Excel's serial number.

    Returns
    -------
    date or None
        None where nothing of that reads as a day of 1900 to 2099. Forms that could be two days (03/04/2024) are not guessed.

    >>> day("2024年3月5日"), day("05.03.2024"), day("45356")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    """
    bare = half_width(text)
    if found := _YEAR_FIRST.match(bare) or _COMPACT.match(bare):
        return _date(found[1], found[2], found[3])
    if found := _DAY_FIRST.match(bare):
        return _date(found[3], found[2], found[1])
    if found := _SERIAL.match(bare):
        return _within(_EXCEL_ZERO + timedelta(days=int(found[1])))
    return None


def _date(year: str, month: str, number: str) -> date | None:
    try:
        return _within(date(int(year), int(month), int(number)))
    except ValueError:
        return None


def _within(found: date) -> date | None:
    return found if _EARLIEST <= found < _LATEST else None
