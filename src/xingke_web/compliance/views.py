"""The page of the rules and their verdicts."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.compliance import selectors
from xingke_web.compliance.pages import count_rows, rule_rows, verdict_rows
from xingke_web.compliance.rules import declared_rules
from xingke_web.compliance.selectors import VerdictFilter
from xingke_web.compliance.tables import VERDICTS, filters_for
from xingke_web.ui.filters import BoundFilters
from xingke_web.ui.pages import page


@needs("campaigns.view")
@require_GET
def home(request: HttpRequest, workspace: str) -> HttpResponse:
    """Rules in force, how often each spoke, and the verdict log."""
    viewer = cast("ViewerRequest", request).viewer
    filters = _filters(request, viewer)
    wanted = VerdictFilter(filters.get("outcome") or "", filters.get("rule") or "", filters.get("subject") or "")
    verdicts = selectors.verdict_list(viewer=viewer, wanted=wanted)
    window = VERDICTS.window(request.GET)
    shown = list(verdicts[window.offset : window.offset + window.limit])
    tally = selectors.tally_of(verdicts)
    context = {
        "filters": filters,
        "table": VERDICTS.bind(request, verdict_rows(viewer, shown), sum(tally.outcomes.values())),
        "counts": count_rows(viewer, tally),
        "rules": rule_rows(viewer),
    }
    return page(request, "compliance/home.html", context, partial="log")


def _filters(request: HttpRequest, viewer: Viewer) -> BoundFilters:
    rules = [(rule.id, rule.label[viewer.language]) for rule in declared_rules(viewer.workspace)]
    return filters_for(rules=rules, language=viewer.language).parse(request.GET)
