import asyncio
import errno
import os
import random

import pytest

from xingke.events.blocks import LogDamaged, digests_of, sound_end
from xingke.events.event import Event, Rejected
from xingke.events.log import LogHeld, LogWriter, Position, durable_end, segment_path, segments, trim
from xingke.events.reader import read_log, tail
from xingke.events.reseal import log_resealed
from xingke.events.seen import Seen, digest, remembered_from
from xingke.events.store import EventStore, NotStored, batch_of
from xingke.privacy import DataKey, KeySet, Vault

NOW_MS = 1_764_000_000_000


def line(number: int | str) -> tuple[str, bytes]:
    event = Event(f"m{number}", "track", "Ordered", "u", "", NOW_MS, NOW_MS, "app", "app", {"phone": "13800138000"}, {}, {})
    return event.event_id, event.to_line()


def batch(*numbers: int | str, rejected: tuple[bytes, ...] = ()):
    return batch_of("app", "app", [line(number) for number in numbers], rejected)


def ids_in(root, vault, **arguments):
    return [event.event_id for chunk in read_log(root, vault, **arguments) for event in chunk.body.events]


def run(root, vault, *batches, memory_ids=1000):
    """Open the store, add the batches at once, close it."""

    async def main():
        store = EventStore(root, vault, memory_ids=memory_ids)
        try:
            return await asyncio.gather(*map(store.add, batches))
        finally:
            await store.close()

    return asyncio.run(main())


def test_an_event_counts_once_within_a_request_between_requests_and_after_a_restart(tmp_path, vault):
    receipts = run(tmp_path, vault, batch(1, 2, 2), batch(2, 3))
    assert [(one.counted, one.repeated) for one in receipts] == [(2, 1), (1, 1)]
    assert [(one.counted, one.repeated) for one in run(tmp_path, vault, batch(1, 2, 3, 4))] == [(1, 3)]
    assert ids_in(tmp_path, vault) == ["m1", "m2", "m3", "m4"]


def test_the_same_message_id_of_another_system_is_another_event(tmp_path, vault):
    assert digest("app", "m1") != digest("wechat", "m1")


def test_an_id_is_told_for_ever_though_memory_holds_a_few_only(tmp_path, vault):
    for start in range(0, 600, 50):
        run(tmp_path, vault, batch(*range(start, start + 50)), memory_ids=20)
    assert remembered_from(tmp_path) > Position(0, 0)
    assert len(list((tmp_path / "seen").glob("*.ids"))) < 6
    (receipt,) = run(tmp_path, vault, batch(*range(600)), memory_ids=20)
    assert (receipt.counted, receipt.repeated) == (0, 600)


def test_ids_are_told_from_runs_when_the_log_they_came_by_is_gone(tmp_path, vault):
    run(tmp_path, vault, batch(*range(50)), memory_ids=10)
    run(tmp_path, vault, batch(1000), memory_ids=10)
    assert trim(tmp_path, remembered_from(tmp_path)) or remembered_from(tmp_path).segment == 1
    (receipt,) = run(tmp_path, vault, batch(*range(50)), memory_ids=10)
    assert receipt.repeated == 50


def test_a_run_finds_every_id_it_holds_and_no_other(tmp_path):
    (tmp_path / "log").mkdir()
    chance = random.Random(5)  # noqa: S311 - repeats by its seed
    ids = [chance.randbytes(16) for _ in range(5000)]
    close = [one[:8] + b"\xff" * 8 for one in ids[:50]]  # equal in the first half
    seen = Seen(tmp_path, memory_ids=1)
    for start in range(0, 5000, 700):
        seen.add(ids[start : start + 700])
        frozen = seen.freeze(Position(1, start))
        seen.adopt(frozen, seen.write(frozen))
    assert seen.known(ids) == set(ids)
    assert seen.known(close) == set()
    assert len(Seen(tmp_path)) == 5000


def test_what_a_crash_cut_off_is_removed_and_the_rest_stays(tmp_path, vault):
    run(tmp_path, vault, batch(1), batch(2))
    run(tmp_path, vault, batch(3))
    last = segment_path(tmp_path, segments(tmp_path)[-1])
    whole = last.read_bytes()
    for cut in (1, 10, 19, 21, len(whole) - 1):
        last.write_bytes(whole + whole[:cut])
        LogWriter(tmp_path).close()
        assert last.read_bytes() == whole
        assert ids_in(tmp_path, vault) == ["m1", "m2", "m3"]
    assert run(tmp_path, vault, batch(1, 2, 3))[0].repeated == 3


def test_a_block_that_was_never_acknowledged_is_not_read_before_the_log_is_recovered(tmp_path, vault):
    run(tmp_path, vault, batch(1))
    path = segment_path(tmp_path, 1)
    end = durable_end(tmp_path)
    path.write_bytes(path.read_bytes() * 2)  # as a writer leaves it that was killed before its fdatasync
    assert ids_in(tmp_path, vault) == ["m1"]
    assert durable_end(tmp_path) == end


