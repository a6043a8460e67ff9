"""The score as a whole: its shape, its repeatability, the baselines as answers, and the page that explains it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.simulate.score import ANSWER_TABLES, FIGURES, Score, score_world
from xingke.simulate.score.baselines import baseline_answers
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.measures import Ranking, top_share
from xingke.simulate.score.sheet import Sheet

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs/reference/world-answers.md"


def scored(world: Path, answers: Path | None = None, seed: int = 1) -> Score:
    return score_world(world, answers, seed=seed, resamples=20, progress=lambda _: None)


@pytest.fixture
def busy_world(make_world: Any) -> Path:
    """Random orders, two leavers, demand and one campaign."""
    draw = np.random.default_rng(3)
    outlets, weeks = np.arange(100, 120), np.arange(30)
    cartons = draw.poisson(2.0, (20, 30, 4))
    cartons[3, 19:] = 0
    truth = {
        "churn_truth": {"outlet_id": [103, 110], "onset_week": [14, 20], "left_week": [19, 24], "has_precursors": [True, True]},
        "demand_truth": {
            "product_id": np.repeat([1, 2], 30),
            "week": np.tile(weeks, 2),
            "asked_cartons": draw.poisson(40.0, 60),
            "expected_cartons": np.full(60, 40.0),
        },
        "outlet_week": {
            "outlet_id": np.repeat(outlets, 30),
            "week": np.tile(weeks, 20),
            "asked_cartons": draw.poisson(8.0, 600),
            "expected_cartons": np.full(600, 8.0),
        },
        "effect_truth": {"campaign_key": ["a"] * 20, "customer_id": outlets, "chance_untreated": [0.1] * 20, "chance_treated": [0.1] * 20},
    }
    observed = {
        "campaign": {"campaign_key": ["a"], "is_randomised": [True], "started_on": [np.datetime64("2024-03-11").astype(object)]},
        "campaign_member": {
            "customer_id": outlets,
            "campaign_key": ["a"] * 20,
            "arm": ["treated", "control"] * 10,
            "converted": draw.random(20) < 0.3,
        },
    }
    return make_world(truth=truth, observed=observed, cartons=cartons)


def test_baselines_as_answers_score_what_the_twins_say(busy_world: Path, tmp_path: Path) -> None:
    baseline_answers(busy_world, tmp_path / "out")
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {"churn_score", "forecast", "tier", "effect"}
    got = scored(busy_world, tmp_path / "out")
    same = [name for name in got.metrics if name.startswith(("churn_", "forecast_", "effect_"))]
    assert {"churn_auc", "churn_flagged_ever", "forecast_outlet_month_accuracy", "effect_false_claims_randomised"} <= set(same)
    for name in same:
        assert got.metrics[name] == pytest.approx(got.baselines[name + "_baseline"]), name
        assert got.intervals[name] == pytest.approx(got.intervals[name + "_baseline"]), name


def test_baselines_do_not_look_at_the_truth(busy_world: Path, tmp_path: Path) -> None:
    (busy_world / "truth").rename(tmp_path / "elsewhere")
    baseline_answers(busy_world, tmp_path / "out")
    assert (tmp_path / "out" / "churn_score.parquet").is_file()


def test_the_same_seed_gives_the_same_score_and_another_one_other_intervals(busy_world: Path) -> None:
    first = scored(busy_world).as_dict()
    assert first == scored(busy_world).as_dict()
    other = scored(busy_world, seed=2)
    assert other.intervals["forecast_outlet_week_accuracy_baseline"] != tuple(first["intervals"]["forecast_outlet_week_accuracy_baseline"])
    assert other.baselines["forecast_outlet_week_accuracy_baseline"] == first["baselines"]["forecast_outlet_week_accuracy_baseline"]


def test_a_score_is_plain_data_with_values_in_their_intervals(busy_world: Path) -> None:
    got = scored(busy_world)
    whole = json.loads(json.dumps(got.as_dict()))
    assert list(whole) == ["name", "protocol", "metrics", "baselines", "intervals", "environment"]
    assert whole["environment"]["notes"] == list(got.notes)
    assert whole["environment"]["judged_on"] == ["2024-03-11", "2024-04-08", "2024-05-06"]
    assert all(low <= high for low, high in got.intervals.values())
    assert set(got.intervals) <= {*got.metrics, *got.baselines}


def test_without_answers_only_the_world_itself_is_measured(busy_world: Path) -> None:
    assert all(FIGURES[name].answer == "" for name in scored(busy_world).metrics)


def test_a_figure_that_nobody_declared_cannot_be_written() -> None:
    with pytest.raises(KeyError):
        Sheet().put("churn_gini", 0.5)


def test_the_page_names_every_table_column_and_figure() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for table in ANSWER_TABLES.values():
        section = text.split(f"### `{table.name}`")[1].split("###")[0]
        missing = [name for name in table.column_names if f"`{name}`" not in section]
        assert missing == [], table.name
        for column in table.columns:
            assert [choice for choice in column.choices if f"`{choice}`" not in text] == [], column.name
    assert [name for name in FIGURES if f"`{name}`" not in text] == []


def test_every_figure_stands_on_a_table_that_exists() -> None:
    assert {figure.answer for figure in FIGURES.values()} == {"", *ANSWER_TABLES}
    assert all(figure.meaning["zh"] and figure.meaning["en"] for figure in FIGURES.values())


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans(), st.integers(0, 3)), min_size=1, max_size=30)


@given(ROWS)
def test_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, int, bool, int]]) -> None:
    score, group, truth, weight = (np.array(part) for part in zip(*rows, strict=True))
    pairs = won = 0.0
    for i in np.flatnonzero(truth):
        for j in np.flatnonzero(~truth & (group == group[i])):
            pairs += weight[i] * weight[j]
            won += weight[i] * weight[j] * ((score[i] > score[j]) + 0.5 * (score[i] == score[j]))
    got = Ranking.of(score.astype(float), group, truth, np.arange(score.size)).area(weight.astype(float))
    assert np.isnan(got) if pairs == 0 else got == pytest.approx(won / pairs)


@given(ROWS, st.sampled_from([0.01, 0.05, 0.2, 0.5]))
def test_the_top_of_a_group_is_its_rounded_up_share(rows: list[tuple[int, int, bool, int]], share: float) -> None:
    score, group = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    top = top_share(score, group, share)
    for one in np.unique(group):
        inside = group == one
        assert top[inside].sum() == np.ceil(share * inside.sum())
        assert score[inside & top].min() >= score[inside & ~top].max(initial=-1.0)


def test_intervals_cover_the_mean_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(4)
    boot = Bootstrap(1, 200)
    covered = [found.low <= 0.3 <= found.high for found in (boot.mean(draw.random(200) < 0.3) for _ in range(200))]
    assert 0.88 <= np.mean(covered) <= 0.99


def test_shares_without_exception_keep_an_interval() -> None:
    whole, none = Bootstrap(1, 50).mean(np.ones(24, dtype=bool)), Bootstrap(1, 50).mean(np.zeros(24, dtype=bool))
    assert (whole.value, whole.high) == (1.0, 1.0)
    assert whole.low == pytest.approx(0.862, abs=0.001)  # 24 / (24 + 1.96^2)
    assert none.high == pytest.approx(0.138, abs=0.001)


def test_units_move_together() -> None:
    boot = Bootstrap(1, 200)
    alone = boot.ratio(np.arange(100) % 2, np.ones(100))
    clustered = boot.ratio(10 * (np.arange(10) % 2), np.full(10, 10))
    assert clustered.value == alone.value
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)
