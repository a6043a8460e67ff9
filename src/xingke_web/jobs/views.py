"""A job's progress as a fragment for any page, and the request to stop it."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.audit.facade import record
from xingke_web.jobs.contracts import JobState
from xingke_web.jobs.facade import job_cancel, job_state
from xingke_web.ui.pages import page


@needs("data.view")
@require_GET
def show(request: HttpRequest, workspace: str, job_id: UUID) -> HttpResponse:
    """How far a job of this workspace is; the fragment asks again while the job is open."""
    return _answer(request, _job(request, job_id))


@needs("data.run")
@require_POST
def cancel(request: HttpRequest, workspace: str, job_id: UUID) -> HttpResponse:
    """Ask a job of this workspace to stop."""
    viewer, job = cast("ViewerRequest", request).viewer, _job(request, job_id)
    if job_cancel(job_id, workspace_id=viewer.workspace.id):
        record("job.cancelled", viewer=viewer, subject=("job", job_id), task=job.task.rpartition(".")[2])
    if request.headers.get("HX-Request") == "true":
        return _answer(request, _job(request, job_id))
    return redirect("jobs:show", workspace=workspace, job_id=job_id)


def _job(request: HttpRequest, job_id: UUID) -> JobState:
    job = job_state(job_id, workspace_id=cast("ViewerRequest", request).viewer.workspace.id)
    if job is None:
        raise Http404
    return job


def _answer(request: HttpRequest, job: JobState) -> HttpResponse:
    viewer = cast("ViewerRequest", request).viewer
    context = {
        "job": job,
        "percent": None if job.share is None else round(job.share * 100),
        "message": job.message[viewer.language] if job.message else "",
        "error": job.error[viewer.language] if job.error else "",
        "may_cancel": job.is_open and viewer.can("data.run"),
    }
    return page(request, "jobs/job.html", context, partial="progress")
