from xingke.bench.segment import segment_bench_result


def test_segment_bench_reports_its_own_figures_as_metrics_and_peers_as_baselines():
    result = segment_bench_result(2_000, 20, queries=4)
    assert result.name == "segment"
    assert result.metrics["count_p95_ms"] > 0
    assert result.metrics["customers"] == 2_000
    assert result.baselines["sql_p95_ms"] > 0
    assert not any(name.startswith("count_") for name in result.baselines)
