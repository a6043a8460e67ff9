"""The world bench: making a city in a fresh process, beside writing the same rows bare: `python -m xingke.bench.world ...`."""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from xingke.bench.child import Timing, peak_mb, run_child, tell, timed
from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.errors import XingkeError

LINES = "order_line"
WRITE_ROUNDS = 3
Times = Mapping[str, Sequence[Timing]]


class WorldsDiffer(XingkeError):
    """The same seed gave two different worlds."""


def world_bench(*, size: str = "m", seed: int = 7, repeats: int = 1, progress: Callable[[str], None] = lambda _text: None) -> BenchResult:
    """Time the making of a city, and of writing its rows again from memory.

    Parameters
    ----------
    repeats
        1 or more; each makes the whole city.

    Returns
    -------
    BenchResult
        Medians of the repeats; a ratio is the median of the ratios within each repeat (`_cpu`: of CPU seconds, which a busy machine
        disturbs less).

    Raises
    ------
    UnknownName
        No such size.
    WorldsDiffer
        Two repeats did not give the same bytes.
    """
    from xingke.simulate import world_hash, world_rows
    from xingke.simulate.sizes import size_named

    name = size_named(size).name
    if repeats < 1:
        raise ValueError(f"repeats={repeats}; it must be 1 or more")
    times: dict[str, list[Timing]] = {"make": [], "write": [], "write_all": []}
    hashes: set[str] = set()
    rows: Mapping[str, int] = {}
    for repeat in range(repeats):
        with tempfile.TemporaryDirectory(prefix="xingke-bench-") as place:
            world = Path(place) / "world"
            for part in times:
                times[part].append(run_child("xingke.bench.world", part, name, str(seed), str(world)))
                progress(f"repeat {repeat + 1} of {repeats}: {part} {times[part][-1].seconds:.2f} s, {times[part][-1].peak_mb:.0f} MB")
            rows = world_rows(world)
            hashes.add(world_hash(world))
    if len(hashes) > 1:
        raise WorldsDiffer(f"size {name}, seed {seed}: {', '.join(sorted(hashes))}")
    return _result(name, seed, times, rows, hashes.pop())


def _result(size: str, seed: int, times: Times, rows: Mapping[str, int], digest: str) -> BenchResult:
    made = times["make"]
    series = {
        "lines_per_second": [rows[LINES] / each.seconds for each in made],
        "peak_mb": [each.peak_mb for each in made],
        "seconds": [each.seconds for each in made],
        "cpu_seconds": [each.cpu_seconds for each in made],
    }
    for part in ("write", "write_all"):
        pairs = list(zip(made, times[part], strict=True))
        series[f"times_{part}"] = [ours.seconds / bare.seconds for ours, bare in pairs]
        series[f"times_{part}_cpu"] = [ours.cpu_seconds / bare.cpu_seconds for ours, bare in pairs]
    limits = {part: median(each.seconds for each in times[part]) for part in ("write", "write_all")}
    return BenchResult(
        name="world",
        protocol=(
            f"city of size {size}, seed {seed}, made {len(made)} times from nothing to the finished folder, each in its own process; "
            f"write: the same order lines written again from memory as Parquet (zstd, best of {WRITE_ROUNDS} rounds), write_all: all "
            "observed tables; medians of wall seconds, _cpu: of CPU seconds"
        ),
        metrics={
            **{name: round(median(values), 3) for name, values in series.items()},
            "order_lines": rows[LINES],
            "rows": sum(rows.values()),
        },
        baselines={
            "write_lines_per_second": round(rows[LINES] / limits["write"], 1),
            "write_seconds": round(limits["write"], 4),
            "write_all_seconds": round(limits["write_all"], 4),
        },
        intervals={name: (round(min(values), 3), round(max(values), 3)) for name, values in series.items()},
        environment={**environment(), "world_hash": digest},
    )


def make(size: str, seed: int, world: Path) -> Timing:
    """Make the city in this process; what it imports comes before the clock."""
    import xingke.simulate.city.make  # noqa: F401
    from xingke.simulate import world_make

    return timed(lambda: world_make(size=size, seed=seed, out=world))


def write(world: Path, tables: str) -> Timing:
    """Write a world's rows again, file by file from memory: what no generator can do without.

    Reading is not timed; of `WRITE_ROUNDS` the quickest counts, because it is a limit that is asked for.
    """
    import pyarrow.parquet as pq

    files = sorted(world.glob(f"observed/{tables}/part-*.parquet"))
    rounds: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="bare-", dir=world.parent) as place:
        target = Path(place) / "bare.parquet"
        for _ in range(WRITE_ROUNDS):
            seconds = cpu = 0.0
            for file in files:
                rows = pq.read_table(file, partitioning=None)
                started, cpu_started = time.perf_counter(), time.process_time()
                pq.write_table(rows, target, compression="zstd")
                seconds, cpu = seconds + time.perf_counter() - started, cpu + time.process_time() - cpu_started
            rounds.append((seconds, cpu))
    return Timing(*min(rounds), peak_mb())


if __name__ == "__main__":
    part, size_name, seed_text, folder = sys.argv[1:]
    tell(make(size_name, int(seed_text), Path(folder)) if part == "make" else write(Path(folder), LINES if part == "write" else "*"))
