"""The bench counts the same customers in every form, and says how long it took."""

from xingke.segments.bench import segment_bench


def test_the_bench_answers_with_the_times_of_every_form() -> None:
    results = segment_bench(customers=2_000, tags=40, queries=6, seed=3)
    for form in ("count", "ids", "sql", "polars", "compile"):
        assert 0 < results[f"{form}_p50_ms"] <= results[f"{form}_p95_ms"]
    assert results["customers"] == 2_000
