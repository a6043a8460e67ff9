"""One contender in a process of its own, so that its peak memory is its own: `python -m xingke.bench.portrait.contender ...`."""

import importlib
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from xingke.bench.child import Timing, run_child, tell, timed
from xingke.engine import Lake, Snapshot

Build = Callable[[Snapshot, date, Path], None]
CONTENDERS = {
    "ours": ("xingke.bench.portrait.ours", "build"),
    "polars": ("xingke.bench.portrait.polars_peer", "build"),
    "pandas": ("xingke.bench.portrait.pandas_peer", "build"),
    "scan": ("xingke.bench.portrait.scan", "grouped"),
    "sum_scan": ("xingke.bench.portrait.scan", "bare"),
}
PEERS = ("polars", "pandas")


def run_contender(name: str, lake: Path, as_of: date, target: Path) -> Timing:
    """Run one contender in a new process; `ChildFailed` where it ends with an error."""
    return run_child("xingke.bench.portrait.contender", name, str(lake), as_of.isoformat(), str(target))


def measure(name: str, lake: Path, as_of: date, target: Path) -> Timing:
    """Run one contender in this process; its imports come before the clock."""
    module, function = CONTENDERS[name]
    build: Build = getattr(importlib.import_module(module), function)
    if name not in PEERS:
        importlib.import_module("duckdb")
    snapshot = Lake(lake).current()
    return timed(lambda: build(snapshot, as_of, target))


if __name__ == "__main__":
    contender, lake_path, day, target_path = sys.argv[1:]
    tell(measure(contender, Path(lake_path), date.fromisoformat(day), Path(target_path)))
