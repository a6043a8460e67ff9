"""The customer list, its export, and the way from what it shows to a new segment."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.engine import LakeEmpty
from xingke.errors import UserFacingError
from xingke.expr import All, to_json
from xingke.extensions import Pack, pack
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers.exports import EXPORT_PURPOSES, customers_file, export_form
from xingke_web.customers.filters import VIEWS, View, condition_of, filters_for, segment_condition, view_named
from xingke_web.customers.hints import hints_for
from xingke_web.customers.listing import CustomerList
from xingke_web.customers.tables import COOKIE, amounts_scaled, chosen_columns, columns_for, table_for
from xingke_web.customers.views.shared import no_data, request_viewer
from xingke_web.loop.facade import catalogue_of, lake_reader
from xingke_web.ui.filters import BoundFilters
from xingke_web.ui.pages import page
from xingke_web.ui.tables import without_query

COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Asked:
    """What a request to the list asks for."""

    pack: Pack
    view: View
    filters: BoundFilters
    customers: CustomerList

    @property
    def condition(self) -> All:
        """View and filters, without the search text."""
        return condition_of(self.view, self.filters, self.pack)

    @property
    def search(self) -> str:
        """The search text, empty without one."""
        return self.filters.get("q") or ""


def _asked(viewer: Viewer, query: QueryDict) -> Asked:
    catalogue, trade = catalogue_of(viewer.workspace), pack(viewer.workspace.pack)
    filters = filters_for(catalogue_of(viewer.workspace, viewer.scope_path), trade, viewer.language).parse(query)
    view = view_named(query.get("view", ""))
    return Asked(trade, view, filters, CustomerList(lake_reader(viewer.workspace), catalogue, viewer))


@needs("customers.view")
@require_GET
def customer_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """The customers of the viewer's scope."""
    viewer = request_viewer(request)
    try:
        asked = _asked(viewer, request.GET)
    except LakeEmpty:
        return no_data(request, viewer)
    columns = columns_for(workspace, asked.pack, viewer.language)
    chosen = chosen_columns(request, columns)
    window = table_for(columns, chosen, asked.pack, viewer.language, workspace).window(request.GET)
    total = asked.customers.count(asked.condition, search=asked.search)
    rows = asked.customers.rows(
        asked.condition, search=asked.search, sort=window.sort, descending=window.descending, limit=window.limit, offset=window.offset
    )
    hints = hints_for(viewer, [row["number"] for row in rows])
    rows = [{**row, "hint": hints.get(row["number"])} for row in rows]
    table = table_for(amounts_scaled(columns, rows, viewer), chosen, asked.pack, viewer.language, workspace)
    words = asked.pack.words.get("customers")
    context = {
        "table": table.bind(request, rows, total),
        "filters": asked.filters,
        "tabs": _tabs(request, asked),
        "heading": words[viewer.language] if words else _("Customers"),
        "columns": [(column.name, column.label, column.name in chosen) for column in columns],
        "kept": [(key, value) for key, values in request.GET.lists() if key not in ("col", "page") for value in values],
        "may_export": viewer.can("export") and total > 0,
        "export_purposes": EXPORT_PURPOSES.items(),
        "as_of": viewer.workspace.as_of,
    }
    response = page(request, "customers/customer_list.html", context, partial="rows")
    if "col" in request.GET:
        response.set_cookie(COOKIE, ".".join(chosen), max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


def _tabs(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    counts = asked.customers.counts(VIEWS)
    query = request.GET.copy()
    tabs = []
    for view in VIEWS:
        query["view"] = view.key
        address = without_query(query, "page") if view.key != "all" else without_query(query, "page", "view")
        tabs.append({"label": view.label, "url": address, "active": view is asked.view, "count": f"{counts[view.key]:,}"})
    return tabs


@needs("customers.view")
@needs("export")
@require_POST
def export(request: HttpRequest, workspace: str) -> HttpResponse:
    """The filtered customers as CSV, or those chosen among them."""
    viewer = request_viewer(request)
    query = QueryDict(request.POST["query"]) if "query" in request.POST else request.GET
    asked = _asked(viewer, query)
    table = table_for(columns_for(workspace, asked.pack, viewer.language), (), asked.pack, viewer.language, workspace)
    window = table.window(query)
    rows = asked.customers.rows(asked.condition, search=asked.search, sort=window.sort, descending=window.descending)
    keys = set() if request.POST.get("all") else set(request.POST.getlist("keys"))
    if keys:
        rows = [row for row in rows if str(row["number"]) in keys]
    chips = [chip.text for chip in asked.filters.chips]
    said = [str(asked.view.label), *chips] if asked.view.key != "all" else chips
    try:
        return customers_file(
            viewer=viewer,
            purpose=request.POST.get("purpose", ""),
            what="customers",
            file=f"customers-{viewer.workspace.slug}-{viewer.workspace.as_of:%Y%m%d}",
            table=table,
            rows=rows,
            number=lambda row: int(row["number"]),
            said=said,
            name="customers.exported",
            filters=len(said),
        )
    except UserFacingError as error:
        return export_form(
            request, error, back=f"{reverse('customers:list', args=(workspace,))}?{query.urlencode()}", language=viewer.language
        )


@needs("segments.edit")
@require_POST
def to_segment(request: HttpRequest, workspace: str) -> HttpResponse:
    """On to a new segment with what the list shows as its rule; a rule holds all of them, not a few picked by hand."""
    viewer = request_viewer(request)
    query = QueryDict(request.POST.get("query", ""))
    back = f"{reverse('customers:list', args=(workspace,))}?{query.urlencode()}"
    asked = _asked(viewer, query)
    total = asked.customers.count(asked.condition, search=asked.search)
    if not request.POST.get("all") and len(request.POST.getlist("keys")) < total:
        messages.info(
            request, _("A segment is a rule, not a hand-picked list: select all %(count)s, or narrow the filters.") % {"count": total}
        )
        return HttpResponseRedirect(back)
    condition = segment_condition(asked.view, asked.filters, asked.pack)
    held = asked.customers.count(condition)
    if held != total:
        messages.warning(
            request,
            _("The search also looks at source keys. By name alone the segment holds %(held)s customers, the list %(total)s.")
            % {"held": held, "total": total},
        )
    try:
        address = reverse("audiences:segment_new", args=(workspace,))
    except NoReverseMatch:
        messages.info(request, _("Segments are not installed here."))
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(f"{address}?{urlencode({'condition': json.dumps(to_json(condition), ensure_ascii=False)})}")
