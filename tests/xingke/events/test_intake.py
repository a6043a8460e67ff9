"""Several processes take the events of one workspace: one writes, the others hand over, and each event is there once."""

import asyncio
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from xingke.events import intake as intakes
from xingke.events.intake import Intake
from xingke.events.log import durable_end
from xingke.events.reader import read_log
from xingke.events.relay import SOCKET, WriterGone
from xingke.events.store import Batch, EventStore, NotStored, batch_of
from xingke.privacy import KeySet, Vault

KEYS = KeySet.fresh()


def intake(root: Path) -> Intake:
    return Intake(root, lambda: EventStore(root, Vault(KEYS)))


def batch(*ids: str, rejected: tuple[bytes, ...] = ()) -> Batch:
    good = [(one, b'["%s","track","n","u","",1,1,"app","app",{},{},{},[]]' % one.encode()) for one in ids]
    return batch_of("app", "app", good, list(rejected))


def ids_in(root: Path) -> list[str]:
    return [event.event_id for chunk in read_log(root, Vault(KEYS)) for event in chunk.body.events]


def test_the_second_hands_over_to_the_first_and_goes_on_when_it_ends(tmp_path):
    async def run():
        first, second = intake(tmp_path), intake(tmp_path)
        await first.add(batch("a"))
        handed = await second.add(batch("a", "b", "c"))
        assert (handed.counted, handed.repeated) == (2, 1)
        assert (first.writes, second.writes) == (True, False)
        bad = await second.add(batch(rejected=(b'["x","",1,"segment","app","app",1,null]',) * 2))
        assert (bad.counted, bad.rejected) == (0, 2)
        await first.close()
        later = await second.add(batch("b", "d"))
        assert second.writes
        await second.close()
        return later

    later = asyncio.run(run())
    assert (later.counted, later.repeated) == (1, 1)
    assert sorted(ids_in(tmp_path)) == ["a", "b", "c", "d"]


def test_the_socket_is_for_the_user_of_the_platform_alone_however_long_its_path(tmp_path):
    root = tmp_path / ("long" * 30) / "events"

    async def run():
        first, second = intake(root), intake(root)
        await first.add(batch("a"))
        await second.add(batch("b"))
        modes = [os.stat(path).st_mode & 0o777 for path in (root / SOCKET, root / "log")]
        await second.close()
        await first.close()
        return modes

    assert asyncio.run(run()) == [0o600, 0o700]
    assert sorted(ids_in(root)) == ["a", "b"]


def test_what_the_writer_cannot_store_is_refused_at_the_other_end_too(tmp_path, monkeypatch):
    def broken(_descriptor):
        raise OSError("no space")

    async def run():
        first, second = intake(tmp_path), intake(tmp_path)
        await first.ready()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", broken)
            with pytest.raises(NotStored):
                await second.add(batch("a"))
        assert (await second.add(batch("a"))).counted == 1
        await second.close()
        await first.close()

    asyncio.run(run())
    assert ids_in(tmp_path) == ["a"]


def test_a_writer_that_does_not_answer_leads_to_a_refusal_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(intakes, "PATIENCE_SECONDS", 0.2)
    held = EventStore(tmp_path, Vault(KEYS))  # has the log and does not listen

    async def run():
        with pytest.raises(WriterGone):
            await intake(tmp_path).add(batch("a"))

    asyncio.run(run())
    asyncio.run(held.close())


def _process(root: Path, keys: KeySet, name: str, told) -> None:
    async def run():
        mine = Intake(root, lambda: EventStore(root, Vault(keys)))
        number = 0
        while True:
            ids = [f"{name}-{number}-{index}" for index in range(5)]
            while True:
                try:
                    await mine.add(batch(*ids))
                    break
                except WriterGone:
                    await asyncio.sleep(0.01)
            told.send((name, number, mine.writes))
            number += 1

    asyncio.run(run())


def test_killing_the_writer_loses_and_doubles_nothing_and_another_takes_over(tmp_path):
    context = multiprocessing.get_context("fork")
    acknowledged: set[str] = set()
    running = {}

    def start(name: str) -> None:
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_process, args=(tmp_path, KEYS, name, sending), daemon=True)
        process.start()
        sending.close()
        running[name] = (process, receiving)

    def drain(seconds: float) -> str:
        """Listen for a while; the name of the one that writes."""
        writer, until = "", time.monotonic() + seconds
        while time.monotonic() < until:
            for name, (_process, pipe) in running.items():
                while pipe.poll(0.01):
                    try:
                        who, number, writes = pipe.recv()
                    except EOFError:
                        break
                    acknowledged.update(f"{who}-{number}-{index}" for index in range(5))
                    writer = name if writes else writer
        return writer

    start("p0")
    start("p1")
    for turn in range(2, 6):
        writer = ""
        until = time.monotonic() + 60
        while not writer and time.monotonic() < until:
            writer = drain(0.3)
        process, pipe = running.pop(writer)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        while pipe.poll():
            try:
                who, number, _writes = pipe.recv()
            except EOFError:
                break
            acknowledged.update(f"{who}-{number}-{index}" for index in range(5))
        start(f"p{turn}")
    for process, _pipe in running.values():
        process.kill()
        process.join()
    asyncio.run(EventStore(tmp_path, Vault(KEYS)).close())
    found = ids_in(tmp_path)
    assert len(found) == len(set(found))
    assert acknowledged <= set(found)
    assert len(acknowledged) > 20
    assert durable_end(tmp_path).segment >= 4
