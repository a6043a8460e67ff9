"""Linking: found without labels, decided by stewards, explained field by field, the same bytes each time."""

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pytest

from tests.xingke.identity.linkage.people import people
from xingke.engine.duck import DuckEngine
from xingke.identity.linkage import PERSON, RECORD_ID, Apart, Block, Decisions, Guard, Key, LinkResult, Model, link, waterfall
from xingke.identity.linkage.model import WrongModel
from xingke.identity.linkage.plan import BadPlan, ContradictingDecisions
from xingke.identity.linkage.records import BadRecords, load_records
from xingke.identity.linkage.training import settings
from xingke.words import both

PLAN = replace(PERSON, sample_pairs=50_000, training=PERSON.training[::2])


@pytest.fixture(scope="module")
def records() -> pa.Table:
    """600 people, 720 records."""
    return people(600)[0]


@pytest.fixture(scope="module")
def result(records: pa.Table) -> LinkResult:
    """The linkage that trains itself."""
    return link(records, PLAN)


def cluster_of(result: LinkResult) -> dict[int, int]:
    return dict(zip(result.clusters[RECORD_ID].to_pylist(), result.clusters["cluster"].to_pylist(), strict=True))


def all_bytes(result: LinkResult) -> bytes:
    sink = io.BytesIO()
    for table in (result.pairs, result.clusters, result.review):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    return sink.getvalue() + result.model.to_json().encode()


def test_slips_are_found_and_nobody_else_is_joined(result: LinkResult) -> None:
    who = people(600)[1]
    clusters = result.clusters["cluster"].to_numpy()
    joined = {(a, b) for a, b in enumerate(clusters.tolist()) if a != b}
    true = {(a, a - 1) for a in range(1, len(who)) if who[a] == who[a - 1]}
    assert len(joined & true) >= 0.98 * len(true)
    assert joined <= true


def test_the_same_records_in_another_order_and_on_one_thread_give_the_same_bytes(records: pa.Table, result: LinkResult) -> None:
    order = np.random.default_rng(1).permutation(records.num_rows)
    assert all_bytes(link(records.take(order), PLAN, threads=1)) == all_bytes(result)


def test_a_stored_model_gives_the_same_pairs_without_training(records: pa.Table, result: LinkResult) -> None:
    again = link(records, PLAN, model=Model.from_json(result.model.to_json()))
    assert all_bytes(again) == all_bytes(result)


def test_a_model_of_other_comparisons_is_refused(records: pa.Table, result: LinkResult) -> None:
    with pytest.raises(WrongModel):
        link(records, replace(PLAN, comparisons=PLAN.comparisons[:3]), model=result.model)


def test_the_waterfall_adds_up_to_the_match_weight(result: LinkResult) -> None:
    for pair in result.pairs.to_pylist():
        steps = waterfall(PLAN, result.model, pair)
        assert sum(step.weight for step in steps) == pytest.approx(pair["weight"], abs=1e-9)
        assert {step.comparison for step in steps} == {"prior", *(each.name for each in PLAN.comparisons)}


def test_weights_are_those_of_splink_for_the_same_parameters(records: pa.Table, result: LinkResult) -> None:
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    with DuckEngine() as engine:
        load_records(engine, records, PLAN)
        columns = ", ".join((RECORD_ID, *PLAN.columns))
        engine.connection.execute(f"create table plain as select {columns} from link_record")
        linker = Linker(
            DuckDBAPI(connection=engine.connection).register("plain"), settings(PLAN, result.model.prior, result.model), log_level=None
        )
        theirs = linker.inference.predict(warning_mode="never").as_pyarrow_table().to_pylist()
    known = {(row[f"{RECORD_ID}_l"], row[f"{RECORD_ID}_r"]): row for row in theirs}
    compared = 0
    for pair in result.pairs.to_pylist():
        other = known[pair["left"], pair["right"]]
        for name in (each.name for each in PLAN.comparisons if each.name != "place"):  # of two columns, Splink weighs the rarity of one
            expected = other[f"mw_{name}"] + other.get(f"mw_tf_adj_{name}", 0.0)
            assert pair[f"weight_{name}"] == pytest.approx(expected, abs=1e-6), name
            compared += 1
    assert compared >= 900


