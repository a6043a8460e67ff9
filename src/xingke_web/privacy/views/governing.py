"""Retention, uses of data, and keys."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.engine import LakeEmpty
from xingke.errors import UserFacingError
from xingke.schema import TABLES
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.config.key_rotation import keys_listed
from xingke_web.jobs.facade import jobs_recent
from xingke_web.loop.facade import lake_of
from xingke_web.privacy import tasks
from xingke_web.privacy.key_work import key_rotate
from xingke_web.privacy.models import DataUse, RetentionRun
from xingke_web.privacy.retention import clocks, retention_run, retention_set
from xingke_web.privacy.uses import BASES, use_decide, use_propose
from xingke_web.privacy.views.shared import address, done, request_viewer, tabs
from xingke_web.privacy.zone import zone_table
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.pages import page


@needs("privacy.view")
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """Each class of data with its clock and what the next run erases."""
    viewer = request_viewer(request)
    if request.method == "POST":
        return _clock_set(request, viewer)
    language = viewer.language
    shown = [
        {
            "name": clock.data.name,
            "label": clock.data.label[language],
            "basis": clock.data.basis[language],
            "months": clock.months,
            "most": clock.data.months,
            "before": clock.before,
            "due": clock.due,
            "is_clocked": clock.data.erase is not None,
        }
        for clock in clocks(viewer.workspace)
    ]
    runs = RetentionRun.objects.filter(workspace_id=viewer.workspace.id)[:10]
    context = {"tabs": tabs(viewer, "retention"), "clocks": shown, "runs": runs, "may_edit": viewer.can("privacy.govern")}
    return page(request, "privacy/retention.html", context)


@needs("privacy.govern")
def _clock_set(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    months = request.POST.get("months", "")
    return done(
        request,
        lambda: retention_set(
            viewer=viewer,
            data_class=request.POST.get("data_class", ""),
            months=int(months) if months.isdecimal() and len(months) < 5 else 0,
        ),
        said=_("The clock was set."),
        back=address(viewer, "retention"),
    )


@needs("privacy.govern")
@require_POST
def retention_now(request: HttpRequest, workspace: str) -> HttpResponse:
    """Erase what is due now instead of tonight."""
    viewer = request_viewer(request)
    return done(request, lambda: retention_run(viewer.workspace), said=_("What was due is erased."), back=address(viewer, "retention"))


@needs("privacy.view")
@require_http_methods(["GET", "POST"])
def uses(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """Uses of personal data with their assessments; a new one is proposed here."""
    viewer = request_viewer(request)
    if request.method == "POST":
        return _proposed(request, viewer)
    found = DataUse.objects.filter(workspace_id=viewer.workspace.id).select_related("proposed_by", "decided_by")[:100]
    lake = lake_of(viewer.workspace)
    context = {
        "tabs": tabs(viewer, "uses"),
        "uses": [
            {
                "use": one,
                "basis": basis_words().get(one.basis, one.basis),
                "may_decide": one.state == "proposed" and one.proposed_by_id != viewer.user_id,
            }
            for one in found
        ],
        "bases": [(key, basis_words()[key]) for key in BASES],
        "tables": []
        if lake.is_empty
        else sorted((name, TABLES[name].label[viewer.language]) for name in lake.current().tables if name in TABLES),
        "may_edit": viewer.can("privacy.govern"),
        "may_export": viewer.can("export"),
    }
    return page(request, "privacy/uses.html", context)


def basis_words() -> dict[str, str]:
    """What a use rests on, in words."""
    return {"consent": _("Consent"), "contract": _("Contract"), "legal_duty": _("Legal duty"), "pseudonymised": _("Without persons")}


@needs("privacy.govern")
def _proposed(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    given: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("name", "purpose", "basis", "recipients", "assessment", "measures")
    }
    given.update({name: name in request.POST for name in ("is_sensitive", "is_automated")})
    fields = request.POST.get("fields", "").replace("，", ",").split(",")
    return done(
        request,
        lambda: use_propose(viewer=viewer, fields=fields, **given),
        said=_("The use was proposed; another person decides."),
        back=address(viewer, "uses"),
    )


@needs("privacy.govern")
@require_POST
def use_decided(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """Approve or refuse a use."""
    viewer = request_viewer(request)
    use = get_object_or_404(DataUse, workspace_id=viewer.workspace.id, pk=key)
    approved = request.POST.get("decision") == "approve"
    return done(
        request,
        lambda: use_decide(viewer=viewer, use=use, approved=approved),
        said=_("The decision was noted."),
        back=address(viewer, "uses"),
    )


@needs("privacy.view")
@needs("export")
@require_POST
def use_export(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """A table of the analysis zone as CSV, under an approved use."""
    viewer = request_viewer(request)
    use = get_object_or_404(DataUse, workspace_id=viewer.workspace.id, pk=key)
    table = request.POST.get("table", "")
    try:
        grouped = zone_table(viewer=viewer, use=use, table=table)
    except (UserFacingError, LakeEmpty) as error:
        messages.error(request, error.text(viewer.language))
        return HttpResponseRedirect(address(viewer, "uses"))
    rows = zip(*(column.to_pylist() for column in grouped.rows.columns), strict=True)
    return CsvFile(f"zone-{table}-{use.pk}", grouped.rows.column_names, rows)


@needs("privacy.view")
@require_GET
def keys(request: HttpRequest, workspace: str) -> HttpResponse:
    """The keys of the workspace, and the work after a rotation."""
    viewer = request_viewer(request)
    context = {
        "tabs": tabs(viewer, "keys"),
        "keys": keys_listed(viewer.workspace.id),
        "jobs": jobs_recent(workspace_id=viewer.workspace.id, tasks=[tasks.reseal], most=5),
        "may_edit": viewer.can("privacy.govern"),
    }
    return page(request, "privacy/keys.html", context)


@needs("privacy.govern")
@require_POST
def keys_rotate(request: HttpRequest, workspace: str) -> HttpResponse:
    """A new data key for the workspace."""
    viewer = request_viewer(request)
    return done(
        request,
        lambda: key_rotate(viewer.workspace, viewer=viewer),
        said=_("New values use the new key from now on; the others follow in the background."),
        back=address(viewer, "keys"),
    )
