"""The pages of rows that wait: the loads, and the groups of one load with what can be done about each."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.engine.lake import LakeEmpty
from xingke.errors import UserFacingError
from xingke.schema import TABLES
from xingke_web.accounts.facade import ROOT, Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.ingest import retry as trying
from xingke_web.ingest.holding import holder_of, loads_held
from xingke_web.ingest.quarantine import tables_in_scope
from xingke_web.ingest.tabs import tabs_for
from xingke_web.ui.pages import page

GROUPS_SHOWN = 100


@needs("quarantine.view")
@require_GET
def waiting(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every load of which rows wait; for people of a part of the organisation, the tables with rows of theirs."""
    viewer = _viewer(request)
    whole = viewer.can("data.view") and viewer.scope_path == ROOT
    loads = loads_held(viewer.workspace) if whole else []
    tables = [] if whole else _tables(viewer)
    total = sum(load.rows for load in loads) + sum(rows for _name, _label, rows in tables)
    context = {"tabs": tabs_for(request, viewer), "loads": loads, "tables": tables, "total": total}
    return page(request, "ingest/waiting.html", context)


@needs("data.view")
@require_GET
def waiting_load(request: HttpRequest, workspace: str, load_id: str) -> HttpResponse:
    """The waiting rows of one load by fault and value."""
    viewer = _viewer(request)
    held = next((load for load in loads_held(viewer.workspace) if load.load_id == load_id), None)
    left_out = trying.left_out_rows(viewer.workspace, load_id) if held else 0
    if held is None and holder_of(viewer.workspace, load_id) is None:
        raise Http404
    if held is None:
        return redirect("ingest:waiting", workspace=viewer.workspace.slug)
    groups = trying.groups_of(viewer.workspace, load_id)
    context = {
        "tabs": tabs_for(request, viewer),
        "held": held,
        "groups": groups[:GROUPS_SHOWN],
        "more": len(groups) - GROUPS_SHOWN,
        "left_out": left_out,
        "may_act": viewer.can("data.run"),
    }
    return page(request, "ingest/waiting_load.html", context)


@needs("data.run")
@require_POST
def waiting_retry(request: HttpRequest, workspace: str, load_id: str) -> HttpResponse:
    """Try again: a group with a new value, a group as it is, or the whole load."""
    viewer = _viewer(request)
    if holder_of(viewer.workspace, load_id) is None:
        raise Http404
    value = request.POST.get("value", "").strip()
    try:
        done = trying.retry(viewer=viewer, load_id=load_id, group=request.POST.get("group", ""), value=value or None)
    except UserFacingError as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        words = _("%(passed)s of %(tried)s rows pass now and join with the next pass; %(waiting)s still wait.")
        text = words % {"passed": done.passed, "tried": done.tried, "waiting": done.waiting}
        (messages.success if done.passed else messages.warning)(request, text)
    return redirect("ingest:waiting_load", workspace=viewer.workspace.slug, load_id=load_id)


@needs("data.run")
@require_POST
def waiting_leave(request: HttpRequest, workspace: str, load_id: str) -> HttpResponse:
    """Leave a group out for good."""
    viewer = _viewer(request)
    group = request.POST.get("group", "")
    if not group or holder_of(viewer.workspace, load_id) is None:
        raise Http404
    try:
        rows = trying.leave_out(viewer=viewer, load_id=load_id, group=group, why=request.POST.get("why", ""))
    except UserFacingError as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("%(count)s rows were left out for good; the reason is in the audit log.") % {"count": rows})
    return redirect("ingest:waiting_load", workspace=viewer.workspace.slug, load_id=load_id)


def _tables(viewer: Viewer) -> list[tuple[str, str, int]]:
    try:
        found = tables_in_scope(viewer)
    except LakeEmpty:
        return []
    return [(name, TABLES[name].label[viewer.language], sum(counts.values())) for name, counts in found.items()]


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
