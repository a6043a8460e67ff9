"""The cockpit, the customers behind its figures, its units, its targets and its export."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.engine.lake import LakeEmpty
from xingke.errors import UserFacingError
from xingke_web.accounts.export_guard import export_check
from xingke_web.accounts.facade import Viewer, in_scope, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.audit.facade import record
from xingke_web.customers.facade import EXPORT_PURPOSES, customers_file, export_form
from xingke_web.ingest.facade import SourcesState, sources_state
from xingke_web.insight import behind, pieces, selectors, services, units
from xingke_web.insight.exports import cockpit_rows
from xingke_web.insight.figures import Figures, cockpit_figures, freshness, tier_moves, unit_names
from xingke_web.insight.findings import findings_of, headline
from xingke_web.insight.forms import GoalForm
from xingke_web.insight.models import Goal
from xingke_web.insight.periods import AGAINST_LABELS, DAY, SPAN_LABELS, Chosen, Span, choose, text_of
from xingke_web.insight.todos import todos_for
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.pages import page
from xingke_web.ui.tables import Window, with_query

ALERTS_SHOWN = 4
GOALS_NEED = "campaigns.launch"
"""Whoever answers for an area sets its targets."""


@dataclass(frozen=True)
class Asked:
    """What a request asks for, with the figures that answer it."""

    viewer: Viewer
    scope_path: str
    chosen: Chosen
    figures: Figures
    address: Callable[..., str]


@needs("cockpit.view")
@require_GET
def cockpit(request: HttpRequest, workspace: str) -> HttpResponse:
    """How the scope is doing in the period, what stands out, and what to do about it."""
    try:
        asked = _asked(request)
    except LakeEmpty:
        return page(request, "insight/empty.html", {"may_run": _viewer(request).can("data.run")})
    viewer, chosen, figures = asked.viewer, asked.chosen, asked.figures
    measure: pieces.UnitMeasure = "change" if request.GET.get("units") == "change" else "active_rate"
    found = findings_of(viewer, figures, chosen, asked.address)
    context = {
        "chosen": chosen,
        "figures": figures,
        "period_text": text_of(chosen.period),
        "base_text": text_of(chosen.base),
        "last_day": chosen.period.end_on - DAY,
        "spans": _spans(request, chosen),
        "againsts": [
            {"label": label, "url": with_query(request.GET, against=each.value), "active": each is chosen.against}
            for each, label in AGAINST_LABELS.items()
        ],
        "sources": _sources(viewer),
        "headline": headline(viewer, figures, chosen),
        "main_finding": next((one for one in found if not one.is_past), None),
        "alerts": found[:ALERTS_SHOWN],
        "more_alerts": found[ALERTS_SHOWN:],
        "kpis": pieces.kpis(viewer, figures, chosen, selectors.targets_for(viewer, chosen, asked.scope_path), asked.address),
        "trend": pieces.trend(viewer, figures),
        "tiers": pieces.tier_chart(figures.moves, asked.address),
        "tier_sentence": pieces.tier_sentence(figures.moves),
        "todos": todos_for(replace(viewer, scope_path=asked.scope_path))[:5],
        "units": pieces.unit_list(viewer, figures, chosen, measure, asked.address),
        "measure": measure,
        "measures": _measures(request, measure),
        "unit_trail": _trail(request, asked.viewer, asked.scope_path),
        "may_export": viewer.can("export"),
        "may_set_goals": viewer.can(GOALS_NEED),
        "may_campaign": viewer.can("campaigns.edit") and bool(_page(viewer, "campaigns:new")),
        "campaign_url": _page(viewer, "campaigns:new"),
        "data_url": _page(viewer, "ingest:data") if viewer.can("data.view") else "",
    }
    return page(request, "insight/cockpit.html", context)


@needs("cockpit.view")
@require_GET
def tiers(request: HttpRequest, workspace: str) -> HttpResponse:
    """From which tier to which the customers went, and where the boundaries lie."""
    from xingke_web.insight.boundaries import boundaries_of, matrix_of

    viewer = _viewer(request)
    try:
        fresh = freshness(viewer.workspace)
    except LakeEmpty:
        return page(request, "insight/empty.html", {"may_run": viewer.can("data.run")})
    scope, address = _scope(request, viewer), _address(request, viewer)
    found = tier_moves(viewer.workspace, scope)
    context = {
        "fresh": fresh,
        "chart": pieces.tier_chart(found, address),
        "sentence": pieces.tier_sentence(found),
        "matrix": matrix_of(found, address),
        "boundaries": boundaries_of(viewer, scope),
        "unit_trail": _trail(request, viewer, scope),
    }
    return page(request, "insight/tiers.html", context)


@needs("customers.view")
@require_GET
def customers(request: HttpRequest, workspace: str) -> HttpResponse:
    """The customers behind a figure."""
    viewer = _viewer(request)
    group, scope = behind.group_of(request.GET, freshness(viewer.workspace)), _scope(request, viewer)
    names = unit_names(viewer.workspace)
    total = behind.count_behind(viewer.workspace, group, scope)
    rows = behind.rows_behind(viewer.workspace, group, scope, behind.TABLE.window(request.GET), names)
    linked = [replace(row, url=_page(viewer, "customers:detail", number=row.number)) for row in rows]
    context = {
        "group": group,
        "table": behind.TABLE.bind(request, linked, total),
        "total": total,
        "as_of": freshness(viewer.workspace).as_of,
        "may_export": viewer.can("export"),
        "export_purposes": EXPORT_PURPOSES.items(),
        "segment_url": _segment_url(viewer, group),
    }
    return page(request, "insight/customers.html", context, partial="list")


@needs("customers.view")
@needs("export")
@require_POST
def customers_export(request: HttpRequest, workspace: str) -> HttpResponse:
    """The customers behind a figure as CSV; that somebody took them is written down."""
    viewer = _viewer(request)
    group, scope = behind.group_of(request.GET, freshness(viewer.workspace)), _scope(request, viewer)
    window = Window(sort="amount", descending=True, page=1, size=behind.MOST_EXPORTED)
    rows = behind.rows_behind(viewer.workspace, group, scope, window, unit_names(viewer.workspace))
    try:
        return customers_file(
            viewer=viewer,
            purpose=request.POST.get("purpose", ""),
            what=group.key,
            file=f"{group.key}-{viewer.workspace.slug}",
            table=behind.TABLE,
            rows=rows,
            number=lambda row: int(row.number),
            said=[group.title],
            name="customers_behind.exported",
            what_group=group.key,
        )
    except UserFacingError as error:
        back = f"{_page(viewer, 'insight:customers')}?{request.GET.urlencode()}"
        return export_form(request, error, back=back, language=viewer.language)


@needs("cockpit.view")
@require_GET
def unit_table(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every unit below the scope with its figures, to be sorted."""
    try:
        asked = _asked(request)
    except LakeEmpty:
        return page(request, "insight/empty.html", {"may_run": _viewer(request).can("data.run")})
    window = units.TABLE.window(request.GET)
    rows, total = units.rows_of(asked.figures, window, asked.address)
    context = {
        "table": units.TABLE.bind(request, rows, total),
        "period_text": text_of(asked.chosen.period),
        "base_text": text_of(asked.chosen.base),
        "chosen": asked.chosen,
        "unit_trail": _trail(request, asked.viewer, asked.scope_path),
    }
    return page(request, "insight/units.html", context, partial="list")


