"""Work that goes bucket by bucket gives what the whole at once gives, to the byte."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import AS_OF, NOW, lake_of, random_facts
from xingke.engine import DuckEngine, Snapshot, Step, StepProgress, bind, run_steps
from xingke.engine.run import bucket_chunks
from xingke.schema import CUSTOMER_BUCKETS
from xingke.tags import TagLibrary, general_tags

STEPS = TagLibrary(general_tags()).steps()


@given(rows=st.integers(0, 10**10), chunk_rows=st.integers(1, 10**8), buckets=st.integers(1, 64))
def test_chunks_hold_every_bucket_once_and_in_order(rows: int, chunk_rows: int, buckets: int) -> None:
    chunks = bucket_chunks(rows, chunk_rows=chunk_rows, buckets=buckets)
    assert [bucket for chunk in chunks for bucket in chunk] == list(range(buckets))
    assert all(chunks)
    assert max(map(len, chunks)) - min(map(len, chunks)) <= 1
    assert len(chunks) == 1 or rows > chunk_rows


def stored(root: Path, *, chunk_rows: int, seed: int) -> tuple[Snapshot, list[StepProgress]]:
    lake = lake_of(root, random_facts(seed))
    heard: list[StepProgress] = []
    with lake.writer(now=NOW) as writer, DuckEngine() as engine:
        keep = ("customer_order", "portrait")
        run_steps(engine, STEPS, writer.view, writer, as_of=AS_OF, now=NOW, keep=keep, chunk_rows=chunk_rows, progress=heard.append)
        return writer.publish(), heard


def rows_of(snapshot: Snapshot, name: str) -> pa.Table:
    parts = [pq.read_table(file, partitioning=None) for file in snapshot.files(name)]
    keys = [(column, "ascending") for column in ("customer_id", "ordered_on", "order_id") if column in parts[0].schema.names]
    return pa.concat_tables(parts).sort_by(keys).combine_chunks()


@pytest.mark.parametrize(("seed", "chunk_rows"), [(1, 90), (3, 1), (5, 40)])
def test_a_chunked_run_equals_the_whole(tmp_path_factory: pytest.TempPathFactory, seed: int, chunk_rows: int) -> None:
    whole, _ = stored(tmp_path_factory.mktemp("whole"), chunk_rows=10**9, seed=seed)
    parts, heard = stored(tmp_path_factory.mktemp("parts"), chunk_rows=chunk_rows, seed=seed)
    for name in ("customer_order", "portrait"):
        assert len(whole.tables[name].files) == 1
        assert len(parts.tables[name].files) > 1
        assert {bucket for file in parts.tables[name].files for bucket in file.buckets} == set(range(CUSTOMER_BUCKETS))
        one, other = rows_of(whole, name), rows_of(parts, name)
        assert one.schema == other.schema
        assert one.equals(other)
    assert {progress.total for progress in heard} == {len(parts.tables["portrait"].files)}
    assert [progress.done for progress in heard] == sorted(progress.done for progress in heard)


def test_version_says_what_it_was_made_from(tmp_path: Path) -> None:
    snapshot, _ = stored(tmp_path, chunk_rows=10**9, seed=1)
    version = snapshot.tables["portrait"]
    assert version.as_of == AS_OF
    assert version.engine == "duckdb"
    assert version.rows == snapshot.tables["customer"].rows
    assert version.inputs["order_line"] == snapshot.tables["order_line"].directory


def test_parameters_become_typed_literals_and_never_text() -> None:
    values: dict[str, Any] = {"text": "o'brien; drop table t", "day": date(2026, 1, 2), "money": Decimal("1.10"), "whole": 3, "flag": True}
    step = Step("s", "select $text as a, $day as b, $money as c, $whole as d, $flag as e, $as_of as f", values, order_by=())
    with DuckEngine() as engine:
        row = engine.query(bind(step, as_of=date(2026, 11, 1))).to_pylist()[0]
    expected = {"a": values["text"], "b": values["day"], "c": Decimal("1.10"), "d": 3, "e": True, "f": date(2026, 11, 1)}
    assert row == expected


def test_parameter_that_the_step_does_not_carry_is_an_error() -> None:
    with pytest.raises(KeyError, match="window"):
        bind(Step("s", "select $window as a"), as_of=AS_OF)


def test_binding_leaves_the_step_as_it_was() -> None:
    step = Step("s", "select customer_id from t where day < $as_of")
    first, second = bind(step, as_of=date(2026, 1, 1)), bind(step, as_of=date(2026, 2, 2))
    assert "2026-01-01" in first.sql()
    assert "2026-01-01" not in second.sql()
    assert second.sql().startswith("SELECT customer_id FROM t WHERE day < CAST('2026-02-02' AS DATE) ORDER BY customer_id")
