"""A whole table checked: rows that are refused, rows that are marked, and what is to be said about the table."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from xingke.engine import DuckEngine
from xingke.quality.catalogue import CHECKS
from xingke.quality.checks import split_placed
from xingke.quality.declared import TableChecks, checks_for, named
from xingke.quality.documents import price_off, sent_again
from xingke.quality.flags import flags_joined
from xingke.quality.profile import ColumnProfile, column_profiles, emptier, shifts
from xingke.quality.rhythm import JUDGED_DAYS, day_volumes, freshness
from xingke.quality.slips import slips
from xingke.schema import Table
from xingke.schema.findings import Finding, reason_counts
from xingke.words import both

ROWS = "checked_rows"
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the rows of a table; `good.num_rows + quarantine.num_rows` are the rows that came.

    Parameters
    ----------
    places
        The numbers (from 1) that the good rows have among those that came.
    flags
        Good rows that are marked (`xingke.quality.flags.FLAG_SCHEMA`); a row may be there several times.
    """

    good: pa.Table
    places: pa.Array
    quarantine: pa.Table
    flags: pa.Table
    findings: tuple[Finding, ...]
    profiles: tuple[ColumnProfile, ...] = ()


def check_table(
    table: pa.Table,
    schema: Table,
    *,
    history: pa.Table | None = None,
    as_of: date | None = None,
    references: Mapping[str, pa.Array] | None = None,
    extra: Iterable[TableChecks] = (),
    file: str = "",
) -> Checked:
    """Check rows on their way in.

    Parameters
    ----------
    table
        As it came; texts are read as the types of the columns.
    schema
        A canonical table, in its own or in intake form.
    history
        Rows of the same table and form that are there already: they say what is usual, and are not judged.
    as_of
        The day of loading; days are not checked without it.
    references
        For a column that points at another table, the keys that exist there.
    extra
        Declarations of the workspace's pack (`Pack.checks`).

    Raises
    ------
    MissingColumn
        A required column is not there at all.
    """
    sorted_out = split_placed(table, schema, as_of=as_of, references=references, file=file)
    declared = checks_for(schema.name, extra)
    told = [
        Finding(code, schema.name, rows, CHECKS[code].label)
        for code, rows in reason_counts(sorted_out.quarantine).items()
        if code in CHECKS
    ]
    with closing(DuckEngine()) as engine:
        engine.load(f"{ROWS}_new", sorted_out.good.append_column("place", sorted_out.places))
        with_history = f"select * from {ROWS}_new"
        if history is not None and history.num_rows:
            engine.load(f"{ROWS}_old", history.select([name for name in schema.column_names if name in history.column_names]))
            with_history += f" union all by name select *, -row_number() over () as place from {ROWS}_old"
        engine.connection.execute(f"create temp view {ROWS} as {with_history}")
        flags = flags_of(engine, ROWS, schema, declared)
        profiles = column_profiles(engine, f"{ROWS}_new", schema)
        told += flag_findings(flags, schema)
        told += row_findings(engine, f"{ROWS}_new", schema, declared, profiles)
        if history is not None and history.num_rows:
            told += change_findings(column_profiles(engine, f"{ROWS}_old", schema), profiles, engine, f"{ROWS}_new", schema)
        if as_of is not None and schema.day:
            told += day_findings(days_of(engine, ROWS, schema), schema, as_of=as_of)
    return Checked(sorted_out.good, sorted_out.places, sorted_out.quarantine, flags, tuple(told), tuple(profiles))


def flags_of(engine: DuckEngine, relation: str, schema: Table, declared: TableChecks) -> pa.Table:
    """The rows that are marked; those with a `place` below 1 say what is usual and are not judged."""
    key = f"concat_ws('+', {', '.join(f'{_quoted(name)}::varchar' for name in schema.key)})"
    parts = []
    for measure in declared.measures:
        who, what = named(schema, measure.who), named(schema, measure.what)
        if who and what and measure.column in schema.column_names:
            parts.append(slips(engine, relation, table=schema.name, measure=measure, who=who, what=what, day=schema.day, key=key))
    parts += [price_off(engine, relation, schema=schema, price=price, key=key) for price in declared.prices]
    parts += [sent_again(engine, relation, schema=schema, document=document, key=key) for document in declared.documents]
    return flags_joined(parts)