@needs("export")
@require_POST
def export(request: HttpRequest, workspace: str) -> HttpResponse:
    """The figures of the cockpit as CSV; that somebody took them is written down."""
    asked = _asked(request)
    rows = cockpit_rows(asked.viewer, asked.figures, asked.chosen)
    export_check(viewer=asked.viewer, what="cockpit", count=0, persons=False)
    record("cockpit.exported", viewer=asked.viewer, rows=len(rows) - 1, scope=asked.scope_path, period=text_of(asked.chosen.period))
    return CsvFile(f"cockpit-{asked.viewer.workspace.slug}", rows[0], rows[1:])


@needs(GOALS_NEED)
@require_http_methods(["GET", "POST"])
def goals(request: HttpRequest, workspace: str) -> HttpResponse:
    """Targets of the scope: list, set."""
    viewer = _viewer(request)
    first = {"day": viewer.workspace.as_of - DAY, "metric": request.GET.get("metric", "amount"), "span": request.GET.get("span", "month")}
    form = GoalForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        services.goal_set(viewer=viewer, metric=values["metric"], span=values["span"], start_on=form.start_on, target=values["target"])
        return redirect("insight:goals", workspace=viewer.workspace.slug)
    context = {"form": form, "goals": selectors.goals_visible(viewer)}
    return page(request, "insight/goals.html", context, status=422 if form.errors else 200)


