"""One body of tests on SQLite, PostgreSQL and MariaDB."""

import json

import pytest
import sqlalchemy

from tests.pulled import given, rows_of
from xingke.errors import ConfigurationError, UnknownName
from xingke.network import allowing
from xingke.sources.connectors import contract
from xingke.sources.connectors.database import CONNECTOR, connector
from xingke.sources.connectors.database.address import without_password
from xingke.sources.connectors.errors import NotReadOnly, SourceRefused, SourceUnreachable

KINDS = ("sqlite", "postgres", "mariadb")


class Shop:
    """A database with a table of orders that a test can change."""

    def __init__(self, url, **settings):
        self.engine = sqlalchemy.create_engine(url)
        self.settings = given(CONNECTOR, url=url, **settings)

    def run(self, *statements, rows=()):
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sqlalchemy.text(statement), *([rows] if rows else []))
        self.engine.dispose()

    def put(self, *rows):
        self.run(
            "insert into orders (no, shop, amount, changed_at) values (:no, :shop, :amount, :changed_at)",
            rows=[dict(zip(("no", "shop", "amount", "changed_at"), row, strict=True)) for row in rows],
        )

    def read(self, cursor=None, stream="orders", **changes):
        return list(CONNECTOR.read(self.settings | changes, stream, cursor))


@pytest.fixture(params=KINDS)
def shop(request):
    url = request.getfixturevalue(f"{request.param}_url")
    if request.param == "mariadb":
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("create database if not exists shop character set utf8mb4"))
        engine.dispose()
        url += "/shop?charset=utf8mb4"
    found = Shop(url)
    found.run(
        "drop table if exists orders",
        "create table orders (no integer primary key, shop varchar(40), amount decimal(12, 2), changed_at timestamp null)",
    )
    found.put((1, "甲店", "12.50", "2026-03-01 08:00:00"), (2, "乙店", "3.00", "2026-03-01 09:00:00"))
    # The PostgreSQL of these tests listens at a socket of this machine alone.
    with allowing("127.0.0.1", *([found.engine.url.query["host"]] if request.param == "postgres" else [])):
        yield found


def numbers(batches):
    return [int(row["no"]) for row in rows_of(batches)]


def test_a_table_is_read_whole_as_text_in_its_columns(shop):
    rows = rows_of(shop.read())
    assert [(row["no"], row["shop"], float(row["amount"]), row["changed_at"].replace("T", " ")[:19]) for row in rows] == [
        ("1", "甲店", 12.5, "2026-03-01 08:00:00"),
        ("2", "乙店", 3.0, "2026-03-01 09:00:00"),
    ]
    assert numbers(shop.read()) == [1, 2]


def test_a_second_reading_by_cursor_brings_what_is_new_and_nothing_twice(shop):
    by_time = {"cursor_column": "changed_at"}
    cursor = shop.read(**by_time)[-1].cursor
    assert shop.read(json.loads(json.dumps(cursor)), **by_time) == []
    # The same second as the last one that was seen: the key tells them apart.
    shop.put((3, "丙店", "1.00", "2026-03-01 09:00:00"), (4, "丁店", "1.00", "2026-03-02 09:00:00"))
    again = shop.read(json.loads(json.dumps(cursor)), **by_time)
    assert numbers(again) == [3, 4]
    assert shop.read(again[-1].cursor, **by_time) == []


def test_a_row_that_comes_late_or_changes_is_found_in_the_overlap(shop):
    window = {"cursor_column": "changed_at", "overlap": 7200}
    if shop.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps instants as text, which has no earlier value; an overlap of numbers is tested below")
    cursor = json.loads(json.dumps(shop.read(**window)[-1].cursor))
    shop.put((3, "丙店", "1.00", "2026-03-01 07:30:00"))
    shop.run("update orders set shop = '乙店（新）' where no = 2")
    again = shop.read(cursor, **window)
    assert numbers(again) == [3, 2]
    assert numbers(shop.read(again[-1].cursor, **window)) == []


def test_an_overlap_of_numbers_reads_late_rows_of_any_database(shop):
    shop.run("delete from orders where no = 1")
    by_number = {"cursor_column": "no", "overlap": 5}
    cursor = shop.read(**by_number)[-1].cursor
    shop.put((1, "迟到", "1.00", "2026-03-01 07:30:00"))
    assert numbers(shop.read(cursor, **by_number)) == [1]


def test_rows_alike_in_everything_are_all_read_and_not_read_again(shop):
    query = {"query": "select shop, amount, 7 as step from orders", "cursor_column": "step", "overlap": 1}
    shop.run("update orders set shop = '同', amount = 1")
    first = shop.read(stream="query", **query)
    assert len(rows_of(first)) == 2
    assert rows_of(shop.read(first[-1].cursor, stream="query", **query)) == []
    shop.put((9, "同", "1", "2026-03-01 07:30:00"))
    assert len(rows_of(shop.read(first[-1].cursor, stream="query", **query))) == 1


