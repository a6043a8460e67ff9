"""Connections and pulls: exactly once, sealed, undone whole."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import time_machine
from django.conf import settings as django_settings

from xingke.loop.pieces import PieceStore
from xingke.sources.connectors.database import connector as database
from xingke.sources.connectors.webhook.signature import signature
from xingke.sources.systems import sample, system
from xingke_web.audit.models import AuditEntry
from xingke_web.config.vault import vault_of
from xingke_web.ingest import pulls
from xingke_web.ingest.connection_selectors import connections_shown, held_shown
from xingke_web.ingest.connections import (
    ConnectionRefused,
    NewConnection,
    OutsideInbox,
    connection_add,
    connection_edit,
    connection_map,
    connection_pause,
    connection_remove,
    cursor_of,
    inbox_of,
    settings_of,
)
from xingke_web.ingest.models import Connection, Pull
from xingke_web.ingest.pulls import connection_restart, pull_now, pull_undo
from xingke_web.ingest.pulls_tasks import pull_run, pull_start, pulls_due
from xingke_web.jobs.facade import jobs_recent, run_due

ORDERS = system("ordering").table("order")
NAMES = ", ".join(f'"{name}"' for name in ORDERS.column_names)


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


class Shop:
    """A system with a table of orders, as a SQLite file in the inbox."""

    def __init__(self, ground):
        inbox_of(ground).mkdir(parents=True)
        self.path = inbox_of(ground) / "shop.db"
        self.rows = sample(ORDERS, seed=1, rows=60).to_pylist()
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(f"create table orders (no integer primary key, {NAMES})")

    def put(self, start, stop):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for number in range(start, stop):
                connection.execute(
                    f"insert into orders values ({number}, {', '.join('?' * len(ORDERS.columns))})", list(self.rows[number].values())
                )

    def run(self, sql):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql)


@pytest.fixture
def shop(ground):
    found = Shop(ground)
    found.put(0, 20)
    return found


def connected(viewer, *, kind="database", stream="orders", mapping=ORDERS.mapping, every=60, runs_pass=False, **settings):
    settings = settings or {"url": "sqlite:///shop.db", "cursor_column": "no"}
    given = NewConnection(
        name=f"{kind} {stream}", kind=kind, system="ordering", settings=settings, every_minutes=every, runs_pass=runs_pass
    )
    connection, _ = connection_add(viewer=viewer, given=given)
    return connection_map(viewer=viewer, connection=connection, stream=stream, mapping=mapping)


def orders_in(ground):
    """The order keys in the pieces, each as often as it is there."""
    store = PieceStore(ground.lake_path, vault_of(ground.id))
    return sorted(key for load in store.loads() for key in store.read(load, "order")["order_key"].to_pylist())


def numbers(*numbers):
    return [f"SO{number + 1:08d}" for number in numbers]


def test_each_pull_brings_what_is_new_and_the_balance_is_kept(viewer, ground, shop):
    connection = connected(viewer)
    assert pull_now(connection.pk, cause="hand") == 20
    assert pull_now(connection.pk, cause="hand") == 0
    shop.put(20, 25)
    assert pull_now(connection.pk, cause="schedule") == 5
    assert orders_in(ground) == numbers(*range(25))
    done = list(Pull.objects.order_by("number").values_list("number", "state", "rows_read", "rows_loaded", "rows_held"))
    assert done == [(1, "done", 20, 20, 0), (2, "done", 5, 5, 0)]
    assert AuditEntry.objects.filter(name="pull.done").count() == 2


def test_a_whole_reading_takes_the_place_of_the_one_before(viewer, ground, shop):
    connection = connected(viewer, url="sqlite:///shop.db")
    pull_now(connection.pk, cause="hand")
    shop.run("delete from orders where no < 5")
    pull_now(connection.pk, cause="hand")
    assert orders_in(ground) == numbers(*range(5, 20))
    assert list(Pull.objects.order_by("number").values_list("state", flat=True)) == ["replaced", "done"]


def test_a_long_pull_is_stored_in_parts_each_with_its_own_cursor(viewer, ground, shop, monkeypatch):
    monkeypatch.setattr(pulls, "PART_ROWS", 6)
    monkeypatch.setattr(database, "BATCH_ROWS", 3)
    connection = connected(viewer)
    assert pull_now(connection.pk, cause="hand") == 20
    assert list(Pull.objects.order_by("number").values_list("rows_loaded", flat=True)) == [6, 6, 6, 2]
    assert orders_in(ground) == numbers(*range(20))


def test_a_pull_that_breaks_off_leaves_nothing_and_the_next_one_brings_it_all(viewer, ground, shop, monkeypatch):
    connection = connected(viewer)
    whole = PieceStore.put

    def full(self, load_id, table, rows):
        whole(self, load_id, table, rows)
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(PieceStore, "put", full)
        with pytest.raises(OSError, match="no space"):
            pull_now(connection.pk, cause="hand")
    assert (orders_in(ground), Pull.objects.get().state) == ([], "failed")
    assert cursor_of(Connection.objects.get()) is None
    assert pull_now(connection.pk, cause="hand") == 20
    assert orders_in(ground) == numbers(*range(20))


def test_a_worker_that_lost_its_pull_changes_nothing(viewer, ground, shop, monkeypatch):
    connection = connected(viewer)
    stored = pulls._Run._store_part

    def overtaken(self, part):
        stored(self, part)
        with monkeypatch.context() as other:
            other.setattr(pulls._Run, "_store_part", stored)
            assert pull_now(connection.pk, cause="hand") == 20

    with monkeypatch.context() as slow:
        slow.setattr(pulls._Run, "_store_part", overtaken)
        with pytest.raises(pulls.PullTakenOver):
            pull_now(connection.pk, cause="hand")
    assert orders_in(ground) == numbers(*range(20))
    assert Pull.objects.get().state == "done"


def test_what_is_wrong_stays_outside_with_its_reason_and_is_shown_masked(viewer, ground, shop):
    shop.run("update orders set \"下单时间\" = 'gestern' where no = 3")
    connection = connected(viewer)
    assert pull_now(connection.pk, cause="hand") == 19
    pull = Pull.objects.get()
    assert (pull.rows_read, pull.rows_loaded, pull.rows_held) == (20, 19, 1)
    (row,) = held_shown(pull, ground)
    assert (row.column, row.value) == ("下单时间", "gestern") or row.value == "****" or row.column
    assert row.reason
    held = ground.lake_path / "uploads" / f"pull-{connection.pk}-1.held"
    assert b"SO00000004" not in held.read_bytes()


def test_an_undone_pull_is_gone_and_does_not_come_again_until_all_is_read_again(viewer, ground, shop):
    connection = connected(viewer)
    pull_now(connection.pk, cause="hand")
    shop.put(20, 22)
    pull_now(connection.pk, cause="hand")
    pull_undo(viewer=viewer, pull=Pull.objects.get(number=2), workspace=ground)
    assert orders_in(ground) == numbers(*range(20))
    with pytest.raises(ConnectionRefused):
        pull_undo(viewer=viewer, pull=Pull.objects.get(number=2), workspace=ground)
    connection.refresh_from_db()
    assert pull_now(connection.pk, cause="hand") == 0
    connection_restart(viewer=viewer, connection=connection)
    assert pull_now(connection.pk, cause="hand") == 22


def test_a_removed_connection_takes_its_rows_with_it(viewer, ground, shop):
    connection = connected(viewer)
    pull_now(connection.pk, cause="hand")
    connection_remove(viewer=viewer, connection=connection, workspace=ground)
    assert (orders_in(ground), Connection.objects.count()) == ([], 0)
    assert any(job.task.endswith("loop_run") for job in jobs_recent(workspace_id=ground.id))


def test_the_schedule_pulls_what_is_due_and_a_paused_one_not(viewer, ground, shop):
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        connection = connected(viewer, every=15)
    for minutes, expected in ((14, 0), (16, 1)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            pulls_due.enqueue()
            run_due()
            run_due()
            assert Pull.objects.count() == expected
    connection.refresh_from_db()
    assert connection.next_at == start + timedelta(minutes=31)
    connection_pause(viewer=viewer, connection=connection, paused=True)
    assert Connection.objects.get().next_at is None


def test_a_failing_source_says_why_and_stands_first(viewer, ground, shop):
    good = connected(viewer)
    bad = connected(viewer, stream="missing", every=0)
    for connection in (good, bad):
        pull_start(viewer=viewer, connection=connection)
    run_due()
    shown = connections_shown(ground)
    assert [(one.connection.stream, one.status) for one in shown] == [("missing", "failing"), ("orders", "fine")]
    assert "missing" in shown[0].error
    assert (shown[1].rows, shown[1].held) == (20, 0)


def test_a_connection_that_has_not_come_for_longer_than_its_schedule_is_late(viewer, ground, shop):
    connection = connected(viewer, every=15)
    pull_now(connection.pk, cause="hand")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        (one,) = connections_shown(ground)
    assert one.status == "late"
    assert timedelta(minutes=104) < one.late_by < timedelta(minutes=106)


def test_new_rows_queue_a_pass_where_the_connection_asks_for_it(viewer, ground, shop):
    connection = connected(viewer, runs_pass=True)
    pull_run.call(connection.pk, "hand")
    pull_run.call(connection.pk, "hand")
    assert [job.task.rpartition(".")[2] for job in jobs_recent(workspace_id=ground.id)] == ["loop_run"]


def test_settings_and_cursor_lie_sealed_and_a_secret_that_is_not_given_again_stays(viewer, ground):
    given = NewConnection(
        name="erp",
        kind="database",
        system="erp",
        settings={"url": "postgresql://reader:open-sesame@db/erp"},
        every_minutes=0,
        runs_pass=False,
    )
    connection, _ = connection_add(viewer=viewer, given=given)
    assert "sesame" not in connection.settings
    assert settings_of(connection)["url"] == "postgresql://reader@db/erp"
    assert settings_of(connection)["password"] == "open-sesame"
    connection_edit(
        viewer=viewer,
        connection=connection,
        given=replace(given, settings={"url": "postgresql://reader@db/erp", "password": "", "schema": "sales"}),
    )
    assert settings_of(connection)["password"] == "open-sesame"
    with pytest.raises(ConnectionRefused, match="already"):
        connection_add(viewer=viewer, given=given)


@pytest.mark.parametrize("path", ["/etc/passwd", "../other.db", "a/../../b.db"])
def test_no_file_outside_the_inbox_can_be_read(viewer, ground, path):
    for kind, settings in (("database", {"url": f"sqlite:///{path}"}), ("singer", {"path": path}), ("file", {"folder": path})):
        given = NewConnection(name="x", kind=kind, system="", settings=settings, every_minutes=0, runs_pass=False)
        with pytest.raises(OutsideInbox):
            connection_add(viewer=viewer, given=given)


def test_a_mapping_that_leaves_a_required_column_empty_is_refused(viewer, ground, shop):
    table = ORDERS.mapping.tables[0]
    with pytest.raises(ConnectionRefused, match=r"order\.customer_key"):
        connected(viewer, mapping=replace(ORDERS.mapping, tables=(table.without("customer_key"),)))


class Hooked:
    """A webhook with its address and secret."""

    def __init__(self, viewer, client):
        given = NewConnection(name="hook", kind="webhook", system="iot", settings={}, every_minutes=1, runs_pass=False)
        self.connection, self.secret = connection_add(viewer=viewer, given=given)
        table = system("iot").table("reading")
        connection_map(viewer=viewer, connection=self.connection, stream="messages", mapping=table.mapping)
        self.client, self.rows = client, sample(table, seed=2, rows=9).to_pylist()

    def send(self, body, message_id="msg_1", *, secret=None):
        raw, stamp = json.dumps(body).encode() if not isinstance(body, bytes) else body, int(datetime.now(UTC).timestamp())
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signature(secret or self.secret, message_id, stamp, raw),
        }
        return self.client.post(f"/in/{self.connection.hook_key}/", raw, content_type="application/json", headers=headers)


@pytest.fixture
def hook(viewer, client):
    return Hooked(viewer, client)


def test_messages_become_rows_once_each(hook, ground):
    assert hook.send(hook.rows[:5], "a").status_code == 202
    assert hook.send(hook.rows[:5], "a").json() == {"rows": 5, "new": False}
    assert pull_now(hook.connection.pk, cause="schedule") == 5
    assert hook.send(hook.rows[:5], "a").json()["new"] is False
    assert pull_now(hook.connection.pk, cause="schedule") == 0
    hook.send(hook.rows[5], "b")
    assert pull_now(hook.connection.pk, cause="schedule") == 1
    store = PieceStore(ground.lake_path, vault_of(ground.id))
    keys = pa.concat_tables([store.read(load, "iot_reading") for load in store.loads()])["reading_key"].to_pylist()
    assert keys == [1, 2, 3, 4, 5, 6]


def test_a_message_that_is_not_taken_is_answered_in_both_languages(hook, ground):
    refused = hook.send(hook.rows, "a", secret="whsec_" + "A" * 32)
    assert (refused.status_code, set(refused.json()["error"])) == (401, {"zh", "en"})
    assert hook.send(b"{", "b").status_code == 422
    assert hook.send(b" " * 1_100_000, "c").status_code == 413
    assert hook.client.post("/in/nobody/", b"{}", content_type="application/json").status_code == 404
    assert hook.client.get(f"/in/{hook.connection.hook_key}/").status_code == 405
    assert pull_now(hook.connection.pk, cause="schedule") == 0
    assert (Pull.objects.get().rows_read, Pull.objects.get().rows_held) == (1, 1)
    assert held_shown(Pull.objects.get(), ground)[0].reason in {"not JSON in UTF-8", "不是 UTF-8 的 JSON"}


def test_a_paused_webhook_asks_to_come_again(hook, viewer):
    connection_pause(viewer=viewer, connection=hook.connection, paused=True)
    answer = hook.send(hook.rows)
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
