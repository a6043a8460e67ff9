"""The business day of an instant: the one door from moments to days. An instant is converted to the zone of business before it is cut."""

from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

BUSINESS_ZONE: Final = ZoneInfo("Asia/Shanghai")


def business_day(at: datetime) -> date:
    """The day of an instant; a time without a zone is of the business's own clock."""
    return (at.astimezone(BUSINESS_ZONE) if at.tzinfo else at).date()


def business_days(instants: Any) -> Any:
    """The days of a column of instants (`ColumnType.INSTANT`), empty where they are."""
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", BUSINESS_ZONE.key)))
    return local.cast(pa.date32(), safe=False)


def day_start(day: date) -> datetime:
    """The instant at which a business day begins."""
    return datetime.combine(day, datetime.min.time(), BUSINESS_ZONE).astimezone(UTC)


def day_starts(days: Any) -> Any:
    """The same for a column of days."""
    return pc.assume_timezone(days.cast(pa.timestamp("us")), BUSINESS_ZONE.key).cast(pa.timestamp("us", "UTC"))


def day_sql(instant: str) -> str:
    """The day of an instant in the canonical SQL dialect."""
    return f"cast({instant} at time zone '{BUSINESS_ZONE.key}' as date)"
