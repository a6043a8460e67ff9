"""What a mapping declares: which columns of a file become which canonical columns, and by which of a closed list of transforms."""

import hashlib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from xingke.errors import UserFacingError
from xingke.schema import Column, Table
from xingke.schema.intake import INTAKE_TABLES
from xingke.schema.trade.identity import SYSTEMS
from xingke.words import Words, both

TRANSFORMS: MappingOf[str, tuple[Words, tuple[str, ...]]] = {
    "code": (both("编号：去空格，字母大写", "a code: no blanks, capital letters"), ()),
    "phone": (both("电话：只留数字，取第一个号码", "a phone: digits only, the first number"), ()),
    "date": (both("日期", "a day"), ("form", "year")),
    "units": (both("数量换算成基本单位", "a quantity in the base unit"), ("base", "factors")),
    "choice": (both("按对照表取值", "a value by the list"), ("map", "else")),
    "split": (both("取其中一段", "one part of the cell"), ("by", "take")),
    "concat": (both("几列连成一列", "several columns joined"), ("by",)),
    "upper": (both("字母大写", "capital letters"), ()),
    "weighed": (both("称重：不足一件的按一件计，金额不变", "weighed: a part of a unit counts as one, the amount stays"), ()),
    "unsigned": (both("去掉负号", "without its minus"), ()),
    "negative": (both("记为负数", "as a negative number"), ()),
    "times": (both("几列相乘", "columns multiplied"), ()),
    "once": (both("每单只计一次", "once for each order"), ("per",)),
    "minus_where": (both("退货行记为负数", "negative where the row is a return"), ("column", "values")),
    "hashed": (both("由此列算出编号，不存原值", "a number computed from it; the value itself is not kept"), ()),
    "fill_down": (both("空格沿用上一行的值", "a blank cell takes the value above it"), ()),
}
"""The closed list, each with its words and the options it takes. Trimming, full-width signs, thousand separators, 万, per cent and the
forms of a day need no transform: the type of the canonical column asks for them."""

RULES: MappingOf[str, Words] = {
    "day_of": both("由时间得出日期", "the day of the time"),
    "start_of": both("由日期得出当天零点", "the beginning of the day"),
    "joined": both("由这几列连成", "these columns joined"),
    "keyed_hash": both("由这几列算出编号", "a number computed from these columns"),
    "copy": both("与该列相同", "the same as this column"),
}
"""How a column that the file does not have is made from those it has."""


