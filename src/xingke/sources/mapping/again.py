"""A mapping that a layout had before, for a file of that layout whose values are written otherwise."""

from dataclasses import replace
from typing import Final

from xingke.sources.mapping.model import ColumnMap, Mapping, TableMap

BY_VALUES: Final = ("date", "units", "weighed", "unsigned")
"""Steps that the values call for and not the layout: a file without weights says nothing of the next one."""


def refreshed(known: Mapping, fresh: Mapping) -> Mapping:
    """The known mapping, and in columns that have the same source in the guess of this file the steps that its values call for."""
    return replace(known, tables=tuple(_table(one, fresh) for one in known.tables))


def _table(table: TableMap, fresh: Mapping) -> TableMap:
    guessed = next((one for one in fresh.tables if (one.table, one.sheet, one.only) == (table.table, table.sheet, table.only)), None)
    if guessed is None:
        return table
    return replace(table, columns=tuple(_column(one, guessed.column(one.target)) for one in table.columns))


def _column(column: ColumnMap, guessed: ColumnMap | None) -> ColumnMap:
    if guessed is None or guessed.source != column.source:
        return column
    added = tuple(step for step in guessed.transforms if step.name in BY_VALUES and column.transform(step.name) is None)
    return replace(column, transforms=(*column.transforms, *added))
