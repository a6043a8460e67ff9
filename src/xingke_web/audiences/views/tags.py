"""The tag catalogue and the page of one tag."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xingke.engine import LakeEmpty
from xingke.errors import UnknownName
from xingke.schema import ColumnType
from xingke.tags import Tag
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.audiences import tagging
from xingke_web.audiences.population import Population, population_for
from xingke_web.audiences.tables import TAGS
from xingke_web.audiences.views.shared import address, no_data, request_viewer
from xingke_web.loop.facade import tag_library
from xingke_web.ui.charts import Chart, Series, bar_chart, histogram
from xingke_web.ui.filters import FilterField, FilterSet
from xingke_web.ui.numbers import MISSING, format_value
from xingke_web.ui.pages import page
from xingke_web.ui.tables import with_query

FILTERS = FilterSet((FilterField("q", gettext_lazy("Search"), gettext_lazy("Name or definition")),))


@needs("segments.view")
@require_safe
def tag_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """All tags by family, with coverage, spread and who builds on them."""
    viewer = request_viewer(request)
    try:
        population = population_for(viewer)
    except LakeEmpty:
        return no_data(request, viewer)
    families = tagging.family_tree(viewer)
    family = request.GET.get("family", "")
    family = family if family in {one[0] for one in families} else ""
    filters, window = FILTERS.parse(request.GET), TAGS.window(request.GET)
    rows = tagging.tag_rows(viewer, tagging.profiles_of(population), family=family, search=filters.get("q") or "")
    version = population.reader.snapshot.tables["portrait"]
    context = {
        "table": TAGS.bind(request, rows[window.offset : window.offset + window.limit], len(rows)),
        "filters": filters,
        "families": _tree(request, families, family),
        "built_at": version.created_at,
        "as_of": version.as_of,
        "snapshot": population.reader.snapshot.sequence,
        "total": len(tag_library(viewer.workspace.pack)),
    }
    return page(request, "audiences/tags.html", context, partial="list")


def _tree(request: HttpRequest, families: list[tuple[Any, str, int]], chosen: str) -> list[dict[str, Any]]:
    every = {"label": _("All tags"), "count": sum(one[2] for one in families), "url": _at(request, None), "active": not chosen}
    return [every, *({"label": label, "count": n, "url": _at(request, key), "active": key == chosen} for key, label, n in families)]


def _at(request: HttpRequest, family: str | None) -> str:
    return with_query(request.GET, family=family, page=None)


@needs("segments.view")
@require_safe
def tag(request: HttpRequest, workspace: str, name: str) -> HttpResponse:
    """One tag: how it is spread in the scope, how it is computed, what it reads and who reads it."""
    viewer = request_viewer(request)
    try:
        found = tag_library(viewer.workspace.pack)[name]
    except UnknownName as unknown:
        raise Http404(str(unknown)) from unknown
    try:
        population = population_for(viewer)
    except LakeEmpty:
        return no_data(request, viewer)
    if found.name not in population.catalogue.attributes or not population.reader.has("portrait"):
        return no_data(request, viewer)
    profile = tagging.scoped_profiles(population, [found.name])[found.name]
    top = [] if found.type in tagging.NUMBERS else tagging.top_values(population, found)
    version = population.reader.snapshot.tables["portrait"]
    condition = tagging.fitting_condition(found, profile, top)
    context = {
        "tag": found,
        "label": found.label[viewer.language],
        "meaning": found.meaning[viewer.language],
        "family": found.family.label[viewer.language],
        "grain": tagging.GRAIN_WORDS[found.grain][viewer.language],
        "unit": tagging.unit_of(found, viewer),
        "chart": _chart(population, found, top, viewer),
        "figures": _figures(found, profile, viewer),
        "formula": tagging.formula_text(found),
        "inputs": tagging.inputs_of(found, viewer),
        "readers": tagging.readers_of(found, viewer),
        "users": tagging.tag_users(viewer).get(found.name, ()),
        "version": version,
        "fingerprint": version.definitions.get("tags", ""),
        "segment_url": _segment_url(viewer, found, condition) if viewer.can("segments.edit") else "",
        "scope_name": viewer.scope_name,
    }
    return page(request, "audiences/tag.html", context)


def _segment_url(viewer: Viewer, found: Tag, condition: Mapping[str, Any]) -> str:
    query = urlencode({"condition": json.dumps(condition), "name": found.label[viewer.language]})
    return f"{address('audiences:segment_new', viewer)}?{query}"


def _figures(found: Tag, profile: Mapping[str, Any], viewer: Viewer) -> list[tuple[str, str]]:
    """The figures of the facts list: coverage, and what suits the type."""
    customers = profile["customers"]
    share = profile["with_value"] / customers if customers else None
    figures = [(_("Customers"), f"{customers:,}"), (_("Coverage"), format_value("percent", share, viewer.language))]
    if found.type is ColumnType.FLAG:
        return [*figures, (_("True for"), format_value("percent", profile["true_share"], viewer.language))]
    if found.type not in tagging.NUMBERS:
        return [*figures, (_("Different values"), f"{profile['distinct_values']:,}" if profile["distinct_values"] is not None else MISSING)]
    shown = tagging.format_of(found)
    names = (("minimum", _("Smallest")), ("p10", "p10"), ("p50", _("Median (p50)")), ("p90", "p90"), ("maximum", _("Largest")))
    return figures + [(str(label), format_value(shown, profile[key], viewer.language, viewer.workspace.currency)) for key, label in names]


def _chart(population: Population, found: Tag, top: list[dict[str, Any]], viewer: Viewer) -> Chart | None:
    if found.type in tagging.NUMBERS:
        spread = tagging.histogram_of(population, found)
        if spread is None:
            return None
        edges, counts, marks = spread
        shown = tagging.format_of(found)
        middle = format_value(shown, marks["p50"], viewer.language, viewer.workspace.currency)
        return histogram(
            edges,
            counts,
            columns=(found.label[viewer.language], _("Customers")),
            fmt="percent" if shown == "percent" else "integer" if edges[-1] - edges[0] > 2 * tagging.BINS else "decimal2",
            marks=marks,
            summary=_("Half of the customers lie at or below %(middle)s") % {"middle": middle},
        )
    if not top:
        return None
    first = _value_text(found, top[0]["value"], viewer)
    return bar_chart(
        [_value_text(found, row["value"], viewer) for row in top],
        [Series(_("Customers"), [row["customers"] for row in top])],
        fmt="integer",
        axis_label=found.label[viewer.language],
        summary=_("Most frequent is %(value)s with %(share)s") % {"value": first, "share": f"{top[0]['share']:.1%}"},
    )


def _value_text(found: Tag, value: Any, viewer: Viewer) -> str:
    if value is None:
        return _("no value")
    if found.type is ColumnType.FLAG:
        return _("yes") if value else _("no")
    return format_value("day" if found.type is ColumnType.DAY else "text", value, viewer.language)