def flag_findings(flags: pa.Table, schema: Table) -> list[Finding]:
    """The marked rows counted by check, with a few keys."""
    found = []
    for code in sorted(set(flags["check"].to_pylist())):
        rows = flags.filter(pc.equal(flags["check"], code))
        found.append(Finding(code, schema.name, len(rows["row"].unique()), CHECKS[code].label, tuple(rows["key"].to_pylist()[:EXAMPLES])))
    return found


def row_findings(
    engine: DuckEngine, relation: str, schema: Table, declared: TableChecks, profiles: Sequence[ColumnProfile]
) -> list[Finding]:
    """Fields that should be there and are empty, and parts larger than their wholes."""
    by_name = {profile.name: profile for profile in profiles}
    wanted = [name for name in declared.mandatory if name in by_name]
    found = []
    if any(by_name[name].empty for name in wanted):
        lacking = " or ".join(f"{_quoted(name)} is null" for name in wanted)
        rows = engine.query(f"select count(*) from {relation} where {lacking}").column(0)[0].as_py()
        names = tuple(f"{name} {by_name[name].empty:,}" for name in wanted if by_name[name].empty)
        found.append(Finding("incomplete", schema.name, rows, CHECKS["incomplete"].label, names))
    for part in declared.parts:
        if {part.part, part.whole} <= set(by_name):
            over = f"{_quoted(part.part)} > {_quoted(part.whole)}"
            rows = engine.query(f"select count(*) from {relation} where {over}").column(0)[0].as_py()
            if rows:
                found.append(Finding("exceeds", schema.name, rows, CHECKS["exceeds"].label, (f"{part.part} > {part.whole}",)))
    return found


def change_findings(
    before: Sequence[ColumnProfile], now: Sequence[ColumnProfile], engine: DuckEngine, relation: str, schema: Table
) -> list[Finding]:
    """Columns that are spread otherwise, or emptier, than before."""
    moved = tuple(f"{shift.column} {shift.index:.2f}" for shift in shifts(before, now, engine, relation))
    empty = tuple(f"{name} +{share:.1%}" for name, share in emptier(before, now))
    rows = now[0].rows if now else 0
    found = [Finding("shifted", schema.name, rows, CHECKS["shifted"].label, moved)] if moved else []
    return [*found, Finding("emptier", schema.name, rows, CHECKS["emptier"].label, empty)] if empty else found


def days_of(engine: DuckEngine, relation: str, schema: Table) -> dict[date, int]:
    """Rows a day."""
    day = _quoted(schema.day or "")
    counted = engine.query(f'select {day} as "day", count(*) as rows from {relation} where {day} is not null group by 1')
    return dict(zip(counted["day"].to_pylist(), counted["rows"].to_pylist(), strict=True))


def day_findings(rows: Mapping[date, int], schema: Table, *, as_of: date) -> list[Finding]:
    """Whether the newest day is late, and which of the latest days have too few rows or too many."""
    found = []
    fresh = freshness(list(rows), as_of=as_of)
    if fresh is not None and fresh.is_stale:
        late = (as_of - fresh.due_on).days
        words = both(
            f"最新数据为 {fresh.newest_on}，平时每 {fresh.every_days} 天更新，已迟 {late} 天",
            f"the newest day is {fresh.newest_on}; rows usually come every {fresh.every_days} days and are {late} days late",
        )
        found.append(Finding("stale", schema.name, 0, words, (fresh.newest_on.isoformat(),)))
    since = max(rows, default=as_of) - timedelta(days=JUDGED_DAYS)
    for code in ("fewer_rows", "more_rows"):
        odd = [day for day in day_volumes(rows, as_of=as_of) if day.check == code and day.day > since]
        if odd:
            examples = tuple(f"{day.day} {day.rows:,} / {day.low:,}–{day.high:,}" for day in odd)
            found.append(Finding(code, schema.name, sum(day.rows for day in odd), CHECKS[code].label, examples))
    return found


def _quoted(name: str) -> str:
    return f'"{name}"'
