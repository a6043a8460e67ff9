import os
import time

import pytest

from xingke.events.log import segments
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import pieces_of
from xingke_web.tracking import compaction
from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.models import AnonymousLink, EventLoad, MinuteCount, RejectedEvent
from xingke_web.tracking.places import events_root


def track(number, user="u1", **more):
    return {"type": "track", "event": "Ordered", "userId": user, "messageId": f"m{number}", "timestamp": "2025-11-24T16:00:00Z", **more}


def stored(workspace, table="tracked_event"):
    store = pieces_of(workspace)
    return [row for load in store.loads() for row in store.read(load, table).to_pylist()]


def test_events_become_rows_of_one_open_piece_however_often_it_is_written(workspace, events_in):
    for number in range(3):
        events_in(track(number))
        compact_workspace(workspace)
        compact_workspace(workspace)
    assert [row["event_id"] for row in stored(workspace)] == ["m0", "m1", "m2"]
    assert len(pieces_of(workspace).loads()) == 1
    assert EventLoad.objects.get().events == 3


def test_a_full_piece_is_closed_and_the_next_goes_on_where_it_ends(workspace, events_in, monkeypatch):
    monkeypatch.setattr(compaction, "PIECE_EVENTS", 2)
    for number in range(5):
        events_in(track(number))
    assert compact_workspace(workspace) == 5
    assert sorted(row["event_id"] for row in stored(workspace)) == [f"m{number}" for number in range(5)]
    assert [load.is_open for load in EventLoad.objects.order_by("pk")] == [False, False, True]


def test_a_worker_killed_after_the_piece_and_before_its_row_changes_nothing(workspace, events_in, monkeypatch):
    events_in(track(1), track(2))
    with monkeypatch.context() as patch:
        patch.setattr(EventLoad, "save", _killed)
        with pytest.raises(KeyboardInterrupt):
            compact_workspace(workspace)
    events_in(track(3))
    compact_workspace(workspace)
    assert [row["event_id"] for row in stored(workspace)] == ["m1", "m2", "m3"]


def _killed(*args, **kwargs):
    raise KeyboardInterrupt


def test_what_identify_calls_say_is_a_sealed_record_that_grows(workspace, events_in, monkeypatch):
    events_in({"type": "identify", "userId": "u1", "messageId": "i1", "traits": {"phone": "13800138000", "name": "王小华"}})
    compact_workspace(workspace)
    monkeypatch.setattr(compaction, "PIECE_EVENTS", 1)
    compact_workspace(workspace)
    events_in({"type": "identify", "userId": "u1", "messageId": "i2", "traits": {"email": "w@example.com"}})
    compact_workspace(workspace)
    latest = stored(workspace, "source_record")[-1]
    assert (latest["phone"], latest["owner_name"], latest["email"]) == ("13800138000", "王小华", "w@example.com")
    on_disk = b"".join(path.read_bytes() for path in workspace.lake_path.rglob("*") if path.is_file())
    assert b"13800138000" not in on_disk
    assert "王小华".encode() not in on_disk


def test_anonymous_events_of_closed_pieces_go_to_the_user_who_logs_in_later(workspace, events_in, monkeypatch):
    monkeypatch.setattr(compaction, "PIECE_EVENTS", 1)
    events_in({"type": "page", "name": "Home", "anonymousId": "a1", "messageId": "p1"})
    compact_workspace(workspace)
    assert [row["customer_key"] for row in stored(workspace)] == ["a1"]
    events_in({"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "i1", "traits": {"city": "x"}})
    compact_workspace(workspace)
    assert [row["customer_key"] for row in stored(workspace)] == ["u1", "u1"]


def seen(number, at, anonymous="dev"):
    return {"type": "page", "name": "Home", "anonymousId": anonymous, "messageId": f"v{number}", "timestamp": f"2025-11-24T16:{at:02d}:00Z"}


def login(number, user, at, anonymous="dev"):
    return {**seen(number, at, anonymous), "type": "identify", "userId": user}


@pytest.mark.parametrize("piece_events", [1, 100])
def test_a_device_that_two_people_use_is_each_ones_in_turn(workspace, events_in, monkeypatch, piece_events):
    monkeypatch.setattr(compaction, "PIECE_EVENTS", piece_events)
    events_in(seen(0, 0))
    compact_workspace(workspace)
    events_in(login(1, "A", 1), seen(2, 2))
    compact_workspace(workspace)
    events_in(login(3, "B", 3), seen(4, 4), login(5, "B", 5), seen(6, 6))
    compact_workspace(workspace)
    assert [row["customer_key"] for row in stored(workspace)] == ["A", "A", "A", "B", "B", "B", "B"]
    assert AnonymousLink.objects.count() == 2


def test_a_log_in_that_comes_late_takes_its_place_in_time(workspace, events_in):
    events_in(login(1, "B", 5), seen(2, 2), seen(3, 6))
    compact_workspace(workspace)
    events_in(login(4, "A", 1), login(5, "B", 4))
    compact_workspace(workspace)
    keys = {row["event_id"]: row["customer_key"] for row in stored(workspace)}
    assert (keys["v2"], keys["v3"]) == ("A", "B")
    assert AnonymousLink.objects.count() == 2


def test_aliases_link_whatever_holds_the_events(workspace, events_in):
    events_in(
        seen(1, 1, "a1"), {"type": "alias", "userId": "u1", "previousId": "a1", "messageId": "al", "timestamp": "2025-11-24T16:02:00Z"}
    )
    compact_workspace(workspace)
    assert {row["customer_key"] for row in stored(workspace)} == {"u1"}


def test_a_placeholder_makes_no_link_and_no_record(workspace, events_in):
    traits = {"phone": "13800000001"}
    for number, user in enumerate(("null", "0", "guest")):
        events_in({**login(number, user, 1), "traits": traits}, seen(number + 10, 2))
    compact_workspace(workspace)
    assert not AnonymousLink.objects.exists()
    assert stored(workspace, "source_record") == []
    assert {row["customer_key"] for row in stored(workspace)} == {"dev"}
    assert set(RejectedEvent.objects.values_list("reason", flat=True)) == {"placeholder_id"}


def test_items_of_clients_are_products_of_the_load(workspace, events_in):
    from xingke.events.event import Event

    call = {"$call": "item_set", "$item_id": "P1", "name": "Tea"}
    line = Event("i1", "item", "goods", "", "", 1_764_000_000_000, 1_764_000_000_000, "app", "app", call, {}, {}).to_line()
    events_in.lines(("i1", line))
    compact_workspace(workspace)
    assert [(row["product_key"], row["name"]) for row in stored(workspace, "product")] == [("P1", "Tea")]
    assert stored(workspace) == []


def test_rejected_events_and_counts_are_kept_once(workspace, events_in):
    events_in(track(1), {"type": "track", "event": "Lost", "phone": "13800138000"})
    compact_workspace(workspace)
    compact_workspace(workspace)
    row = RejectedEvent.objects.get()
    assert (row.reason, row.name) == ("no_user", "Lost")
    assert b"13800138000" not in bytes(row.sealed)
    count = MinuteCount.objects.get()
    assert (count.accepted, count.rejected) == (1, 1)


def test_segments_go_when_they_are_old_and_everybody_has_read_them(workspace, events_in, monkeypatch):
    monkeypatch.setattr(compaction, "PIECE_EVENTS", 1)
    root = events_root(workspace)
    for number in range(3):
        events_in(track(number))
    old = time.time() - compaction.KEEP_SECONDS - 1
    for path in (root / "log").glob("*.log"):
        os.utime(path, (old, old))
    compact_workspace(workspace)
    # The ids are still known from the log alone, so that it has to stay until they are in a run.
    assert len(segments(root)) == 3
    assert len(stored(workspace)) == 3


def test_two_workers_do_not_compact_one_workspace_at_once(workspace, events_in):
    events_in(track(1))
    with compaction._alone(events_root(workspace)) as alone:
        assert alone
        assert compact_workspace(workspace) == 0
    assert compact_workspace(workspace) == 1
    assert vault_of(workspace.id)
