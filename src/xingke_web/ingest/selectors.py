"""Loads and the live snapshot as the data page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from xingke.engine.lake import LakeEmpty
from xingke.extensions import pack, sources
from xingke.loop.assemble import is_base
from xingke.quality import quality_report
from xingke.quality.report import RowsLost
from xingke.schema import TABLES
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.contracts import SourcesState
from xingke_web.ingest.quarantine import PREFIX, faults_in, quarantine_tables, reasons_of
from xingke_web.loop.facade import LoopRun, lake_reader, runs_of
from xingke_web.ui.numbers import active_language

RUNS_SHOWN: Final = 12
GOOD_SCORE, FAIR_SCORE = Decimal(99), Decimal(95)


@dataclass(frozen=True)
class Load:
    """One table of the last load; `score` is None where the rows do not add up."""

    table: str
    label: str
    rows_read: int
    rows_loaded: int
    quarantined: int
    duplicates: int
    by_rule: int
    seconds: float
    findings: tuple[str, ...]
    score: Decimal | None
    tone: str
    has_quarantine: bool


@dataclass(frozen=True)
class StoredTable:
    """A table of the live snapshot."""

    name: str
    label: str
    rows: int
    bytes: int
    files: int
    as_of: date | None
    built_at: datetime
    seconds: float
    engine: str
    definitions: str
    inputs: tuple[str, ...]
    kind: str


def last_load(workspace: WorkspaceInfo) -> LoopRun | None:
    """The latest finished pass that loaded a source."""
    return LoopRun.objects.filter(workspace_id=workspace.id, state=LoopRun.State.DONE).exclude(source="").first()


def last_failed_run(workspace: WorkspaceInfo) -> LoopRun | None:
    """The latest pass, where it failed."""
    run = LoopRun.objects.filter(workspace_id=workspace.id).exclude(state=LoopRun.State.RUNNING).first()
    return run if run and run.state == LoopRun.State.FAILED else None


def quarantined_rows(workspace: WorkspaceInfo) -> int:
    """Wrong rows in quarantine, of all tables; none where nothing was loaded yet."""
    load = last_load(workspace)
    return sum(faults_in(table["reasons"]) for table in load.tables) if load else 0


def sources_state(workspace: WorkspaceInfo) -> SourcesState:
    """The sources in one line, from the records of the passes."""
    load = last_load(workspace)
    failed = last_failed_run(workspace) is not None
    if load is None:
        return SourcesState("", None, 0, 0, failed)
    wrong = sum(faults_in(table["reasons"]) for table in load.tables)
    return SourcesState(source_label(load.source), load.finished_at, len(load.tables), wrong, failed)


def source_label(name: str) -> str:
    """A source's name in the language of the page; its key where it is not installed."""
    known = {one.name: one for one in sources()}
    return str(known[name].label[active_language()]) if name in known else name


def source_choices(workspace: WorkspaceInfo) -> list[tuple[str, str]]:
    """The sources that a pass of this workspace can load: those of its pack whose data are at hand."""
    families = {workspace.pack, *pack(workspace.pack).extends}
    fitting = [one for one in sources() if one.pack in families and one.default_location() is not None]
    return [(one.name, str(one.label[active_language()])) for one in fitting]


def loads_of(workspace: WorkspaceInfo, run: LoopRun) -> list[Load]:
    """Each table of a load with its balance and its score."""
    try:
        stored = quarantine_tables(workspace)
    except LakeEmpty:
        stored = {}
    return [_load(workspace, table, stored) for table in run.tables]


def _load(workspace: WorkspaceInfo, table: Mapping[str, Any], stored: Mapping[str, Mapping[str, int]]) -> Load:
    name = table["table"]
    reasons = reasons_of(table["reasons"])
    by_rule = sum(one.rows for one in reasons if not one.is_fault)
    score = _score(workspace, table)
    declared = TABLES.get(name)
    return Load(
        table=name,
        label=declared.label[active_language()] if declared else name,
        rows_read=table["rows_read"],
        rows_loaded=table["rows_loaded"],
        quarantined=table["rows_quarantined"] - table["duplicates"] - by_rule,
        duplicates=table["duplicates"],
        by_rule=by_rule,
        seconds=table["seconds"],
        findings=tuple(table["findings"]),
        score=score,
        tone="bad" if score is None or score < FAIR_SCORE else "warn" if score < GOOD_SCORE else "ok",
        has_quarantine=name in stored and table["rows_quarantined"] > 0,
    )


def _score(workspace: WorkspaceInfo, table: Mapping[str, Any]) -> Decimal | None:
    """The score of a table by the library's own rule, from the reasons of its quarantined rows."""
    import pyarrow as pa

    reasons = pa.concat_arrays([pa.nulls(0, pa.string()), *(pa.repeat(code, rows) for code, rows in table["reasons"].items())])
    quarantine = pa.table({"reason": reasons})
    try:
        return quality_report(
            table=table["table"], rows_read=table["rows_read"], rows_loaded=table["rows_loaded"], quarantine=quarantine
        ).score
    except RowsLost:
        return None


def stored_tables(workspace: WorkspaceInfo) -> list[StoredTable]:
    """Every table of the live snapshot: loaded ones first, then the derived, then quarantine."""
    snapshot = lake_reader(workspace).snapshot
    kinds = {"loaded": 0, "derived": 1, "quarantine": 2}
    found = []
    for name, version in snapshot.tables.items():
        if is_base(name):
            continue  # part of the assembled table of that name
        kind = "quarantine" if name.startswith(PREFIX) else "loaded" if name in TABLES else "derived"
        found.append(
            StoredTable(
                name=name,
                label=_label(name),
                rows=version.rows,
                bytes=version.bytes,
                files=len(version.files),
                as_of=version.as_of,
                built_at=version.created_at,
                seconds=version.seconds,
                engine=version.engine,
                definitions=", ".join(f"{key} {value}" for key, value in sorted(version.definitions.items())),
                inputs=_made_from(version.inputs),
                kind=kind,
            )
        )
    return sorted(found, key=lambda table: (kinds[table.kind], table.name))


def _made_from(inputs: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the tables, and one word for the loads."""
    tables = {directory.partition("/")[0] for directory in inputs.values() if "/v=" in directory}
    return (*sorted(tables), *(("loads",) if inputs.get("pieces") else ()))


def _label(name: str) -> str:
    base = name.removeprefix(PREFIX)
    return TABLES[base].label[active_language()] if base in TABLES else name


@dataclass(frozen=True)
class ShownRun:
    """A pass in the history."""

    run: LoopRun
    source: str
    seconds: float | None
    stages: tuple[tuple[str, float, str], ...]
    message: str


def runs_shown(workspace: WorkspaceInfo) -> list[ShownRun]:
    """The latest passes with their stages."""
    language = active_language()
    found = []
    for run in runs_of(workspace, most=RUNS_SHOWN):
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
        stages = tuple(
            (stage["label"][language], stage["seconds"], ", ".join(f"{key} {value:,}" for key, value in stage["facts"].items()))
            for stage in run.stages
        )
        found.append(
            ShownRun(
                run, source_label(run.source) if run.source else "", seconds, stages, run.error_zh if language == "zh" else run.error_en
            )
        )
    return found
