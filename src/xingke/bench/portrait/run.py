"""The portrait bench: ours beside Polars, pandas and the bare scan, interleaved, on the same files."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from xingke.bench.child import Timing
from xingke.bench.environment import environment, has_package
from xingke.bench.portrait.contender import run_contender
from xingke.bench.portrait.data import AS_OF, MarketSize, market, order_line_files
from xingke.bench.report import BenchResult
from xingke.tags import general_tags

PANDAS_ROWS = 10_000_000
"""pandas holds all lines in memory at once; beyond this it is left out."""

Times = dict[str, list[Timing]]


def portrait_bench(
    *, rows: int, customers: int | None, repeats: int, seed: int, directory: Path, progress: Callable[[str], None]
) -> BenchResult:
    """Time the portrait and its peers, and require that they agree.

    Parameters
    ----------
    customers
        A customer for each 500 lines where None.
    directory
        Where the order lines are cached by their size and seed.

    Returns
    -------
    BenchResult
        Medians of the repeats; a ratio is the median of the ratios within each repeat, its interval their range.

    Raises
    ------
    PortraitsDiffer
        A peer computed other tags.
    """
    lake = market(MarketSize.of(rows, customers, seed), directory, progress)
    names = ["ours", "scan", "sum_scan"]
    names += ["polars"] if has_package("polars") else []
    names += ["pandas"] if has_package("pandas") and rows <= PANDAS_ROWS else []
    for file in order_line_files(lake.current()):
        Path(file).read_bytes()
    with tempfile.TemporaryDirectory(prefix="xingke-bench-") as results:
        times = _interleaved(names, lake.root, Path(results), repeats, progress)
    return _result(rows, times, repeats, customers=lake.current().tables["customer"].rows)


def _interleaved(names: Sequence[str], lake: Path, results: Path, repeats: int, progress: Callable[[str], None]) -> Times:
    """All contenders in turn, in an order that rotates, so that a busy machine slows all of them alike."""
    times: Times = {name: [] for name in names}
    for repeat in range(repeats):
        turn = repeat % len(names)
        for name in (*names[turn:], *names[:turn]):
            timing = run_contender(name, lake, AS_OF, results / name / str(repeat) if name == "ours" else results / f"{name}.parquet")
            progress(f"repeat {repeat + 1} of {repeats}: {name} {timing.seconds:.2f} s, {timing.peak_mb:.0f} MB")
            times[name].append(timing)
        _require_agreement(names, results, repeat)
    return times


def _require_agreement(names: Sequence[str], results: Path, repeat: int) -> None:
    from xingke.bench.portrait.compare import require_same
    from xingke.bench.portrait.ours import portrait_files

    files = portrait_files(results / "ours" / str(repeat))
    for peer in {"polars", "pandas"} & set(names):
        require_same(files, results / f"{peer}.parquet")


def _result(rows: int, times: Times, repeats: int, *, customers: int) -> BenchResult:
    def ratios(above: str, below: str, clock: str) -> list[float]:
        return [getattr(a, clock) / getattr(b, clock) for a, b in zip(times[above], times[below], strict=True)]

    found = {"times_faster_than_pandas": ("pandas", "ours"), "times_faster_than_polars": ("polars", "ours"), "times_scan": ("ours", "scan")}
    found = {name: pair for name, pair in found.items() if set(pair) <= set(times)}
    series = {name: ratios(*pair, "seconds") for name, pair in found.items()}
    series |= {f"{name}_cpu": ratios(*pair, "cpu_seconds") for name, pair in found.items()}
    series |= {"peak_mb": [each.peak_mb for each in times["ours"]], "seconds": [each.seconds for each in times["ours"]]}
    series["cpu_seconds"] = [each.cpu_seconds for each in times["ours"]]
    metrics = {name: round(median(values), 3) for name, values in series.items()}
    baselines: dict[str, float] = {}
    for name in sorted(set(times) - {"ours"}):
        baselines[f"{name}_seconds"] = round(median(each.seconds for each in times[name]), 3)
        baselines[f"{name}_cpu_seconds"] = round(median(each.cpu_seconds for each in times[name]), 3)
        baselines[f"{name}_peak_mb"] = round(median(each.peak_mb for each in times[name]), 1)
    return BenchResult(
        name="portrait",
        protocol=(
            f"{len(general_tags())} tags of {customers} customers from {rows} order lines: each contender {repeats} times in its own "
            "process, interleaved, on the same warm Parquet files; medians of wall seconds, "
            "ratios within a repeat (_cpu: of CPU seconds, which a busy machine disturbs less); tags held equal in the same run"
        ),
        metrics={**metrics, "tags": len(general_tags()), "rows": rows, "customers": customers},
        baselines=baselines,
        intervals={name: (round(min(values), 3), round(max(values), 3)) for name, values in series.items()},
        environment=environment(),
    )


def run(
    rows: int = 10_000_000,
    customers: int | None = None,
    repeats: int = 3,
    seed: int = 7,
    directory: Path | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> BenchResult:
    """The bench as a command calls it; order lines are cached below the system's temporary directory unless one is given."""
    if repeats < 1:
        raise ValueError(f"repeats={repeats}; it must be 1 or more")
    place = directory or Path(tempfile.gettempdir()) / "xingke-bench"
    return portrait_bench(rows=rows, customers=customers, repeats=repeats, seed=seed, directory=place, progress=progress)