def test_damage_in_the_middle_is_reported_and_not_skipped(tmp_path, vault):
    run(tmp_path, vault, batch(1))
    run(tmp_path, vault, batch(2))
    path = segment_path(tmp_path, 1)
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(LogDamaged):
        ids_in(tmp_path, vault)


def test_only_one_process_writes_a_log(tmp_path):
    first = LogWriter(tmp_path)
    with pytest.raises(LogHeld):
        LogWriter(tmp_path)
    first.close()
    LogWriter(tmp_path).close()


def test_segments_turn_over_by_size_and_by_age(tmp_path, vault):
    clock = [0.0]
    writer = LogWriter(tmp_path, segment_bytes=100, segment_seconds=60, clock=lambda: clock[0])
    writer.append(b"x" * 60)
    writer.append(b"x" * 60)
    writer.append(b"x" * 10)
    assert segments(tmp_path) == [1, 2]
    clock[0] = 61
    writer.append(b"x")
    assert segments(tmp_path) == [1, 2, 3]
    writer.close()


def test_a_reader_goes_on_where_it_stopped(tmp_path, vault):
    position, found = Position(0, 0), []
    for number in range(5):
        run(tmp_path, vault, batch(number))
        for chunk in read_log(tmp_path, vault, position):
            found += [event.event_id for event in chunk.body.events]
            position = chunk.end
    assert found == [f"m{number}" for number in range(5)]
    assert Position.parse(str(position)) == position
    assert ids_in(tmp_path, vault, until=Position(2, 10_000)) == ["m0", "m1"]


def test_the_tail_holds_the_newest_blocks(tmp_path, vault):
    for number in range(6):
        run(tmp_path, vault, batch(number))
    size = segment_path(tmp_path, 6).stat().st_size
    assert ids_in(tmp_path, vault, start=tail(tmp_path, most_bytes=2 * size)) == ["m4", "m5"]
    assert len(ids_in(tmp_path, vault, start=tail(tmp_path, most_bytes=10**9))) == 6


def test_rejected_events_and_counts_of_repeats_lie_beside_the_good_ones(tmp_path, vault):
    bad = Rejected("no_user", "", {"type": "track"}, "segment", "app", "app", NOW_MS)
    run(tmp_path, vault, batch(1, 1, rejected=(bad.to_line(),)))
    (chunk,) = read_log(tmp_path, vault)
    assert list(chunk.body.rejected) == [bad]
    assert chunk.body.repeated == {"app": 1}


def test_nothing_personal_is_readable_on_disk(tmp_path, vault):
    run(tmp_path, vault, batch(*range(10)))
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"13800138000" not in content
    assert b"Ordered" not in content


def test_a_full_disk_is_told_to_every_sender_and_nothing_is_half_there(tmp_path, vault, monkeypatch):
    async def main():
        store = EventStore(tmp_path, vault)
        await store.add(batch(1))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", _full)
            results = await asyncio.gather(store.add(batch(2)), store.add(batch(2, 3)), return_exceptions=True)
        assert all(isinstance(result, NotStored) for result in results)
        receipt = await store.add(batch(1, 2, 3))
        await store.close()
        return receipt

    receipt = asyncio.run(main())
    assert (receipt.counted, receipt.repeated) == (2, 1)
    assert ids_in(tmp_path, vault) == ["m1", "m2", "m3"]


def _full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_digests_in_the_log_are_those_of_its_events(tmp_path, vault):
    run(tmp_path, vault, batch(1, 2))
    path = segment_path(tmp_path, 1)
    assert b"".join(digests_of(path)) == digest("app", "m1") + digest("app", "m2")
    assert sound_end(path) == path.stat().st_size


def test_the_log_comes_under_a_new_key_without_moving_a_reader(tmp_path):
    old, new = DataKey.fresh(), DataKey.fresh()
    blind = b"b" * 32
    before = Vault(KeySet((old,), blind))
    for number in range(3):
        run(tmp_path, before, batch(number), batch(10 + number))
    positions = [chunk.end for chunk in read_log(tmp_path, before)]
    both = Vault(KeySet((new, old), blind))
    assert log_resealed(tmp_path, both) >= 2
    assert log_resealed(tmp_path, both) == 0
    assert [chunk.end for chunk in read_log(tmp_path, both)] == positions
    only_new = Vault(KeySet((new,), blind))
    assert ids_in(tmp_path, only_new, until=Position(2, 10_000)) == ["m0", "m10", "m1", "m11"]
    assert run(tmp_path, both, batch(*range(3)))[0].repeated == 3
