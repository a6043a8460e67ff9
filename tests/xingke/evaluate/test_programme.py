"""The product's own estimate in a city whose truth is known."""

import pytest

from xingke.errors import UnknownName
from xingke.evaluate.programme import programme_effect


def silent(_: str) -> None:
    """Nobody waits here."""


def test_report_finds_about_what_the_programme_changed() -> None:
    result = programme_effect(size="xs", seed=7, runs=24, progress=silent)
    metrics = result.metrics
    assert metrics["true_yuan"] > 100
    # 24 intervals at 95 %: fewer than 19 that hold the truth would happen once in a thousand times.
    assert metrics["coverage"] >= 19 / 24
    assert abs(metrics["bias_yuan"]) < 2.5 * metrics["true_yuan"]
    assert result.baselines["naive_claims_share"] == 1.0


def test_report_is_silent_where_nothing_has_an_effect() -> None:
    result = programme_effect(size="xs", scenario="no_effect", seed=7, runs=24, progress=silent)
    assert result.metrics["true_yuan"] == 0.0
    assert result.metrics["false_claims_share"] <= 5 / 24
    assert "claims_share" not in result.metrics


def test_runs_repeat() -> None:
    one, two = (programme_effect(size="xs", seed=9, runs=3, progress=silent) for _ in range(2))
    assert one.metrics == two.metrics


def test_unknown_scenario_is_said_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no_effect"):
        programme_effect(size="xs", scenario="no-effect", runs=2, progress=silent)
