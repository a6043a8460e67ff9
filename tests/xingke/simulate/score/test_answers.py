"""Answers that do not keep their schema are refused by name, and nothing is scored."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.simulate.errors import BadAnswers, NotAWorld
from xingke.simulate.score import NotScored, Score, score_world
from xingke.sources.closed import TruthIsClosed

SOME_DAY = date(2024, 3, 11)  # the Monday of week 14


def scored(world: Path, answers: Path | None) -> Score:
    return score_world(world, answers, resamples=5, progress=lambda _: None)


def answers_of(tmp_path: Path, **texts: str) -> Path:
    folder = tmp_path / "answers"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


CHURN = "customer_id,as_of,probability\n"
FORECAST = "level,customer_id,product_id,from_on,quantity_cartons\n"
EFFECT = "campaign_key,estimate,low,high\n"
LEADER = "customer_id,score\n"


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("churn_score", "customer_id,probability\n100,0.5\n", ("churn_score.csv", "lacks column as_of")),
        ("churn_score", "customer_id,as_of,probability,extra\n", ("has the unknown column extra", "customer_id, as_of, probability")),
        ("churn_score", CHURN + "100,2024-03-11,0.5\n100,2024-03-18,1.5\n", ("row 2", "probability", "1.5", "1 or less")),
        ("churn_score", CHURN + "100,2024-03-11,-0.1\n", ("row 1", "0 or more")),
        ("churn_score", CHURN + "100,2024-03-11,\n", ("row 1", "probability", "missing")),
        ("churn_score", CHURN + "100,2024-03-11,high\n", ("row 1", "'high'", "type number")),
        ("churn_score", CHURN + "999,2024-03-11,0.5\n", ("row 1", "customer_id", "999", "unknown to the world")),
        ("churn_score", CHURN + "100,2024-03-12,0.5\n", ("as_of", "2024-03-12", "a Monday of 2024-02-26 ... 2024-05-06")),
        ("churn_score", CHURN + "100,2024-03-11,0.5\n101,2024-03-11,0.5\n100,2024-03-11,0.6\n", ("row 3", "customer_id=100", "twice")),
        ("churn_cause", "customer_id,as_of,cause\n100,2024-03-11,weather\n", ("cause", "weather", "one of service, supply")),
        ("tier", "customer_id,as_of,tier\n100,2024-03-11,value\n", ("as_of", "is not a day that is scored", "2024-02-12")),
        ("forecast", FORECAST + "city,100,1,2024-05-06,3\n", ("customer_id", "does not go with the level")),
        ("forecast", FORECAST + "cell,100,,2024-05-06,3\n", ("product_id", "does not go with the level")),
        ("forecast", FORECAST + "outlet_month,100,,2024-05-13,3\n", ("from_on", "four-week month", "2024-05-06, 2024-06-03")),
        ("forecast", FORECAST + "city,,1,2024-05-06,3\ncity,,1,2024-05-06,4\n", ("row 2", "twice")),
        ("effect", EFFECT + "a,0.1,0.0,0.2\n", ("campaign_key", "unknown to the world")),
        ("entity_cluster", "system,source_id,cluster_id\ncrm,77,x\n", ("system + source_id", "crm/77")),
        ("golden_record", "cluster_id,name\nx,A\n", ("cluster_id", "not in entity_cluster")),
        ("leader", LEADER + "100,nan\n", ("row 1", "score", "nan")),
        ("leader", LEADER + "100,inf\n", ("row 1", "score", "inf")),
        ("recommendation", "customer_id,product_id,rank\n100,9,1\n", ("product_id", "9", "unknown")),
        ("recommendation", "customer_id,product_id,rank\n100,1,0\n", ("rank", "1 or more")),
        ("anomaly", "customer_id,kind,from_on,score\n100,theft,2024-03-11,1\n", ("kind", "theft", "one of diversion")),
        ("leaders", LEADER, ("leaders.csv", "known tables are churn_score")),
    ],
)
def test_a_bad_table_is_refused_with_its_place(make_world: Any, tmp_path: Path, table: str, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(BadAnswers) as refused:
        scored(make_world(), answers_of(tmp_path, **{table: text}))
    assert table in refused.value.text("zh")
    for word in words:
        assert word in str(refused.value)


def test_an_interval_holds_its_estimate(make_world: Any, tmp_path: Path) -> None:
    campaign = {"campaign": {"campaign_key": ["a"], "is_randomised": [True], "started_on": [SOME_DAY]}}
    with pytest.raises(BadAnswers, match="low <= estimate"):
        scored(make_world(observed=campaign), answers_of(tmp_path, effect=EFFECT + "a,0.1,0.2,0.3\n"))


def test_nan_in_parquet_is_refused(make_world: Any, tmp_path: Path) -> None:
    folder = answers_of(tmp_path)
    pq.write_table(pa.table({"customer_id": [100, 101], "score": [1.0, float("nan")]}), folder / "leader.parquet")
    with pytest.raises(BadAnswers, match="row 2, column score: 'nan' is not a finite number"):
        scored(make_world(), folder)


def test_a_file_that_is_no_table_is_refused(make_world: Any, tmp_path: Path) -> None:
    folder = answers_of(tmp_path)
    (folder / "leader.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(BadAnswers, match="cannot be read"):
        scored(make_world(), folder)


def test_the_same_table_twice_is_refused(make_world: Any, tmp_path: Path) -> None:
    folder = answers_of(tmp_path, leader=LEADER + "100,1\n")
    pq.write_table(pa.table({"customer_id": [100], "score": [1.0]}), folder / "leader.parquet")
    with pytest.raises(BadAnswers, match="keep one of them"):
        scored(make_world(), folder)


def test_an_empty_or_absent_folder_is_refused(make_world: Any, tmp_path: Path) -> None:
    world = make_world()
    with pytest.raises(BadAnswers, match="no answer table"):
        scored(world, answers_of(tmp_path))
    with pytest.raises(BadAnswers, match="there is no folder"):
        scored(world, tmp_path / "elsewhere")


def test_the_truth_is_no_answer(make_world: Any) -> None:
    world = make_world()
    with pytest.raises(TruthIsClosed):
        scored(world, world / "truth")


def test_a_folder_without_a_world_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAWorld):
        scored(tmp_path, None)


def test_a_world_of_19_weeks_is_too_short(make_world: Any) -> None:
    with pytest.raises(NotScored, match="19 weeks"):
        scored(make_world(weeks=19), None)


def test_csv_and_parquet_score_the_same(make_world: Any, make_answers: Any, tmp_path: Path) -> None:
    world = make_world(truth={"leader_truth": {"outlet_id": [106], "followers": [9]}})
    from_csv = scored(world, answers_of(tmp_path, leader=LEADER + "106,2\n105,1.5\n"))
    (tmp_path / "answers" / "leader.csv").unlink()
    from_parquet = scored(world, make_answers(leader={"customer_id": [106, 105], "score": [2.0, 1.5]}))
    assert from_csv.as_dict() == from_parquet.as_dict()
    assert from_csv.metrics["leader_precision_top_1"] == 1.0
