"""Kill the tracking server and the compacting worker at random moments under load, then count: every acknowledged event is there once.

The client sends each batch again until it is answered with 200, as tracking libraries do, and some answered ones once more. In the end the
log and the pieces of the lake must each hold every event exactly once, and every file must be whole.
"""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xingke.bench.environment import environment
from xingke.bench.ingest_load import answer, bodies, request_bytes
from xingke.bench.ingest_trial import Trial, free_port
from xingke.bench.report import BenchResult

CONNECTIONS: Final = 4
BATCH: Final = 20
RESEND_SHARE: Final = 0.1
COMPACT: Final = "compact"


@dataclass(slots=True)
class _Traffic:
    """What the client did."""

    ports: Sequence[int]
    key: str
    random: random.Random
    batches: int = 0
    acknowledged: int = 0
    cut: int = 0
    counted: int = 0
    repeated: int = 0
    stop: bool = False
    failures: list[int] = field(default_factory=list)


def crash_run(*, kills: int, seed: int = 7, servers: int = 2, progress: Callable[[str], None] | None = None) -> BenchResult:
    """Run the test and report how many events were lost or doubled; both must be 0.

    Parameters
    ----------
    kills
        How often a process is killed; servers and worker in random order.
    servers
        How many servers take the events; one of them writes, the others hand over to it.
    """
    with tempfile.TemporaryDirectory(prefix="xingke-crash-") as directory:
        trial = Trial(Path(directory))
        try:
            trial.make()
            started = time.perf_counter()
            traffic, killed = asyncio.run(_under_load(trial, kills, seed, servers, progress))
            seconds = time.perf_counter() - started
            trial.end()
            found = trial.check()
        finally:
            trial.end()
    sent = traffic.acknowledged * BATCH
    return BenchResult(
        name="ingest-crash",
        protocol=(
            f"{kills} times kill -9 of one of {servers} servers or of the compacting worker at random moments "
            f"while {CONNECTIONS} connections send "
            f"batches of {BATCH} events, each until it is acknowledged and {RESEND_SHARE:.0%} of them again; then log and pieces are "
            "compared with what was sent"
        ),
        metrics={
            "kills": kills,
            "kills_server": kills - killed[COMPACT],
            "kills_worker": killed[COMPACT],
            "events_acknowledged": sent,
            "events_in_log": found["log_distinct"],
            "events_in_pieces": found["piece_distinct"],
            "lost": sent - min(found["log_distinct"], found["piece_distinct"]),
            "doubled": found["log_rows"] - found["log_distinct"] + found["piece_rows"] - found["piece_distinct"],
            "torn_files": found["torn"],
            "requests_cut": traffic.cut,
            "repeats_told": traffic.repeated,
            "bad_answers": len(traffic.failures),
            "seconds": round(seconds, 1),
        },
        environment=environment(),
    )


async def _under_load(
    trial: Trial, kills: int, seed: int, servers: int, progress: Callable[[str], None] | None
) -> tuple[_Traffic, dict[str, int]]:
    ports, chance = [free_port() for _ in range(servers)], random.Random(seed)  # noqa: S311 - a test repeats by its seed
    traffic = _Traffic(ports, trial.key, chance)
    arguments = {COMPACT: (COMPACT,), **{f"serve {port}": ("serve", str(port)) for port in ports}}
    running = {role: trial.start(*command) for role, command in arguments.items()}
    clients = [asyncio.create_task(_client(traffic, number)) for number in range(CONNECTIONS)]
    killed = dict.fromkeys(arguments, 0)
    await _acknowledged(traffic, 1)
    for count in range(kills):
        await asyncio.sleep(chance.uniform(0.02, 0.6))
        role = chance.choice(list(arguments))
        running[role].kill()
        await asyncio.to_thread(running[role].wait)
        trial.processes.remove(running[role])
        since = time.time()
        running[role] = trial.start(*arguments[role])
        killed[role] += 1
        if progress:
            progress(f"{count + 1}/{kills}")
        if role == COMPACT:
            await _compacting(trial, since)
        else:
            await _acknowledged(traffic, traffic.acknowledged + chance.randint(1, 20))
    traffic.stop = True
    await asyncio.gather(*clients)
    return traffic, killed


async def _acknowledged(traffic: _Traffic, wanted: int) -> None:
    while traffic.acknowledged < wanted:
        await asyncio.sleep(0.02)


async def _compacting(trial: Trial, since: float) -> None:
    """Wait until the worker that was started then has begun a pass, so that the next kill meets it at work."""
    marker = trial.home / "compact.begun"
    while not marker.exists() or marker.stat().st_mtime < since:
        await asyncio.sleep(0.02)


async def _client(traffic: _Traffic, number: int) -> None:
    """Send batches one after the other; the one under way is answered before the client ends."""
    count = 0
    while not traffic.stop:
        request = request_bytes(bodies(batches=1, size=BATCH, run=f"c{number}-{count}")[0], host="127.0.0.1", key=traffic.key)
        await _sent(traffic, request)
        traffic.acknowledged += 1
        count += 1
        if traffic.random.random() < RESEND_SHARE:
            await _sent(traffic, request)


async def _sent(traffic: _Traffic, request: bytes) -> None:
    while True:
        try:
            status, body = await asyncio.wait_for(_exchange(traffic.random.choice(traffic.ports), request), timeout=60)
        except (OSError, EOFError, TimeoutError):
            traffic.cut += 1
            await asyncio.sleep(0.05)
            continue
        if status == 200:
            content = json.loads(body)
            traffic.counted, traffic.repeated = traffic.counted + content["accepted"], traffic.repeated + content["repeated"]
            return
        # 503 while no process has the log is an invitation to try again; anything else is a fault.
        if status != 503:
            traffic.failures.append(status)
        await asyncio.sleep(0.05)


async def _exchange(port: int, request: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        return await answer(reader)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
