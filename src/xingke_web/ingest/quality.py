"""What the pages say about the quality of the tables: read from what the last pass left in the snapshot."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from xingke.engine.lake import LakeEmpty
from xingke.quality import CHECKS, Aspect, Level
from xingke.quality.assets import CLASSES, Asset, asset_of
from xingke.schema import TABLES
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.acknowledged import Acknowledged, Key, Size, acknowledgements, judged, size_of
from xingke_web.ingest.assessing import NOW, POINT, days_shown
from xingke_web.ingest.models import Acknowledgement
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.numbers import active_language

GOOD_SCORE: Final = Decimal(99)
FAIR_SCORE: Final = Decimal(90)
TREND_POINTS: Final = 30
_ORDER: Final = (Level.REFUSE, Level.WARN, Level.FLAG)
_TONES: Final[Mapping[Level, str]] = {Level.REFUSE: "bad", Level.WARN: "warn", Level.FLAG: "info"}

Day = tuple[date, int, int | None, int | None, int | None]


@dataclass(frozen=True)
class ShownFinding:
    """One check that found something in one table."""

    table: str
    table_label: str
    code: str
    level: Level
    level_label: str
    tone: str
    text: str
    advice: str
    rows: int
    examples: tuple[str, ...]
    is_fault: bool
    size: Size
    acknowledged: Acknowledged | None = None

    @property
    def is_failing(self) -> bool:
        """Whether somebody should act: it is wrong, and nobody has acknowledged it as it is now."""
        return self.is_fault and not self.is_acknowledged

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody knows of it, and it is no worse than then."""
        return self.acknowledged is not None and self.acknowledged.holds


@dataclass(frozen=True)
class TableQuality:
    """One table as the list and its page show it."""

    name: str
    label: str
    asset: Asset
    asset_label: str
    owner: str
    score: Decimal
    aspects: Mapping[Aspect, float]
    rows: int
    outside: int
    flagged: int
    newest_on: date | None
    every_days: int | None
    due_on: date | None
    is_stale: bool
    days: tuple[Day, ...]
    findings: tuple[ShownFinding, ...]
    columns: tuple[Mapping[str, Any], ...]
    flags: tuple[Mapping[str, Any], ...]
    trend: tuple[float, ...] = ()

    @property
    def tone(self) -> str:
        """The colour of the score."""
        return "ok" if self.score >= GOOD_SCORE else "warn" if self.score >= FAIR_SCORE else "bad"

    @property
    def failing(self) -> int:
        """Findings that wait for somebody."""
        return sum(1 for finding in self.findings if finding.is_failing)


@dataclass(frozen=True)
class Overall:
    """The workspace in a few figures."""

    score: Decimal
    trend: tuple[float, ...]
    change: float | None
    tables: int
    failing: int
    stale: int
    outside: int
    flagged: int
    at: datetime | None


def tables_quality(workspace: WorkspaceInfo) -> list[TableQuality]:
    """Every table that was looked at: those with failing checks first, then by score; none where no pass looked yet."""
    try:
        reader = lake_reader(workspace)
        if not reader.has(NOW):
            return []
        rows = reader.rows(f'select "table" as name, detail from {NOW}')  # noqa: S608  # a name of ours
    except LakeEmpty:
        return []
    trends, known = _trends(workspace), acknowledgements(workspace)
    found = [_table(row["name"], json.loads(row["detail"]), trends.get(row["name"], ()), known, workspace.as_of) for row in rows]
    return sorted(found, key=lambda one: (-one.failing, one.score, one.name))


def table_quality(workspace: WorkspaceInfo, table: str) -> TableQuality | None:
    """One table; nothing where it was not looked at."""
    return next((one for one in tables_quality(workspace) if one.name == table), None)


def _trends(workspace: WorkspaceInfo) -> dict[str, tuple[float, ...]]:
    reader = lake_reader(workspace)
    if not reader.has(POINT):
        return {}
    rows = reader.rows(f'select "table" as name, list(score order by looked_at) as scores from {POINT} group by 1')  # noqa: S608  # a name of ours
    return {row["name"]: tuple(row["scores"][-TREND_POINTS:]) for row in rows}


