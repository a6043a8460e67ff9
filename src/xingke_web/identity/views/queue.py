"""The queue of pairs to decide, and deciding many of them at once."""

from collections.abc import Sequence
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke_web.accounts.facade import Viewer, below, needs
from xingke_web.identity import selectors, services
from xingke_web.identity.bulk import MOST_PAIRS, BulkPlan, bulk_plan
from xingke_web.identity.contracts import DecisionRefused
from xingke_web.identity.figures import queue_figures
from xingke_web.identity.filters import STATE_TABS, queue_filters
from xingke_web.identity.models import Decision, ReviewPair, ReviewPairQuerySet
from xingke_web.identity.shown import pair_rows
from xingke_web.identity.tables import queue_table
from xingke_web.identity.views.shared import address, kept_query, request_viewer
from xingke_web.ui.pages import page
from xingke_web.ui.tables import with_query

SURE = Decimal("0.8")
"""From this probability on, pairs are offered to be merged together; those that the guard cut apart are looked at singly."""

SAMPLE = 8


@needs("identity.view")
@require_GET
def review(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waits, by confidence or value, and what was decided."""
    viewer = request_viewer(request)
    state = state_of(request.GET)
    filters = queue_filters(viewer).parse(request.GET)
    query = kept_query(request.GET)
    table = queue_table(link=lambda row: address("identity:pair", viewer, row.id, query=query), bulk_url=address("identity:bulk", viewer))
    window = table.window(request.GET)
    pairs = selectors.queue(viewer, filters.values, state=state)
    total = pairs.count()
    ordered = selectors.ordered(pairs, window.sort, descending=window.descending).select_related("decision", "decision__by")
    rows = pair_rows(ordered[window.offset : window.offset + window.limit], viewer.workspace.id, viewer.language)
    counts = selectors.state_counts(viewer)
    context = {
        "table": table.bind(request, rows, total),
        "filters": filters,
        "tabs": [
            {"label": label, "url": with_query(request.GET, state=key, page=None), "active": key == state, "count": counts[key]}
            for key, label in STATE_TABS
        ],
        "figures": queue_figures(viewer, counts),
        "first_url": _first_url(viewer, pairs, window.sort, query) if state == ReviewPair.State.OPEN else "",
        "sure": sure_ones(pairs).count() if state == ReviewPair.State.OPEN and viewer.can("identity.decide") else 0,
        "sure_share": SURE,
        "bulk_url": address("identity:bulk", viewer, query=query),
        "state": state,
        "not_yet": selectors.decisions_waiting(viewer),
    }
    return page(request, "identity/review.html", context, partial="rows")


def state_of(query: QueryDict) -> str:
    """The tab that is open."""
    asked = query.get("state", "")
    return asked if asked in ReviewPair.State.values else ReviewPair.State.OPEN


def _first_url(viewer: Viewer, pairs: ReviewPairQuerySet, sort: str, query: str) -> str:
    first = selectors.ordered(pairs, sort).first()
    return address("identity:pair", viewer, first.pk, query=query) if first else ""


@needs("identity.decide")
def bulk(request: HttpRequest, workspace: str) -> HttpResponse:
    """Decide many pairs: first what it would do, then, where nothing changed meanwhile, doing it.

    A GET shows all sure pairs of the filtered queue; a POST from the table shows the chosen ones; with `confirm` it acts.
    """
    viewer = request_viewer(request)
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    kind = request.GET.get("kind") or request.POST.get("kind") or Decision.Kind.MERGE
    chosen = _chosen(request, viewer, query)
    plan = bulk_plan(chosen, selectors.kept_apart(viewer.workspace.id) if kind == Decision.Kind.MERGE else ())
    back = address("identity:review", viewer, query=kept_query(query))
    if request.method == "POST" and request.POST.get("confirm"):
        if request.POST["confirm"] != _token(plan):
            messages.warning(request, _("The queue changed meanwhile; this is what it would do now."))
        else:
            return _act(request, viewer, plan, kind, back)
    rows = pair_rows(plan.pairs[:SAMPLE], viewer.workspace.id, viewer.language)
    context = {
        "plan": plan,
        "kind": kind,
        "rows": rows,
        "more": len(plan.pairs) - len(rows),
        "token": _token(plan),
        "query": query.urlencode(),
        "keys": request.POST.getlist("keys"),
        "every": request.POST.get("all", ""),
        "back": back,
        "gone": plan.customers - plan.groups,
        "most": MOST_PAIRS,
    }
    return page(request, "identity/bulk.html", context)


def _chosen(request: HttpRequest, viewer: Viewer, query: QueryDict) -> list[ReviewPair]:
    filters = queue_filters(viewer).parse(query)
    pairs = selectors.ordered(selectors.queue(viewer, filters.values, state=ReviewPair.State.OPEN), "probability")
    keys = [int(key) for key in request.POST.getlist("keys") if key.isdecimal()]
    if keys and not request.POST.get("all"):
        pairs = pairs.filter(pk__in=keys)
    elif not request.POST.get("all"):
        pairs = sure_ones(pairs)
    return list(pairs[:MOST_PAIRS])


def sure_ones(pairs: ReviewPairQuerySet) -> ReviewPairQuerySet:
    """The pairs that wait for no other reason than that the model was not quite sure."""
    return pairs.filter(probability__gte=SURE, reason="grey")


def _token(plan: BulkPlan) -> str:
    """What was shown: how many pairs, and the sum of their ids."""
    return f"{len(plan.pairs)}-{sum(pair.pk for pair in plan.pairs)}"


def _act(request: HttpRequest, viewer: Viewer, plan: BulkPlan, kind: str, back: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        if kind == Decision.Kind.MERGE:
            batch = services.pairs_merge(viewer=viewer, plan=plan, reason=reason)
            undo = address("identity:undo_batch", viewer, batch)
            messages.success(
                request, _("Merged %(count)s pairs; it takes effect with the next run.") % {"count": len(plan.pairs)}, f"undo:{undo}"
            )
        else:
            _each_distinct(viewer, plan.pairs, reason)
            messages.success(request, _("%(count)s pairs decided: not the same customer.") % {"count": len(plan.pairs)})
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
    return HttpResponseRedirect(back)


def _each_distinct(viewer: Viewer, pairs: Sequence[ReviewPair], reason: str) -> None:
    for pair in pairs:
        current = ReviewPair.objects.get(pk=pair.pk)
        if current.state in services.UNDECIDED:
            services.pair_decide(viewer=viewer, pair=current, kind=Decision.Kind.DISTINCT, reason=reason)


@needs("identity.decide")
@require_POST
def undo(request: HttpRequest, workspace: str) -> HttpResponse:
    """Take back the latest decision of this person and show its pair again."""
    viewer = request_viewer(request)
    query = kept_query(QueryDict(request.POST.get("query", "")))
    decision = selectors.last_decision(viewer)
    if decision is None:
        messages.info(request, _("There is nothing to undo."))
        return HttpResponseRedirect(address("identity:review", viewer, query=query))
    pair = ReviewPair.objects.filter(decision=decision).order_by("-leads", "-weight").first()
    try:
        services.decision_undo(viewer=viewer, decision=decision)
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("Undone: %(kind)s.") % {"kind": decision.get_kind_display()})
    where = address("identity:pair", viewer, pair.pk, query=query) if pair else address("identity:review", viewer, query=query)
    return HttpResponseRedirect(where)


@needs("identity.decide")
@require_POST
def undo_batch(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """Take back a bulk act."""
    viewer = request_viewer(request)
    if not Decision.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id, batch=batch).exists():
        raise Http404
    try:
        count = services.batch_undo(viewer=viewer, batch=batch)
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("%(count)s decisions undone.") % {"count": count})
    return HttpResponseRedirect(address("identity:review", viewer))
