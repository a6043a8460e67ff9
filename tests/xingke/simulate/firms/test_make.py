import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from xingke.errors import UnknownName
from xingke.schema import TABLES
from xingke.simulate.errors import WorldExists
from xingke.simulate.firms import FIRMS, make_firm
from xingke.simulate.scenarios import scenario_named
from xingke.simulate.store import WorldInfo, world_hash

BASELINE = scenario_named("baseline")
KINDS = sorted(FIRMS)


def test_unknown_firm_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'cafe'"):
        make_firm("caffe", tmp_path / "w", seed=1, scenario=BASELINE)


def test_unknown_size_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="size"):
        make_firm("gym", tmp_path / "w", seed=1, scenario=BASELINE, size="xxl")
    assert list(tmp_path.iterdir()) == []


def test_a_full_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WorldExists):
        make_firm("leads", tmp_path, seed=1, scenario=BASELINE, size="xs")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    out = tmp_path / "w"
    out.mkdir()
    info = make_firm("leads", out, seed=1, scenario=BASELINE, size="xs")
    assert WorldInfo.read(out) == info


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_firm("gym", tmp_path / "w", seed=1, scenario=BASELINE, size="xs", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_firm("gym", tmp_path / name, seed=seed, scenario=BASELINE, size="xs")
    first, again, other = (world_hash(tmp_path / name) for name in "abc")
    assert first == again
    assert first != other


def test_clean_records_are_all_right_and_others_are_right_in_62_of_100(tmp_path: Path, world) -> None:
    share = "select avg((name_is_right and phone_is_right and address_is_right)::int) from true_member_link"
    assert world("cafe").one(share)[0] == pytest.approx(0.62, abs=0.02)
    out = tmp_path / "clean"
    make_firm("gym", out, seed=7, scenario=BASELINE, size="xs", clean=True)
    dirty = world("gym")
    assert type(dirty)(out).one(share)[0] == 1.0
    assert json.loads((out / "world.json").read_text())["is_clean"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_every_observed_file_keeps_its_canonical_schema(world, kind: str) -> None:
    for place in (world(kind).path / "observed").iterdir():
        for part in place.glob("*.parquet"):
            assert pq.read_schema(part).equals(TABLES[place.name].arrow_schema), part


@pytest.mark.parametrize("kind", KINDS)
def test_every_observed_row_is_valid_and_has_its_own_key(world, kind: str) -> None:
    for place in (world(kind).path / "observed").iterdir():
        table = TABLES[place.name]
        checks = [f"count(*) - count(distinct ({', '.join(table.key)}))"]
        for column in table.columns:
            if column.required:
                checks.append(f"count(*) filter ({column.name} is null)")
            if column.choices:
                checks.append(f"count(*) filter ({column.name} not in {(*map(str, column.choices), '')})")
            checks += [f"count(*) filter ({column.name} < {column.minimum})"] if column.minimum is not None else []
            checks += [f"count(*) filter ({column.name} > {column.maximum})"] if column.maximum is not None else []
        assert set(world(kind).one(f"select {', '.join(checks)} from {table.name}")) == {0}, table.name


@pytest.mark.parametrize("kind", KINDS)
def test_facts_refer_to_customers_products_and_units_that_exist(world, kind: str) -> None:
    made = world(kind)
    names = {place.name for place in (made.path / "observed").iterdir()}
    for fact in names & {"order_line", "touch", "member_visit", "renewal", "push", "ticket", "member", "lead", "ad_touch"}:
        assert made.one(f"select count(*) from {fact} anti join customer using (customer_id)") == (0,), fact
    assert made.one("select count(*) from order_line anti join product using (product_id)") == (0,)
    assert made.one("select count(*) from customer anti join org_unit using (org_path)") == (0,)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_before_or_behind_the_104_weeks(world, kind: str) -> None:
    for place in (world(kind).path / "observed").iterdir():
        table = TABLES[place.name]
        if table.day is not None:
            first, last = world(kind).one(f"select min({table.day}), max({table.day}) from {table.name}")
            assert first.isoformat() >= "2023-01-02", table.name
            assert last.isoformat() < "2024-12-30", table.name
