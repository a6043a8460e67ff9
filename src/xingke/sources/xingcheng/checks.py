"""The checks of a canonical table as SQL over its files: bounds, choices, references, days and keys, a bucket at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from xingke.schema import CUSTOMER_BUCKETS, Column, ColumnType, Table
from xingke.schema.findings import quarantine_joined
from xingke.sources import reading
from xingke.sources.xingcheng.layout import Layout


@dataclass(frozen=True, slots=True)
class Fault:
    """One check: the rows of which `condition` is true are refused."""

    reason: str
    column: str
    condition: str


@dataclass(frozen=True, slots=True)
class Known:
    """The keys that exist already, by the column that refers to them; loaded tables add theirs."""

    keys: Mapping[str, pa.Table]

    def of(self, table: Table) -> dict[str, pa.Table]:
        """The references of one table; its own key refers to nothing."""
        return {name: keys for name, keys in self.keys.items() if name in table.column_names and table.key != (name,)}


def refused_rows(connection: Any, layout: Layout, *, known: Known, as_of: date | None, named: str = "") -> pa.Table:
    """The rows that stay outside, with their reasons, sorted by file and row.

    A row with several faults is there once, under the first in the order of the columns; of rows with one key the first good one stays.
    Rows of one key are looked for among those of one customer bucket where the table is bucketed.

    Parameters
    ----------
    named
        The table that the quarantine names, where it is not the observed one.
    """
    table = layout.observed.table
    references = known.of(table)
    sql = _refused_sql(table, faults_of(table, tuple(references), checks_days=as_of is not None), named or table.name)
    relations = {f"known_{name}": keys for name, keys in references.items()}
    late = {"late": as_of + timedelta(days=1)} if as_of is not None and table.day else {}
    parts = [reading.quarantine(connection, f"with line as ({lines}) {sql}", late, relations) for lines in layout.lines()]
    return quarantine_joined(parts).sort_by([("file", "ascending"), ("row", "ascending")])


def good_rows(connection: Any, layout: Layout, refused: pa.Table) -> Iterator[pa.RecordBatch]:
    """The other rows in stored order, in batches of the exact schema."""
    table, places = layout.observed.table, {"refused": refused.select(["file", "row"])}
    columns = ", ".join(_quoted(name) for name in table.column_names)
    sql = f"select {columns} from line {KEPT} order by {', '.join(stored_order(table))}"
    for lines in layout.lines():
        yield from reading.batches(table, reading.arrow(connection, f"with line as ({lines}) {sql}", {}, places))


def kept_rows(connection: Any, layout: Layout, refused: pa.Table) -> pa.Table:
    """The other rows of a table small enough to be held whole."""
    return pa.Table.from_batches(list(good_rows(connection, layout, refused)), schema=layout.observed.table.arrow_schema)


def stored_order(table: Table) -> list[str]:
    """Bucket, customer, day, key where the table is bucketed; its key otherwise."""
    keys = [_quoted(name) for name in table.key]
    if not table.bucketed:
        return keys
    day = [_quoted(table.day)] if table.day else []
    return list(dict.fromkeys([f"customer_id % {CUSTOMER_BUCKETS}", '"customer_id"', *day, *keys]))


def faults_of(table: Table, references: tuple[str, ...], *, checks_days: bool) -> list[Fault]:
    """Every check of a table, in the order in which they are tried."""
    found = [fault for column in table.columns for fault in _column_faults(column)]
    for name in references:
        quoted = _quoted(name)
        missing = f"{quoted} is not null and {quoted} not in (select {quoted} from known_{name})"
        found.append(Fault("unknown_reference", name, missing))
    if checks_days and table.day:
        found.append(Fault("future_day", table.day, f"{_quoted(table.day)} >= $late::date"))
    return found


def _column_faults(column: Column) -> Iterator[Fault]:
    name = _quoted(column.name)
    if column.required:
        blank = f" or trim({name}) = ''" if column.type is ColumnType.TEXT else ""
        yield Fault("required_missing", column.name, f"{name} is null{blank}")
    if column.type is ColumnType.NUMBER:
        yield Fault("wrong_type", column.name, f"not isfinite({name})")
    if column.minimum is not None:
        yield Fault("out_of_bounds", column.name, f"{name} < {column.minimum}")
    if column.maximum is not None:
        yield Fault("out_of_bounds", column.name, f"{name} > {column.maximum}")
    if column.choices:
        choices = ", ".join(f"'{choice}'" for choice in column.choices)
        yield Fault("not_a_choice", column.name, f"{name} is not null and {name} not in ({choices})")


KEPT = 'anti join refused on refused.file = line.file and refused."row" = line.place'


def _refused_sql(table: Table, faults: list[Fault], named: str) -> str:
    keys = ", ".join(_quoted(name) for name in table.key)
    judged = "\n".join(f"when {fault.condition} then {place}" for place, fault in enumerate(faults))
    columns = [*(fault.column for fault in faults), "+".join(table.key)]
    values = [*(f"{_quoted(fault.column)}::varchar" for fault in faults), f"concat_ws('+', {keys})"]
    reasons = [*(fault.reason for fault in faults), "duplicate_key"]
    fields = ", ".join(f"{_quoted(name)}: {_quoted(name)}::varchar" for name in table.column_names)
    return f""", judged as (select *, case {judged} end as fault from line),
repeated as (select {keys} from judged where fault is null group by {keys} having count(*) > 1),
turned as (
    select judged.*, row_number() over (partition by {keys} order by file, place) as turn
    from judged join repeated using ({keys}) where fault is null
),
refused as (
    select * from judged where fault is not null
    union all by name select * exclude (turn) replace ({len(faults)} as fault) from turned where turn > 1
)
select '{named}' as "table", file, place as "row", {_by_fault([f"'{name}'" for name in columns])} as "column",
       {_by_fault(values)} as "value",
       {_by_fault([f"'{reason}'" for reason in reasons])} as reason, to_json({{{fields}}})::varchar as record
from refused order by file, place
"""


def _by_fault(answers: list[str]) -> str:
    return "case fault " + " ".join(f"when {place} then {answer}" for place, answer in enumerate(answers)) + " end"


def _quoted(name: str) -> str:
    return f'"{name}"'
