"""The audit page, its check of the chain, and its export."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.export_guard import export_check
from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.audit import selectors
from xingke_web.audit.chain import verify_chain
from xingke_web.audit.facade import record
from xingke_web.audit.selectors import EntryFilter
from xingke_web.audit.tables import ENTRIES, filters_for
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.filters import BoundFilters
from xingke_web.ui.pages import page

_EXPORT_MOST = 50_000


@needs("audit.view")
@require_GET
def entry_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Who did what in the viewer's part of the workspace."""
    viewer = _viewer(request)
    filters = _filters(request, viewer)
    entries = selectors.entry_list(viewer=viewer, wanted=_wanted(filters))
    window = ENTRIES.window(request.GET)
    rows = selectors.rows_of(list(entries[window.offset : window.offset + window.limit]), viewer.language)
    context = {
        "table": ENTRIES.bind(request, rows, entries.count()),
        "filters": filters,
        "may_export": viewer.can("export"),
        "may_verify": viewer.is_workspace_wide,
    }
    return page(request, "audit/entry_list.html", context, partial="entries")


@needs("audit.view")
@require_POST
def verify(request: HttpRequest, workspace: str) -> HttpResponse:
    """Check every seal of the workspace's chain and show what was found."""
    viewer = _viewer(request)
    report = verify_chain(viewer.workspace.id)
    record("audit.verified", viewer=viewer, count=report.count, problems=len(report.problems))
    return page(request, "audit/verify.html", {"report": report}, partial="report")


@needs("audit.view")
@needs("export")
@require_POST
def export(request: HttpRequest, workspace: str) -> HttpResponse:
    """The filtered entries as CSV; that somebody took them is an entry itself."""
    viewer = _viewer(request)
    entries = selectors.entry_list(viewer=viewer, wanted=_wanted(_filters(request, viewer)))[:_EXPORT_MOST]
    rows = selectors.rows_of(list(entries), viewer.language)
    export_check(viewer=viewer, what="audit", count=0, persons=False)
    record("audit.exported", viewer=viewer, count=len(rows))
    return CsvFile(f"audit-{viewer.workspace.slug}", ENTRIES.export_header(), ENTRIES.export_rows(rows))


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer


def _filters(request: HttpRequest, viewer: Viewer) -> BoundFilters:
    people = selectors.people_choices(viewer)
    return filters_for(people=people, language=viewer.language).parse(request.GET)


def _wanted(filters: BoundFilters) -> EntryFilter:
    values = filters.values
    return EntryFilter(
        search=values.get("q", ""),
        name=values.get("name", ""),
        person=values.get("person", ""),
        days=values.get("day", (None, None)),
        subject=values.get("subject", ""),
    )
