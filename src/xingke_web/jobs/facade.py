"""What other apps do with background work: declare tasks, add jobs, say and see progress, cancel."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task

from xingke.words import both
from xingke_web.jobs import queue
from xingke_web.jobs.backend import new_job
from xingke_web.jobs.contracts import JobState
from xingke_web.jobs.current import JobCancelled, LeaseLost, progress
from xingke_web.jobs.models import Job
from xingke_web.jobs.schedules import Recurring, schedule
from xingke_web.jobs.worker import run_due, run_worker

__all__ = [
    "JobCancelled",
    "JobState",
    "LeaseLost",
    "Recurring",
    "job_add",
    "job_cancel",
    "job_state",
    "jobs_recent",
    "progress",
    "run_due",
    "run_worker",
    "schedule",
    "task",
]


def job_add(
    what: Task[Any, Any],
    *args: Any,
    workspace_id: int | None = None,
    unique_key: str | None = None,
    delay: timedelta | None = None,
    max_attempts: int | None = None,
    **kwargs: Any,
) -> JobState:
    """Add a job in the caller's transaction. While one with the same `unique_key` is open, that one is returned instead."""
    new = new_job(
        what,
        args=list(args),
        kwargs=kwargs,
        workspace_id=workspace_id,
        unique_key=unique_key,
        max_attempts=max_attempts,
        run_after=timezone.now() + delay if delay else None,
    )
    return _state(queue.job_insert(new))


def job_state(job_id: UUID | str, *, workspace_id: int | None) -> JobState | None:
    """A job of the workspace (None: of the installation), or None where it has no such job."""
    job = _jobs_of(workspace_id).filter(pk=job_id).first()
    return _state(job) if job else None


def jobs_recent(*, workspace_id: int | None, tasks: Sequence[Task[Any, Any]] = (), most: int = 20) -> list[JobState]:
    """The newest jobs of the workspace, of some tasks only where they are given."""
    jobs = _jobs_of(workspace_id)
    if tasks:
        jobs = jobs.filter(task__in=[each.module_path for each in tasks])
    return [_state(job) for job in jobs.order_by("-enqueued_at", "id")[:most]]


def job_cancel(job_id: UUID, *, workspace_id: int | None) -> bool:
    """Ask a job of the workspace to stop. Returns whether it was open."""
    return _jobs_of(workspace_id).filter(pk=job_id).exists() and queue.cancel(job_id)


def _jobs_of(workspace_id: int | None) -> QuerySet[Job]:
    if workspace_id is None:
        return Job.objects.filter(workspace__isnull=True)
    return Job.objects.filter(workspace_id=workspace_id)


def _state(job: Job) -> JobState:
    unknown = both("执行时发生内部错误", "an internal error occurred") if job.status == Job.Status.DEAD else None
    return JobState(
        id=job.pk,
        task=job.task,
        status=job.status,
        is_open=job.is_open,
        workspace_id=job.workspace_id,
        done=job.progress_done,
        total=job.progress_total,
        message=job.progress_words,
        error=job.error_words or unknown,
        attempts=job.attempts,
        cancel_requested=job.cancel_requested,
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )
