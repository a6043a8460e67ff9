"""The worker: claims due jobs in batches, keeps their leases alive, runs them, writes what came of them."""

import logging
import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json

from xingke.errors import PermanentError, UserFacingError
from xingke_web.config.log import safe_trace
from xingke_web.jobs import queue
from xingke_web.jobs.backend import result_of, task_of
from xingke_web.jobs.current import JobCancelled, LeaseLost, Running, running
from xingke_web.jobs.models import Job
from xingke_web.jobs.schedules import schedules_due

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 1.0


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def run_worker(stop_event: Event, *, queues: Sequence[str] = (), idle_seconds: float = _IDLE_SECONDS) -> int:
    """Work until `stop_event` is set; the job at hand is finished first. Returns how many jobs were run."""
    name, count = worker_name(), 0
    log.info("worker %s started", name)
    while not stop_event.is_set():
        try:
            close_old_connections()
            schedules_due()
            jobs = queue.claim(worker=name, most=settings.XINGKE_WORKER_BATCH, queues=queues)
            count += _run_batch(jobs, stop_event)
        except DatabaseError:
            # The database may be away for a while; the jobs are safe in it.
            log.exception("worker %s could not reach the database", name)
            jobs = []
        if not jobs:
            stop_event.wait(idle_seconds)
    connection.close()
    log.info("worker %s stopped after %d jobs", name, count)
    return count


def run_due(*, queues: Sequence[str] = (), most: int = 100) -> int:
    """Run what is due now in this thread and return how many jobs that were: for commands, and for tests inside a transaction."""
    jobs = queue.claim(worker=worker_name(), most=most, queues=queues)
    for job in jobs:
        _run(job, Running(_hold_of(job)))
    return len(jobs)


def _run_batch(jobs: Sequence[Job], stop_event: Event) -> int:
    held = [Running(_hold_of(job)) for job in jobs]
    count = 0
    with _heart_beat(held):
        for job, mine in zip(jobs, list(held), strict=True):
            if stop_event.is_set():
                queue.give_back(mine.hold)
            else:
                _run(job, mine)
                count += 1
            held.remove(mine)
    return count


def _hold_of(job: Job) -> queue.Hold:
    return queue.Hold(job_id=job.pk, worker=job.worker, attempt=job.attempts)


@contextmanager
def _heart_beat(held: list[Running]) -> Iterator[None]:
    """Prolong the leases of all held jobs from a thread of its own."""
    if not held:
        yield
        return
    end = Event()
    thread = Thread(target=_beat, args=(held, end), name="xingke-heart-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _beat(held: list[Running], end: Event) -> None:
    pause = min(queue.lease_span().total_seconds() / 4, 1.0)
    while not end.wait(pause):
        for mine in list(held):
            with suppress(DatabaseError):
                _keep(mine)
    connection.close()


def _keep(mine: Running) -> None:
    done, total, words = mine.said()
    cancel = queue.keep(mine.hold, done=done, total=total, words=words)
    if cancel is None:
        mine.lost.set()
    elif cancel:
        mine.stop.set()


def _run(job: Job, mine: Running) -> None:
    token = running.set(mine)
    try:
        result = _call(job)
    except JobCancelled:
        queue.cancelled(mine.hold)
    except LeaseLost:
        log.warning("job %s was taken over by another worker", job.pk)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is written to its row
        _failed(job, mine, error)
    else:
        _done(job, mine, result)
    finally:
        running.reset(token)


def _call(job: Job) -> object:
    task = task_of(job.task)
    args = (TaskContext(task_result=result_of(job)), *job.args) if task.takes_context else job.args
    return normalize_json(task.call(*args, **job.kwargs))


def _done(job: Job, mine: Running, result: object) -> None:
    done, total, words = mine.said()
    with transaction.atomic():
        mine.hold.rows().update(progress_done=done, progress_total=total, progress_words=words)
        kept = queue.finish(mine.hold, result=result)
    if not kept:
        log.warning("job %s ended after its lease; its result is left to the worker that has it now", job.pk)


def _failed(job: Job, mine: Running, error: Exception) -> None:
    log.exception("job %s (%s) failed at attempt %d", job.pk, job.task, job.attempts)
    words = error.words if isinstance(error, UserFacingError) else None
    again = not isinstance(error, PermanentError | UserFacingError)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    queue.fail(mine.hold, error_type=kind[:200], trace=safe_trace(error), words=words, again=again)