class BadMapping(UserFacingError):
    """A mapping that cannot be used; says which entry and what would do."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One step of a column, of `TRANSFORMS`, with its options."""

    name: str
    options: MappingOf[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in TRANSFORMS:
            raise unknown_entry("转换", "transform", self.name, TRANSFORMS)
        spare = set(self.options) - set(TRANSFORMS[self.name][1])
        if spare:
            raise unknown_entry(f"转换 {self.name} 的选项", f"option of {self.name}", sorted(spare)[0], TRANSFORMS[self.name][1])


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Headers of the file that become one canonical column.

    Parameters
    ----------
    source
        One header; several with the transform `concat`.
    replace
        Corrections: a cell that is exactly the key becomes the value before anything else is done.
    """

    target: str
    source: tuple[str, ...]
    transforms: tuple[Transform, ...] = ()
    replace: MappingOf[str, str] = field(default_factory=dict)

    def transform(self, name: str) -> Transform | None:
        """The step of that name."""
        return next((step for step in self.transforms if step.name == name), None)


@dataclass(frozen=True, slots=True)
class Derived:
    """A canonical column made from other canonical columns by one of `RULES`."""

    target: str
    rule: str
    of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise unknown_entry("推导规则", "rule", self.rule, RULES)


@dataclass(frozen=True, slots=True)
class Long:
    """A wide sheet made long: each filled cell of `columns` becomes a row, its header in `name`, its value in `value`."""

    columns: tuple[str, ...]
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TableMap:
    """One canonical table that a sheet fills.

    Parameters
    ----------
    sheet
        Name of the sheet; empty for the first one.
    constants
        Canonical columns that are the same in every row, `system` among them.
    folds
        Whether rows with the same key are one record seen several times, such as the customer of many order lines: the last value of each
        column stays. Otherwise a repeated key is a duplicate.
    unique
        Canonical columns of which a second row with the same values is a duplicate; the key of the table where nothing is named. Order
        lines without a key of their own are told apart when the tables are put together, and none of them is a duplicate here.
    blanks_replace
        Whether an empty cell empties what is known from earlier loads; otherwise it says nothing.
    only
        A header: rows with nothing there, or zero, are not of this table, such as those without a refund. Counted as folded.
    leave_out
        By header the values of rows that are no facts, such as cancelled orders.
    long
        Several columns that hold one kind of value, such as months, each of which becomes a row.
    """

    table: str
    columns: tuple[ColumnMap, ...]
    constants: MappingOf[str, str] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    sheet: str = ""
    folds: bool = False
    unique: tuple[str, ...] = ()
    blanks_replace: bool = False
    only: str = ""
    leave_out: MappingOf[str, tuple[str, ...]] = field(default_factory=dict)
    long: "Long | None" = None

    def __post_init__(self) -> None:
        if self.table not in INTAKE_TABLES:
            raise unknown_entry("表", "table", self.table, INTAKE_TABLES)
        known = INTAKE_TABLES[self.table].column_names
        for name in (*(one.target for one in self.columns), *self.constants, *(one.target for one in self.derived), *self.unique):
            if name not in known:
                raise unknown_entry(f"表 {self.table} 的列", f"column of {self.table}", name, known)
        if self.constants.get("system", SYSTEMS[0]) not in SYSTEMS:
            raise unknown_entry("来源系统", "system", self.constants["system"], SYSTEMS)

    @property
    def declared(self) -> Table:
        """The table in intake form."""
        return INTAKE_TABLES[self.table]

    @property
    def filled(self) -> frozenset[str]:
        """Canonical columns that get a value."""
        return frozenset({*(one.target for one in self.columns), *self.constants, *(one.target for one in self.derived)})

    @property
    def emptied(self) -> tuple[str, ...]:
        """Optional columns of which an empty cell empties what is known."""
        return tuple(one.target for one in self.columns if not self.declared.column(one.target).required) if self.blanks_replace else ()

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns that nothing fills."""
        return tuple(column for column in self.declared.columns if column.required and column.name not in self.filled)

    def column(self, target: str) -> ColumnMap | None:
        """What fills a canonical column from the file."""
        return next((one for one in self.columns if one.target == target), None)

    def without(self, target: str) -> Self:
        """The same with nothing for this canonical column."""
        return replace(self, columns=tuple(one for one in self.columns if one.target != target))


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file of one layout becomes canonical rows.

    Parameters
    ----------
    fingerprint
        Of the headers it was made for (`fingerprint_of`), so that the next file with the same ones finds it.
    set_aside
        Words that mark a row as no fact where they stand alone in one of its first three cells, such as 合计.
    """

    tables: tuple[TableMap, ...]
    name: str = ""
    fingerprint: str = ""
    set_aside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.tables:
            raise BadMapping(zh="映射没有任何目标表；请至少指定一个", en="the mapping names no table to fill; it needs one at least")

    def emptying(self) -> Self:
        """The same, and an empty cell empties what is known, in tables that say what is true of somebody or something."""
        return replace(self, tables=tuple(replace(one, blanks_replace=one.declared.day is None) for one in self.tables))

    def with_table(self, place: int, table: TableMap) -> Self:
        """The same with another table at this place."""
        return replace(self, tables=(*self.tables[:place], table, *self.tables[place + 1 :]))


def emptied_by(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """By table, the columns of which an empty cell empties what is known."""
    return {table.table: table.emptied for table in mapping.tables if table.emptied}


def unknown_entry(zh: str, en: str, name: str, known: Sequence[str] | MappingOf[str, object]) -> BadMapping:
    """An entry that nothing is declared under."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    listed = ", ".join(sorted(known))
    return BadMapping(
        zh=f"映射中的{zh}「{name}」不存在" + (f"；您是否要写「{close[0]}」" if close else f"；可用：{listed}"),
        en=f"the mapping names an unknown {en} '{name}'" + (f"; did you mean '{close[0]}'?" if close else f"; known: {listed}"),
        name=name,
    )


def fingerprint_of(headers: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Twelve characters that change when a name of a column changes, whatever their order and the sheets' names."""
    text = "|".join(sorted("\x1f".join(sorted(names)) for _, names in headers))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
