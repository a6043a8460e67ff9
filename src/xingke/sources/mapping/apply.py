"""A file by its mapping: rows in intake form, and every other row with its reason."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.engine import DuckEngine
from xingke.engine.memory import passing_through
from xingke.schema import Column
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_of, record_text
from xingke.schema.intake import CUSTOMER_KEYS
from xingke.schema.placeholders import placeholders_in
from xingke.sources.files import BadRow, RawBatch, RawFile, RawSheet
from xingke.sources.mapping import cleaning
from xingke.sources.mapping.ahead import ahead
from xingke.sources.mapping.applied import Applied, TableApplied
from xingke.sources.mapping.columns import Faults, Mask, Rows, TableConverter, header_missing
from xingke.sources.mapping.long import lengthened
from xingke.sources.mapping.model import Mapping, TableMap
from xingke.sources.mapping.parts import PART_ROWS, InMemory, PartSink
from xingke.sources.mapping.repeats import Keys

PEOPLE = (*CUSTOMER_KEYS, "source_id")
"""Columns that say whom a row is about: a text that stands for "no id" there would make one customer of all strangers."""

Keyer = Callable[[str], str]
"""Turns a text into a number that nobody can turn back without the key of the workspace."""


def apply(
    mapping: Mapping,
    raw: RawFile,
    *,
    as_of: date | None = None,
    sink: PartSink | None = None,
    keyer: Keyer | None = None,
    most_rows: int | None = None,
    part_rows: int = PART_ROWS,
    progress: Callable[[int], None] = lambda _rows: None,
) -> tuple[Applied, PartSink]:
    """Turn every row of a file into rows of canonical tables, or say why not.

    Parameters
    ----------
    as_of
        The day of loading: a fact of a later day is set aside. Not checked without it.
    sink
        Where the rows go; kept in memory without one.
    keyer
        Needed where the mapping computes a key by `keyed_hash`.
    most_rows
        Stop after about so many rows of a sheet: for a look before the load.
    part_rows
        Rows gathered before the sink gets a part.
    progress
        Told how many rows were read so far.

    Returns
    -------
    tuple
        The balance, and the sink that holds the rows.
    """
    kept = sink or InMemory()
    told: list[TableApplied] = []
    parts: dict[str, int] = {}
    rows = 0
    with passing_through(), closing(DuckEngine(memory_mb=512, threads=1)) as engine:
        engine.connection.execute("set preserve_insertion_order = true")
        for (name, long), maps in groupby(mapping.tables, key=lambda one: (one.sheet, one.long)):
            found = raw.sheet(name)
            sheet = lengthened(found, long) if found is not None and long is not None else found
            takers = [_Taker(one, mapping, raw, sheet, engine.connection, kept, parts, as_of, keyer, part_rows) for one in maps]
            for batch in ahead(sheet.batches()) if sheet else ():
                rows += batch.cells.num_rows + len(batch.bad)
                no_facts: Mask | None = None
                for taker in takers:
                    no_facts = taker.take(batch, no_facts)
                progress(rows)
                if most_rows is not None and takers[0].rows_read >= most_rows:
                    break
            told += [taker.finish() for taker in takers]
    return Applied(tuple(told), parts), kept


class _Taker:
    """Fills one table from the batches of one sheet."""

    def __init__(
        self,
        table: TableMap,
        mapping: Mapping,
        raw: RawFile,
        sheet: RawSheet | None,
        connection: Any,
        sink: PartSink,
        parts: dict[str, int],
        as_of: date | None,
        keyer: Keyer | None,
        part_rows: int,
    ) -> None:
        self.table, self._sink, self._parts, self._file = table, sink, parts, raw.path.name
        self._part_rows = part_rows
        self._first_part = parts.get(table.table, 0)
        if table.only and (sheet is None or table.only not in sheet.header):
            raise header_missing(table, [table.only], sheet.header if sheet else ())
        self._converter = TableConverter(table, sheet.header if sheet else (), mapping.set_aside, keyer)
        self._late = as_of + timedelta(days=1) if as_of else None
        self._keys = Keys(connection, table.unique or table.declared.key)
        self._waiting: list[pa.Table] = []
        self._numbers: list[np.ndarray[Any, Any]] = []
        self._sizes: list[int] = []
        self._refused: list[pa.Table] = []
        self._read = self._folded = 0

    @property
    def _beside(self) -> bool:
        """Whether another table tells of the rows that are no facts and of those that could not be taken apart."""
        return self.table.folds or bool(self.table.only)

    @property
    def rows_read(self) -> int:
        """Rows of its sheet so far."""
        return self._read

    def take(self, batch: RawBatch, no_facts: Mask | None) -> Mask | None:
        """The rows of one batch; answers which of them are no facts, which holds for every table that is made of them."""
        self._read += batch.cells.num_rows + len(batch.bad)
        if batch.bad and not self._beside:
            self._refused.append(quarantine_of(self._bad(row) for row in batch.bad))
        elif batch.bad:
            self._folded += len(batch.bad)  # told once, by the table whose rows they are
        if not batch.cells.num_rows:
            return no_facts
        rows, faults = self._converter.rows(batch)
        if no_facts is not None and self._beside:
            self._folded += int(no_facts.sum())  # told once as well
            batch, rows, faults = _kept(batch, rows, faults, ~no_facts)
        aside = faults.aside()
        if self.table.only:
            others = ~_filled(batch.cells[self.table.only])
            if aside is not None:
                others &= ~aside
            self._folded += int(others.sum())
            batch, rows, faults = _kept(batch, rows, faults, ~others)
        self._check(rows, faults)
        refused = faults.any()
        if refused is not None:
            self._refused.append(self._outside(batch, rows, faults))
            keep = pa.array(~refused)
            rows = Rows(rows.numbers.filter(keep), rows.values.filter(keep))
        self._keep(rows)
        return aside if no_facts is None else no_facts

    def finish(self) -> TableApplied:
        """Put what waits, take repeated rows out, and draw up the balance."""
        self._put()
        repeated = 0 if self.table.folds else self._without_repeats()
        loaded = sum(self._sizes) - repeated
        quarantine = pa.concat_tables([quarantine_of(), *self._refused]).sort_by("row").combine_chunks()
        emptied = dict(self._converter.emptied)
        return TableApplied(self.table.table, self.table.sheet, self.table.folds, self._read, loaded, self._folded, quarantine, emptied)

    def _check(self, rows: Rows, faults: Faults) -> None:
        for column in self.table.declared.columns:
            values = rows.values[column.name]
            if column.required:
                faults.add(column.name, "required_missing", pc.is_null(values))
            if column.name in PEOPLE:
                faults.add(column.name, "placeholder_id", pc.and_not(placeholders_in(values), _first_of_padded(values)))
            for mask in _outside_bounds(values, column):
                faults.add(column.name, "out_of_bounds", mask)
            if column.choices:
                known = pc.is_in(values, value_set=pa.array(column.choices, pa.string()))
                faults.add(column.name, "not_a_choice", pc.and_(pc.is_valid(values), pc.invert(known)))
            if self._late is not None and column.name == self.table.declared.day:
                faults.add(column.name, "future_day", pc.greater_equal(values, pa.scalar(self._late, values.type)))

    def _keep(self, rows: Rows) -> None:
        if self.table.folds:
            before = rows.values.num_rows
            folded = _folded(rows.values, self.table.declared.key)
            self._folded += before - folded.num_rows
            self._waiting.append(folded)
            if sum(one.num_rows for one in self._waiting) >= self._part_rows:
                self._fold_waiting()
            return
        self._keys.add(rows.values)
        self._numbers.append(rows.numbers.to_numpy(zero_copy_only=False))
        self._waiting.append(rows.values)
        if sum(one.num_rows for one in self._waiting) >= self._part_rows:
            self._put()

    def _fold_waiting(self) -> None:
        whole = pa.concat_tables(self._waiting)
        folded = _folded(whole, self.table.declared.key)
        self._folded += whole.num_rows - folded.num_rows
        self._waiting = [folded]

    def _put(self) -> None:
        if self.table.folds and self._waiting:
            self._fold_waiting()
        rows = sum(one.num_rows for one in self._waiting)
        if rows:
            part = self._parts.get(self.table.table, 0)
            self._sink.put(self.table.table, part, pa.concat_tables(self._waiting))
            self._parts[self.table.table] = part + 1
            self._sizes.append(rows)
        self._waiting = []

    def _without_repeats(self) -> int:
        repeated = self._keys.repeated()
        if not len(repeated):
            return 0
        numbers = np.concatenate(self._numbers)
        start = 0
        for place, size in enumerate(self._sizes):
            here = repeated[(repeated >= start) & (repeated < start + size)]
            if len(here):
                part = self._first_part + place
                rows = self._sink.take(self.table.table, part)
                taken = rows.take(pa.array(here - start))
                self._refused.append(quarantine_of(self._repeat(row, n) for row, n in zip(taken.to_pylist(), numbers[here], strict=True)))
                keep = np.ones(size, dtype=bool)
                keep[here - start] = False
                self._sink.put(self.table.table, part, rows.filter(pa.array(keep)))
            start += size
        return len(repeated)

    def _repeat(self, row: dict[str, Any], number: int) -> dict[str, Any]:
        names = self.table.unique or self.table.declared.key
        named = [name for name in names if name != "system"]
        value = " + ".join(str(row[name]) for name in named)
        place = {"table": self.table.table, "file": self._file, "row": int(number), "column": "+".join(named), "value": value}
        return {**place, "reason": "duplicate_key", "record": record_text(row)}

    def _bad(self, row: BadRow) -> dict[str, Any]:
        place = {"table": self.table.table, "file": self._file, "row": row.row, "column": None, "value": row.value}
        return {**place, "reason": row.reason, "record": record_text({"text": row.text})}

    def _outside(self, batch: RawBatch, rows: Rows, faults: Faults) -> pa.Table:
        """The refused rows as they came, each under its first fault in the order of the columns."""
        found = []
        sources = self._converter.sources
        for reason, target, places in faults.firsts([column.name for column in self.table.declared.columns]):
            header = sources.get(target, ())
            for number, record in zip(rows.numbers.take(places).to_pylist(), batch.cells.take(places).to_pylist(), strict=True):
                value = " ".join(str(record[name]) for name in header if record.get(name) is not None) or None
                place = {"table": self.table.table, "file": self._file, "row": number, "column": target or None, "value": value}
                found.append({**place, "reason": reason, "record": record_text(record)})
        return pa.Table.from_pylist(found, schema=QUARANTINE_SCHEMA)


def _kept(batch: RawBatch, rows: Rows, faults: Faults, keep: Mask) -> tuple[RawBatch, Rows, Faults]:
    mask = pa.array(keep)
    kept = RawBatch(batch.rows.filter(mask), batch.cells.filter(mask))
    return kept, Rows(rows.numbers.filter(mask), rows.values.filter(mask)), faults.kept(keep)


def _first_of_padded(values: pa.ChunkedArray) -> Any:
    """Numbers of zeros alone in a column of numbers with zeros before them: the first of the series and nobody's placeholder."""
    zeros = pc.fill_null(pc.match_substring_regex(values, "^00+$"), fill_value=False)
    is_padded = pc.any(zeros).as_py() and pc.any(pc.match_substring_regex(values, r"^0+[1-9]\d*$")).as_py()
    return zeros if is_padded else pc.and_(zeros, pa.scalar(value=False))


