"""What a canonical table and its columns declare."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

import pyarrow as pa

from xingke.words import Words

MONEY_DIGITS, MONEY_SCALE = 14, 2


class ColumnType(StrEnum):
    """The few types a canonical column may have; each has one Arrow type and one SQL type on every engine."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    FLAG = "flag"
    DAY = "day"
    INSTANT = "instant"

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of stored files."""
        return {
            ColumnType.TEXT: pa.string(),
            ColumnType.INTEGER: pa.int64(),
            ColumnType.NUMBER: pa.float64(),
            ColumnType.MONEY: pa.decimal128(MONEY_DIGITS, MONEY_SCALE),
            ColumnType.FLAG: pa.bool_(),
            ColumnType.DAY: pa.date32(),
            ColumnType.INSTANT: pa.timestamp("us", tz="UTC"),
        }[self]

    @property
    def sql(self) -> str:
        """The type's name in the canonical SQL dialect (DuckDB)."""
        return {
            ColumnType.TEXT: "varchar",
            ColumnType.INTEGER: "bigint",
            ColumnType.NUMBER: "double",
            ColumnType.MONEY: f"decimal({MONEY_DIGITS}, {MONEY_SCALE})",
            ColumnType.FLAG: "boolean",
            ColumnType.DAY: "date",
            ColumnType.INSTANT: "timestamptz",
        }[self]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    Parameters
    ----------
    name
        snake_case, with the unit in it where it has one (`amount_yuan`, `lead_days`, `share`).
    minimum, maximum
        Inclusive bounds of a valid value; a row outside them goes to quarantine.
    choices
        The closed list of valid texts, where there is one.
    personal
        Describes a natural person: masked on screen and never in a log.
    identifies
        Tells by itself who a person is or where to find them (a name, a number, an address): such a column is personal, and its values are
        sealed before they reach a disk (`xingke.privacy`).
    """

    name: str
    type: ColumnType
    label: Words
    required: bool = False
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    choices: tuple[str, ...] = ()
    personal: bool = False
    identifies: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Parameters
    ----------
    grain
        What one row is, in both languages.
    key
        The columns that identify a row.
    bucketed
        Stored in customer buckets and sorted by customer, so that work runs bucket by bucket.
    day
        The business-day column that `as_of` cuts, for facts.
    """

    name: str
    label: Words
    grain: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    bucketed: bool = False
    day: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name; `KeyError` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    @property
    def identifying(self) -> tuple[str, ...]:
        """Names of the columns whose values are sealed on disk."""
        return tuple(column.name for column in self.columns if column.identifies)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in stored order."""
        return tuple(column.name for column in self.columns)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The exact schema of stored files."""
        return pa.schema([pa.field(column.name, column.type.arrow, nullable=not column.required) for column in self.columns])

    @property
    def fingerprint(self) -> str:
        """Changes when names, types or order of the columns change."""
        text = ";".join(f"{column.name}:{column.type}" for column in self.columns)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def extended(self, *columns: Column) -> Self:
        """The same table with a pack's own columns behind the canonical ones."""
        return type(self)(self.name, self.label, self.grain, (*self.columns, *columns), self.key, self.bucketed, self.day)
