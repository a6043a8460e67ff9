"""Which collected fields something live reads; the share of them is the use rate of the data (数据利用率).

Tags, metrics, tiers and the segments of the pack are read from their own definitions. What a page or a rule reads, its application declares
with `use_register`; where it reads with SQL, `reads_of` finds the columns in that SQL itself. A table that a source makes of others passes
the uses of its columns on to those that they are made of (`making_register`).
"""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xingke.extensions import pack
from xingke.loop.reads import by_table, fields_behind, fields_read, module_statements
from xingke.loop.use import FieldUse, metric_uses, segment_uses, tag_uses, tier_uses
from xingke.schema import TABLES
from xingke_web.loop.facade import tag_library

Fields = Mapping[str, Iterable[str]]
"""Columns by table."""


@dataclass(frozen=True)
class _Making:
    """A table that statements make of others."""

    table: str
    name: str
    statements: tuple[str, ...]


_declared: dict[tuple[str, str], Fields | Callable[[], Fields]] = {}
_resolved: dict[tuple[str, str], tuple[FieldUse, ...]] = {}
_makings: dict[tuple[str, str], _Making] = {}


def use_register(kind: str, name: str, fields: Fields | Callable[[], Fields]) -> None:
    """Declare that something reads columns of tables; the same kind and name again replaces the earlier declaration.

    Parameters
    ----------
    kind
        `identity`, `page` or `rule`.
    name
        In English, to be translated where it is shown.
    fields
        Columns by table, or what finds them when they are first asked for.

    Raises
    ------
    KeyError
        There is no such table or column; of a function, when it is first asked.
    """
    _declared[kind, name] = fields
    _resolved.pop((kind, name), None)
    if not callable(fields):
        _resolved[kind, name] = _uses(kind, name, fields)


def reads_of(*modules: str) -> Callable[[], Fields]:
    """What the SQL in modules reads, found in their sources when it is first asked for."""

    def found() -> Fields:
        statements = (statement for module in modules for statement in module_statements(importlib.import_module(module)))
        return by_table(fields_read(statements))

    return found


def making_register(table: str, name: str, statements: Iterable[str]) -> None:
    """Declare that a table is made of others by statements, so that a use of its columns is one of what they are made of."""
    _makings[table, name] = _Making(table, name, tuple(statements))


def uses_of(pack_name: str) -> tuple[FieldUse, ...]:
    """Every use of a field in a workspace of this pack."""
    direct = {*_defined(pack_name), *(use for key in sorted(_declared) for use in _resolve(*key))}
    return tuple(sorted({*direct, *(use for making in _makings.values() for use in _behind(making, frozenset(direct)))}))


def _resolve(kind: str, name: str) -> tuple[FieldUse, ...]:
    if (kind, name) not in _resolved:
        fields = _declared[kind, name]
        _resolved[kind, name] = _uses(kind, name, fields() if callable(fields) else fields)
    return _resolved[kind, name]


def _uses(kind: str, name: str, fields: Fields) -> tuple[FieldUse, ...]:
    return tuple(FieldUse(table, TABLES[table].column(column).name, kind, name) for table, columns in fields.items() for column in columns)


@lru_cache(maxsize=32)
def _behind(making: _Making, uses: frozenset[FieldUse]) -> tuple[FieldUse, ...]:
    wanted = {use.column for use in uses if use.table == making.table}
    found = {field for statement in making.statements for field in fields_behind(statement, wanted)}
    return tuple(FieldUse(table, column, "identity", making.name) for table, column in found)


@lru_cache(maxsize=8)
def _defined(pack_name: str) -> tuple[FieldUse, ...]:
    library = tag_library(pack_name)
    segments = [use for segment in pack(pack_name).segments for use in segment_uses(segment.key, segment.condition)]
    return (*tag_uses(library), *metric_uses(), *tier_uses(library), *segments)


@dataclass(frozen=True)
class UseRate:
    """How many of the collected fields are used; a field is collected where its column holds anything."""

    used: int
    collected: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.used / self.collected if self.collected else 0.0


def use_rate(uses: Iterable[FieldUse], collected: Mapping[str, Iterable[str]]) -> UseRate:
    """The rate over the columns that hold anything, by table."""
    read = {(use.table, use.column) for use in uses}
    fields = [(table, column) for table, columns in collected.items() for column in columns]
    return UseRate(sum(1 for field in fields if field in read), len(fields))
