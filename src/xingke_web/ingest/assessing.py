"""A look at every table in each pass.

What was found stays in the snapshot as the table `quality_now`, the scores of all passes as `quality_point`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import pyarrow as pa

from xingke.engine import DuckEngine, Snapshot
from xingke.extensions import pack
from xingke.quality.balance import balance_findings
from xingke.quality.catalogue import CHECKS, Level
from xingke.quality.profile import ColumnProfile
from xingke.quality.stored import Assessment, assess
from xingke.schema import TABLES, Table
from xingke.schema.findings import Finding, reason_counts
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.words import both
from xingke_web.loop.facade import RunContext, Stage, When, stage_register

NOW: Final = "quality_now"
POINT: Final = "quality_point"
OWN: Final = (NOW, POINT)
POINTS_KEPT: Final = 400
FLAGS_KEPT: Final = 200
_FORMS: Final = {"order_line": (CITY_ORDER_LINE,), "product": (SKU,)}

NOW_SCHEMA: Final = pa.schema([("table", pa.string()), ("version", pa.string()), ("detail", pa.string())])
POINT_SCHEMA: Final = pa.schema(
    [
        ("looked_at", pa.timestamp("us", tz="UTC")),
        ("table", pa.string()),
        ("score", pa.float64()),
        ("rows", pa.int64()),
        ("outside", pa.int64()),
        ("flagged", pa.int64()),
        ("warnings", pa.int64()),
        ("columns", pa.string()),
    ]
)


def register() -> None:
    """Add the look to the pass, behind deriving, so that what it says is part of the same snapshot."""
    stage_register(Stage("assess", both("检查数据质量", "Check the quality of the data"), When.AFTER_DERIVING, _stage, order=90))


def _stage(context: RunContext) -> dict[str, int]:
    writer = context.writer
    view = writer.view
    before, between = _details(view), _between(view)
    names = sorted(set(view.tables) & set(TABLES))
    now = {name: _looked_at(context, view, name, before.get(name), between.get(name, [])) for name in names}
    writer.put(NOW, pa.Table.from_pylist([_kept(name, detail) for name, detail in now.items()], schema=NOW_SCHEMA), definition="quality")
    writer.put(POINT, _points(view, now, context), definition="quality")
    warned = sum(1 for detail in now.values() for finding in detail["findings"] if _is_failing(finding["code"]))
    return {"tables": len(now), "findings": warned}


def _is_failing(code: str) -> bool:
    check = CHECKS.get(code)
    return check is not None and check.is_fault


def _details(view: Snapshot) -> dict[str, dict[str, Any]]:
    """What the pass before found, by table."""
    if NOW not in view.tables:
        return {}
    with DuckEngine(memory_mb=200) as engine:
        engine.scan(NOW, view.files(NOW))
        rows = engine.query(f'select "table", version, detail from {NOW}').to_pylist()  # noqa: S608  # a name of ours
    return {row["table"]: {**json.loads(row["detail"]), "version": row["version"]} for row in rows}


def _looked_at(
    context: RunContext, view: Snapshot, name: str, before: Mapping[str, Any] | None, between: Sequence[Finding]
) -> dict[str, Any]:
    """What a table looks like; the last look where neither the table, nor what stayed outside, nor the day changed."""
    outside = view.tables.get(f"quarantine_{name}")
    told = " ".join(f"{finding.code} {finding.rows}" for finding in between)
    version = f"{view.tables[name].directory} {outside.directory if outside else ''} {context.as_of} {told}"
    if before is not None and before["version"] == version:
        return dict(before)
    reasons, columns = _outside(view, name)
    found = assess(
        view.files(name),
        form_of(view, name),
        as_of=context.as_of,
        reasons=reasons,
        faulty_columns=columns,
        told=between,
        extra=pack(context.pack).checks,
    )
    return {**detail_of(found), "version": version}


def form_of(view: Snapshot, name: str) -> Table:
    """The table in the form in which it is stored, a trade's own columns included."""
    stored = {part.partition(":")[0] for part in view.tables[name].schema_fingerprint.split(";")}
    return next((form for form in _FORMS.get(name, ()) if set(form.column_names) <= stored), TABLES[name])


