"""One pass of the loop: load, export touches, derive, publish, bring the operational side up to date."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from xingke.engine import DuckEngine, Snapshot, StepProgress
from xingke.engine.lake import LakeWriter
from xingke.errors import UserFacingError
from xingke.loop import LoadedTable, derive, load_source
from xingke.privacy import Vault
from xingke.sources import DataNotFound, Source
from xingke.words import Words, both
from xingke_web.accounts.facade import WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.loop.contracts import Progress, RunContext, When
from xingke_web.loop.models import LoopRun
from xingke_web.loop.newcomers import StageFailed, newcomers
from xingke_web.loop.reading import lake_of, tag_library, tier_scheme
from xingke_web.loop.stages import stages_at

Report = Callable[[Progress], None]


def run_loop(
    workspace_slug: str,
    *,
    source: Source | None = None,
    location: Path | None = None,
    progress: Report | None = None,
) -> LoopRun:
    """Run the loop once.

    Parameters
    ----------
    source
        Load this source first; without it the facts of the last snapshot are derived again.
    location
        Where the source's data are, if not at its default location.

    Raises
    ------
    UserFacingError
        Whatever stopped it, after the run was recorded as failed; the last snapshot stays current.
    """
    workspace = workspace_info(workspace_slug)
    run = LoopRun.objects.create(
        workspace_id=workspace.id, as_of=workspace.as_of, source=source.name if source else "", started_at=timezone.now()
    )
    try:
        _pass(run, workspace, source=source, location=location, report=progress or (lambda _: None))
    except Exception as error:
        _fail(run, error)
        raise
    return run


class _Recorder:
    """Times each stage, tells how far it is, and keeps what it did."""

    def __init__(self, run: LoopRun, report: Report) -> None:
        self._run, self._report = run, report

    def stage(self, label: Words, work: Callable[[], dict[str, int]]) -> None:
        """Do one stage and keep its numbers."""
        self._report(Progress(label, 0, 1))
        started = time.perf_counter()
        facts = self._worked(label, work)
        seconds = round(time.perf_counter() - started, 3)
        self._run.stages = [*self._run.stages, {"label": label, "seconds": seconds, "facts": facts}]
        self._run.save(update_fields=["stages"])
        self._report(Progress(label, 1, 1))

    def _worked(self, label: Words, work: Callable[[], dict[str, int]]) -> dict[str, int]:
        try:
            return work()
        except (UserFacingError, OSError):
            raise
        except Exception as error:
            loads = newcomers(self._run.workspace_id)
            if not loads:
                raise
            raise StageFailed(label, loads) from error

    def within(self, label: Words, done: int, total: int) -> None:
        """Tell how far the running stage is."""
        self._report(Progress(label, done, total))


def _pass(run: LoopRun, workspace: WorkspaceInfo, *, source: Source | None, location: Path | None, report: Report) -> None:
    recorder = _Recorder(run, report)
    now = timezone.now()
    with lake_of(workspace).writer(now=now) as writer:
        context = RunContext(workspace.id, workspace.slug, workspace.pack, workspace.as_of, now, writer)
        if source is not None:
            vault = vault_of(workspace.id)
            recorder.stage(LOADING, lambda: _load(run, writer, source, location, now, vault, recorder))
        _stages(recorder, context, When.BEFORE_DERIVING)
        recorder.stage(DERIVING, lambda: _derive(writer, workspace.pack, workspace.as_of, now, recorder))
        _stages(recorder, context, When.AFTER_DERIVING)
        snapshot = writer.publish()
    _stages(recorder, context, When.AFTER_PUBLISHING)
    _finish(run, workspace, snapshot)


LOADING = both("导入数据", "Load the sources")
DERIVING = both("计算画像与分层", "Compute portrait and tiers")


def _stages(recorder: _Recorder, context: RunContext, when: When) -> None:
    for stage in stages_at(when):
        recorder.stage(stage.label, lambda stage=stage: stage.run(context))  # type: ignore[misc]  # bound now, called now


def _load(
    run: LoopRun, writer: LakeWriter, source: Source, location: Path | None, now: datetime, vault: Vault, recorder: _Recorder
) -> dict[str, int]:
    where = location or source.default_location()
    if where is None:
        raise DataNotFound(source=source.name, path=Path("-"), expected=source.note["en"])
    with closing(DuckEngine()) as engine:
        loaded = load_source(
            writer,
            source,
            where,
            connection=engine.connection,
            now=now,
            as_of=timezone.localdate(now) + timedelta(days=1),
            progress=lambda table, rows: recorder.within(both(f"导入 {table}：{rows:,} 行", f"Load {table}: {rows:,} rows"), 0, 1),
            vault=vault,
        )
    run.tables = [_as_json(table) for table in loaded]
    run.save(update_fields=["tables"])
    return {table.table: table.rows_loaded for table in loaded}


def _as_json(table: LoadedTable) -> dict[str, Any]:
    return {**asdict(table), "reasons": dict(table.reasons), "findings": [str(finding) for finding in table.findings]}


def _derive(writer: LakeWriter, pack: str, as_of: date, now: datetime, recorder: _Recorder) -> dict[str, int]:
    def tell(progress: StepProgress) -> None:
        recorder.within(both(f"计算 {progress.step}", f"Compute {progress.step}"), progress.done, progress.total)

    derive(writer, tag_library(pack), tier_scheme(pack), as_of=as_of, now=now, progress=tell)
    return {name: writer.tables[name].rows for name in ("portrait", "tier")}


def _fail(run: LoopRun, error: Exception) -> None:
    words = error.words if isinstance(error, UserFacingError) else both("运行中断，详见日志", "The run stopped; the log has the details")
    run.state, run.finished_at = LoopRun.State.FAILED, timezone.now()
    run.error_zh, run.error_en = words["zh"], words["en"]
    run.save(update_fields=["state", "finished_at", "error_zh", "error_en"])


@transaction.atomic
def _finish(run: LoopRun, workspace: WorkspaceInfo, snapshot: Snapshot) -> None:
    run.state, run.finished_at, run.snapshot = LoopRun.State.DONE, timezone.now(), snapshot.sequence
    run.save(update_fields=["state", "finished_at", "snapshot"])
    record("loop.ran", system=True, workspace_id=workspace.id, subject=run, as_of=run.as_of.isoformat())
