"""Work in a process of its own, so that its peak memory is its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from xingke.errors import XingkeError


class ChildFailed(XingkeError):
    """The process of a bench ended with an error."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One run: wall and CPU seconds from imported libraries to the stored result, and the peak resident memory in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def timed(work: Callable[[], object]) -> Timing:
    """Time some work in this process; whatever it imports should be imported before."""
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    work()
    return Timing(time.perf_counter() - started, _cpu_seconds() - cpu_started, peak_mb())


def run_child(module: str, *arguments: str) -> Timing:
    """Run a module in a new process that ends by telling its timing (`tell`).

    Raises
    ------
    ChildFailed
        With the last lines of what it said.
    """
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own modules
    if done.returncode:
        raise ChildFailed(f"{' '.join((module, *arguments))} ended with code {done.returncode}: {done.stderr[-2000:]}")
    return Timing(**json.loads(done.stdout.splitlines()[-1]))


def tell(timing: Timing) -> None:
    """Tell the timing to the process that asked for it."""
    sys.stdout.write(json.dumps(asdict(timing)) + "\n")


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


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system