@needs(GOALS_NEED)
@require_POST
def goal_remove(request: HttpRequest, workspace: str, goal: int) -> HttpResponse:
    """Take a target of the scope away."""
    viewer = _viewer(request)
    found = get_object_or_404(Goal, pk=goal, workspace_id=viewer.workspace.id)
    if not in_scope(found.org_path, viewer.scope_path):
        raise Http404
    services.goal_remove(viewer=viewer, goal=found)
    return redirect("insight:goals", workspace=viewer.workspace.slug)


def _sources(viewer: Viewer) -> SourcesState:
    """Whether the sources are in order; which they are and how many rows they hold is for people of the whole."""
    state = sources_state(viewer.workspace)
    return state if viewer.can("data.view") else replace(state, source="", tables=0, rows_wrong=0)


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer


def _scope(request: HttpRequest, viewer: Viewer) -> str:
    """The viewer's scope, or the unit below it that the address names; 404 for one outside."""
    path = request.GET.get("unit", "")
    if not path or path == viewer.scope_path:
        return viewer.scope_path
    if not in_scope(path, viewer.scope_path) or path not in unit_names(viewer.workspace):
        raise Http404
    return path


def _asked(request: HttpRequest) -> Asked:
    viewer = _viewer(request)
    fresh = freshness(viewer.workspace)
    scope = _scope(request, viewer)
    chosen = choose(request.GET.dict(), as_of=fresh.as_of, first_on=fresh.first_on, is_lunar=fresh.is_lunar)
    figures = cockpit_figures(viewer.workspace, scope_path=scope, chosen=chosen)
    return Asked(viewer, scope, chosen, figures, _address(request, viewer))


def _address(request: HttpRequest, viewer: Viewer) -> Callable[..., str]:
    """Where the evidence of a figure lies, with the period and unit of this page."""
    kept = {key: request.GET[key] for key in ("period", "from", "to", "against", "unit", "units") if key in request.GET}
    names = {"customers": "insight:customers", "units": "insight:units", "tiers": "insight:tiers", "data": "ingest:data"}

    def address(kind: str, **what: str) -> str:
        if kind == "unit":
            return f"{_page(viewer, 'insight:cockpit')}?{urlencode({**kept, 'unit': what['path']})}"
        if kind == "customers" and not viewer.can("customers.view"):
            return ""
        if kind == "data":
            return _page(viewer, names[kind]) if viewer.can("data.view") else ""
        asked = {**({"unit": kept["unit"]} if "unit" in kept else {}), **what} if kind == "customers" else kept
        query = f"?{urlencode(asked)}" if asked else ""
        return _page(viewer, names[kind]) + query

    return address


def _page(viewer: Viewer, name: str, **values: Any) -> str:
    """The address of a page, or nothing where no app has it."""
    try:
        return reverse(name, kwargs={"workspace": viewer.workspace.slug, **values})
    except NoReverseMatch:
        return ""


def _segment_url(viewer: Viewer, group: behind.Group) -> str:
    """The builder with the group's condition filled in, for those who may edit segments."""
    import json

    url = _page(viewer, "audiences:segment_new") if viewer.can("segments.edit") else ""
    return f"{url}?{urlencode({'condition': json.dumps(group.condition)})}" if url and group.condition else ""


def _spans(request: HttpRequest, chosen: Chosen) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": with_query(request.GET, period=span.value, **{"from": None, "to": None}), "active": span is chosen.span}
        for span, label in SPAN_LABELS.items()
        if span is not Span.CUSTOM
    ]


def _measures(request: HttpRequest, measure: str) -> list[dict[str, Any]]:
    from django.utils.translation import gettext

    labels = (("active_rate", gettext("Active rate")), ("change", gettext("Relative change")))
    return [{"label": label, "url": with_query(request.GET, units=key), "active": key == measure} for key, label in labels]


def _trail(request: HttpRequest, viewer: Viewer, scope_path: str) -> list[dict[str, str]]:
    """The units between the scope and the unit looked at, each with its address; empty in the scope itself."""
    if scope_path == viewer.scope_path:
        return []
    names = unit_names(viewer.workspace)
    steps = [{"label": viewer.scope_name or viewer.workspace.name, "url": with_query(request.GET, unit=None)}]
    path = viewer.scope_path.rstrip("/")
    for part in scope_path[len(path) :].strip("/").split("/"):
        path = f"{path}/{part}"
        steps.append({"label": names.get(path, part), "url": with_query(request.GET, unit=path)})
    return steps
