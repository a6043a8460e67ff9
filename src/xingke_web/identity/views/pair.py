"""One pair: what both sides say, why they may be one, what a merge brings together, and the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.engine import LakeEmpty
from xingke.extensions import pack
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers.facade import customers_named, purposes_for, unstored
from xingke_web.identity import selectors, services
from xingke_web.identity.contracts import DecisionRefused, RecordKey
from xingke_web.identity.filters import queue_filters
from xingke_web.identity.merged import merged_values
from xingke_web.identity.models import ReviewPair, ReviewPairQuerySet
from xingke_web.identity.moving import Moving, moving_of
from xingke_web.identity.records import records_by_key, records_of
from xingke_web.identity.shown import field_rows, name_of, personal_fields, record_rows
from xingke_web.identity.views.queue import state_of
from xingke_web.identity.views.shared import REVEAL_PURPOSES, address, kept_query, request_viewer, reveal_asked
from xingke_web.identity.waterfall import bars_of, signed
from xingke_web.identity.words import review_label, system_label
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.pages import page

SIDES = ("A", "B")


@needs("identity.view")
@require_GET
def pair(request: HttpRequest, workspace: str, pair_id: int) -> HttpResponse:
    """A pair side by side."""
    viewer = request_viewer(request)
    found = selectors.pair_for(viewer, pair_id)
    return page(request, "identity/pair.html", _context(request, viewer, found, clear=False))


@needs("identity.view")
@require_POST
def reveal(request: HttpRequest, workspace: str, pair_id: int) -> HttpResponse:
    """The pair with its personal values in plain text, for somebody with the right to it, a purpose and a reason; written down first."""
    viewer = request_viewer(request)
    found = selectors.pair_for(viewer, pair_id)
    problem = reveal_asked(
        request, numbers=_numbers(found), fields=_personal(viewer, found), subject=("review_pair", found.pk), about="pair"
    )
    context = {**_context(request, viewer, found, clear=not problem), "reveal_problem": problem}
    return unstored(page(request, "identity/pair.html", context, status=422 if problem else 200))


@needs("identity.decide")
@require_POST
def decide(request: HttpRequest, workspace: str, pair_id: int) -> HttpResponse:
    """Decide, and on to the next pair at once."""
    viewer = request_viewer(request)
    found = selectors.pair_for(viewer, pair_id)
    query = QueryDict(kept_query(QueryDict(request.POST.get("query", ""))))
    try:
        decision = services.pair_decide(viewer=viewer, pair=found, kind=request.POST.get("kind", ""), reason=request.POST.get("reason", ""))
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
        return HttpResponseRedirect(address("identity:pair", viewer, found.pk, query=query.urlencode()))
    messages.success(request, f"{decision.get_kind_display()}: {_said(viewer, found)}", f"undo:{address('identity:undo', viewer)}")
    following = selectors.pair_after(_queue(viewer, query), found, query.get("sort", "").lstrip("-"))
    if following is None:
        messages.info(request, _("Nothing else waits in this queue."))
        return HttpResponseRedirect(address("identity:review", viewer, query=query.urlencode()))
    return HttpResponseRedirect(address("identity:pair", viewer, following.pk, query=query.urlencode()))


def _queue(viewer: Viewer, query: QueryDict) -> ReviewPairQuerySet:
    """The queue that the page was opened from."""
    return selectors.queue(viewer, queue_filters(viewer).parse(query).values, state=state_of(query))


def _said(viewer: Viewer, pair: ReviewPair) -> str:
    named = customers_named(viewer.workspace.id, [number for number in (pair.left_number, pair.right_number) if number is not None])
    return " · ".join((name_of(pair.left_number, pair.left_key, named), name_of(pair.right_number, pair.right_key, named)))


def _context(request: HttpRequest, viewer: Viewer, pair: ReviewPair, *, clear: bool) -> dict[str, Any]:
    query = kept_query(request.GET if request.method == "GET" else QueryDict(request.POST.get("query", "")))
    waiting = _queue(viewer, QueryDict(query))
    numbers = _numbers(pair)
    named = customers_named(viewer.workspace.id, numbers)
    is_open = pair.state in services.UNDECIDED
    return {
        "pair": pair,
        "query": query,
        "sides": [_side(viewer, pair, place, named) for place in range(2)],
        "waiting": waiting.count(),
        "before": selectors.place_of(waiting, pair, QueryDict(query).get("sort", "").lstrip("-")) if is_open else None,
        "next": selectors.pair_after(waiting, pair, QueryDict(query).get("sort", "").lstrip("-")),
        "review_url": address("identity:review", viewer, query=query),
        "bars": bars_of(pair.parts, viewer.language),
        "total": signed(pair.weight),
        "waits": review_label(pair.reason, viewer.language) if pair.reason else "",
        "is_open": is_open,
        "may_decide": viewer.can("identity.decide"),
        "may_reveal": viewer.can("customers.reveal"),
        "purposes": purposes_for(_personal(viewer, pair), REVEAL_PURPOSES),
        "clear": clear,
        "last": selectors.last_decision(viewer),
        **_from_lake(viewer, pair, numbers, clear=clear),
    }


def _numbers(pair: ReviewPair) -> list[int]:
    return [number for number in (pair.left_number, pair.right_number) if number is not None]


def _personal(viewer: Viewer, pair: ReviewPair) -> frozenset[str]:
    """What the page shows in plain text once it is opened: of the two records, and of the others of their customers."""
    try:
        records = records_by_key(viewer.workspace, (RecordKey(*pair.left), RecordKey(*pair.right)))
        return personal_fields([*records.values(), *records_of(viewer.workspace, _numbers(pair))], pair.kind)
    except LakeEmpty:
        return frozenset()


def _side(viewer: Viewer, pair: ReviewPair, place: int, named: dict[int, Any]) -> dict[str, Any]:
    system, key = (pair.left, pair.right)[place]
    number = (pair.left_number, pair.right_number)[place]
    customer = named.get(number) if number is not None else None
    return {
        "letter": SIDES[place],
        "system": system_label(system, viewer.language),
        "key": key,
        "number": number,
        "name": customer.name if customer else key,
        "url": address("identity:customer", viewer, number) if customer and number is not None else "",
        "customer": customer,
    }


def _from_lake(viewer: Viewer, pair: ReviewPair, numbers: list[int], *, clear: bool) -> dict[str, Any]:
    """What only the lake knows; nothing of it before the first pass."""
    trade, language = pack(viewer.workspace.pack), viewer.language
    keys = (RecordKey(*pair.left), RecordKey(*pair.right))
    try:
        records = records_by_key(viewer.workspace, keys)
        every = records_of(viewer.workspace, numbers)
        moving = moving_of(lake_reader(viewer.workspace), numbers, as_of=viewer.workspace.as_of)
    except LakeEmpty:
        return {"rows": [], "records": [], "moving": None}
    left, right = (records.get(key) for key in keys)
    sides = {number: SIDES[place] for place, number in enumerate((pair.left_number, pair.right_number)) if number is not None}
    return {
        "rows": field_rows(left, right, kind=pair.kind, pack=trade, language=language, clear=clear),
        "records": record_rows(every, sides=sides, kind=pair.kind, pack=trade, language=language, clear=clear),
        "moving": _moving_rows(pair, moving, viewer),
        "merged": merged_values(every, kind=pair.kind, pack=trade, language=language, clear=clear),
    }


def _moving_rows(pair: ReviewPair, moving: dict[int, Moving], viewer: Viewer) -> dict[str, Any] | None:
    left, right = (moving.get(number) if number is not None else None for number in (pair.left_number, pair.right_number))
    if left is None or right is None:
        return None
    facts = [
        (label[viewer.language], mine, theirs)
        for (label, mine), (_label, theirs) in zip(left.facts, right.facts, strict=True)
        if mine or theirs
    ]
    return {"left": left, "right": right, "facts": facts}
