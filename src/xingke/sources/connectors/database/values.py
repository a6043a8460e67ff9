"""Values as drivers give them, so that no single one of them ends a reading, and every instant says its zone.

Instants are asked for in the zone in which business days are cut: `timestamptz` of PostgreSQL and `TIMESTAMP` of MariaDB and MySQL come as
aware datetimes at +08:00. `timestamp` and `DATETIME` have no zone and get none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, CursorResult

ZONE, OFFSET = "Asia/Shanghai", timezone(timedelta(hours=8))

PG_MONEY = 790
PG_INSTANTS = (1082, 1114, 1184)
"""`date`, `timestamp`, `timestamptz`."""
PG_NUMBERS = (700, 701, 1700)
"""`real`, `double precision`, `numeric`."""
PG_CLOCKS = (1083, 1266, 1186)
"""`time`, `timetz`, `interval`."""
MYSQL_TIMESTAMP, MYSQL_BIT = 7, 16


def type_codes(result: CursorResult[Any]) -> Mapping[str, int]:
    """The driver's number of each column's type."""
    description = result.cursor.description if result.cursor is not None else ()
    return {str(column[0]): column[1] for column in description or () if isinstance(column[1], int)}


def is_finite(value: Any) -> bool:
    """Whether a number is one that others can be compared with; anything else is."""
    match value:
        case float():
            return isfinite(value)
        case Decimal():
            return value.is_finite()
        case _:
            return True


def session_prepare(connection: Connection) -> None:
    """Read instants in the business's zone and in ISO form, whatever the server or the user's role is set to."""
    if connection.dialect.name == "postgresql":
        for name, value in (("time zone", ZONE), ("datestyle to", "ISO, YMD"), ("intervalstyle to", "postgres")):
            connection.exec_driver_sql(f"set local {name} '{value}'")
    elif connection.dialect.name in {"mysql", "mariadb"}:
        offset = connection.exec_driver_sql("select timestampdiff(second, utc_timestamp(), current_timestamp())").scalar_one()
        connection.info["offset"] = timezone(timedelta(seconds=int(offset)))
        connection.exec_driver_sql("set time_zone = '+08:00'")


def postgres_lenient(raw: Any) -> None:
    """Days, times and spans that Python has none for (`infinity`, 24:00, the year 10000) come as the text of the server."""
    from psycopg.pq import Format

    for oid in (*PG_INSTANTS, *PG_CLOCKS):
        raw.adapters.register_loader(oid, _lenient(raw.adapters.get_loader(oid, Format.TEXT)))


def _lenient(inner: Any) -> Any:
    from psycopg.adapt import Loader
    from psycopg.errors import DataError

    class Lenient(Loader):
        """The driver's own loader, and the text where it gives up."""

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._load = inner(oid, context).load

        def load(self, data: Any) -> Any:
            try:
                return self._load(data)
            except (DataError, ValueError, OverflowError):
                return bytes(data).decode()

    return Lenient


def mysql_decoders() -> dict[Any, Any]:
    """Decoders of PyMySQL, with the zone of instants, and bits as the number that they are."""
    from pymysql.converters import conversions, convert_datetime  # type: ignore[import-untyped]  # it has no types

    def instant(text: str) -> Any:
        found = convert_datetime(text)  # an impossible one, such as 0000-00-00, stays a text
        return found.replace(tzinfo=OFFSET) if isinstance(found, datetime) else found

    return {**conversions, MYSQL_TIMESTAMP: instant, MYSQL_BIT: lambda data: int.from_bytes(data, "big")}


def sqlite_text(data: bytes) -> str:
    """Text of SQLite, which holds whatever bytes a program has put there: UTF-8, else GB 18030, else with marks where neither fits."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
