"""The data page: sources, quality, the live snapshot, runs, quarantine."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from xingke.engine.lake import LakeEmpty
from xingke.schema import TABLES
from xingke_web.accounts.export_guard import export_check
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.audit.facade import record
from xingke_web.ingest import quarantine as held
from xingke_web.ingest import selectors, services
from xingke_web.ingest.first_steps import first_steps
from xingke_web.ingest.import_shown import recent
from xingke_web.ingest.lineage import lineage_svg
from xingke_web.ingest.tabs import tabs_for
from xingke_web.loop.facade import lake_reader, newcomers
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.pages import page
from xingke_web.ui.tables import Window


@needs("data.view")
@require_GET
def data(request: HttpRequest, workspace: str) -> HttpResponse:
    """What was loaded, how good it was, and what was made of it."""
    viewer = _viewer(request)
    load = selectors.last_load(viewer.workspace)
    try:
        tables, snapshot = selectors.stored_tables(viewer.workspace), lake_reader(viewer.workspace).snapshot
    except LakeEmpty:
        tables, snapshot = [], None
    label = selectors.source_label(load.source) if load else ""
    context = {
        "tabs": tabs_for(request, viewer),
        "load": load,
        "load_source": label,
        "loads": selectors.loads_of(viewer.workspace, load) if load else [],
        "state": selectors.sources_state(viewer.workspace),
        "failed": selectors.last_failed_run(viewer.workspace),
        "failed_text": _failed_text(viewer),
        "newcomers": _newcomers(viewer),
        "tables": tables,
        "snapshot": snapshot,
        "lineage": lineage_svg([table for table in tables if table.kind != "quarantine"], load.source if load else "", label),
        "runs": selectors.runs_shown(viewer.workspace),
        "job": services.open_job(viewer.workspace.id),
        "choices": selectors.source_choices(viewer.workspace),
        "may_run": viewer.can("data.run"),
        "first_steps": [] if tables else first_steps(viewer),
        "recent": recent(viewer.workspace, 6),
    }
    return page(request, "ingest/data.html", context)


@needs("data.run")
@require_POST
def run(request: HttpRequest, workspace: str) -> HttpResponse:
    """Queue a pass of the loop; the page shows how far it is."""
    viewer = _viewer(request)
    source = request.POST.get("source", "")
    if source and source not in dict(selectors.source_choices(viewer.workspace)):
        raise Http404
    try:
        services.run_start(viewer=viewer, source=source)
    except services.RunUnderWay as refused:
        messages.warning(request, refused.text(viewer.language))
    return redirect("ingest:data", workspace=viewer.workspace.slug)


@needs("quarantine.view")
@require_GET
def quarantine(request: HttpRequest, workspace: str, table: str) -> HttpResponse:
    """The rows of one table in the viewer's scope that did not reach the lake, with their reasons."""
    viewer = _viewer(request)
    counts = _counts(viewer, table)
    filters = held.filters_for(counts).parse(request.GET)
    window = held.TABLE.window(request.GET)
    rows, total = held.rows_of(viewer, table, reason=filters.values.get("reason", ""), window=window)
    context = {
        "name": table,
        "label": TABLES[table].label[viewer.language],
        "reasons": held.reasons_of(counts),
        "total": sum(counts.values()),
        "wrong": held.faults_in(counts),
        "filters": filters,
        "table": held.TABLE.bind(request, rows, total),
        "may_export": viewer.can("export"),
    }
    return page(request, "ingest/quarantine.html", context, partial="rows")


@needs("quarantine.view")
@needs("export")
@require_POST
def quarantine_export(request: HttpRequest, workspace: str, table: str) -> HttpResponse:
    """The rows as CSV, masked as on the page; that somebody took them is written down."""
    viewer = _viewer(request)
    filters = held.filters_for(_counts(viewer, table)).parse(request.GET)
    reason = filters.values.get("reason", "")
    window = Window(sort="", descending=False, page=1, size=held.MOST_EXPORTED)
    rows, _total = held.rows_of(viewer, table, reason=reason, window=window)
    export_check(viewer=viewer, what="quarantine", count=len(rows), persons=False)
    record("quarantine.exported", viewer=viewer, rows=len(rows), table=table, reason=reason)
    return CsvFile(f"quarantine-{table}-{viewer.workspace.slug}", held.TABLE.export_header(), held.TABLE.export_rows(rows))


def _counts(viewer: Viewer, table: str) -> dict[str, int]:
    try:
        counts = held.counts_in_scope(viewer, table)
    except LakeEmpty:
        counts = {}
    if not counts:
        raise Http404
    return counts


def _failed_text(viewer: Viewer) -> str:
    failed = selectors.last_failed_run(viewer.workspace)
    return "" if failed is None else failed.error_zh if viewer.language == "zh" else failed.error_en


def _newcomers(viewer: Viewer) -> list[tuple[str, str]]:
    """What a failed pass may have stumbled over: the name of each load, and the page that takes it back."""
    if selectors.last_failed_run(viewer.workspace) is None or not viewer.can("data.run"):
        return []
    slug = viewer.workspace.slug
    return [
        (
            each.name[viewer.language],
            reverse("ingest:import", args=[slug, each.number])
            if each.connection is None
            else reverse("ingest:pull", args=[slug, each.connection, each.number]),
        )
        for each in newcomers(viewer.workspace.id)
    ]


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
