"""Pulls as background work, by hand and by schedule."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from xingke.words import both
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.config.resealing import resealer_register
from xingke_web.ingest.connections import next_time, spools_reseal
from xingke_web.ingest.import_tasks import pass_queue
from xingke_web.ingest.models import Connection, Pull
from xingke_web.ingest.pulls import pull_now
from xingke_web.jobs.facade import JobState, Recurring, job_add, job_state, schedule, task


@task
def pull_run(connection_id: int, cause: str) -> None:
    """Pull a connection, then queue the pass that makes customers and facts of what came."""
    loaded = pull_now(connection_id, cause=cause)
    connection = Connection.objects.select_related("workspace").get(pk=connection_id)
    if loaded and connection.runs_pass:
        pass_queue(connection.workspace.slug, connection.workspace_id)


@task
def pulls_due() -> None:
    """Queue every connection whose time has come; missed times are not made up for."""
    now = timezone.now()
    for connection in Connection.objects.filter(state=Connection.State.ACTIVE, next_at__lte=now):
        with transaction.atomic():
            pull_queue(connection, cause=Pull.Cause.SCHEDULE)
            connection.next_at = next_time(connection, now)
            connection.save(update_fields=["next_at"])


def pull_queue(connection: Connection, *, cause: str) -> JobState:
    """Queue a pull; while one of the connection waits or runs, it is that one."""
    job = job_add(pull_run, connection.pk, cause, workspace_id=connection.workspace_id, unique_key=f"pull:{connection.pk}")
    Connection.objects.filter(pk=connection.pk).update(job_id=job.id)
    return job


@transaction.atomic
def pull_start(*, viewer: Viewer, connection: Connection) -> JobState:
    """Pull now, by hand."""
    job = pull_queue(connection, cause=Pull.Cause.HAND)
    record("pull.started", viewer=viewer, subject=connection)
    return job


def job_of(connection: Connection) -> JobState | None:
    """Its last pull as background work."""
    return job_state(connection.job_id, workspace_id=connection.workspace_id) if connection.job_id else None


def register() -> None:
    """Look every minute for connections whose time has come; take part in the work after a rotation of keys."""
    resealer_register("spools", spools_reseal)
    schedule(Recurring("pulls", pulls_due, both("按计划读取数据源", "pull sources by schedule"), every=timedelta(minutes=1)))