def test_a_steward_joins_what_the_model_does_not_and_parts_what_it_joins(records: pa.Table, result: LinkResult) -> None:
    pair = result.pairs.to_pylist()[0]
    lone = [
        record for record, cluster in cluster_of(result).items() if record == cluster and record not in result.pairs["left"].to_pylist()
    ][:2]
    decided = link(
        records, PLAN, model=result.model, decisions=Decisions.of(must=[(lone[1], lone[0])], cannot=[(pair["right"], pair["left"])])
    )
    clusters = cluster_of(decided)
    assert clusters[lone[0]] == clusters[lone[1]]
    assert clusters[pair["left"]] != clusters[pair["right"]]
    rules = {(row["left"], row["right"]): (row["rule"], row["probability"]) for row in decided.pairs.to_pylist()}
    assert rules[lone[0], lone[1]] == ("must", 1.0)
    assert rules[pair["left"], pair["right"]] == ("cannot", 0.0)


def test_decisions_outvote_the_guard(records: pa.Table, result: LinkResult) -> None:
    strict = replace(PLAN, guard=Guard(apart=(Apart("number", both("证件号", "number"), "id_number_l <> id_number_r"),)))
    decided = link(records, strict, model=result.model, decisions=Decisions.of(must=[(2, 3)]))
    assert cluster_of(decided)[3] == 2


def test_decisions_that_contradict_each_other_are_refused(records: pa.Table, result: LinkResult) -> None:
    with pytest.raises(ContradictingDecisions):
        link(records, PLAN, model=result.model, decisions=Decisions.of(must=[(1, 2), (2, 3)], cannot=[(3, 1)]))


def test_decisions_about_records_that_are_gone_are_ignored(records: pa.Table, result: LinkResult) -> None:
    again = link(records, PLAN, model=result.model, decisions=Decisions.of(must=[(1, 9_999_999)]))
    assert again.clusters == result.clusters


def test_a_contradiction_is_cut_and_shown_to_a_steward(records: pa.Table, result: LinkResult) -> None:
    apart = Apart("number", both("两个证件号", "two identity numbers"), "id_number_l <> id_number_r")
    strict = link(records, replace(PLAN, guard=Guard(apart=(apart,))), model=result.model)
    numbers = records["id_number"].to_pylist()
    clusters = cluster_of(strict)
    assert all(numbers[record] == numbers[cluster] for record, cluster in clusters.items())
    assert "number" in strict.review["reason"].to_pylist()


def test_a_key_settles_a_pair_unless_a_veto_holds(records: pa.Table, result: LinkResult) -> None:
    def same_house(veto: str) -> dict[int, int]:
        key = Key("house", both("门牌", "house"), ("street", "house", "suburb"), veto)
        changed = records.slice(0, 40)
        for name in ("street", "house", "suburb"):  # all of the first forty live in one house
            changed = changed.set_column(changed.column_names.index(name), name, pa.array(["here"] * 40))
        return cluster_of(link(changed, replace(PLAN, keys=(key,)), model=result.model))

    assert set(same_house("false").values()) == {0}
    assert len(set(same_house("surname_l <> surname_r").values())) > 30


def test_a_key_that_too_many_share_is_a_placeholder(records: pa.Table, result: LinkResult) -> None:
    key = Key("suburb", both("城区", "suburb"), ("suburb",), limit=5)
    assert link(records, replace(PLAN, keys=(key,)), model=result.model).clusters == result.clusters


def test_a_plan_says_which_columns_it_lacks() -> None:
    with pytest.raises(BadPlan, match="shoe_size"):
        replace(PLAN, blocks=(Block(("shoe_size",)),))


def test_records_without_a_column_or_with_an_id_twice_are_refused(records: pa.Table) -> None:
    with pytest.raises(BadRecords, match="phone"):
        link(records.drop_columns(["phone"]), PLAN)
    with pytest.raises(BadRecords, match="twice"):
        link(pa.concat_tables([records, records.slice(0, 1)]), PLAN)


def test_no_records_give_no_clusters(records: pa.Table, result: LinkResult) -> None:
    empty = link(records.slice(0, 0), PLAN, model=result.model)
    assert (empty.pairs.num_rows, empty.clusters.num_rows, empty.review.num_rows) == (0, 0, 0)


def test_importing_the_room_loads_no_engine() -> None:
    code = "import sys, xingke.identity; sys.exit(len({'duckdb', 'splink', 'scipy', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
