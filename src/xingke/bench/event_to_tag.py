"""From an event to the changed tag: the time between sending it and a reader of the lake that sees the new value."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from xingke.bench.ingest_load import LoadFigures, answer, request_bytes
from xingke.bench.ingest_trial import START_SECONDS, Trial, TrialFailed, cpu_seconds, free_port, wait_until_open
from xingke.engine import Lake, LakeReader
from xingke.tags import PORTRAIT

BATCHES_PER_SECOND: Final = 10
PROBES_PER_SECOND: Final = 4
LOOK_SECONDS: Final = 0.02
LATE_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Probes:
    """Events of customers of whom nothing else is sent, by customer: when each was sent, and how long it took to show."""

    sent: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)


def event_to_tag_figures(
    directory: Path,
    *,
    events_per_second: int = 500,
    customers: int = 20_000,
    seconds: int = 30,
    progress: Callable[[str], None] | None = None,
) -> Mapping[str, float]:
    """Measure with the product's own processes: the tracking API, the compaction and the follower.

    Returns
    -------
    mapping
        `event_to_tag_p50_ms`, `event_to_tag_p95_ms`, `event_to_tag_worst_ms`, over `event_to_tag_probes` probes; `event_to_tag_sent` events
        acknowledged beside them; `event_to_tag_follow_cpu_share`, the share of one core that following takes.
    """
    tell = progress or (lambda _: None)
    trial = Trial(directory)
    directory.mkdir(parents=True, exist_ok=True)
    try:
        tell("making an installation")
        trial.make()
        trial.ask("customers", str(customers))
        port = free_port()
        trial.start("serve", str(port))
        follower = trial.start("follow")
        trial.start("compact")
        wait_until_open(port)
        tell(f"{events_per_second} events a second for {seconds} s")
        reader = LakeReader(Lake(trial.lake), live=(PORTRAIT,))
        probes, figures = _Probes(), LoadFigures()
        before = cpu_seconds(follower.pid)
        asyncio.run(_drive(trial, port, reader, probes, figures, rate=events_per_second, customers=customers, seconds=seconds))
        used = cpu_seconds(follower.pid) - before
    finally:
        trial.end()
    waits = sorted(probes.waits) or [LATE_SECONDS]
    return {
        "event_to_tag_p50_ms": waits[len(waits) // 2] * 1000,
        "event_to_tag_p95_ms": waits[min(len(waits) - 1, int(len(waits) * 0.95))] * 1000,
        "event_to_tag_worst_ms": waits[-1] * 1000,
        "event_to_tag_probes": float(len(probes.waits)),
        "event_to_tag_sent": float(figures.events),
        "event_to_tag_follow_cpu_share": used / seconds,
    }


async def _drive(
    trial: Trial, port: int, reader: LakeReader, probes: _Probes, figures: LoadFigures, *, rate: int, customers: int, seconds: int
) -> None:
    """Send at the wanted rate, probe beside it, and look for the probes until all of them show or are late."""
    host = f"127.0.0.1:{port}"
    await _warm(port, reader, host=host, key=trial.key)
    done = asyncio.Event()
    looking = asyncio.create_task(_look(reader, probes, done))
    stream, writer = await asyncio.open_connection("127.0.0.1", port)
    size, started = rate // BATCHES_PER_SECOND, time.perf_counter()
    probe_at = 0.0
    for batch in range(seconds * BATCHES_PER_SECOND):
        due = started + batch / BATCHES_PER_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent = [
            _event(f"load-{batch}-{place}", customers // 10 + (batch * size + place) * 7 % (customers * 9 // 10)) for place in range(size)
        ]
        probe = None
        if time.perf_counter() - started >= probe_at:
            probe = len(probes.sent) + 1
            sent.append(_event(f"probe-{probe}", probe))
            probe_at += 1 / PROBES_PER_SECOND
        body = json.dumps({"batch": sent, "sentAt": datetime.now(UTC).isoformat()}).encode()
        if probe is not None:
            probes.sent[probe] = time.perf_counter()
        writer.write(request_bytes(body, host=host, key=trial.key))
        status, answered = await answer(stream)
        if status == 200:
            figures.events += json.loads(answered)["accepted"]
    writer.close()
    done.set()
    await looking


async def _warm(port: int, reader: LakeReader, *, host: str, key: str) -> None:
    """Send one event and wait until it shows: every process is at work then."""
    stream, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"batch": [_event("warm", 0)], "sentAt": datetime.now(UTC).isoformat()}).encode()
    writer.write(request_bytes(body, host=host, key=key))
    await answer(stream)
    writer.close()
    deadline = time.perf_counter() + START_SECONDS
    while not await asyncio.to_thread(reader.value, "select has_open_cart from portrait where customer_id = 0"):
        if time.perf_counter() > deadline:
            raise TrialFailed(f"the first event changed no tag within {START_SECONDS:.0f} s")
        await asyncio.sleep(LOOK_SECONDS)


def _event(message: str, customer: int) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Product Added",
        "userId": f"customer-{customer}",
        "messageId": message,
        "timestamp": datetime.now(UTC).isoformat(),
        "properties": {"sku": "6901028000001", "quantity": 1},
    }


async def _look(reader: LakeReader, probes: _Probes, done: asyncio.Event) -> None:
    """Ask for the tags of the customers who are waited for, again and again, in a thread of its own."""
    seen: set[int] = set()
    deadline: float | None = None
    while True:
        waiting = sorted(set(probes.sent) - seen)
        if waiting:
            listed = ", ".join(map(str, waiting))
            sql = f"select customer_id from portrait where has_open_cart and customer_id in ({listed})"
            found = {row["customer_id"] for row in await asyncio.to_thread(reader.rows, sql)}
            now = time.perf_counter()
            probes.waits += [now - probes.sent[number] for number in found]
            seen |= found
        if done.is_set():
            deadline = deadline or time.perf_counter() + LATE_SECONDS
            if not set(probes.sent) - seen or time.perf_counter() > deadline:
                probes.waits += [LATE_SECONDS] * len(set(probes.sent) - seen)
                return
        await asyncio.sleep(LOOK_SECONDS)