def _outside(view: Snapshot, name: str) -> tuple[dict[str, int], dict[str, int]]:
    held = f"quarantine_{name}"
    if held not in view.tables or not view.tables[held].rows:
        return {}, {}
    with DuckEngine(memory_mb=200) as engine:
        engine.scan(held, view.files(held))
        rows = engine.query(f'select reason, "column" from "{held}"')  # noqa: S608  # a name of the snapshot
    columns = rows["column"].to_pylist()
    return reason_counts(rows), {column: columns.count(column) for column in {column for column in columns if column}}


def detail_of(found: Assessment) -> dict[str, Any]:
    """An assessment as plain data."""
    return {
        "rows": found.rows,
        "score": str(found.score.total),
        "aspects": {str(aspect): round(share, 6) for aspect, share in found.score.aspects.items()},
        "findings": [_finding(finding) for finding in found.findings],
        "columns": [_column(profile, found.column_scores.get(profile.name, "100.0")) for profile in found.profiles],
        "fresh": None
        if found.fresh is None
        else {
            "newest_on": found.fresh.newest_on.isoformat(),
            "every_days": found.fresh.every_days,
            "due_on": found.fresh.due_on.isoformat(),
            "is_stale": found.fresh.is_stale,
        },
        "days": [[day.day.isoformat(), day.rows, day.expected, day.low, day.high] for day in found.days],
        "flags": found.flags.slice(0, FLAGS_KEPT).to_pylist(),
        "flagged": found.flagged,
        "outside": dict(found.reasons),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "rows": finding.rows,
        "zh": finding.words["zh"],
        "en": finding.words["en"],
        "examples": list(finding.examples),
    }


def _column(profile: ColumnProfile, score: str) -> dict[str, Any]:
    return {**asdict(profile), "score": score}


def _between(view: Snapshot) -> dict[str, list[Finding]]:
    """What does not agree between tables, put to the table that lacks something."""
    found: dict[str, list[Finding]] = {}
    with DuckEngine(memory_mb=500) as engine:
        names = [name for name in ("order", "order_line", "delivery") if name in view.tables and view.tables[name].rows]
        for name in names:
            engine.scan(name, view.files(name))
        for finding in balance_findings(engine, names):
            found.setdefault(finding.table, []).append(finding)
    return found


def _kept(name: str, detail: Mapping[str, Any]) -> dict[str, str]:
    return {
        "table": name,
        "version": detail["version"],
        "detail": json.dumps({key: value for key, value in detail.items() if key != "version"}, ensure_ascii=False),
    }


def _points(view: Snapshot, now: Mapping[str, Mapping[str, Any]], context: RunContext) -> pa.Table:
    """The scores of this pass behind those of the passes before, the latest ones of each table."""
    new = [
        {
            "looked_at": context.now,
            "table": name,
            "score": float(detail["score"]),
            "rows": detail["rows"],
            "outside": sum(detail["outside"].values()),
            "flagged": detail["flagged"],
            "warnings": sum(1 for one in detail["findings"] if _level(one["code"]) is Level.WARN),
            "columns": json.dumps({column["name"]: column["score"] for column in detail["columns"]}),
        }
        for name, detail in now.items()
    ]
    added = pa.Table.from_pylist(new, schema=POINT_SCHEMA)
    if POINT not in view.tables:
        return added
    with DuckEngine(memory_mb=200) as engine:
        engine.scan(POINT, view.files(POINT))
        earlier = engine.query(
            f'select * from (select *, row_number() over (partition by "table" order by looked_at desc) as age from {POINT}) '  # noqa: S608
            f'where age < {POINTS_KEPT} order by looked_at, "table"'
        )
    return pa.concat_tables([earlier.select(POINT_SCHEMA.names).cast(POINT_SCHEMA), added])


def _level(code: str) -> Level | None:
    check = CHECKS.get(code)
    return check.level if check else None


def days_shown(detail: Mapping[str, Any]) -> list[tuple[date, int, int | None, int | None, int | None]]:
    """The days of a detail with their rows, the expected ones, and the lower and upper end of the band."""
    return [(date.fromisoformat(day), rows, expected, low, high) for day, rows, expected, low, high in detail["days"]]
