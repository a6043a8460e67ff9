"""Imports whose process was killed: nothing of them counts, they can be loaded again, and what nobody goes on with is forgotten.

A process that loads holds a lock of the operating system beside the upload; the lock ends with the process, however that ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from xingke.durable import make_folder
from xingke.words import both
from xingke_web.accounts.facade import WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.ingest.imports import pieces_drop, pieces_of
from xingke_web.ingest.kept_files import files_forget, work_file
from xingke_web.ingest.models import Import
from xingke_web.jobs.facade import job_state
from xingke_web.loop.facade import RunContext, Stage, When, stage_register

CUT_OFF: Final = both(
    "载入被中断（进程已结束），没有数据生效；可以重新载入",
    "the load was cut off because its process ended; nothing of it counts, and it can be loaded again",
)
KEPT_FOR: Final = {
    Import.Origin.COMMAND: timedelta(days=1),
    Import.Origin.UPLOAD: timedelta(days=30),
    Import.Origin.SAMPLE: timedelta(days=30),
}
"""How long an upload waits for somebody to go on with it. A command is given again with its file; a page has nothing but the upload."""


@contextmanager
def import_held(kept: Import, workspace: WorkspaceInfo) -> Iterator[None]:
    """Hold an import while this process loads it."""
    path = work_file(kept, workspace)
    make_folder(path.parent, mode=0o700)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def imports_settle(workspace: WorkspaceInfo, *, now: datetime) -> int:
    """Fail the imports of this workspace that no process works on any more, and forget those that were left open; how many there were."""
    open_ones = Import.objects.filter(
        workspace_id=workspace.id, state__in=(Import.State.LOADING, Import.State.MAPPING, Import.State.FAILED)
    )
    return sum(_settled(kept, workspace, now) for kept in open_ones.order_by("pk"))


def register() -> None:
    """Settle before each pass gathers what was loaded."""
    label = both("整理中断的导入", "Settle imports that were cut off")
    stage_register(Stage("imports", label, When.BEFORE_DERIVING, _stage, order=0))


def _stage(context: RunContext) -> dict[str, int]:
    return {"imports": imports_settle(workspace_info(context.workspace_slug), now=timezone.now())}


def _settled(kept: Import, workspace: WorkspaceInfo, now: datetime) -> bool:
    if _is_worked_on(kept, workspace):
        return False
    if kept.state == Import.State.LOADING or (kept.state == Import.State.MAPPING and _has_pieces(kept, workspace)):
        pieces_drop(kept, workspace)
        kept.state, kept.error_zh, kept.error_en = Import.State.FAILED, CUT_OFF["zh"], CUT_OFF["en"]
        kept.save(update_fields=["state", "error_zh", "error_en"])
        return True
    if now - kept.created_at > KEPT_FOR[Import.Origin(kept.origin)]:
        _expire(kept, workspace)
        return True
    return False


@transaction.atomic
def _expire(kept: Import, workspace: WorkspaceInfo) -> None:
    kept.state = Import.State.DISCARDED
    kept.save(update_fields=["state"])
    record("import.expired", system=True, workspace_id=workspace.id, subject=kept, file=kept.sha256[:12])
    transaction.on_commit(lambda: files_forget(kept, workspace))


def _is_worked_on(kept: Import, workspace: WorkspaceInfo) -> bool:
    job = job_state(kept.job_id, workspace_id=kept.workspace_id) if kept.job_id else None
    return (job is not None and job.is_open) or _is_held(work_file(kept, workspace))


def _is_held(path: Path) -> bool:
    try:
        with path.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    path.unlink(missing_ok=True)
    return False


def _has_pieces(kept: Import, workspace: WorkspaceInfo) -> bool:
    return any(load == kept.load_id or load.startswith(f"{kept.load_id}-") for load in pieces_of(workspace).loads())
