"""Imports as background work."""

from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.models import Import
from xingke_web.ingest.tasks import loop_run
from xingke_web.jobs.facade import JobState, job_add, task


@task
def import_run(import_id: int) -> None:
    """Load a file, then queue the pass that makes customers and facts of its rows."""
    kept = load_now(import_id)
    job = pass_queue(kept.workspace.slug, kept.workspace_id)
    Import.objects.filter(pk=import_id).update(job_id=job.id)


def pass_queue(workspace_slug: str, workspace_id: int) -> JobState:
    """Queue a pass that sees what is stored now: where one runs already, another one behind it."""
    key = f"loop:{workspace_slug}"
    job = job_add(loop_run, workspace_slug, "", workspace_id=workspace_id, unique_key=key, max_attempts=1)
    if job.status != "running":
        return job
    return job_add(loop_run, workspace_slug, "", workspace_id=workspace_id, unique_key=f"{key}:next", max_attempts=8)
