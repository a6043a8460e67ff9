"""Each canonical column checked for a whole table at once; what fails goes to quarantine with its reason."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.engine import DuckEngine
from xingke.errors import UserFacingError
from xingke.schema import Column, ColumnType, Table
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_joined, record_text
from xingke.schema.parsing import parsed


class MissingColumn(UserFacingError):
    """A table came without a column that every row must have."""

    def __init__(self, *, table: str, missing: tuple[str, ...], present: tuple[str, ...]) -> None:
        names, found = ", ".join(missing), ", ".join(present) or "-"
        super().__init__(
            zh=f"表 {table} 缺少必需的列：{names}；现有的列：{found}",
            en=f"table {table} lacks the required column(s) {names}; it has {found}",
            table=table,
            missing=missing,
            present=present,
        )


@dataclass(frozen=True, slots=True)
class _Fault:
    """The rows of one column that one check refused."""

    reason: str
    column: str
    mask: pa.Array


def split(
    table: pa.Table,
    schema_table: Table,
    *,
    as_of: date | None = None,
    references: Mapping[str, pa.Array] | None = None,
    file: str = "",
) -> tuple[pa.Table, pa.Table]:
    """The rows that hold what the canonical table promises, and the others with a reason each.

    Parameters
    ----------
    as_of
        The day of loading: a fact of a later day is impossible and set aside. Days are not checked without it.
    references
        For a column that points at another table, the keys that exist there.
    file
        Named in the quarantine beside the row number, which counts from 1.

    Returns
    -------
    tuple
        `good` in the exact schema of the table, and `quarantine` (`xingke.schema.findings.QUARANTINE_SCHEMA`). A row with several faults is
        there once, under the first in the order of the columns; of rows with one key the first good one stays. Row counts add up.

    Raises
    ------
    MissingColumn
        A required column is not there at all. A missing optional column becomes empty.
    """
    sorted_out = split_placed(table, schema_table, as_of=as_of, references=references, file=file)
    return sorted_out.good, sorted_out.quarantine


@dataclass(frozen=True, slots=True)
class Split:
    """Good rows, the numbers (from 1) that they have in the rows given, and the others with their reasons."""

    good: pa.Table
    places: pa.Array
    quarantine: pa.Table


def split_placed(
    table: pa.Table,
    schema_table: Table,
    *,
    as_of: date | None = None,
    references: Mapping[str, pa.Array] | None = None,
    file: str = "",
) -> Split:
    """As `split`, with the place of every good row."""
    typed, faults = _typed(table, schema_table)
    for column in schema_table.columns:
        faults += _column_faults(typed[column.name], column, schema_table, as_of, (references or {}).get(column.name))
    refused = _any(faults, table.num_rows)
    repeated = _repeats(typed, schema_table, refused)
    faults.append(repeated)
    stays = pc.invert(pc.or_(refused, repeated.mask))
    good = typed.filter(stays).cast(schema_table.arrow_schema)
    places = pc.add(pc.indices_nonzero(stays).cast(pa.int64()), 1)
    return Split(good, places, _quarantine(table, schema_table, faults, file))


def _typed(table: pa.Table, schema_table: Table) -> tuple[pa.Table, list[_Fault]]:
    missing = tuple(column.name for column in schema_table.columns if column.required and column.name not in table.column_names)
    if missing:
        raise MissingColumn(table=schema_table.name, missing=missing, present=tuple(table.column_names))
    arrays, faults = [], []
    for column in schema_table.columns:
        if column.name not in table.column_names:
            arrays.append(pa.nulls(table.num_rows, column.type.arrow))
            continue
        result = parsed(table[column.name], column.type)
        arrays.append(result.values)
        faults.append(_Fault("wrong_type", column.name, result.misfit))
    return pa.Table.from_arrays(arrays, names=list(schema_table.column_names)), faults


def _column_faults(values: pa.ChunkedArray, column: Column, table: Table, as_of: date | None, keys: pa.Array | None) -> list[_Fault]:
    array = values.combine_chunks()
    faults = []
    if column.required:
        empty = pc.is_null(array)
        if column.type is ColumnType.TEXT:
            empty = pc.or_(empty, pc.fill_null(pc.equal(pc.utf8_trim_whitespace(array), ""), fill_value=False))
        faults.append(_Fault("required_missing", column.name, empty))
    if column.minimum is not None:
        faults.append(_Fault("out_of_bounds", column.name, _sure(pc.less(array, pa.scalar(column.minimum, array.type)))))
    if column.maximum is not None:
        faults.append(_Fault("out_of_bounds", column.name, _sure(pc.greater(array, pa.scalar(column.maximum, array.type)))))
    if column.type is ColumnType.NUMBER:
        faults.append(_Fault("wrong_type", column.name, _sure(pc.invert(pc.is_finite(array)))))
    if column.choices:
        known = pc.is_in(array, value_set=pa.array(column.choices, pa.string()))
        faults.append(_Fault("not_a_choice", column.name, pc.and_(pc.is_valid(array), pc.invert(known))))
    if keys is not None:
        known = pc.is_in(array, value_set=keys.cast(array.type))
        faults.append(_Fault("unknown_reference", column.name, pc.and_(pc.is_valid(array), pc.invert(known))))
    if as_of is not None and column.name == table.day:
        faults.append(_Fault("future_day", column.name, _sure(pc.greater_equal(array, pa.scalar(as_of + timedelta(days=1), array.type)))))
    return faults


def _sure(mask: pa.Array) -> pa.Array:
    return pc.fill_null(mask, fill_value=False)


def _any(faults: list[_Fault], rows: int) -> pa.Array:
    mask = pa.repeat(pa.scalar(value=False), rows)
    for fault in faults:
        mask = pc.or_(mask, fault.mask)
    return mask


def _repeats(typed: pa.Table, table: Table, refused: pa.Array) -> _Fault:
    """Rows whose key a good row before them has; a refused row takes no key."""
    places = pa.array(np.arange(typed.num_rows), pa.int64())
    keyed = typed.select(list(table.key)).append_column("place", places).filter(pc.invert(refused))
    keys = ", ".join(f'"{name}"' for name in table.key)
    with closing(DuckEngine()) as engine:
        engine.load("keyed", keyed)
        later = engine.query(
            f"select keyed.place from keyed join (select {keys}, min(place) as first from keyed group by {keys} having count(*) > 1) again "
            f"on {' and '.join(f'keyed.{name} is not distinct from again.{name}' for name in keys.split(', '))} where place > first"
        )
    return _Fault("duplicate_key", "+".join(table.key), pc.is_in(places, value_set=later["place"].combine_chunks()))


def _quarantine(table: pa.Table, schema_table: Table, faults: list[_Fault], file: str) -> pa.Table:
    order = {name: place for place, name in enumerate(schema_table.column_names)}
    taken = pa.repeat(pa.scalar(value=False), table.num_rows)
    parts = []
    for fault in sorted(faults, key=lambda fault: order.get(fault.column, len(order))):
        fresh = pc.and_(fault.mask, pc.invert(taken))
        if pc.any(fresh).as_py():
            parts.append(_rows(table, schema_table, fault, fresh, file))
            taken = pc.or_(taken, fresh)
    return quarantine_joined(parts).sort_by("row")


def _rows(table: pa.Table, schema_table: Table, fault: _Fault, mask: pa.Array, file: str) -> pa.Table:
    numbers = pc.add(pc.indices_nonzero(mask).cast(pa.int64()), 1)
    rows = []
    for number, record in zip(numbers.to_pylist(), table.filter(mask).to_pylist(), strict=True):
        value = "+".join(str(record.get(name)) for name in fault.column.split("+"))
        rows.append(
            {
                "table": schema_table.name,
                "file": file,
                "row": number,
                "column": fault.column,
                "value": None if value == "None" else value,
                "reason": fault.reason,
                "record": record_text(record),
            }
        )
    return pa.Table.from_pylist(rows, schema=QUARANTINE_SCHEMA)
