"""Order lines over pulls, messages and files of a folder: the lake holds what the source has."""

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings

from tests.xingke.loop.test_lines import Loads
from xingke.sources.connectors.database import connector as database
from xingke.sources.mapping import from_yaml
from xingke_web.ingest import pulls
from xingke_web.ingest.connections import NewConnection, connection_add, connection_map, inbox_of, spool_of
from xingke_web.ingest.pulls import pull_now

NUMBERED = """
tables:
- table: order_line
  constants: {system: pos}
  columns: {order_key: nr, customer_key: who, ordered_on: at, product_key: what, quantity_units: units, amount_yuan: yuan}
"""
ALONE = NUMBERED.replace("order_key: nr, ", "").rstrip() + "\n  derived: {order_key: {joined: [customer_key, ordered_on]}}\n"


@pytest.fixture
def ground(tmp_path, workspace):
    """The workspace with its lake in the test's own home."""
    from xingke_web.accounts.facade import workspace_info

    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield workspace_info(workspace.slug)
    django_settings.XINGKE = original


@pytest.fixture
def viewer(ground, admin):
    return replace(admin.viewer, workspace=ground)


def connected(viewer, kind, stream, mapping, **settings):
    given = NewConnection(name="till", kind=kind, system="pos", settings=settings, every_minutes=0, runs_pass=False)
    connection, _ = connection_add(viewer=viewer, given=given)
    return connection_map(viewer=viewer, connection=connection, stream=stream, mapping=from_yaml(mapping))


class Till:
    """A till with a table of order lines that nothing but their row number tells apart, and a column that counts changes."""

    def __init__(self, ground):
        inbox_of(ground).mkdir(parents=True)
        self.path = inbox_of(ground) / "till.db"
        self._changes = 0
        self.run("create table line (nr text, who text, at text, what text, units integer, yuan integer, changed integer)")

    def run(self, sql, *values):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def put(self, no, what, yuan, *, who="V1", at="2026-11-05 10:00:00"):
        self._changes += 1
        units = -1 if yuan < 0 else 1
        self.run("insert into line values (?, ?, ?, ?, ?, ?, ?)", no, who, at, what, units, yuan, self._changes)

    def change(self, rowid, yuan):
        self._changes += 1
        self.run("update line set yuan = ?, changed = ? where rowid = ?", yuan, self._changes, rowid)

    def held(self, *, numbered=True):
        rows = self.run("select nr, who, what, units, yuan from line")
        return Counter((no if numbered else f"{who}-2026-11-05", what, units, yuan) for no, who, what, units, yuan in rows)


@pytest.fixture
def till(ground):
    return Till(ground)


def test_one_changed_line_of_an_order_is_read_with_the_others(viewer, ground, till):
    connection = connected(viewer, "database", "line", NUMBERED, url="sqlite:///till.db", cursor_column="changed")
    till.put("X", "AAA", 100)
    till.put("X", "BBB", 200)
    till.put("Y", "AAA", 7)
    pull_now(connection.pk, cause="hand")
    till.change(2, 222)
    assert pull_now(connection.pk, cause="hand") == 2
    assert Loads(ground.lake_path).held() == till.held()
    assert sum(yuan * count for (no, _, _, yuan), count in till.held().items() if no == "X") == 322


@pytest.mark.parametrize(("mapping", "seed"), [(NUMBERED, 1), (NUMBERED, 2), (ALONE, 3), (ALONE, 4)])
def test_a_random_history_pulled_at_random_ends_equal_to_the_source(viewer, ground, till, monkeypatch, mapping, seed):
    monkeypatch.setattr(pulls, "PART_ROWS", 4)
    monkeypatch.setattr(database, "BATCH_ROWS", 3)
    chance = random.Random(seed)  # noqa: S311 - a test that repeats
    connection = connected(viewer, "database", "line", mapping, url="sqlite:///till.db", cursor_column="changed")
    for _ in range(6):
        for _ in range(chance.randint(1, 9)):
            rows = [row for (row,) in till.run("select rowid from line")]
            what, no = chance.choice(("add", "add", "return", "change", "delete")), chance.choice("XYZ")
            if what == "change" and rows:
                till.change(chance.choice(rows), chance.randint(1, 9) * 10)
            elif what == "delete" and rows:
                # A deletion is seen when another line of its order changes.
                gone = chance.choice(rows)
                ((who, number),) = till.run("select who, nr from line where rowid = ?", gone)
                till.run("delete from line where rowid = ?", gone)
                till.put(number, chance.choice("ABC"), 50, who=who)
            else:
                at = f"2026-11-05 {chance.randint(8, 20):02d}:30:00"
                till.put(no, chance.choice("ABC"), (-1 if what == "return" else 1) * chance.randint(1, 3) * 10, who=f"V{no}", at=at)
        pull_now(connection.pk, cause="hand")
    assert Loads(ground.lake_path).held() == till.held(numbered=mapping is NUMBERED)


def send(connection, *messages):
    bodies = [(f"id {len(body)} {number}", json.dumps(body).encode(), "") for number, body in enumerate(messages)]
    spool_of(connection).append(bodies, now=datetime.now(UTC))


def order(*lines, no="X", at="2026-11-05"):
    return [{"nr": no, "who": "V1", "at": at, "what": what, "units": 1, "yuan": yuan} for what, yuan in lines]


def test_an_order_that_is_sent_again_is_that_order_and_not_more_of_it(viewer, ground):
    connection = connected(viewer, "webhook", "messages", NUMBERED, secret="a token of some length, really", signing="token")
    send(connection, order(("A", 100), ("A", 100), ("B", 200)), order(("A", 100), ("A", 90), ("B", 222)), order(("A", 5), no="Y"))
    pull_now(connection.pk, cause="hand")
    assert sorted(row[3] for row in Loads(ground.lake_path).held().elements()) == [5, 90, 100, 222]
    send(connection, order(("B", 230)))
    pull_now(connection.pk, cause="hand")
    assert sorted(row[3] for row in Loads(ground.lake_path).held().elements()) == [5, 90, 100, 230]


def test_messages_about_purchases_without_a_number_add_up(viewer, ground):
    connection = connected(viewer, "webhook", "messages", ALONE, secret="a token of some length, really", signing="token")
    for _ in range(2):
        send(connection, order(("A", 10)), order(("A", 10), ("B", 20)))
        pull_now(connection.pk, cause="hand")
        connection.refresh_from_db()
        spool_of(connection)
    assert Loads(ground.lake_path).held() == {("V1-2026-11-05", "A", 1, 10): 2, ("V1-2026-11-05", "B", 1, 20): 1}


def test_files_of_a_folder_are_told_apart_also_where_one_pull_takes_them_together(viewer, ground):
    folder = inbox_of(ground)
    folder.mkdir(parents=True)
    head, cut = "who,at,what,units,yuan", "V1,2026-11-05,cut,1,50"
    for name, rows in {
        "am.csv": (cut, "V2,2026-11-05,dye,1,200"),
        "pm.csv": ("V1,2026-11-05,care,1,80", "V3,2026-11-05,cut,1,50"),
        "z.csv": (cut,),
    }.items():
        (folder / name).write_text("\n".join((head, *rows)), encoding="utf-8")
    connection = connected(viewer, "file", "*.csv", ALONE, folder=".", pattern="*.csv", settle_seconds=0)
    pull_now(connection.pk, cause="hand")
    held = Loads(ground.lake_path).held()
    assert sum(row[3] * count for row, count in held.items()) == 380
