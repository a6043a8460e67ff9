"""The lease table itself: insert, claim, keep, finish. Every change of a running job is fenced by worker and attempt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks.utils import normalize_json

from xingke.words import Words, both
from xingke_web.jobs.models import Job, attempts_default

_BACK_OFF_SECONDS: Final = 5
_BACK_OFF_MOST: Final = timedelta(hours=1)
OPEN: Final = (Job.Status.READY, Job.Status.RUNNING)


@dataclass(frozen=True)
class NewJob:
    """What a caller wants done."""

    task: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    queue: str = "default"
    priority: int = 0
    run_after: datetime | None = None
    unique_key: str | None = None
    workspace_id: int | None = None
    max_attempts: int | None = None


@dataclass(frozen=True)
class Hold:
    """The right of one worker to one attempt of a job."""

    job_id: UUID
    worker: str
    attempt: int

    def rows(self) -> "models.QuerySet[Job]":
        """The job's row as long as the right holds, else nothing."""
        return Job.objects.filter(pk=self.job_id, worker=self.worker, attempts=self.attempt, status=Job.Status.RUNNING)


def lease_span() -> timedelta:
    """How long a silent worker keeps a job."""
    return timedelta(seconds=settings.XINGKE_WORKER_LEASE_SECONDS)


def job_insert(new: NewJob) -> Job:
    """Insert a job; where an open job has the same unique key, that one is returned instead."""
    job = Job(
        workspace_id=new.workspace_id,
        task=new.task,
        queue=new.queue,
        priority=new.priority,
        args=normalize_json(new.args),
        kwargs=normalize_json(new.kwargs),
        unique_key=new.unique_key,
        max_attempts=new.max_attempts or attempts_default(),
        run_after=new.run_after or timezone.now(),
    )
    if new.unique_key is None:
        job.save(force_insert=True)
        return job
    while True:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        # The open job may finish between the two statements; then the insert is simply tried again.
        held = Job.objects.filter(unique_key=new.unique_key, status__in=OPEN).first()
        if held is not None:
            return held


def claim(*, worker: str, most: int, queues: Sequence[str] = (), now: datetime | None = None) -> list[Job]:
    """Take up to `most` due jobs: waiting ones, and running ones whose lease ended."""
    now = now or timezone.now()
    with transaction.atomic():
        bury(now)
        due = Job.objects.select_for_update(skip_locked=True).filter(
            Q(status=Job.Status.READY, run_after__lte=now) | Q(status=Job.Status.RUNNING, lease_until__lt=now)
        )
        if queues:
            due = due.filter(queue__in=queues)
        jobs = list(due.order_by("-priority", "run_after", "id")[:most])
        for job in jobs:
            _hold(job, worker, now)
        Job.objects.bulk_update(
            jobs, ["status", "worker", "workers", "attempts", "lease_until", "started_at", "last_attempted_at", "cancel_requested"]
        )
    return jobs


def _hold(job: Job, worker: str, now: datetime) -> None:
    job.status = Job.Status.RUNNING
    job.worker, job.workers = worker, [*job.workers, worker]
    job.attempts += 1
    job.lease_until = now + lease_span()
    job.started_at = job.started_at or now
    job.last_attempted_at = now


def bury(now: datetime) -> None:
    """Give up jobs whose worker was lost once too often, and cancelled ones that nobody holds."""
    lost = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now)
    lost.filter(cancel_requested=True).update(status=Job.Status.CANCELLED, finished_at=now, lease_until=None)
    lost.filter(attempts__gte=F("max_attempts")).update(
        status=Job.Status.DEAD,
        finished_at=now,
        lease_until=None,
        error_type="xingke_web.jobs.queue.WorkerLost",
        error_words=both("执行该任务的进程多次中断", "the process that ran this task was lost too often"),
    )


class WorkerLost(Exception):
    """The process that held a job ended without a word."""


def keep(hold: Hold, *, done: int, total: int | None, words: Words | None) -> bool | None:
    """Prolong the lease and show progress. Returns whether to cancel, None where the lease is lost."""
    changed = hold.rows().update(lease_until=timezone.now() + lease_span(), progress_done=done, progress_total=total, progress_words=words)
    if not changed:
        return None
    return hold.rows().filter(cancel_requested=True).exists()


def finish(hold: Hold, *, result: Any) -> bool:
    """The job is done. Returns False where somebody else holds it by now."""
    return bool(
        hold.rows().update(
            status=Job.Status.DONE,
            result=result,
            finished_at=timezone.now(),
            lease_until=None,
            error_type="",
            error_trace="",
            error_words=None,
        )
    )


def give_back(hold: Hold) -> bool:
    """The worker stops before it began: the attempt does not count."""
    return bool(hold.rows().update(status=Job.Status.READY, lease_until=None, attempts=F("attempts") - 1, run_after=timezone.now()))


def cancelled(hold: Hold) -> bool:
    """The task stopped because it was asked to."""
    return bool(hold.rows().update(status=Job.Status.CANCELLED, finished_at=timezone.now(), lease_until=None))


def fail(hold: Hold, *, error_type: str, trace: str, words: Words | None, again: bool) -> bool:
    """The attempt failed: try later, each time after twice the pause, or give up. Returns whether it will be tried again."""
    now = timezone.now()
    limit = hold.rows().values_list("max_attempts", flat=True).first()
    retry = again and limit is not None and hold.attempt < limit
    values: dict[str, Any] = {"error_type": error_type, "error_trace": trace, "error_words": words, "lease_until": None}
    if retry:
        pause = min(timedelta(seconds=_BACK_OFF_SECONDS * 2 ** (hold.attempt - 1)), _BACK_OFF_MOST)
        values |= {"status": Job.Status.READY, "run_after": now + pause}
    else:
        values |= {"status": Job.Status.DEAD, "finished_at": now}
    return bool(hold.rows().update(**values)) and retry


def cancel(job_id: UUID) -> bool:
    """Ask a job to stop: a waiting one ends here, a running one at its next progress. Returns whether it was open."""
    now = timezone.now()
    if Job.objects.filter(pk=job_id, status=Job.Status.READY).update(status=Job.Status.CANCELLED, finished_at=now):
        return True
    return bool(Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(cancel_requested=True))
