import os
import time

import pytest

from xingke.events.log import segments
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import pieces_of
from xingke_web.tracking import compaction
from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.models import EventLoad, MinuteCount, RejectedEvent
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
