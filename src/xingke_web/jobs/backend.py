"""The django-tasks backend over the lease table: `task.enqueue(...)` writes a row in the caller's transaction."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from xingke_web.jobs.models import Job
from xingke_web.jobs.queue import NewJob, job_insert

T = TypeVar("T")

_STATUS = {
    "ready": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "dead": TaskResultStatus.FAILED,
    "cancelled": TaskResultStatus.FAILED,
}


class LeaseBackend(BaseTaskBackend):
    """Tasks as leased rows of the operational database."""

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """One row; it is there exactly when the surrounding transaction commits."""
        self.validate_task(task)
        return result_of(job_insert(new_job(task, args=list(args), kwargs=dict(kwargs))))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The state of a job as django-tasks shows it."""
        try:
            return result_of(Job.objects.get(pk=UUID(result_id)))
        except (Job.DoesNotExist, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error


def new_job(
    task: Task[Any, Any],
    *,
    args: list[Any],
    kwargs: dict[str, Any],
    run_after: datetime | None = None,
    unique_key: str | None = None,
    workspace_id: int | None = None,
    max_attempts: int | None = None,
) -> NewJob:
    """The row for a call of a task."""
    return NewJob(
        task=task.module_path,
        queue=task.queue_name,
        priority=task.priority,
        args=args,
        kwargs=kwargs,
        run_after=run_after or task.run_after,
        unique_key=unique_key,
        workspace_id=workspace_id,
        max_attempts=max_attempts,
    )


def task_of(path: str) -> Task[Any, Any]:
    """The task that a stored path names."""
    found = import_string(path)
    if not isinstance(found, Task):
        raise TypeError(f"{path} is not a task")
    return found


def result_of(job: Job) -> TaskResult[Any]:
    """A job as the result object of django-tasks."""
    result: TaskResult[Any] = TaskResult(
        task=task_of(job.task),
        id=str(job.pk),
        status=_STATUS[job.status],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.last_attempted_at,
        args=job.args,
        kwargs=job.kwargs,
        backend="default",
        errors=[TaskError(exception_class_path=job.error_type, traceback=job.error_trace)] if job.error_type else [],
        worker_ids=job.workers,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
