"""One contender in a process of its own, so that its peak memory is its own: `python -m xingke.bench.portrait.contender ...`."""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from xingke.engine import Lake, Snapshot
from xingke.errors import XingkeError

Build = Callable[[Snapshot, date, Path], None]
CONTENDERS = {
    "ours": ("xingke.bench.portrait.ours", "build"),
    "polars": ("xingke.bench.portrait.polars_peer", "build"),
    "pandas": ("xingke.bench.portrait.pandas_peer", "build"),
    "scan": ("xingke.bench.portrait.scan", "grouped"),
    "sum_scan": ("xingke.bench.portrait.scan", "bare"),
}
PEERS = ("polars", "pandas")


class ContenderFailed(XingkeError):
    """A contender's process ended with an error."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One run: wall and CPU seconds from imported libraries to the stored result, and the peak resident memory in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_contender(name: str, lake: Path, as_of: date, target: Path) -> Timing:
    """Run one contender in a new process.

    Raises
    ------
    ContenderFailed
        With the last lines of what it said.
    """
    command = [sys.executable, "-m", "xingke.bench.portrait.contender", name, str(lake), as_of.isoformat(), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter and module
    if done.returncode:
        raise ContenderFailed(f"{name} ended with code {done.returncode}: {done.stderr[-2000:]}")
    return Timing(**json.loads(done.stdout.splitlines()[-1]))


def measure(name: str, lake: Path, as_of: date, target: Path) -> Timing:
    """Run one contender in this process; its imports come before the clock."""
    module, function = CONTENDERS[name]
    build: Build = getattr(importlib.import_module(module), function)
    if name not in PEERS:
        importlib.import_module("duckdb")
    snapshot = Lake(lake).current()
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    build(snapshot, as_of, target)
    return Timing(time.perf_counter() - started, _cpu_seconds() - cpu_started, peak_mb())


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


def peak_mb() -> float:
    """The largest resident memory of this process.

    Linux counts it for each program image; `ru_maxrss` would carry over what the parent held when it forked.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(text for text in status.read_text(encoding="ascii").splitlines() if text.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    contender, lake_path, day, target_path = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(measure(contender, Path(lake_path), date.fromisoformat(day), Path(target_path)))) + "\n")
