"""The segment bench in the common shape: counting six-condition segments over a wide portrait."""

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.segments.bench import segment_bench

QUERIES = 60
OURS = ("count_", "ids_", "compile_")


def segment_bench_result(customers: int = 1_000_000, tags: int = 300, *, queries: int = QUERIES, seed: int = 7) -> BenchResult:
    """Run the bench of segment counts and report `count_p95_ms` with its peers beside it."""
    figures = dict(segment_bench(customers=customers, tags=tags, queries=queries, seed=seed))
    ours = {name: value for name, value in figures.items() if name.startswith(OURS)}
    sizes = {name: figures[name] for name in ("customers", "tags", "queries")}
    return BenchResult(
        name="segment",
        protocol=(
            f"{queries} random six-condition segments counted over {customers} customers x {tags} tags in one Parquet file, "
            "each query in every form in rotating order, counts held equal; percentiles of wall milliseconds"
        ),
        metrics={**ours, **sizes},
        baselines={name: value for name, value in figures.items() if name not in ours and name not in sizes},
        environment=environment(),
    )