def _filled(column: pa.ChunkedArray) -> Mask:
    """Cells with something other than nothing and zero."""
    coded = column.combine_chunks().dictionary_encode() if isinstance(column, pa.ChunkedArray) else column.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    known = np.array([*(_is_something(text) for text in coded.dictionary.to_pylist()), False])
    places = pc.fill_null(coded.indices, len(known) - 1).to_numpy(zero_copy_only=False)
    found: Mask = known[places]
    return found


def _is_something(text: str) -> bool:
    try:
        return bool(cleaning.number(text))
    except cleaning.Refused:
        return cleaning.unprotected(text.strip()) != ""


def _outside_bounds(values: pa.ChunkedArray, column: Column) -> Iterable[pa.ChunkedArray]:
    if column.minimum is not None:
        yield pc.less(values, pa.scalar(column.minimum, values.type))
    if column.maximum is not None:
        yield pc.greater(values, pa.scalar(column.maximum, values.type))


def _folded(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """One row a key: of each column the last value there is."""
    others = [name for name in rows.column_names if name not in key]
    skip = pc.ScalarAggregateOptions(skip_nulls=True)
    folded = rows.group_by(list(key), use_threads=False).aggregate([(name, "last", skip) for name in others])
    return pa.table({name: folded[name if name in key else f"{name}_last"] for name in rows.column_names}).cast(rows.schema)
