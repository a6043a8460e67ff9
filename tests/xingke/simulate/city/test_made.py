"""World folders: self-checks, the same bytes again, and what happens when making is interrupted."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.schema.findings import record_text
from xingke.simulate import world_hash, world_make
from xingke.simulate.city.actions import Action
from xingke.simulate.city.checks import check_world
from xingke.simulate.city.world import World
from xingke.simulate.errors import NotAWorld, WorldExists, WorldInTheMaking
from xingke.simulate.store import WorldInfo, yuan


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    out = tmp_path_factory.mktemp("worlds") / "xs"
    world_make(size="xs", seed=7, out=out)
    return out


def failed(world):
    return [f"{check.name} {check.value:.4g} [{check.low:.4g}, {check.high:.4g}]" for check in check_world(world) if not check.ok]


def test_small_city_holds_what_it_is_drawn_from(small):
    assert failed(small) == []


@pytest.mark.slow
def test_city_of_two_thousand_holds_what_it_is_drawn_from(tmp_path):
    world_make(size="m", seed=7, out=tmp_path / "m")
    assert failed(tmp_path / "m") == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_reference_city_holds_what_it_is_drawn_from(tmp_path):
    world_make(size="l", seed=7, out=tmp_path / "l")
    assert failed(tmp_path / "l") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario", ["high_churn", "tax_shock", "supply_crunch", "route_failure", "festival_shift", "black_market", "no_effect"]
)
def test_scenario_holds_what_it_is_drawn_from(tmp_path, scenario):
    world_make(size="m", seed=9, scenario=scenario, out=tmp_path / "m")
    assert failed(tmp_path / "m") == []


def test_checks_notice_a_wrong_city(small, tmp_path):
    import shutil

    shutil.copytree(small, tmp_path / "bent")
    path = next((tmp_path / "bent" / "observed" / "stock_snapshot").glob("*.parquet"))
    table = pq.read_table(path)
    place = table.column_names.index("stock_cartons")
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array([-1] * table.num_rows, pa.int64())), path)
    assert any(line.startswith("stock_below_zero") for line in failed(tmp_path / "bent"))


class Interrupted(Exception):
    """Somebody pressed the keys."""


def test_interrupted_run_goes_on_and_ends_with_the_same_bytes(small, tmp_path):
    def stop_at_20(done, total, text):
        if done == 20:
            raise Interrupted

    with pytest.raises(Interrupted):
        world_make(size="xs", seed=7, out=tmp_path / "again", progress=stop_at_20)
    assert not (tmp_path / "again").exists()
    weeks = []
    world_make(size="xs", seed=7, out=tmp_path / "again", progress=lambda done, total, text: weeks.append(done))
    assert weeks[0] == 14
    assert world_hash(tmp_path / "again") == world_hash(small)


def test_rest_of_another_world_is_not_taken_up(small, tmp_path):
    def stop(done, total, text):
        raise Interrupted

    with pytest.raises(Interrupted):
        world_make(size="xs", seed=8, out=tmp_path / "w", progress=stop)
    world_make(size="xs", seed=7, out=tmp_path / "w")
    assert world_hash(tmp_path / "w") == world_hash(small)


def test_making_overwrites_nothing(small):
    before = world_hash(small)
    with pytest.raises(WorldExists):
        world_make(size="xs", seed=8, out=small)
    assert world_hash(small) == before


def test_second_run_waits_for_the_first(tmp_path):
    def start_another(done, total, text):
        with pytest.raises(WorldInTheMaking):
            world_make(size="xs", seed=7, out=tmp_path / "w")
        raise Interrupted

    with pytest.raises(Interrupted):
        world_make(size="xs", seed=7, out=tmp_path / "w", progress=start_another)


def test_clean_city_has_no_repeated_orders(tmp_path, small):
    world_make(size="xs", seed=7, out=tmp_path / "clean", clean=True)

    def orders(world):
        keys = pq.read_table(world / "observed" / "order")["order_id"].to_pylist()
        return len(keys) - len(set(keys))

    assert orders(tmp_path / "clean") == 0
    assert orders(small) > 0
    assert WorldInfo.read(tmp_path / "clean").is_clean


def test_city_goes_on_from_its_folder(small):
    world = World.open(small)
    assert world.week == 30
    tables = world.step(30, [Action(kind="visit", outlet_ids=world.open_outlets()[:5])])
    assert min(tables["order"]["received_on"].to_pylist()) >= date(2024, 7, 1)
    assert world.week == 31


def test_folder_without_a_world_is_said_so(tmp_path):
    with pytest.raises(NotAWorld, match="xingke world make"):
        World.open(tmp_path)
    (tmp_path / "world.json").write_text('{"format": 99}')
    with pytest.raises(NotAWorld):
        WorldInfo.read(tmp_path)


def test_money_is_exact_to_the_fen():
    assert [str(value) for value in yuan([1, -5, 123_456_789_012]).to_pylist()] == ["0.01", "-0.05", "1234567890.12"]
    assert record_text({"amount": yuan([250])[0].as_py()}) == '{"amount": "2.50"}'
