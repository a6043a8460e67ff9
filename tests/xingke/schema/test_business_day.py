"""An instant is converted to the zone of business before it is cut to a day, whatever brings it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest

from xingke.schema import ColumnType
from xingke.schema.business_day import business_day, business_days, day_sql, day_starts
from xingke.schema.parsing import parsed

EVENING = datetime(2024, 1, 5, 23, 30, tzinfo=UTC)
"""In Shanghai it is the morning of the sixth."""


@pytest.mark.parametrize("at", [EVENING, EVENING.astimezone(timezone(timedelta(hours=-5))), datetime(2024, 1, 6, 7, 30)])  # noqa: DTZ001
def test_the_day_of_an_instant_is_that_of_shanghai(at):
    assert business_day(at) == date(2024, 1, 6)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "+05:30"])
def test_columns_of_instants_become_days_and_days_begin_at_midnight(unit, zone):
    instants = pa.array([EVENING, None]).cast(pa.timestamp(unit, "UTC")).cast(pa.timestamp(unit, zone))
    days = business_days(instants)
    assert days.to_pylist() == [date(2024, 1, 6), None]
    assert parsed(instants, ColumnType.DAY).values.to_pylist() == [date(2024, 1, 6), None]
    assert day_starts(days).to_pylist() == [datetime(2024, 1, 5, 16, tzinfo=UTC), None]


def test_texts_with_a_zone_become_days_where_a_day_is_wanted():
    texts = pa.array(["2024-01-05T23:30:00Z", "2024-01-05 18:00:00-05:00", "2024-01-05", "2024-01-05T23:30:00"])
    found = parsed(texts, ColumnType.DAY)
    assert found.values.to_pylist() == [date(2024, 1, 6), date(2024, 1, 6), date(2024, 1, 5), None]


def test_the_statement_says_the_same():
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        assert connection.execute(f"select {day_sql('$at::timestamptz')}", {"at": EVENING.isoformat()}).fetchone() == (date(2024, 1, 6),)
