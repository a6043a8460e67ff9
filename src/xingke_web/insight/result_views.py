"""The result of a campaign, and its export."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from xingke.engine.lake import LakeEmpty
from xingke_web.accounts.export_guard import export_check
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.audit.facade import record
from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.campaigns.facade import campaign_info
from xingke_web.insight import result_pieces as pieces
from xingke_web.insight.results import MEASURED, Report, report_for
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.navigation import page_url
from xingke_web.ui.numbers import fixed
from xingke_web.ui.pages import page


@needs("campaigns.view")
@require_GET
def result(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """What a campaign changed: the verdict first, then what it stands on."""
    viewer = cast("ViewerRequest", request).viewer
    info = campaign_info(viewer, campaign_id)
    context: dict[str, Any] = {"info": info, "detail_url": f"{page_url('campaigns:list', viewer)}{info.id}/"}
    if info.state not in MEASURED or info.launched_at is None:
        return page(request, "insight/result_none.html", context)
    try:
        report, as_of, snapshot = report_for(viewer.workspace, info)
    except LakeEmpty:
        return page(request, "insight/result_none.html", context)
    units = pieces.Units(viewer, info)
    context |= {
        "report": report,
        "as_of": as_of,
        "snapshot": snapshot,
        "verdict": pieces.verdict_of(report),
        "window": report["window"],
        "shares": pieces.shares_text(info),
        "may_export": viewer.can("export"),
        "assigned": info.treated + info.control,
        "everybody": info.treated + info.control + info.excluded,
    }
    if report["lot"]:
        context |= _by_lot(viewer, report, units)
    if report["difference"]:
        context |= _without_lot(info, report, units)
    return page(request, "insight/result.html", context)


@needs("campaigns.view")
@needs("export")
@require_POST
def result_export(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Every number of the result as CSV; that somebody took it is written down."""
    viewer = cast("ViewerRequest", request).viewer
    info = campaign_info(viewer, campaign_id)
    if info.state not in MEASURED or info.launched_at is None:
        raise Http404
    report, _as_of, _snapshot = report_for(viewer.workspace, info)
    export_check(viewer=viewer, what="result", count=0, persons=False)
    record("result.exported", viewer=viewer, subject=("campaign", info.id), campaign=info.key)
    return CsvFile(f"result-{info.key}", ["number", "value"], pieces.csv_rows(report))


def _by_lot(viewer: Viewer, report: Report, units: pieces.Units) -> dict[str, Any]:
    lot = report["lot"]
    return {
        "srm": lot["srm"],
        "srm_text": lot["srm"]["words"][viewer.language] if lot["srm"] else "",
        "srm_tone": ("ok" if lot["srm"].get("is_checked", True) else "warn") if lot["srm"] else "",
        "warnings": [words[viewer.language] for words in lot.get("warnings", ())],
        "has_second": bool(lot.get("second")),
        "arms": pieces.arms_of(report, units),
        "absolute": pieces.absolute_rows(report, units),
        "relative": pieces.relative_rows(report),
        "tiers": pieces.tier_rows(report, units),
        "tier_intervals": [one["row"] for one in pieces.tier_rows(report, units) if one["row"]],
        "guardrails": pieces.guardrails_of(report),
        "weeks": pieces.weeks_chart(report, viewer, units),
        "money": pieces.money_facts(report, units),
        "smallest": units.each(lot["effect"]["smallest_visible"]),
        "reduction": lot["effect"]["variance_reduction"],
        "theta": fixed(lot["effect"]["theta"], 3),
        "days_left": lot["decision"]["days_left"],
    }


def _without_lot(info: CampaignInfo, report: Report, units: pieces.Units) -> dict[str, Any]:
    found = report["difference"]
    return {
        "difference": pieces.difference_rows(report, units),
        "n_treated": found["n_treated"],
        "n_control": found["n_control"],
        "clusters": found["clusters"],
        "placebo_holds": found["placebo_holds"],
        "naive_after": units.total(found["naive"]["after"]),
        "naive_change": units.total(found["naive"]["after"] - found["naive"]["before"]),
        "estimated": units.total(found["effect"]["value"] * found["n_treated"]),
        "days": found["days"],
        "no_control_reason": info.no_control_reason,
    }
