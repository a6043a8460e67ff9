"""Every canonical table, by file, connection and message, behind every kind of bulk source: passes go through, and rows are accounted for.

The most ordinary act of a day is to load the orders of the day; a source with columns of its own trade must not make it the last one.
"""

import csv
import io
import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.facts import Facts, customer, line, product
from tests.small_world import world_write
from xingke.engine import DuckEngine
from xingke.errors import QueryFailed
from xingke.schema import Column, ColumnType
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.mapping import ColumnMap, Mapping, TableMap
from xingke.sources.xingcheng import CITY
from xingke.words import both
from xingke_web.accounts.facade import membership_set, user_create, viewer_of_member, workspace_create, workspace_info
from xingke_web.accounts.models import User
from xingke_web.ingest.connections import NewConnection, connection_add, connection_map, inbox_of, spool_of
from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.imports import import_add, import_take_back
from xingke_web.ingest.pulls import pull_now
from xingke_web.loop.contracts import When
from xingke_web.loop.facade import LoopRun, Stage, StageFailed, lake_reader, run_loop
from xingke_web.loop.stages import _stages

ROWS = 2
TABLES = sorted(INTAKE_TABLES)
DAILY = ("delivery", "order_line", "product", "source_record")


def value(column: Column, number: int, known: dict[str, str]) -> str:
    """A good value of a column, as a file has it."""
    if column.name in known:
        return known[column.name]
    if column.choices:
        return str(column.choices[0])
    match column.type:
        case ColumnType.INTEGER | ColumnType.NUMBER:
            return str(max(int(column.minimum or 0), min(number, int(column.maximum or number))))
        case ColumnType.MONEY:
            return f"{number}.50"
        case ColumnType.FLAG:
            return "true"
        case ColumnType.DAY:
            return "2024-06-03"
        case ColumnType.INSTANT:
            return f"2024-06-03T10:00:{number % 60:02d}+08:00"
    return f"{column.name}-{number}"


def rows_of(table: str, start: int, known: dict[str, str], *, only_needed: bool) -> list[dict[str, str]]:
    """Rows under names of another language than ours, with one column more than anything knows."""
    columns = [one for one in INTAKE_TABLES[table].columns if one.name != "system" and (one.required or not only_needed)]
    return [{**{f"列 {one.name}": value(one, number, known) for one in columns}, "备注": "随便"} for number in range(start, start + ROWS)]


def mapping_for(table: str, rows: list[dict[str, str]]) -> Mapping:
    columns = tuple(ColumnMap(name.removeprefix("列 "), (name,)) for name in rows[0] if name != "备注")
    return Mapping((TableMap(table, columns, {"system": "ordering"}),))


def by_file(workspace, viewer, table, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    kept = import_add(workspace=workspace, file=io.BytesIO(text.getvalue().encode()), name=f"{table}.csv", mapping=mapping_for(table, rows))
    return load_now(kept.pk)


def by_database(workspace, viewer, table, rows):
    inbox_of(workspace).mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(inbox_of(workspace) / "shop.db")) as connection, connection:
        names = ", ".join(f'"{name}"' for name in rows[0])
        connection.execute(f'create table "{table}" ({names})')
        connection.executemany(f'insert into "{table}" values ({", ".join("?" * len(rows[0]))})', [tuple(row.values()) for row in rows])
    pull_now(connected(viewer, "database", table, rows, url="sqlite:///shop.db").pk, cause="hand")


def by_message(workspace, viewer, table, rows):
    connection = connected(viewer, "webhook", table, rows, secret="a token of some length, really", signing="token")
    spool_of(connection).append([(f"id {table}", json.dumps(rows).encode(), "")], now=datetime.now(UTC))
    pull_now(connection.pk, cause="hand")


def connected(viewer, kind, table, rows, **settings):
    given = NewConnection(name=f"{kind} {table}", kind=kind, system="ordering", settings=settings, every_minutes=0, runs_pass=False)
    connection, _ = connection_add(viewer=viewer, given=given)
    return connection_map(viewer=viewer, connection=connection, stream=table, mapping=mapping_for(table, rows))


