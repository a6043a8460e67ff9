"""The folder of a world: where its observed tables lie, and whether their files are what they should be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.errors import UserFacingError
from xingke.schema import PRODUCT, TABLES, Table
from xingke.schema.tables import ORDER_LINE
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.sources.closed import refuse_truth
from xingke.sources.contract import DataNotFound

DESCRIPTION = "world.json"
OBSERVED = "observed"
CITY_KIND = "city"

FORMS: Mapping[str, tuple[Table, ...]] = {"order_line": (CITY_ORDER_LINE, ORDER_LINE), "product": (SKU, PRODUCT)}
"""Tables that come in more than one form; the columns of a trade stand behind the canonical ones."""


class UnfitFile(UserFacingError):
    """A file of an observed table whose columns are not those of the table."""

    def __init__(self, *, path: Path, table: str, expected: str, found: str) -> None:
        super().__init__(
            zh=f"文件 {path} 的列与表 {table} 不符：应为 {expected}，实为 {found}。请用同一版本重新生成星城",
            en=f"{path} does not have the columns of table {table}: expected {expected}, found {found}. Make it again by this version",
            path=path,
            table=table,
        )


class OtherKindOfWorld(UserFacingError):
    """A world of another kind than the source reads."""

    def __init__(self, *, path: Path, kind: str, source: str) -> None:
        super().__init__(
            zh=f"{path} 是「{kind}」类的世界，请改用数据源 {source}",
            en=f"{path} is a world of kind '{kind}'; load it by the source {source}",
            path=path,
            kind=kind,
            source=source,
        )


@dataclass(frozen=True, slots=True)
class ObservedTable:
    """One table as it lies in the folder.

    Parameters
    ----------
    table
        In the form that its files have.
    files
        In order; a row's place is its file and its number there.
    """

    table: Table
    files: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class World:
    """A world as its sources see it.

    Parameters
    ----------
    loaded_on
        The first day that is not history: what holds today, such as a licence, is judged on it.
    strangers
        Folders that are no canonical table.
    """

    kind: str
    loaded_on: date
    observed: Path
    tables: Mapping[str, ObservedTable]
    strangers: tuple[str, ...]


def world_at(location: Path, *, source: str) -> World:
    """The world at a location, which is its folder or the `observed` folder in it.

    Raises
    ------
    TruthIsClosed
        The location is a folder of truth or lies in one.
    DataNotFound
        There is no world.
    UnfitFile
        A file is no Parquet or has other columns than its table.
    """
    refuse_truth(location)
    root = location.parent if location.name == OBSERVED and not (location / DESCRIPTION).is_file() else location
    described = _described(root, source)
    observed = root / OBSERVED
    folders = sorted(folder.name for folder in observed.iterdir() if folder.is_dir()) if observed.is_dir() else []
    found = {name: _observed(observed / name, name) for name in folders if name in TABLES}
    tables = {name: table for name, table in found.items() if table is not None}
    if not tables:
        raise DataNotFound(source=source, path=location, expected=f"{OBSERVED}/<table>/part-*.parquet")
    strangers = tuple(name for name in folders if name not in TABLES)
    return World(str(described["kind"]), date.fromisoformat(described["history_ends_on"]), observed, tables, strangers)


def kind_at(location: Path) -> str | None:
    """The kind of world at a location; nothing where there is none."""
    try:
        return str(json.loads((location / DESCRIPTION).read_text(encoding="utf-8"))["kind"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _described(root: Path, source: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads((root / DESCRIPTION).read_text(encoding="utf-8"))
        date.fromisoformat(values["history_ends_on"])
        str(values["kind"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DataNotFound(source=source, path=root, expected=DESCRIPTION) from None
    return values


def _observed(folder: Path, name: str) -> ObservedTable | None:
    files = sorted(folder.glob("part-*.parquet"))
    if not files:
        return None
    forms = FORMS.get(name, (TABLES[name],))
    first = _schema(files[0], name)
    table = next((form for form in forms if _difference(first, form) is None), forms[0])
    rows = 0
    for path in files:
        difference = _difference(_schema(path, name), table)
        if difference:
            raise UnfitFile(path=path, table=name, expected=difference[0], found=difference[1])
        rows += pq.read_metadata(path).num_rows
    return ObservedTable(table, tuple(str(path) for path in files), rows)


def _schema(path: Path, name: str) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnfitFile(path=path, table=name, expected="Parquet", found=str(error).splitlines()[0]) from error


def _difference(schema: pa.Schema, table: Table) -> tuple[str, str] | None:
    """The first column in which a file differs from its table, as expected and as found."""
    wanted = [(field.name, str(field.type)) for field in table.arrow_schema]
    there = [(field.name, str(field.type)) for field in schema]
    for place in range(max(len(wanted), len(there))):
        expected = " ".join(wanted[place]) if place < len(wanted) else "-"
        found = " ".join(there[place]) if place < len(there) else "-"
        if expected != found:
            return expected, found
    return None
