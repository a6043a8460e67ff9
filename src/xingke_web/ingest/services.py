"""Starting a pass of the loop."""

import fcntl
from dataclasses import dataclass

from django.db import transaction

from xingke.engine import Lake
from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.ingest.tasks import loop_run
from xingke_web.jobs.facade import JobState, job_add, jobs_recent
from xingke_web.loop.facade import lake_of


class RunUnderWay(UserFacingError):
    """Another pass is running; a second one would wait for the same lake."""


@dataclass(frozen=True)
class Started:
    """A pass that was put into the queue."""

    job: JobState


@transaction.atomic
def run_start(*, viewer: Viewer, source: str) -> Started:
    """Queue a pass of the loop; `source` empty derives again from the facts that are there.

    Raises
    ------
    RunUnderWay
        A pass waits or runs already, here or in another process.
    """
    if open_job(viewer.workspace.id) is not None or lake_is_held(lake_of(viewer.workspace)):
        raise RunUnderWay(
            zh="已有一次运行正在进行，同一个数据湖同时只能由一个进程写入；请等它结束后再运行",
            en="a run is under way, and only one process may write a lake at a time; start again when it is done",
        )
    key = f"loop:{viewer.workspace.slug}"
    job = job_add(loop_run, viewer.workspace.slug, source, workspace_id=viewer.workspace.id, unique_key=key, max_attempts=1)
    record("data.run_started", viewer=viewer, subject=("job", job.id), source=source or "-")
    return Started(job)


def open_job(workspace_id: int) -> JobState | None:
    """The pass that waits or runs, if there is one."""
    return next((job for job in jobs_recent(workspace_id=workspace_id, tasks=(loop_run,), most=3) if job.is_open), None)


def lake_is_held(lake: Lake) -> bool:
    """Whether a process holds the lake for writing at this moment."""
    try:
        with (lake.root / ".writer").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(lock, fcntl.LOCK_UN)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