def _table(name: str, detail: Mapping[str, Any], trend: Sequence[float], known: Mapping[Key, Acknowledgement], as_of: date) -> TableQuality:
    language, fresh = active_language(), detail["fresh"] or {}
    asset = asset_of(name)
    newest = _day(fresh.get("newest_on"))
    late_days = (as_of - newest).days if newest else 0
    findings = [_finding(name, one, size_of(one, late_days), known) for one in detail["findings"]]
    return TableQuality(
        name=name,
        label=TABLES[name].label[language],
        asset=asset,
        asset_label=CLASSES[asset].label[language],
        owner=CLASSES[asset].owner[language],
        score=Decimal(detail["score"]),
        aspects={Aspect(key): share for key, share in detail["aspects"].items()},
        rows=detail["rows"],
        outside=sum(detail["outside"].values()),
        flagged=detail["flagged"],
        newest_on=newest,
        every_days=fresh.get("every_days"),
        due_on=_day(fresh.get("due_on")),
        is_stale=bool(fresh.get("is_stale")),
        days=tuple(days_shown(detail)),
        findings=tuple(sorted(findings, key=lambda one: (not one.is_failing, _ORDER.index(one.level), -one.rows))),
        columns=tuple(detail["columns"]),
        flags=tuple(detail["flags"]),
        trend=tuple(trend),
    )


def _finding(table: str, told: Mapping[str, Any], size: Size, known: Mapping[Key, Acknowledgement]) -> ShownFinding:
    language, check = active_language(), CHECKS.get(told["code"])
    level = check.level if check else Level.WARN
    return ShownFinding(
        table=table,
        table_label=TABLES[table].label[language],
        code=told["code"],
        level=level,
        level_label=level.label[language],
        tone=_TONES[level] if check is None or check.is_fault else "neutral",
        text=told[language],
        advice=check.advice[language] if check else "",
        rows=told["rows"],
        examples=tuple(told["examples"]),
        is_fault=check.is_fault if check else True,
        size=size,
        acknowledged=judged(known.get((table, told["code"], size.subject)), size),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def overall(workspace: WorkspaceInfo, tables: Sequence[TableQuality]) -> Overall:
    """The mean score of the tables that hold rows, how it went, and what waits."""
    scored = [one.score for one in tables if one.rows]
    trend, at = _overall_trend(workspace)
    return Overall(
        score=(sum(scored, Decimal(0)) / len(scored)).quantize(Decimal("0.1")) if scored else Decimal(0),
        trend=trend,
        change=round(trend[-1] - trend[-2], 2) if len(trend) > 1 else None,
        tables=len(tables),
        failing=sum(one.failing for one in tables),
        stale=sum(1 for one in tables if one.is_stale),
        outside=sum(one.outside for one in tables),
        flagged=sum(one.flagged for one in tables),
        at=at,
    )


def _overall_trend(workspace: WorkspaceInfo) -> tuple[tuple[float, ...], datetime | None]:
    try:
        reader = lake_reader(workspace)
        if not reader.has(POINT):
            return (), None
        rows = reader.rows(f"select looked_at, avg(score) as score from {POINT} where rows > 0 group by 1 order by 1")  # noqa: S608  # ours
    except LakeEmpty:
        return (), None
    return tuple(round(row["score"], 2) for row in rows[-TREND_POINTS:]), rows[-1]["looked_at"] if rows else None


def failing_first(tables: Iterable[TableQuality]) -> list[ShownFinding]:
    """What somebody should act on: refused rows, then warnings, then marks, the most rows first."""
    found = [finding for one in tables for finding in one.findings if finding.is_failing]
    return sorted(found, key=lambda one: (_ORDER.index(one.level), -one.rows, one.table))


def acknowledged_findings(tables: Iterable[TableQuality]) -> list[ShownFinding]:
    """What somebody knows of and nobody needs to act on, the first to come back first."""
    found = [(one.acknowledged.until_on, one) for table in tables for one in table.findings if one.acknowledged and one.acknowledged.holds]
    return [one for _until, one in sorted(found, key=lambda pair: (pair[0], pair[1].table, pair[1].code))]


def collected_columns(tables: Iterable[TableQuality]) -> dict[str, list[str]]:
    """The columns that hold anything, by table."""
    return {one.name: [column["name"] for column in one.columns if column["rows"] > column["empty"]] for one in tables if one.rows}


def without_detail(table: TableQuality) -> TableQuality:
    """A table as the list needs it."""
    return replace(table, columns=(), flags=())
