"""Worlds of small firms: truth as an answer is right, and what a firm does not have is not asked of it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.simulate import world_make
from xingke.simulate.firms.truth_tables import CHANNEL_TRUTH, LEAD_TRUTH, MEMBER_LINK
from xingke.simulate.score import Score, score_world
from xingke.simulate.truth import TruthReader


def made(out: Path, kind: str) -> Path:
    world_make(size="xs" if kind != "leads" else "m", seed=7, kind=kind, out=out)
    return out


def scored(world: Path, answers: Path | None = None) -> Score:
    return score_world(world, answers, resamples=20, progress=lambda _: None)


def written(folder: Path, **tables: pa.Table) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


@pytest.mark.parametrize("kind", ["fresh", "cafe", "gym"])
def test_records_and_pushes_of_a_shop_are_scored(tmp_path: Path, kind: str) -> None:
    world = made(tmp_path / "w", kind)
    links = TruthReader(world).table(MEMBER_LINK)
    whose = links.filter(links["customer_id"].is_valid())
    clusters = whose.select(["system", "source_id"]).append_column("cluster_id", whose["customer_id"].cast(pa.string()))
    got = scored(world, written(tmp_path / "answers", entity_cluster=clusters))
    assert got.metrics["entity_pair_f1"] == pytest.approx(1.0)
    assert got.baselines["entity_pair_f1_baseline"] < 1.0
    assert 0.6 <= got.baselines["effect_coverage_randomised_baseline"] <= 1.0


def test_leads_and_channels_are_scored(tmp_path: Path) -> None:
    world = made(tmp_path / "w", "leads")
    reader = TruthReader(world)
    leads, channels = reader.table(LEAD_TRUTH), reader.table(CHANNEL_TRUTH)
    answers = written(
        tmp_path / "answers",
        lead_score=leads.select(["customer_id", "chance"]).rename_columns(["customer_id", "probability"]),
        channel_share=channels.select(["channel", "true_share"]).rename_columns(["channel", "share"]),
    )
    got = scored(world, answers)
    assert got.metrics["channel_error_points"] == pytest.approx(0.0, abs=1e-9)
    assert got.baselines["channel_error_points_baseline"] > 1
    assert got.metrics["lead_auc"] == got.baselines["lead_auc_known"]
    assert got.baselines["lead_auc_known"] > 0.6


def test_what_a_firm_does_not_have_is_said_not_to_be_scored(tmp_path: Path) -> None:
    world = made(tmp_path / "w", "gym")
    leader = pa.table({"customer_id": pa.array([1], pa.int64()), "score": [1.0]})
    assert "leader" in scored(world, written(tmp_path / "answers", leader=leader)).notes[-1]
