"""The pages of quality: every table at a glance, one table in full, and the catalogue of the data."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xingke.engine.lake import LakeEmpty
from xingke.extensions import pack
from xingke.loop.use import FieldUse
from xingke.quality import Aspect, checks_for
from xingke.quality.assets import CLASSES
from xingke.schema import TABLES
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.ingest import quality as seen
from xingke_web.ingest import selectors
from xingke_web.ingest.pictures import Place, flow_svg, volume_svg
from xingke_web.ingest.tabs import tabs_for
from xingke_web.ingest.uses import UseRate, use_rate, uses_of
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.numbers import count, fixed
from xingke_web.ui.pages import page

KINDS = ("tag", "metric", "tier", "segment", "identity", "page", "rule")
SHOWN_FIRST = 8


@needs("data.view")
@require_GET
def quality(request: HttpRequest, workspace: str) -> HttpResponse:
    """Failing checks first, then every table with its score, trend, freshness and volume."""
    viewer = _viewer(request)
    tables = seen.tables_quality(viewer.workspace)
    whole, failing = seen.overall(viewer.workspace, tables), seen.failing_first(tables)
    context = {
        "tabs": tabs_for(request, viewer),
        "tables": [(one, volume_svg(one.days)) for one in map(seen.without_detail, tables)],
        "overall": whole,
        "failing": failing[:SHOWN_FIRST],
        "more_failing": failing[SHOWN_FIRST:],
        "acknowledged": seen.acknowledged_findings(tables),
        "kpis": _kpis(viewer, whole, _rate(viewer, tables)) if tables else [],
        "may_run": viewer.can("data.run"),
    }
    return page(request, "ingest/quality.html", context)


@needs("data.view")
@require_GET
def quality_table(request: HttpRequest, workspace: str, table: str) -> HttpResponse:
    """One table: what was found and what to do, its days, its columns, doubtful rows, and what it feeds."""
    viewer = _viewer(request)
    found = seen.table_quality(viewer.workspace, table)
    if found is None:
        raise Http404
    uses = [use for use in uses_of(viewer.workspace.pack) if use.table == table]
    context = {
        "tabs": tabs_for(request, viewer),
        "one": found,
        "findings": [finding for finding in found.findings if not finding.is_acknowledged],
        "acknowledged": seen.acknowledged_findings([found]),
        "may_run": viewer.can("data.run"),
        "aspects": [(aspect.label[viewer.language], found.aspects.get(aspect, 1.0)) for aspect in Aspect],
        "volume": volume_svg(found.days, width=720, height=120),
        "days": [day for day in found.days if day[3] is not None and (day[1] < day[3] or day[1] > (day[4] or 0))][-12:],
        "columns": _columns(viewer, found, uses),
        "flow": flow_svg(_sources(viewer, table), Place(table, _rows_words(found.rows), "loaded"), _feeds(uses)),
        "uses": [(kind, sorted({_used_by(use) for use in uses if use.kind == kind})) for kind in KINDS],
        "has_quarantine": found.outside > 0,
    }
    return page(request, "ingest/quality_table.html", context)


@needs("data.view")
@require_GET
def catalogue(request: HttpRequest, workspace: str) -> HttpResponse:
    """The classes of data with their tables: what each serves, who answers for it, how fresh and how good it is, and how much is used."""
    viewer = _viewer(request)
    tables = seen.tables_quality(viewer.workspace)
    uses, columns = uses_of(viewer.workspace.pack), seen.collected_columns(tables)
    classes = []
    for asset, declared in CLASSES.items():
        own = sorted((one for one in tables if one.asset is asset), key=lambda one: one.name)
        rates = [(one, use_rate(uses, {one.name: columns.get(one.name, [])})) for one in own]
        together = UseRate(sum(rate.used for _one, rate in rates), sum(rate.collected for _one, rate in rates))
        classes.append(({name: words[viewer.language] for name, words in _words_of(declared).items()}, rates, together))
    context = {"tabs": tabs_for(request, viewer), "classes": classes, "rate": use_rate(uses, columns), "source": _source_label(viewer)}
    return page(request, "ingest/catalogue.html", context)


def _words_of(declared: Any) -> dict[str, Any]:  # a frozen dataclass of words
    return {name: getattr(declared, name) for name in ("label", "use", "trouble", "owner")}


def _kpis(viewer: Viewer, whole: seen.Overall, rate: UseRate) -> list[dict[str, Any]]:
    language = viewer.language
    figures: list[dict[str, Any]] = [
        {
            "label": _("Quality score"),
            "value": fixed(whole.score, 1),
            "values": list(whole.trend),
            "change": whole.change,
            "change_kind": "decimal2",
            "against": _("since the pass before"),
            "definition": _(
                "The mean of the tables that hold rows; each is the mean of six sides: "
                "valid, unique, complete, plausible, fresh, consistent."
            ),
        },
        {
            "label": _("Failing checks"),
            "value": fixed(whole.failing),
            "note": _("in %(count)s tables looked at") % {"count": fixed(whole.tables)},
        },
        {"label": _("Rows in quarantine"), "value": count(whole.outside, language), "note": _("they wait with their reasons")},
        {"label": _("Doubtful rows"), "value": count(whole.flagged, language), "note": _("of the latest four weeks; marked, not dropped")},
        {"label": _("Late tables"), "value": fixed(whole.stale), "note": _("newest day beyond the usual rhythm")},
        {
            "label": _("Use of the data"),
            "value": f"{rate.share * 100:.0f}",
            "unit": "%",
            "target_share": rate.share / 0.7,
            "target_text": _("goal 70%%") % {},
            "note": _("%(used)s of %(collected)s collected fields are read") % {"used": rate.used, "collected": rate.collected},
        },
    ]
    return [{"values": (), **figure} for figure in figures]


def _rate(viewer: Viewer, tables: Sequence[seen.TableQuality]) -> UseRate:
    return use_rate(uses_of(viewer.workspace.pack), seen.collected_columns(tables))


def _columns(viewer: Viewer, found: seen.TableQuality, uses: Sequence[FieldUse]) -> list[dict[str, Any]]:
    """Each column with what is checked, how full it is and how it is spread."""
    schema, declared = TABLES[found.name], checks_for(found.name, pack(viewer.workspace.pack).checks)
    measured = {measure.column for measure in declared.measures} | {price.amount for price in declared.prices}
    shown = []
    for profile in found.columns:
        known = next((column for column in schema.columns if column.name == profile["name"]), None)
        rows = profile["rows"] or 1
        shown.append(
            {
                "name": profile["name"],
                "label": known.label[viewer.language] if known else profile["name"],
                "type": str(known.type) if known else "",
                "personal": bool(known and known.personal),
                "checks": _checks(viewer, known, profile["name"] in measured, profile["name"] in declared.mandatory),
                "filled": 1 - profile["empty"] / rows,
                "distinct": profile["distinct"],
                "lowest": profile["lowest"][:19],
                "highest": profile["highest"][:19],
                "quantiles": profile["quantiles"],
                "shares": [(value, share) for value, share in profile["shares"][:3]] if not (known and known.personal) else [],
                "score": profile["score"],
                "used": len({(use.kind, use.name) for use in uses if use.column == profile["name"]}),
            }
        )
    return shown


def _checks(viewer: Viewer, column: Any, is_measured: bool, is_mandatory: bool) -> list[str]:  # the column of a schema, or none
    found = []
    if column is not None and column.required:
        found.append(_("required"))
    elif is_mandatory:
        found.append(_("should be filled"))
    if column is not None and (column.minimum is not None or column.maximum is not None):
        found.append(f"{column.minimum if column.minimum is not None else '−∞'} … {column.maximum if column.maximum is not None else '∞'}")
    if column is not None and column.choices:
        found.append(_("one of %(count)s values") % {"count": len(column.choices)})
    if is_measured:
        found.append(_("×10, ×100 and units"))
    return found


def _sources(viewer: Viewer, table: str) -> list[Place]:
    """From where the rows of a table come: the source of the last load, and loads of files and connections."""
    found = [Place(_source_label(viewer) or _("Source"), _("source"), "source")]
    try:
        version = lake_reader(viewer.workspace).snapshot.tables.get(table)
    except LakeEmpty:
        version = None
    if version is not None and version.inputs.get("pieces"):
        found.append(Place(_("Loads and connections"), _("files, pulls, events"), "source"))
    return found


def _source_label(viewer: Viewer) -> str:
    load = selectors.last_load(viewer.workspace)
    return selectors.source_label(load.source) if load else ""


def _feeds(uses: Sequence[FieldUse]) -> list[Place]:
    words: Mapping[str, str] = {
        "tag": _("Tags"),
        "metric": _("Metrics"),
        "tier": _("Tiers"),
        "segment": _("Segments"),
        "identity": _("One identity"),
        "page": _("Pages and reports"),
        "rule": _("Rules"),
    }
    counted = [(kind, len({use.name for use in uses if use.kind == kind})) for kind in KINDS]
    return [Place(words[kind], _("%(count)s in use") % {"count": number}, "derived") for kind, number in counted if number]


def _used_by(use: FieldUse) -> str:
    """Tags and the like go by their names, what an application declares by a sentence of its catalogue."""
    return _(use.name) if use.kind in {"identity", "page", "rule"} else use.name


def _rows_words(rows: int) -> str:
    return _("%(count)s rows") % {"count": fixed(rows)}


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
