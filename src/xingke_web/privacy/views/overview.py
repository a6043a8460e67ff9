"""The overview of privacy, and incidents with their clocks."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke_web.accounts.facade import Viewer, needs
from xingke_web.config.key_rotation import keys_listed
from xingke_web.customers.facade import PURPOSE_WORDS, consent_coverage
from xingke_web.loop.facade import business_now
from xingke_web.privacy.incidents import block_lift, incident_report, incident_step, steps_of
from xingke_web.privacy.models import AuditReport, DataUse, ExportBlock, Incident, SubjectRequest
from xingke_web.privacy.retention import clocks
from xingke_web.privacy.signing import is_signed
from xingke_web.privacy.views.shared import address, done, request_viewer, tabs
from xingke_web.ui.pages import page

CLOSED: Final = (SubjectRequest.State.DONE, SubjectRequest.State.REFUSED)
STEP_WORDS: Final = {
    "contained": gettext_lazy("Contained"),
    "authority": gettext_lazy("Authority told"),
    "people": gettext_lazy("People told"),
    "recovered": gettext_lazy("Recovered"),
}


@needs("privacy.view")
@require_GET
def overview(request: HttpRequest, workspace: str) -> HttpResponse:
    """How the personal data of the viewer's units stand; and of the whole workspace, what all units share."""
    viewer, today = request_viewer(request), timezone.localdate()
    waiting = SubjectRequest.objects.visible_to(viewer).exclude(state__in=CLOSED).order_by("due_on", "pk")
    late = waiting.filter(due_on__lt=today).count()
    coverage = consent_coverage(viewer.workspace.id, at=business_now(viewer.workspace), scope_path=viewer.scope_path)
    context: dict[str, Any] = {
        "tabs": tabs(viewer, "overview"),
        "coverage": [(PURPOSE_WORDS[purpose], held, of, held / of if of else 0.0) for purpose, (held, of) in coverage.items()],
        "requests": [{"request": one, "is_late": one.due_on < today, "url": address(viewer, "request", one.pk)} for one in waiting[:6]],
        "kpis": [
            _kpi(viewer, "requests", _("Open requests"), waiting.count(), _("%(count)s overdue") % {"count": late}),
        ],
        "is_whole": viewer.is_workspace_wide,
    }
    if viewer.is_workspace_wide:
        governing = _governing(viewer)
        context["kpis"] += governing.pop("kpis")
        context |= governing
    return page(request, "privacy/overview.html", context)


def _governing(viewer: Viewer) -> dict[str, Any]:
    """How what all units share stands: clocks, uses, incidents, the key and the quarterly reports."""
    within, today = {"workspace_id": viewer.workspace.id}, timezone.localdate()
    open_incidents = Incident.objects.filter(**within).exclude(state=Incident.State.RECOVERED)
    proposed = DataUse.objects.filter(**within, state=DataUse.State.PROPOSED).count()
    due = [clock for clock in clocks(viewer.workspace) if clock.due]
    key = next((line for line in keys_listed(viewer.workspace.id) if line.use == "data" and line.is_current), None)
    return {
        "kpis": [
            _kpi(viewer, "retention", _("Due for erasure"), sum(clock.due for clock in due), _("rows past their clock")),
            _kpi(viewer, "uses", _("Uses to approve"), proposed, _("another person decides")),
            _kpi(viewer, "incidents", _("Open incidents"), open_incidents.count(), _("clocks are running") if open_incidents else "—"),
        ],
        "key": key,
        "key_days": (today - timezone.localdate(key.created_at)).days if key else None,
        "reports": [(report, is_signed(report.content, report.signature)) for report in AuditReport.objects.filter(**within)[:4]],
    }


@needs("privacy.view")
@require_http_methods(["GET", "POST"])
def incidents(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """Incidents with their steps; a new one is reported here."""
    viewer = request_viewer(request)
    if request.method == "POST":
        return _reported(request, viewer)
    found = Incident.objects.filter(workspace_id=viewer.workspace.id).select_related("reported_by")[:50]
    blocks = ExportBlock.objects.filter(workspace_id=viewer.workspace.id, lifted_at__isnull=True).select_related("user")
    context = {
        "tabs": tabs(viewer, "incidents"),
        "incidents": [{"incident": one, "steps": [_step(step) for step in steps_of(one)]} for one in found],
        "blocks": blocks,
        "kinds": Incident.Kind.choices,
        "may_edit": viewer.can("privacy.govern"),
    }
    return page(request, "privacy/incidents.html", context)


@needs("privacy.govern")
def _reported(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    people = request.POST.get("people", "")
    return done(
        request,
        lambda: incident_report(
            workspace_id=viewer.workspace.id,
            kind=request.POST.get("kind", ""),
            what=request.POST.get("what", ""),
            people=int(people) if people.isdecimal() and len(people) < 10 else None,
            viewer=viewer,
        ),
        said=_("The incident was reported; its clocks are running."),
        back=address(viewer, "incidents"),
    )


@needs("privacy.govern")
@require_POST
def incident_moved(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """Note that a step was taken."""
    viewer = request_viewer(request)
    incident = get_object_or_404(Incident, workspace_id=viewer.workspace.id, pk=key)
    step, note = request.POST.get("step", ""), request.POST.get("note", "")
    return done(
        request,
        lambda: incident_step(viewer=viewer, incident=incident, step=step, note=note),
        said=_("The step was noted."),
        back=address(viewer, "incidents"),
    )


@needs("privacy.govern")
@require_POST
def block_lifted(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """Let an account export again."""
    viewer = request_viewer(request)
    block = get_object_or_404(ExportBlock, workspace_id=viewer.workspace.id, pk=key, lifted_at__isnull=True)
    return done(
        request, lambda: block_lift(viewer=viewer, block=block), said=_("The account may export again."), back=address(viewer, "incidents")
    )


def _step(step: Any) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": STEP_WORDS[step.name],
        "done_at": step.done_at,
        "due_at": step.due_at,
        "left": step.due_at - timezone.now(),
        "tone": ("warn" if step.is_late else "ok") if step.done_at else ("bad" if step.is_late else "neutral"),
    }


def _kpi(viewer: Viewer, name: str, label: str, value: int, note: str) -> dict[str, Any]:
    return {"label": label, "value": f"{value:,}", "url": address(viewer, name), "note": note, "values": None}
