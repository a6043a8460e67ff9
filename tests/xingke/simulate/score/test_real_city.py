"""The scorer on the smallest city: ceilings lie above baselines, and the naive answers show what they are known to get wrong."""

import re
from pathlib import Path

import pytest

from xingke.simulate.city.make import make_city
from xingke.simulate.scenarios import scenario_named
from xingke.simulate.score import FIGURES, Score, score_world
from xingke.simulate.score.baselines import baseline_answers
from xingke.simulate.score.sheet import TWINS
from xingke.simulate.sizes import size_named

BELOW = (
    "churn_auc",
    "churn_auc_without_sudden",
    "churn_recall_top_5",
    "cause_accuracy",
    "forecast_city_week_accuracy",
    "forecast_outlet_week_accuracy",
    "forecast_outlet_month_accuracy",
    "forecast_cell_accuracy_mean_3",
    "forecast_cell_accuracy_mean_10",
    "tier_precision_festival",
    "uplift_persuadables_top_20",
    "entity_pair_f1",
    "field_accuracy",
    "recommendation_ndcg_5",
    "leader_precision_top_1",
)


def made(out: Path, scenario: str) -> Path:
    make_city(size_named("xs"), scenario_named(scenario), seed=7, out=out, clean=False, progress=lambda *_: None)
    return out


def best(score: Score, name: str) -> float:
    """The ceiling, or where nobody claims one what somebody reaches who knows more."""
    return max(score.baselines[name + twin] for twin in TWINS[1:] if name + twin in score.baselines)


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    folder = tmp_path_factory.mktemp("city")
    world = made(folder / "world", "baseline")
    baseline_answers(world, folder / "answers")
    return score_world(world, folder / "answers", resamples=50, progress=lambda _: None)


def test_whoever_knows_more_does_better_than_the_baseline(score: Score) -> None:
    got = {name: (score.baselines[name + "_baseline"], best(score, name)) for name in BELOW}
    assert {name: ends for name, ends in got.items() if not ends[0] < ends[1]} == {}


def test_a_city_fills_the_sheet(score: Score) -> None:
    printed = {re.sub("_(baseline|ceiling|known|informed)$", "", name) for name in (*score.metrics, *score.baselines)}
    assert {name for name, figure in FIGURES.items() if figure.answer not in ("lead_score", "channel_share")} - printed == set()
    assert score.notes == ()


def test_chosen_campaigns_look_better_than_they_are(score: Score) -> None:
    assert score.metrics["effect_bias_points_confounded"] > 3
    assert abs(score.metrics["effect_bias_points_randomised"]) < 3
    assert score.metrics["effect_coverage_confounded"] < score.metrics["effect_coverage_randomised"]


def test_where_nothing_works_nothing_is_persuaded(tmp_path: Path) -> None:
    score = score_world(made(tmp_path / "world", "no_effect"), None, resamples=20, progress=lambda _: None)
    assert not any(name.startswith("uplift_persuadables") for name in score.baselines)
    assert score.baselines["uplift_effect_top_20_points_ceiling"] == 0.0
    assert score.baselines["effect_false_claims_randomised_baseline"] <= 0.15
    assert score.baselines["effect_bias_points_confounded_baseline"] > 3
