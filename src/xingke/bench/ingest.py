"""The ingest bench: files beside a bare reading of them, events acknowledged on disk beside a bare log, and how soon a tag follows."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from xingke.bench.environment import environment
from xingke.bench.event_to_tag import event_to_tag_figures
from xingke.bench.ingest_csv import csv_ingest_figures
from xingke.bench.ingest_load import LoadFigures, bodies, request_bytes, send_all
from xingke.bench.ingest_trial import Trial, cpu_seconds, free_port, wait_until_open
from xingke.bench.report import BenchResult

BATCH: Final = 100
CONNECTIONS: Final = 16
PARTS: Final = ("files", "tracking", "tags")
Progress = Callable[[str], None]


def ingest_bench(
    *,
    rows: int = 10_000_000,
    events: int = 400_000,
    repeats: int = 3,
    seconds: int = 30,
    parts: tuple[str, ...] = PARTS,
    progress: Progress | None = None,
) -> BenchResult:
    """Run the parts and report them in one result.

    Parameters
    ----------
    rows
        Order lines of the CSV file.
    events, repeats
        Events of one load of the tracking API, and how many loads there are; the median is reported.
    seconds
        How long events are sent while the way from an event to its tag is measured.
    parts
        Which of `PARTS` to run.
    """
    tell = progress or (lambda _: None)
    metrics: dict[str, float] = {}
    baselines: dict[str, float] = {}
    intervals: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory(prefix="xingke-ingest-") as name:
        if "files" in parts:
            tell("files")
            metrics |= csv_ingest_figures(rows, Path(name) / "files", tell)
        if "tracking" in parts:
            tell("tracking")
            ours, bare, spread = tracking_figures(Path(name) / "tracking", events=events, repeats=repeats, progress=tell)
            metrics |= ours
            baselines |= bare
            intervals |= spread
        if "tags" in parts:
            tell("tags")
            metrics |= event_to_tag_figures(Path(name) / "tags", seconds=seconds, progress=tell)
    return BenchResult("ingest", _protocol(parts, rows, events, repeats), metrics, baselines, intervals, environment())


def _protocol(parts: tuple[str, ...], rows: int, events: int, repeats: int) -> str:
    said = {
        "files": f"a CSV file of {rows} order lines through mapping and checks into pieces, beside DuckDB reading the same file bare",
        "tracking": (
            f"{repeats} loads of {events} events in batches of {BATCH} over {CONNECTIONS} connections from another process, to one server "
            "and then to two of one installation, "
            "each event validated, told from all that came before and behind an fdatasync before it is acknowledged; median of the loads; "
            "beside it a file that gets the same bytes with one fdatasync for 16 batches"
        ),
        "tags": "events at a steady rate through the tracking API until the customer's tag has its new value",
    }
    return "; ".join(said[part] for part in parts)


def tracking_figures(
    home: Path, *, events: int, repeats: int, progress: Progress
) -> tuple[dict[str, float], dict[str, float], dict[str, tuple[float, float]]]:
    """Load the tracking API of a server in a process of its own, then of two that share the log.

    Returns
    -------
    tuple
        Figures, baselines, and the spread of the rate over the loads.
    """
    home.mkdir(parents=True)
    trial = Trial(home)
    try:
        trial.make()
        ports, servers = [free_port()], []
        servers.append(trial.start("serve", str(ports[0])))
        wait_until_open(ports[0])
        _load(trial, ports, batches=50, run="warm")
        before = cpu_seconds(servers[0].pid)
        alone = _loads(trial, ports, events, "r", repeats, progress)
        cpu = cpu_seconds(servers[0].pid) - before
        repeated = _load(trial, ports, batches=min(200, events // BATCH), run="r0")
        ports.append(free_port())
        servers.append(trial.start("serve", str(ports[1])))
        wait_until_open(ports[1])
        _load(trial, ports, batches=50, run="warm2")
        shared = _loads(trial, ports, events, "s", repeats, progress)
        bare = _bare_rate(home / "bare.log", batches=min(4000, events // BATCH))
    finally:
        trial.end()
    total = sum(figures.events for figures in alone)
    rates, shared_rates = ([figures.events_per_second for figures in one] for one in (alone, shared))
    metrics: dict[str, float] = {
        "events_per_second": round(median(rates)),
        "events_per_second_two_processes": round(median(shared_rates)),
        "ack_p50_ms": round(median(figures.wait_ms(0.5) for figures in alone), 1),
        "ack_p95_ms": round(median(figures.wait_ms(0.95) for figures in alone), 1),
        "server_cpu_us_per_event": round(cpu / total * 1e6, 1),
        "events_acknowledged": total + sum(figures.events for figures in shared),
        "repeats_counted_again": repeated.events,
    }
    spread: dict[str, tuple[float, float]] = {
        "events_per_second": (round(min(rates)), round(max(rates))),
        "events_per_second_two_processes": (round(min(shared_rates)), round(max(shared_rates))),
    }
    return metrics, {"bare_log_events_per_second": round(bare)}, spread


def _loads(trial: Trial, ports: Sequence[int], events: int, run: str, repeats: int, progress: Progress) -> list[LoadFigures]:
    found = []
    for number in range(repeats):
        progress(f"{len(ports)} x {number + 1}/{repeats}")
        found.append(_load(trial, ports, batches=events // BATCH, run=f"{run}{number}"))
    return found


def _load(trial: Trial, ports: Sequence[int], *, batches: int, run: str) -> LoadFigures:
    requests = [request_bytes(body, host="127.0.0.1", key=trial.key) for body in bodies(batches=batches, size=BATCH, run=run)]
    return asyncio.run(send_all(requests, host="127.0.0.1", ports=ports, connections=CONNECTIONS))


def _bare_rate(path: Path, *, batches: int) -> float:
    """Events a second that a file takes when it gets the bodies of the load as they are, one fdatasync a group of 16."""
    written = bodies(batches=batches, size=BATCH, run="bare")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    started = time.perf_counter()
    try:
        for start in range(0, batches, CONNECTIONS):
            os.write(descriptor, b"\n".join(written[start : start + CONNECTIONS]))
            os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
    return batches * BATCH / (time.perf_counter() - started)
