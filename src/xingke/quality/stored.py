"""A stored table looked at as a whole: its columns, its days, doubtful rows of late, and the score that follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.quality.catalogue import CHECKS
from xingke.quality.declared import TableChecks, checks_for
from xingke.quality.profile import ColumnProfile, column_profiles
from xingke.quality.rhythm import DayRows, Freshness, day_volumes, freshness
from xingke.quality.score import Score, column_score, table_score
from xingke.quality.table import change_findings, day_findings, days_of, flag_findings, flags_of, row_findings
from xingke.schema import Table
from xingke.schema.findings import Finding

STORED: Final = "stored_rows"
RECENT: Final = "recent_rows"
EARLIER: Final = "earlier_rows"
RECENT_DAYS: Final = 28
USUAL_DAYS: Final = 182
"""Doubtful rows are looked for in the latest four weeks; half a year says what is usual."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One table at one moment."""

    table: str
    rows: int
    score: Score
    findings: tuple[Finding, ...]
    profiles: tuple[ColumnProfile, ...]
    column_scores: Mapping[str, str]
    fresh: Freshness | None
    days: tuple[DayRows, ...]
    flags: pa.Table
    flagged: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


def assess(
    files: Sequence[str],
    schema: Table,
    *,
    as_of: date,
    reasons: Mapping[str, int] | None = None,
    faulty_columns: Mapping[str, int] | None = None,
    extra: Iterable[TableChecks] = (),
    told: Iterable[Finding] = (),
    memory_mb: int = 700,
) -> Assessment:
    """Look at the files of a stored table.

    Parameters
    ----------
    as_of
        The day on which the table is judged: rows of that day and later are not looked at for freshness and volume.
    reasons, faulty_columns
        Rows of the last load that stayed outside, by reason and by column.
    extra
        Declarations of the workspace's pack.
    told
        What was found about the table beside others.
    """
    declared, outside = checks_for(schema.name, extra), dict(reasons or {})
    with DuckEngine(memory_mb=memory_mb) as engine:
        engine.scan(STORED, files, by_name=True)
        profiles = column_profiles(engine, STORED, schema)
        rows = profiles[0].rows if profiles else 0
        days = days_of(engine, STORED, schema) if schema.day else {}
        found = [Finding(code, schema.name, count, CHECKS[code].label) for code, count in sorted(outside.items()) if code in CHECKS]
        found += told
        flags = _doubtful(engine, files, schema, declared, days)
        found += flag_findings(flags, schema)
        found += row_findings(engine, STORED, schema, declared, profiles)
        if days and schema.day:
            found += day_findings(days, schema, as_of=as_of)
            found += _changed(engine, files, schema, days)
    came = rows + sum(outside.values())
    score = table_score(rows_read=came, findings=found, profiles=profiles, mandatory=declared.mandatory)
    return Assessment(
        table=schema.name,
        rows=rows,
        score=score,
        findings=tuple(found),
        profiles=tuple(profiles),
        column_scores=_column_scores(profiles, schema, declared, flags, faulty_columns or {}),
        fresh=freshness(list(days), as_of=as_of),
        days=tuple(day_volumes(days, as_of=as_of)),
        flags=flags,
        flagged=len(flags["row"].unique()),
        reasons=outside,
    )


def _doubtful(engine: DuckEngine, files: Sequence[str], schema: Table, declared: TableChecks, days: Mapping[date, int]) -> pa.Table:
    """Doubtful rows of the latest weeks; where a table has no days, of all of it."""
    if not (declared.measures or declared.prices or declared.documents):
        return flags_of(engine, STORED, schema, TableChecks(name=schema.name))
    if schema.day and days:
        newest = max(days)
        since, judged = newest - timedelta(days=USUAL_DAYS), newest - timedelta(days=RECENT_DAYS)
        engine.scan(RECENT, files, f"\"{schema.day}\" >= date '{since}'", by_name=True)
        turn = f"case when \"{schema.day}\" >= date '{judged}' then 1 else -1 end"
        rows, seen = f"select * from {RECENT}", turn
    else:
        rows, seen = f"select * from {STORED}", "1"
    order = ", ".join(f'"{name}"' for name in schema.key)
    engine.connection.execute(
        f"create or replace temp table placed_rows as select *, row_number() over (order by {order}) * ({seen}) as place from ({rows})"
    )
    return flags_of(engine, "placed_rows", schema, declared)


def _changed(engine: DuckEngine, files: Sequence[str], schema: Table, days: Mapping[date, int]) -> list[Finding]:
    """Columns that hold something else in the latest weeks than in the half year before."""
    newest = max(days)
    cut, since = newest - timedelta(days=RECENT_DAYS), newest - timedelta(days=USUAL_DAYS)
    if min(days) >= cut:
        return []
    engine.scan(RECENT, files, f"\"{schema.day}\" >= date '{cut}'", by_name=True)
    engine.scan(EARLIER, files, f"\"{schema.day}\" < date '{cut}' and \"{schema.day}\" >= date '{since}'", by_name=True)
    before, now = column_profiles(engine, EARLIER, schema), column_profiles(engine, RECENT, schema)
    return change_findings(before, now, engine, RECENT, schema)


def _column_scores(
    profiles: Sequence[ColumnProfile], schema: Table, declared: TableChecks, flags: pa.Table, faulty: Mapping[str, int]
) -> dict[str, str]:
    marked: dict[str, int] = {}
    for name in flags["column"].to_pylist():
        marked[name] = marked.get(name, 0) + 1
    wanted = {column.name for column in schema.columns if column.required} | set(declared.mandatory)
    return {
        profile.name: str(
            column_score(
                profile,
                faults=faulty.get(profile.name, 0),
                flagged=marked.get(profile.name, 0),
                required=profile.name in wanted,
            )
        )
        for profile in profiles
    }
