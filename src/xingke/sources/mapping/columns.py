"""The cells of a batch as the columns of one canonical table, with the faults that were found on the way."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema.business_day import business_days, day_starts
from xingke.sources.files import RawBatch
from xingke.sources.mapping import cleaning
from xingke.sources.mapping.convert import Converter
from xingke.sources.mapping.model import BadMapping, ColumnMap, Derived, TableMap

Mask = np.ndarray[Any, np.dtype[np.bool_]]
LOOKED_AT = 3
TOTALS = (
    r"^[`'#*\s]*(合\s*计|总\s*计|小\s*计|累计|本页[小合]计|汇总|共\s*\d+\s*[条笔单行人项件]|grand total|sub-?total|total)"
    r"([\s:：(（0-9].*)?$|[^\s]+\s*(小计|合计)[:：]?$"
)
"""How a row of totals begins, or ends where it names its group; it counts where the row lacks what a fact needs."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table with their numbers in the file."""

    numbers: pa.Array
    values: pa.Table


class Faults:
    """Which rows of a batch are refused and why; the first fault in the order of the columns counts."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._aside: list[tuple[str, Mask]] = []
        self._found: list[tuple[str, str, Mask]] = []

    def add(self, column: str, reason: str, mask: Any) -> None:
        """Mark rows; nothing is kept of a mask that marks none."""
        if pc.any(mask).as_py():
            self._found.append((column, reason, pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False)))

    def add_reasons(self, column: str, reasons: pa.Array | None) -> None:
        """Mark rows by the reasons that reading a column gave."""
        if reasons is not None:
            for reason in pc.unique(reasons.drop_null()).to_pylist():
                self.add(column, reason, pc.equal(reasons, reason))

    def set_aside(self, reason: str, mask: Mask) -> None:
        """Mark rows that are no facts; this comes before any fault of a column."""
        if mask.any():
            self._aside.append((reason, mask))

    def aside(self) -> Mask | None:
        """Rows that are no facts, or nothing where there is none."""
        return np.logical_or.reduce([mask for _, mask in self._aside]) if self._aside else None

    def kept(self, keep: Mask) -> "Faults":
        """The faults of the rows that are kept."""
        fewer = Faults(int(keep.sum()))
        fewer._aside = [(reason, mask[keep]) for reason, mask in self._aside if mask[keep].any()]
        fewer._found = [(column, reason, mask[keep]) for column, reason, mask in self._found if mask[keep].any()]
        return fewer

    def any(self) -> Mask | None:
        """Rows with a fault, or nothing where there is none."""
        masks = [mask for _, mask in self._aside] + [mask for _, _, mask in self._found]
        return np.logical_or.reduce(masks) if masks else None

    def firsts(self, order: Sequence[str]) -> Iterator[tuple[str, str, pa.Array]]:
        """Reason, column and places of the rows whose first fault it is."""
        taken = np.zeros(self._rows, dtype=bool)
        ranked = sorted(self._found, key=lambda fault: order.index(fault[0]))
        for column, reason, mask in (*(("", reason, mask) for reason, mask in self._aside), *ranked):
            fresh = mask & ~taken
            taken |= mask
            if fresh.any():
                yield reason, column, pa.array(np.flatnonzero(fresh))


class TableConverter:
    """Fills the columns of one table from batches of one sheet."""

    def __init__(
        self,
        table: TableMap,
        header: Sequence[str],
        set_aside: Sequence[str],
        keyer: Callable[[str], str] | None,
    ) -> None:
        self._table, self._keyer = table, keyer
        absent = [name for name in _read(table) if name not in header]
        if absent:
            raise header_missing(table, absent, header)
        self._header = tuple(header)
        self._converters = {
            column.target: Converter(column, table.declared.column(column.target), self._number_of) for column in table.columns
        }
        self._marks = pa.array(sorted({*set_aside}), pa.string())
        self.sources = {column.target: column.source for column in table.columns}
        for one in table.derived:
            self.sources[one.target] = tuple(name for of in one.of for name in self.sources.get(of, ()))
        needed = {*table.declared.key, *table.unique, *(column.name for column in table.declared.columns if column.required)}
        self._needed = needed | {of for one in table.derived if one.target in needed for of in one.of}
        self._above: dict[str, str | None] = {}
        self._orders: set[str | None] = set()
        self.emptied: Counter[str] = Counter()
        """Cells by canonical column that a spreadsheet damaged and that are left empty."""

    def rows(self, batch: RawBatch) -> tuple[Rows, Faults]:
        """Every row of the batch with what it holds, and its faults."""
        faults = Faults(batch.cells.num_rows)
        values: dict[str, pa.Array] = {}
        for column in self._table.columns:
            converted = self._converters[column.target].convert(self._prepared(column, batch.cells))
            values[column.target] = converted.values
            faults.add_reasons(column.target, self._without_emptied(column.target, converted.reasons))
        for name, constant in self._table.constants.items():
            kind = self._table.declared.column(name).type.arrow
            values[name] = pa.repeat(pa.scalar(constant).cast(kind), batch.cells.num_rows)
        for one in self._table.derived:
            values[one.target] = self._derived(one, values, batch.cells.num_rows)
        self._not_facts(batch.cells, values, faults)
        whole = {
            column.name: values.get(column.name, pa.nulls(batch.cells.num_rows, column.type.arrow))
            for column in self._table.declared.columns
        }
        return Rows(batch.rows, pa.table(whole)), faults

    def _without_emptied(self, target: str, reasons: pa.Array | None) -> pa.Array | None:
        """The reasons without those of damaged numbers that a row can do without: they are left empty and counted."""
        if reasons is None or target in self._needed:
            return reasons
        lost = pc.fill_null(pc.equal(reasons, "digits_lost"), fill_value=False)
        count = pc.sum(lost).as_py() or 0
        if not count:
            return reasons
        self.emptied[target] += count
        return pc.if_else(lost, pa.scalar(None, pa.string()), reasons)

    def _prepared(self, column: ColumnMap, cells: pa.Table) -> pa.Array:
        """The cells of a column after the steps that look at other cells than their own."""
        prepared = _cells(cells, column)
        if column.transform("fill_down") is not None:
            prepared = self._filled_down(column, prepared)
        once = column.transform("once")
        if once is not None:
            prepared = self._once(prepared, _one(cells[str(once.options.get("per", ""))]))
        where = column.transform("minus_where")
        if where is not None:
            prepared = _with_minus(prepared, _one(cells[str(where.options.get("column", ""))]), where.options.get("values", ()))
        return prepared

    def _filled_down(self, column: ColumnMap, cells: pa.Array) -> pa.Array:
        """Blank cells with the value above, where the mapping says that groups are written so."""
        if not len(cells):
            return cells
        first = pa.array([cells[0].as_py() or self._above.get(column.target)], pa.string())
        filled = pc.fill_null_forward(pa.concat_arrays([first, cells.slice(1)]))
        self._above[column.target] = filled[-1].as_py()
        return filled

    def _once(self, cells: pa.Array, keys: pa.Array) -> pa.Array:
        """The value of an order on its first line, zero on the others."""
        texts = []
        for key, text in zip(keys.to_pylist(), cells.to_pylist(), strict=True):
            texts.append("0" if key in self._orders and text is not None else text)
            self._orders.add(key)
        return pa.array(texts, pa.string())

    def _derived(self, one: Derived, values: dict[str, pa.Array], rows: int) -> pa.Array:
        kind = self._table.declared.column(one.target).type.arrow
        of = [values.get(name, pa.nulls(rows, pa.string())) for name in one.of]
        if not of:  # a mapping that names no column to make it from
            return pa.nulls(rows, kind)
        if one.rule == "day_of":
            return business_days(of[0])
        if one.rule == "start_of":
            return day_starts(of[0])
        if one.rule == "copy":
            return of[0].cast(kind)
        joined = _joined([value.cast(pa.string()) for value in of], "-")
        return joined if one.rule == "joined" else self._hashed(joined)

    def _hashed(self, texts: pa.Array) -> pa.Array:
        coded = texts.dictionary_encode()
        numbers = pa.array([self._number_of(text) for text in coded.dictionary.to_pylist()], pa.string())
        return numbers.take(coded.indices)

    def _number_of(self, text: str) -> str:
        """A number for a customer who has none."""
        if self._keyer is None:
            raise BadMapping(
                zh="映射要求由姓名或电话算出编号，但这里没有工作区密钥",
                en="the mapping computes a number from a name or phone; that needs the key of a workspace",
            )
        return f"k{self._keyer(text)[:16]}"

    def _not_facts(self, cells: pa.Table, values: dict[str, pa.Array], faults: Faults) -> None:
        """Totals and headers that come again stand in one of the first cells; a note is the only cell of its row."""
        lacks = self._lacks(values, cells.num_rows)
        for name, left_out in self._table.leave_out.items():
            plain = pc.utf8_trim(_one(cells[name]), characters="`' \t")
            faults.set_aside("left_out", _mask(pc.is_in(plain, value_set=pa.array(left_out, pa.string()))))
        for name in self._header[:LOOKED_AT]:
            if len(self._marks):
                faults.set_aside("totals_row", _mask(pc.is_in(cells[name], value_set=self._marks)))
                if lacks.any():
                    faults.set_aside("totals_row", lacks & _mask(pc.match_substring_regex(cells[name], TOTALS, ignore_case=True)))
        faults.set_aside("repeated_header", self._headers_again(cells))
        refused = faults.any()
        if len(self._header) < 4 or (refused is None and all(values[name].null_count == 0 for name in self._required(values))):
            return
        filled = np.zeros(cells.num_rows, np.int32)
        for column in cells.columns:
            filled += ~column.is_null().to_numpy()
        faults.set_aside("note_row", (filled == 1) & _mask(pc.is_valid(cells[self._header[0]])) & lacks)

    def _headers_again(self, cells: pa.Table) -> Mask:
        """Rows of which most cells are the name of their column; one alone may be a value like any other."""
        alike = np.zeros(cells.num_rows, np.int32)
        for name in self._header[:LOOKED_AT]:
            alike += _mask(pc.equal(cells[name], name))
        places = np.flatnonzero(alike)
        again = np.zeros(cells.num_rows, dtype=bool)
        for place, row in zip(places, cells.take(pa.array(places)).to_pylist(), strict=True):
            same = sum(value is not None and value.strip() in (name, name.rpartition("/")[2]) for name, value in row.items())
            again[place] = same * 2 > sum(value is not None for value in row.values())
        return again

    def _required(self, values: dict[str, pa.Array]) -> list[str]:
        return [column.name for column in self._table.declared.columns if column.required and column.name in values]

    def _lacks(self, values: dict[str, pa.Array], rows: int) -> Mask:
        lacking = np.zeros(rows, dtype=bool)
        for name in self._required(values):
            lacking |= _mask(pc.is_null(values[name]))
        return lacking


def _mask(mask: Any) -> Mask:
    found: Mask = pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False) if isinstance(mask, pa.Array) else _mask_of(mask)
    return found


def _mask_of(mask: pa.ChunkedArray) -> Mask:
    found: Mask = pc.fill_null(mask, fill_value=False).to_numpy()
    return found


def _cells(cells: pa.Table, column: ColumnMap) -> pa.Array:
    if len(column.source) == 1:
        return _one(cells[column.source[0]])
    joint = column.transform("concat")
    parts = [_one(cells[name]) for name in column.source]
    if column.transform("times") is not None:
        return _multiplied(parts)
    return _joined(parts, str(joint.options.get("by", "")) if joint else "")


def _joined(texts: Sequence[pa.Array], by: str) -> pa.Array:
    """Row by row what there is of the texts; nothing where there is none of them.

    Arrow's own join that skips what is null leaves rows out in which every text is null.
    """
    found = texts[0]
    for text in texts[1:]:
        found = pc.coalesce(pc.binary_join_element_wise(found, text, by), found, text)
    return pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found)


def _multiplied(parts: Sequence[pa.Array]) -> pa.Array:
    """The product of the cells of each row; nothing where one is no number."""
    found = []
    for row in zip(*(part.to_pylist() for part in parts), strict=True):
        numbers = [cleaning.number_or_none(text or "") for text in row]
        known = [number for number in numbers if number is not None]
        found.append(f"{math.prod(known, start=Decimal(1)):f}" if len(known) == len(numbers) else None)
    return pa.array(found, pa.string())


def _with_minus(cells: pa.Array, marks: pa.Array, values: Sequence[str]) -> pa.Array:
    """A minus before the numbers of the marked rows that have none."""
    marked = _mask(pc.is_in(pc.utf8_trim(marks, characters="`' \t"), value_set=pa.array([str(one) for one in values], pa.string())))
    plain = pc.utf8_trim(cells, characters="`' \t")
    wanted = pa.array(marked & _mask(pc.invert(pc.match_substring_regex(plain, r"^[-(（−]"))))
    return pc.if_else(wanted, pc.binary_join_element_wise("-", plain, ""), cells)


def _read(table: TableMap) -> list[str]:
    """Headers that the mapping of a table reads."""
    names = [name for column in table.columns for name in column.source]
    for column in table.columns:
        names += [str(step.options[key]) for step in column.transforms for key in ("per", "column") if key in step.options]
    return [*names, *table.leave_out]


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays([pa.nulls(0, pa.string()), *column.chunks])


def header_missing(table: TableMap, absent: Sequence[str], header: Sequence[str]) -> BadMapping:
    """The mapping reads columns that the file has not; names the closest it has."""
    from difflib import get_close_matches

    near = [match for name in absent for match in get_close_matches(name, header, n=1)]
    zh = f"；相近的列：{'、'.join(near)}" if near else ""
    en = f"; the closest it has: {', '.join(near)}" if near else ""
    where = table.sheet or table.table
    return BadMapping(
        zh=f"「{where}」缺少映射所需的列：{'、'.join(absent)}{zh}。请补上该列，或重新选择对应的列",
        en=f"'{where}' lacks column(s) that the mapping reads: {', '.join(absent)}{en}. Add them, or choose the columns again",
        absent=tuple(absent),
    )
