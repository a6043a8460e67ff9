"""The list of segments and the members of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xingke.engine import LakeEmpty
from xingke.errors import UserFacingError
from xingke.expr import ConditionError
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.audiences.listing import SegmentRow, member_rows, overlap_of, segment_rows, state_counts
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import Population, population_for
from xingke_web.audiences.selectors import segment_get
from xingke_web.audiences.tables import MEMBERS, SEGMENTS
from xingke_web.audiences.views.shared import address, address_or_none, no_data, request_viewer
from xingke_web.customers.facade import EXPORT_PURPOSES, customers_file, export_form
from xingke_web.ui.filters import FilterField, FilterSet
from xingke_web.ui.pages import page
from xingke_web.ui.tables import with_query

FILTERS = FilterSet((FilterField("q", gettext_lazy("Search"), gettext_lazy("Name or rule")),))


@needs("segments.view")
@require_safe
def segments(request: HttpRequest, workspace: str) -> HttpResponse:
    """The segments that the viewer may see with their counts in the viewer's scope."""
    viewer = request_viewer(request)
    try:
        population: Population | None = population_for(viewer)
    except LakeEmpty:
        population = None
    state = request.GET.get("state", "")
    state = state if state in Segment.State.values else Segment.State.ACTIVE
    filters, window = FILTERS.parse(request.GET), SEGMENTS.window(request.GET)
    rows = _sorted(segment_rows(viewer, population, state=state, search=filters.get("q") or ""), window.sort, window.descending)
    shown = rows[window.offset : window.offset + window.limit]
    context = {
        "table": SEGMENTS.bind(request, shown, len(rows)),
        "filters": filters,
        "tabs": _tabs(request, viewer, state),
        "may_edit": viewer.can("segments.edit"),
        "new_url": address("audiences:segment_new", viewer) if viewer.can("segments.edit") else "",
        "overlap": _overlap(request, viewer, population) if population is not None else None,
        "pairs": [(one.key, one.name) for one in rows] if state == Segment.State.ACTIVE else [],
        "chosen": {"a": request.GET.get("a", ""), "b": request.GET.get("b", "") or (rows[1].key if len(rows) > 1 else "")},
        "has_data": population is not None,
        "as_of": viewer.workspace.as_of,
    }
    return page(request, "audiences/segments.html", context, partial="list")


def _sorted(rows: list[SegmentRow], sort: str, descending: bool) -> list[SegmentRow]:
    """By one column, those without a value last, ties by name."""
    rows = sorted(rows, key=lambda row: row.name)
    known = [row for row in rows if getattr(row, sort or "name") is not None]
    known.sort(key=lambda row: getattr(row, sort or "name"), reverse=descending)
    return known + [row for row in rows if getattr(row, sort or "name") is None]


def _tabs(request: HttpRequest, viewer: Viewer, state: str) -> list[dict[str, Any]]:
    counts = state_counts(viewer)
    return [
        {"label": label, "url": with_query(request.GET, state=value, page=None), "active": value == state, "count": counts[value]}
        for value, label in ((Segment.State.ACTIVE, _("In use")), (Segment.State.DRAFT, _("Drafts")), (Segment.State.RETIRED, _("Retired")))
    ]


def _overlap(request: HttpRequest, viewer: Viewer, population: Population) -> dict[str, Any] | None:
    keys = request.GET.get("a", ""), request.GET.get("b", "")
    found = {one.key: one for one in Segment.objects.visible_to(viewer).filter(key__in=keys)} if all(keys) else {}
    if any(key not in found for key in keys):
        return None
    first, second = (found[key] for key in keys)
    try:
        numbers = overlap_of(population, first, second)
    except ConditionError as refused:
        return {"problem": refused.text(viewer.language)}
    return {**numbers, "first_name": first.name_in(viewer.language), "second_name": second.name_in(viewer.language)}


@needs("segments.view")
@needs("customers.view")
@require_safe
def segment_members(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Who is in the segment now, within the viewer's scope."""
    viewer = request_viewer(request)
    segment = segment_get(viewer, key)
    try:
        population = population_for(viewer)
    except LakeEmpty:
        return no_data(request, viewer)
    window = MEMBERS.window(request.GET)
    context: dict[str, Any] = {"segment": segment, "name": segment.name_in(viewer.language), "as_of": viewer.workspace.as_of}
    try:
        tree = population.tree_of(segment)
        total = population.count(tree)
        rows = _drawn(viewer, population, member_rows(population, segment, tree, limit=window.limit, offset=window.offset))
        context["table"] = MEMBERS.bind(request, rows, total)
        context["may_export"] = viewer.can("export") and total > 0
        context["export_purposes"] = EXPORT_PURPOSES.items()
    except ConditionError as refused:
        context["problem"] = refused.text(viewer.language)
    return page(request, "audiences/segment_members.html", context, partial="list")


def _drawn(viewer: Viewer, population: Population, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tier = population.catalogue.attributes.get("value_tier")
    labels: dict[Any, str] = {value: words[viewer.language] for value, words in tier.choice_labels.items()} if tier else {}
    for row in rows:
        row["tier"] = labels.get(row.get("value_tier", ""), "")
        row["url"] = address_or_none("customers:detail", viewer, row["customer_id"])
        row["display_name"] = row.get("display_name") or row["customer_id"]
    return rows


@needs("segments.view")
@needs("export")
@require_POST
def segment_export(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The members as CSV with a last line that says who took them; written down in the audit log."""
    viewer = request_viewer(request)
    segment = segment_get(viewer, key)
    population = population_for(viewer)
    rows = _drawn(viewer, population, member_rows(population, segment, population.tree_of(segment)))
    name = segment.name_in(viewer.language)
    try:
        return customers_file(
            viewer=viewer,
            purpose=request.POST.get("purpose", ""),
            what="segment",
            file=f"segment-{segment.key}-v{segment.version}",
            table=MEMBERS,
            rows=rows,
            number=lambda row: int(row["customer_id"]),
            said=[_("segment %(name)s (version %(version)s)") % {"name": name, "version": segment.version}],
            name="segment.exported",
            subject=segment,
            segment=name,
            version=segment.version,
        )
    except UserFacingError as error:
        return export_form(request, error, back=address("audiences:segment_members", viewer, key), language=viewer.language)
