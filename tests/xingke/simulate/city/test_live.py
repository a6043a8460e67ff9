"""A city that goes on in its own folder."""

import shutil

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from xingke.simulate import live_city, world_hash, world_make
from xingke.simulate.city.actions import Action
from xingke.simulate.city.live import LIVE_PARTS
from xingke.simulate.errors import NoSuchOutlet, NotAWorld
from xingke.simulate.store import WorldInfo
from xingke.simulate.truth import TRUTH_TABLES, TruthReader


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("live") / "xs"
    world_make(size="xs", seed=7, out=out)
    return out


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "w")
    return tmp_path / "w"


def test_lived_weeks_stand_behind_those_that_were_made(folder):
    before = pq.read_table(folder / "observed" / "order")
    city = live_city(folder)
    info = [city.step() for _ in range(3)][-1]
    after = pq.read_table(folder / "observed" / "order")
    assert info.weeks == 33
    assert (info.ends_on - WorldInfo.read(folder).history_ends_on).days == 21
    assert after.num_rows > before.num_rows
    assert pc.max(after["ordered_on"]).as_py() < info.ends_on
    weeks = TruthReader(folder).table(TRUTH_TABLES["demand_truth"])["week"]
    assert pc.max(weeks).as_py() == 32


def test_city_is_taken_up_where_it_was_left(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "other")
    city = live_city(folder)
    for _ in range(2):
        city.step([Action(kind="visit", outlet_ids=city.open_outlets()[:4])])
    for _ in range(2):
        again = live_city(tmp_path / "other")
        again.step([Action(kind="visit", outlet_ids=again.open_outlets()[:4])])
    assert world_hash(folder) == world_hash(tmp_path / "other")


def test_interrupted_week_is_written_again(folder):
    live_city(folder).step()
    once = world_hash(folder)
    state = (folder / "truth" / "state" / "week-030.state").read_bytes()
    part = folder / "observed" / "order" / f"part-{LIVE_PARTS + 30}.parquet"
    part.write_bytes(b"torn")
    (folder / "truth" / "state" / "live.state").write_bytes(state)
    live_city(folder).step()
    assert world_hash(folder) == once


def test_impossible_action_writes_nothing(folder):
    before = world_hash(folder)
    with pytest.raises(NoSuchOutlet):
        live_city(folder).step([Action(kind="visit", outlet_ids=[987_654])])
    assert world_hash(folder) == before


def test_folder_without_its_state_cannot_go_on(folder):
    (folder / "truth" / "state" / "week-030.state").unlink()
    with pytest.raises(NotAWorld):
        live_city(folder)