def test_every_batch_carries_the_cursor_to_go_on_from(shop, monkeypatch):
    monkeypatch.setattr(connector, "BATCH_ROWS", 3)
    shop.put(*((number, "店", "1.00", "2026-03-01 09:00:00") for number in range(3, 12)))
    batches = shop.read(cursor_column="changed_at")
    assert [batch.rows.num_rows for batch in batches] == [3, 3, 3, 2]
    for place, batch in enumerate(batches):
        assert numbers(batches[: place + 1]) + numbers(shop.read(batch.cursor, cursor_column="changed_at")) == list(range(1, 12))


def test_a_row_without_a_cursor_value_is_read_in_the_first_pull(shop):
    shop.put((3, "丙店", "1.00", None))
    first = shop.read(cursor_column="changed_at")
    assert sorted(numbers(first)) == [1, 2, 3]
    assert numbers(shop.read(first[-1].cursor, cursor_column="changed_at")) == []


def test_a_key_that_is_empty_in_a_row_is_refused_in_words(shop):
    shop.put((3, None, "1.00", "2026-03-01 09:00:00"))
    with pytest.raises(ConfigurationError, match="key column 'shop' is empty"):
        shop.read(cursor_column="changed_at", key_columns=["shop"])


def test_a_query_is_read_in_place_of_a_table(shop):
    query = {"query": "select no, upper(shop) as shop from orders where no > 1;"}
    assert numbers(shop.read(stream="query", **query)) == [2]
    assert "2 列" in CONNECTOR.check(shop.settings | query).notes[0]["zh"]
    found = CONNECTOR.streams(shop.settings | query)
    assert found[0] == contract.Stream("query", ("no", "shop"), (), ())
    assert contract.Stream("orders", ("no", "shop", "amount", "changed_at"), (), ("no",)) in found


@pytest.mark.parametrize(
    "query",
    [
        "delete from orders",
        "select 1; drop table orders",
        "update orders set no = 1",
        "select * from orders for update",
        "with gone as (delete from orders returning no) select * from gone",
        "insert into orders select * from orders",
        "vacuum",
    ],
)
def test_a_query_that_does_more_than_read_is_refused(shop, query):
    with pytest.raises(NotReadOnly):
        shop.read(stream="query", query=query)
    assert numbers(shop.read()) == [1, 2]


def test_the_transaction_itself_cannot_write(shop):
    from xingke.sources.connectors.database.address import reading

    with pytest.raises((SourceRefused, SourceUnreachable), match="only reading is permitted"), reading(shop.settings) as connection:
        connection.exec_driver_sql("delete from orders")
    assert numbers(shop.read()) == [1, 2]


def test_a_missing_table_or_column_names_the_nearest(shop):
    with pytest.raises(UnknownName, match="did you mean 'orders'"):
        shop.read(stream="order")
    with pytest.raises(UnknownName, match="did you mean 'changed_at'"):
        shop.read(cursor_column="change_at")
    with pytest.raises(ConfigurationError, match="did not run the query"):
        shop.read(stream="query", query="select nonsense from orders")


def test_a_wrong_password_is_said_without_repeating_it(mariadb_url):
    url = mariadb_url.replace("root@", "root:wrong-secret-77@")
    with pytest.raises(SourceRefused) as caught:
        CONNECTOR.check(given(CONNECTOR, url=url))
    assert "root" in str(caught.value)
    said = [str(caught.value), *caught.value.words.values(), repr(caught.value.values), repr(caught.value.__cause__)]
    assert not [text for text in said if "wrong-secret" in text]


def test_a_server_that_is_not_there_is_said_as_such():
    for url in ("postgresql://reader:hidden-9@127.0.0.1:1/shop", "mysql://reader:hidden-9@127.0.0.1:1/shop", "sqlite:////nowhere/shop.db"):
        with pytest.raises(SourceUnreachable) as caught:
            CONNECTOR.check(given(CONNECTOR, url=url))
        assert "hidden-9" not in repr(caught.value.words)


@pytest.mark.parametrize("url", ["oracle://x@y/z", "not an address", "http://127.0.0.1/"])
def test_an_address_of_no_known_database_is_refused_in_words(url):
    with pytest.raises(ConfigurationError, match=r"(?i)postgresql"):
        CONNECTOR.check(given(CONNECTOR, url=url))


def test_an_address_cannot_make_the_driver_read_files_of_this_machine():
    with pytest.raises(ConfigurationError, match="read_default_file"):
        CONNECTOR.check(given(CONNECTOR, url="mysql://reader@127.0.0.1/shop?read_default_file=/etc/my.cnf"))


def test_a_password_in_the_address_is_taken_out_of_it():
    assert without_password("mysql://reader:p%40ss@host/shop") == ("mysql://reader@host/shop", "p@ss")
    assert without_password("mysql://reader@host/shop") == ("mysql://reader@host/shop", "")
