"""What can be observed of a city ends with its history; what comes after is closed, and made for the scorer alone."""

import shutil
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from xingke.schema.trade.supply import CITY_ORDER_LINE
from xingke.simulate import live_city, world_hash, world_make, world_reveal
from xingke.simulate.city.world import World
from xingke.simulate.errors import NotACity, NotAWorld
from xingke.simulate.score import score_world
from xingke.simulate.sizes import JUDGED_WEEKS
from xingke.simulate.store import WorldInfo
from xingke.simulate.truth import TRUTH_TABLES, TruthReader
from xingke.sources.closed import TruthIsClosed, refuse_truth

KNOWN_AHEAD = {("calendar_day", "day"), ("licence", "valid_until")}
"""Days that everybody knows before they come."""
EXCLUSIVE_ENDS = {("local_event", "until_on")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("future") / "xs"
    world_make(size="xs", seed=7, out=out)
    return out


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "w")
    return tmp_path / "w"


def observed_bytes(world):
    return {path.relative_to(world).as_posix(): path.read_bytes() for path in sorted((world / "observed").rglob("*.parquet"))}


def latest(column):
    """The last local day in a column of days or instants, nothing in any other."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = pc.local_timestamp(column.cast(pa.timestamp("us", tz="Asia/Shanghai"))).cast(pa.date32(), safe=False)
    elif not pa.types.is_date(kind):
        return None
    return pc.max(column).as_py()


def days_after(world, end):
    found = {}
    for folder in sorted((world / "observed").iterdir()):
        name = folder.name
        rows = pa.concat_tables([pq.read_table(file, partitioning=None) for file in sorted(folder.glob("*.parquet"))])
        for column in rows.column_names:
            last = latest(rows[column])
            limit = end if (name, column) not in EXCLUSIVE_ENDS else date.fromordinal(end.toordinal() + 1)
            if last is not None and (name, column) not in KNOWN_AHEAD and last >= limit:
                found[(name, column)] = last
    return found


@pytest.mark.parametrize(("seed", "clean"), [(3, False), (11, True)])
def test_no_day_that_is_observed_lies_behind_the_end_of_history(tmp_path, seed, clean):
    world_make(size="xs", seed=seed, out=tmp_path / "w", scenario="high_churn", clean=clean)
    info = WorldInfo.read(tmp_path / "w")
    assert info.ends_on == info.history_ends_on
    assert days_after(tmp_path / "w", info.history_ends_on) == {}


def test_what_is_observed_is_the_same_whatever_comes_after(made, tmp_path):
    before = observed_bytes(made)
    world_reveal(made)
    assert observed_bytes(made) == before
    other = tmp_path / "lived"
    shutil.copytree(made, other)
    city = live_city(other)
    for _ in range(2):
        city.step()
    registers = {name.split("/")[1] for name in before if name.endswith("part-003.parquet")} - {"source_record"}
    after = observed_bytes(other)
    assert {name for name in before if after[name] != before[name]} <= {f"observed/{name}/part-003.parquet" for name in registers}


def test_revealing_says_what_is_behind_and_changes_no_hash(folder):
    digest = world_hash(folder)
    world_reveal(folder)
    assert world_hash(folder) == digest
    reader = TruthReader(folder)
    weeks = pc.unique(reader.table(TRUTH_TABLES["demand_truth"])["week"]).to_pylist()
    assert sorted(weeks) == list(range(30 + JUDGED_WEEKS))
    assert pc.min(reader.future(CITY_ORDER_LINE)["ordered_on"]).as_py() >= date(2024, 6, 24)
    with pytest.raises(TruthIsClosed):
        refuse_truth(folder / "truth" / "future" / "observed")


def test_future_is_the_one_that_is_lived_without_actions(folder):
    world_reveal(folder)
    lines = TruthReader(folder).future(CITY_ORDER_LINE)
    world = World.open(folder)
    lived = pa.concat_tables([world.step(world.week)["order_line"] for _ in range(JUDGED_WEEKS)])
    assert lines.equals(lived.combine_chunks())


def test_living_on_forgets_the_future_that_was_not(folder):
    world_reveal(folder)
    live_city(folder).step()
    weeks = pc.unique(TruthReader(folder).table(TRUTH_TABLES["demand_truth"])["week"]).to_pylist()
    assert sorted(weeks) == list(range(31))
    world_reveal(folder)
    assert pc.max(TruthReader(folder).table(TRUTH_TABLES["demand_truth"])["week"]).as_py() == 30 + JUDGED_WEEKS


def test_rows_arrive_once_and_none_is_lost(folder):
    """A city that lives on in its folder has the orders of one that was lived week by week in memory."""
    city = live_city(folder)
    for _ in range(3):
        city.step()
    files = sorted((folder / "observed" / "order").glob("*.parquet"))
    there = pa.concat_tables([pq.read_table(file, partitioning=None) for file in files])
    world = World.new(size="xs", seed=7)
    weeks = pa.concat_tables([world.step(week)["order"] for week in range(33)])
    assert sorted(there["order_id"].to_pylist()) == sorted(weeks["order_id"].to_pylist())
    placed = World.new(size="xs", seed=7, is_clean=True)
    expected = {number for week in range(32) for number in _placed(placed, week)}
    assert expected <= set(there["order_id"].to_pylist())


def _placed(world, week):
    facts = world.advance(week)
    return [(week + 1) * 1_000_000 + int(number) + 1 for number in facts.placed.orders.nonzero()[0]]


def test_an_earlier_world_is_scored_with_a_word_and_cannot_go_on(folder):
    text = (folder / "world.json").read_text().replace('"format": 2', '"format": 1')
    (folder / "world.json").write_text(text)
    score = score_world(folder, None, resamples=5, progress=lambda _: None)
    assert "earlier version" in score.notes[0]
    for refused in (lambda: live_city(folder), lambda: world_reveal(folder), lambda: World.open(folder)):
        with pytest.raises(NotAWorld, match="earlier version"):
            refused()


def test_only_a_city_has_a_future_to_reveal(tmp_path):
    world_make(size="xs", seed=7, kind="leads", out=tmp_path / "leads")
    with pytest.raises(NotACity):
        world_reveal(tmp_path / "leads")
