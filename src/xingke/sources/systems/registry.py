"""The systems as their folders declare them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from xingke.errors import UnknownName
from xingke.schema.column import ColumnType
from xingke.schema.trade.identity import SYSTEMS
from xingke.sources.mapping import Mapping as ColumnsMapping
from xingke.sources.mapping.yaml_form import from_plain
from xingke.words import Words, both

REFRESHES: Mapping[str, Words] = {
    "stream": both("实时", "as it happens"),
    "hourly": both("每小时", "hourly"),
    "daily": both("每天", "daily"),
    "weekly": both("每周", "weekly"),
}


@dataclass(frozen=True, slots=True)
class SystemColumn:
    """A column as the system calls it; `recipe` says how a sample of it is made."""

    name: str
    type: ColumnType
    recipe: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SystemTable:
    """A table of a system.

    Parameters
    ----------
    key
        Its columns that identify a row.
    cursor
        Its column that new rows are told by, where it has one.
    mapping
        How its rows become canonical ones.
    rows
        How many rows a sample has: `outlets`, `members` or `products` for one each, `few`, or nothing for as many as are asked for.
    """

    name: str
    label: Words
    columns: tuple[SystemColumn, ...]
    key: tuple[str, ...]
    mapping: ColumnsMapping
    cursor: str = ""
    rows: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in their order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class System:
    """A kind of system.

    Parameters
    ----------
    system
        Which of the twelve (`xingke.schema.trade.identity.SYSTEMS`) its rows belong to.
    brings
        What it knows that others do not.
    owner
        The department that usually answers for it.
    refresh
        How often it usually has something new, of `REFRESHES`.
    """

    name: str
    system: str
    label: Words
    brings: Words
    owner: Words
    refresh: str
    tables: tuple[SystemTable, ...] = field(default=())

    def table(self, name: str) -> SystemTable:
        """The table of that name.

        Raises
        ------
        UnknownName
            The system has none of that name.
        """
        found = {table.name: table for table in self.tables}
        if name not in found:
            raise UnknownName(kind=both("系统表", "table of the system"), name=name, known=found)
        return found[name]


@cache
def systems() -> tuple[System, ...]:
    """Every system, the twelve in their order and then the others by name."""
    import yaml

    found = [
        _system(yaml.safe_load((folder / "system.yaml").read_text(encoding="utf-8")))
        for folder in files(__package__).iterdir()
        if (folder / "system.yaml").is_file()
    ]
    return tuple(sorted(found, key=lambda one: (SYSTEMS.index(one.name) if one.name in SYSTEMS else len(SYSTEMS), one.name)))


def system(name: str) -> System:
    """The system of that name; `UnknownName` where there is none."""
    known = {one.name: one for one in systems()}
    if name not in known:
        raise UnknownName(kind=both("来源系统", "system"), name=name, known=known)
    return known[name]


def _system(plain: Mapping[str, Any]) -> System:
    return System(
        name=plain["name"],
        system=plain["system"],
        label=plain["label"],
        brings=plain["brings"],
        owner=plain["owner"],
        refresh=plain["refresh"],
        tables=tuple(_table(one) for one in plain["tables"]),
    )


def _table(plain: Mapping[str, Any]) -> SystemTable:
    return SystemTable(
        name=plain["name"],
        label=plain["label"],
        columns=tuple(SystemColumn(one["name"], ColumnType(one["type"]), one["sample"]) for one in plain["columns"]),
        key=tuple(plain["key"]),
        mapping=from_plain(plain["mapping"]),
        cursor=plain.get("cursor", ""),
        rows=plain.get("rows", ""),
    )
