"""One odd value costs its cell or its row, on every database; instants come with their zone."""

import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest
import sqlalchemy

from tests.pulled import given, rows_of
from xingke.network import allowing
from xingke.sources.connectors.database import CONNECTOR
from xingke.sources.connectors.rows import MOST_CHARACTERS, text_of


@pytest.fixture
def postgres(postgres_url):
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table if exists odd")
        connection.exec_driver_sql(
            "create table odd (no integer primary key, d date, at timestamp, tz timestamptz, n numeric, f float8, m money, "
            "t time, i interval, b bit(3))"
        )
    with allowing(engine.url.query["host"]):
        yield engine
    engine.dispose()


def put(engine, *rows):
    with engine.begin() as connection:
        for row in rows:
            connection.exec_driver_sql(f"insert into odd values ({row})")


ORDINARY = "1, '2026-11-04', '2026-11-04 02:00', '2026-11-03 18:00+00', 1.50, 2.5, '1234.56', '08:00', '1 day 2 hours', b'101'"
BEYOND = "2, 'infinity', '-infinity', 'infinity', 'NaN', 'Infinity', '-0.5', '24:00', '-1 hour', b'011'"
LATER = "3, '12000-01-01', '0044-03-15 BC', '12000-01-01', 1, 'NaN', '0', '00:00', '0', b'000'"


def test_postgres_gives_every_row_whatever_stands_in_it(postgres):
    put(postgres, ORDINARY, BEYOND, LATER)
    first, second, third = rows_of(CONNECTOR.read(given(CONNECTOR, url=str(postgres.url)), "odd", None))
    assert first == {
        "no": "1", "d": "2026-11-04", "at": "2026-11-04T02:00:00", "tz": "2026-11-04T02:00:00+08:00", "n": "1.50", "f": "2.5",
        "m": "1234.56", "t": "08:00:00", "i": "26:00:00", "b": "101",
    }  # fmt: skip
    assert (second["d"], second["at"], second["tz"]) == ("infinity", "-infinity", "infinity")
    assert (second["n"], second["f"], second["m"], second["t"], second["i"]) == (None, "inf", "-0.50", "24:00:00", "-01:00:00")
    assert (third["d"], third["f"]) == ("12000-01-01", None)


@pytest.mark.parametrize("column", ["d", "tz", "n"])
def test_a_cursor_does_not_stand_at_infinity(postgres, column):
    put(postgres, ORDINARY, BEYOND, LATER)
    for more in ({}, {"overlap": "3600"} if column == "tz" else {}):
        settings = given(CONNECTOR, url=str(postgres.url), cursor_column=column, **more)
        first = list(CONNECTOR.read(settings, "odd", None))
        assert len(rows_of(first)) == 3
        put(postgres, "4, '2026-11-05', '2026-11-05', '2026-11-05 00:00+08', 2.5, 1, '1', '01:00', '0', b'000'")
        again = rows_of(CONNECTOR.read(settings, "odd", first[-1].cursor))
        assert [row["no"] for row in again] == ["4"]
        with postgres.begin() as connection:
            connection.exec_driver_sql("delete from odd where no = 4")


def test_mariadb_gives_instants_with_their_zone_and_numbers_for_bits(mariadb_url):
    engine = sqlalchemy.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create database if not exists odd")
        connection.exec_driver_sql("drop table if exists odd.odd")
        connection.exec_driver_sql("create table odd.odd (no int primary key, ts timestamp null, dt datetime, t time, b bit(9), y date)")
        connection.exec_driver_sql("set time_zone = '+00:00', sql_mode = ''")
        connection.exec_driver_sql(
            "insert into odd.odd values (1, '2026-11-03 18:00:00', '2026-11-03 18:00:00', '-01:00:00', b'100000001', '0000-00-00')"
        )
        connection.exec_driver_sql("set global time_zone = '+00:00'")
    settings = given(CONNECTOR, url=f"{mariadb_url}/odd", cursor_column="ts")
    first = list(CONNECTOR.read(settings, "odd", None))
    assert rows_of(first) == [
        {"no": "1", "ts": "2026-11-04T02:00:00+08:00", "dt": "2026-11-03T18:00:00", "t": "-01:00:00", "b": "257", "y": "0000-00-00"}
    ]
    # A cursor that was stored before instants carried their zone stands in that of the server, here UTC.
    before = {"last": {"instant": "2026-11-03T18:00:00"}, "key": [{"integer": "1"}]}
    with engine.begin() as connection:
        connection.exec_driver_sql("set time_zone = '+00:00'")
        connection.exec_driver_sql("insert into odd.odd (no, ts) values (2, '2026-11-03 18:00:00'), (3, '2026-11-03 18:00:01')")
    for cursor in (before, first[-1].cursor):
        assert [row["no"] for row in rows_of(CONNECTOR.read(settings, "odd", cursor))] == ["2", "3"]
    with engine.begin() as connection:
        connection.exec_driver_sql("set global time_zone = 'SYSTEM'")
    engine.dispose()


def test_sqlite_gives_text_that_is_no_utf_8_and_sets_aside_what_is_too_long(tmp_path):
    with closing(sqlite3.connect(tmp_path / "odd.db")) as connection, connection:
        connection.execute("create table odd (no integer primary key, name text)")
        connection.execute(
            "insert into odd values (1, cast(? as text)), (2, cast(? as text)), (3, ?)", ("甲店".encode("gb18030"), b"\xff\xff", "好")
        )
        connection.execute("insert into odd values (4, ?)", ("x" * (MOST_CHARACTERS + 1),))
    for more in ({}, {"cursor_column": "no"}, {"cursor_column": "no", "overlap": "1"}):
        batches = list(CONNECTOR.read(given(CONNECTOR, url=f"sqlite:///{tmp_path}/odd.db", **more), "odd", None))
        assert [(row["no"], row["name"]) for row in rows_of(batches)] == [("1", "甲店"), ("2", "\ufffd\ufffd"), ("3", "好")]
        ((odd,),) = [batch.rejected for batch in batches]
        assert (odd.place, odd.reason, len(odd.record) <= 1_000) == ("odd", "too_long", True)


def test_numbers_that_are_none_are_empty_and_half_characters_are_replaced():
    assert [text_of(value) for value in (float("nan"), Decimal("NaN"), Decimal("sNaN"), float("inf"))] == [None, None, None, "inf"]
    assert text_of("a\ud800b\x00") == "a?b"
