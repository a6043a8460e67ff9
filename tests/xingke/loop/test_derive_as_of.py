"""Nothing of `as_of` or later is seen, loads account for every row, and the same input gives the same bytes."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts import AS_OF, KINDS, NOW, Facts, lake_of, line, random_facts, touch
from xingke.engine import Lake, LakeReader
from xingke.loop import DERIVED, derive, load_source
from xingke.schema import CORE_TABLES
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both

LIBRARY = TagLibrary(general_tags())
SCHEME = TierScheme("share", both("占比", "share"))
BASE = random_facts(21)
LATER = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 400), st.integers(-10_000, 10**7), st.sampled_from(KINDS)), min_size=1, max_size=20
)


def derived(root: Path, facts: Facts, *, days_earlier: int = 0) -> dict[str, pa.Table]:
    lake = lake_of(root, facts)
    with lake.writer(now=NOW) as writer:
        derive(writer, LIBRARY, SCHEME, as_of=AS_OF - timedelta(days=days_earlier), now=NOW)
        writer.publish()
    reader = LakeReader(lake, threads=1)
    keys = {"customer_order": "customer_id, ordered_on, order_id", "tag_profile": "tag"}
    return {name: reader.query(f"select * from {name} order by {keys.get(name, 'customer_id')}") for name in DERIVED}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    return derived(tmp_path_factory.mktemp("base"), BASE)


@settings(max_examples=6)
@given(later=LATER)
def test_facts_of_as_of_and_later_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, expected: dict[str, pa.Table], later: list[tuple[int, int, int, str]]
) -> None:
    lines = [
        line(person, AS_OF + timedelta(days=after), 10_000 + number, 0, 1, Decimal(cents) / 100)
        for number, (person, after, cents, _) in enumerate(later)
    ]
    touches = [
        touch(person, AS_OF + timedelta(days=after), 10_000 + number, kind, "later")
        for number, (person, after, _, kind) in enumerate(later)
    ]
    more = replace(BASE, lines=(*BASE.lines, *lines), touches=(*BASE.touches, *touches))
    came = derived(tmp_path_factory.mktemp("more"), more)
    assert [name for name in DERIVED if not came[name].equals(expected[name])] == []


@pytest.mark.parametrize("days_earlier", [1, 91, 400])
def test_earlier_as_of_equals_the_facts_cut_at_that_day(tmp_path: Path, days_earlier: int) -> None:
    whole = derived(tmp_path / "whole", BASE, days_earlier=days_earlier)
    cut = derived(tmp_path / "cut", BASE.before(AS_OF - timedelta(days=days_earlier)), days_earlier=days_earlier)
    assert [name for name in DERIVED if not whole[name].equals(cut[name])] == []


def test_earlier_tiers_are_the_tiers_of_thirteen_weeks_before(tmp_path: Path, expected: dict[str, pa.Table]) -> None:
    assert derived(tmp_path, BASE, days_earlier=91)["tier"].equals(expected["tier_before"])


def test_every_loaded_row_is_accounted_for(tmp_path: Path) -> None:
    with Lake(tmp_path).writer(now=NOW) as writer:
        loaded = load_source(writer, replace(BASE, touches=()), Path(), connection=None, now=NOW)
        snapshot = writer.publish()
    assert {one.table for one in loaded} == set(CORE_TABLES)
    for one in loaded:
        assert one.rows_read == one.rows_loaded + one.rows_quarantined
        assert snapshot.tables[one.table].rows == one.rows_loaded
    for file in snapshot.tables["order_line"].files:
        ids = pq.read_table(tmp_path / snapshot.tables["order_line"].directory / file.path)["customer_id"].to_pylist()
        assert {number % 16 for number in ids} == set(file.buckets)
    assert snapshot.tables["touch"].rows == 0
    assert LakeReader(Lake(tmp_path)).value("select count(*) from touch") == 0


AGAIN = """
import os, sys
from datetime import timedelta
from pathlib import Path
os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: int(sys.argv[2])]))
from tests.facts import AS_OF, NOW, lake_of, random_facts
from xingke.loop import derive
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both
lake = lake_of(Path(sys.argv[1]), random_facts(8, customers=700, products=60, orders=30))
with lake.writer(now=NOW) as writer:
    derive(writer, TagLibrary(general_tags()), TierScheme("share", both("x", "x")), as_of=AS_OF, now=NOW)
    writer.publish()
"""


def test_two_processes_with_other_threads_store_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for threads in (1, 2):
        root = tmp_path / str(threads)
        command = [sys.executable, "-c", AGAIN, str(root), str(threads)]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[3], timeout=120)
        snapshot = Lake(root).current()
        files = {name: [Path(file).read_bytes() for file in snapshot.files(name)] for name in DERIVED}
        hashes.append({name: [hashlib.sha256(file).hexdigest() for file in found] for name, found in files.items()})
    assert hashes[0] == hashes[1]