WAYS = {"file": by_file, "database": by_database, "message": by_message}


def city(tmp_path):
    return CITY, world_write(tmp_path / "world"), {"customer_key": "360100000001", "outlet_key": "360100000001"}


def plain(tmp_path):
    goods = (product(0, random.Random(1)),)  # noqa: S311 - test data
    people = tuple(customer(number) for number in range(4))
    lines = tuple(line(number, date(2024, 6, 1), number, 1, 0, Decimal(10)) for number in range(4))
    return Facts(people, goods, lines, ()), tmp_path, {"customer_key": people[1]["source_key"]}


@pytest.fixture
def own_home(tmp_path, transactional_db):
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path / "home")
    yield
    django_settings.XINGKE = original


@pytest.fixture
def ground(own_home):
    """Makes a workspace of a pack with somebody who may load; answers it with the person and a browser that is logged in."""

    def make(pack):
        as_of = date(2024, 7, 1)
        workspace_create(slug="loads", name=both("载入", "Loads"), pack=pack, as_of=as_of)
        user_create(username="keeper", display_name="Keeper", password="a long enough passphrase")
        membership_set("keeper", "loads", role="admin", org_path="/")
        viewer = viewer_of_member("keeper", "loads")
        browser = Client()
        browser.force_login(User.objects.get(username="keeper"))
        return workspace_info("loads"), viewer, browser

    return make


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        pytest.param(city, DAILY, id="daily tables behind the city"),
        pytest.param(city, TABLES, id="all tables behind the city", marks=pytest.mark.slow),
        pytest.param(plain, TABLES, id="all tables behind plain facts", marks=pytest.mark.slow),
    ],
)
def test_every_table_comes_in_by_every_way_and_three_passes_go_through(ground, tmp_path, kind, tables):
    source, place, known = kind(tmp_path)
    workspace, viewer, _browser = ground(source.pack)
    run_loop(workspace.slug, source=source, location=place)
    start = 100
    for table in tables:
        for name, way in WAYS.items():
            way(workspace, viewer, table, rows_of(table, start, known, only_needed=name == "database"))
            start += ROWS
    for _ in range(3):
        assert run_loop(workspace.slug).state == LoopRun.State.DONE
    balance = lake_reader(workspace).rows('select "table", sum(rows) as rows, sum(loaded) as loaded from load_balance group by 1')
    assert {row["table"] for row in balance} == {table for table in tables if table not in ("source_record", "product")}
    # Where customer and day are the key, the rows of one load are one.
    assert all(len(WAYS) <= row["rows"] <= ROWS * len(WAYS) for row in balance)
    assert next(row["loaded"] for row in balance if row["table"] == "order_line") == ROWS * len(WAYS)


def test_a_stage_that_fails_names_the_load_and_how_to_take_it_back(ground, tmp_path, monkeypatch):
    source, place, known = plain(tmp_path)
    workspace, viewer, browser = ground(source.pack)
    run_loop(workspace.slug, source=source, location=place)
    kept = by_file(workspace, viewer, "order_line", rows_of("order_line", 1, known, only_needed=True))

    def broken(context):
        with DuckEngine() as engine:
            return {"rows": engine.query("select no_such_column from nothing").num_rows}

    monkeypatch.setitem(_stages, "broken", Stage("broken", both("查一查", "Look"), When.BEFORE_DERIVING, broken))
    with pytest.raises(StageFailed) as failed:
        run_loop(workspace.slug)
    assert isinstance(failed.value.__cause__, QueryFailed)
    run = LoopRun.objects.first()
    for text in (run.error_zh, run.error_en):
        assert "order_line.csv" in text
        assert f"--workspace loads --undo {kept.pk}" in text
        assert "select" not in text
    page = browser.get("/w/loads/data/").content.decode()
    assert f'<a href="/w/loads/data/import/{kept.pk}/">' in page
    monkeypatch.delitem(_stages, "broken")
    import_take_back(kept, workspace=workspace)
    assert run_loop(workspace.slug).state == LoopRun.State.DONE
