"""The records behind a customer, what was decided about it, and taking records out."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.engine import LakeEmpty
from xingke.extensions import pack
from xingke_web.accounts.facade import Viewer, below, needs
from xingke_web.customers.facade import CustomerNotFound, customer_for, purposes_for, unstored
from xingke_web.identity import clusters, selectors, services
from xingke_web.identity.contracts import DecisionRefused, RecordKey
from xingke_web.identity.models import Decision, Redirect
from xingke_web.identity.origins import golden_rows
from xingke_web.identity.records import golden_of, records_of
from xingke_web.identity.shown import is_personal, personal_fields, record_rows
from xingke_web.identity.tables import CUSTOMERS
from xingke_web.identity.views.shared import REVEAL_PURPOSES, address, no_data, request_viewer, reveal_asked
from xingke_web.identity.words import rule_label
from xingke_web.ui.filters import FilterField, FilterSet
from xingke_web.ui.pages import page

_SEARCH: Final = FilterSet((FilterField("q", _("Search"), placeholder=_("Name, number or source key")),))


@needs("identity.view")
@require_GET
def customers(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every customer with the number of its records: the largest groups, and those held together least, are worth a look."""
    viewer = request_viewer(request)
    filters = _SEARCH.parse(request.GET)
    window = CUSTOMERS.window(request.GET)
    try:
        rows, total = clusters.customers_with_records(viewer, filters.values.get("q", ""), window)
    except LakeEmpty:
        return no_data(request, viewer)
    shown = [{**row, "url": address("identity:customer", viewer, row["number"])} for row in rows]
    context = {"table": CUSTOMERS.bind(request, shown, total), "filters": filters}
    return page(request, "identity/customers.html", context, partial="rows")


@needs("identity.view")
@require_GET
def customer(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """All records of a customer, where each field comes from, and the history."""
    viewer = request_viewer(request)
    moved = Redirect.objects.filter(workspace_id=viewer.workspace.id, number=number).first()
    if moved is not None:
        customer_for(viewer, moved.survivor)
        messages.info(request, _("Customer %(number)s was merged into this one.") % {"number": number})
        return HttpResponseRedirect(address("identity:customer", viewer, moved.survivor))
    try:
        return page(request, "identity/customer.html", _context(viewer, number, clear=False))
    except LakeEmpty:
        return no_data(request, viewer)


@needs("identity.view")
@require_POST
def customer_reveal(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """The customer's records in plain text, for somebody with the right to it, a purpose and a reason."""
    viewer = request_viewer(request)
    found = customer_for(viewer, number)
    problem = reveal_asked(
        request, numbers=[number], fields=_personal(viewer, number, found.kind), subject=("customer", number), about="customer"
    )
    context = {**_context(viewer, number, clear=not problem), "reveal_problem": problem}
    return unstored(page(request, "identity/customer.html", context, status=422 if problem else 200))


@needs("identity.decide")
@require_POST
def take_apart(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Take the chosen records out of the customer."""
    viewer = request_viewer(request)
    found = customer_for(viewer, number)
    keys = [record.key for record in records_of(viewer.workspace, [number])]
    asked = set(request.POST.getlist("record"))
    moved = [key for key in keys if _name(key) in asked]
    kept = [key for key in keys if _name(key) not in asked]
    try:
        services.records_take_apart(
            viewer=viewer, number=number, org_path=found.org_path, moved=moved, kept=kept, reason=request.POST.get("reason", "")
        )
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("%(count)s records leave this customer with the next run.") % {"count": len(moved)})
    return HttpResponseRedirect(address("identity:customer", viewer, number))


@needs("identity.decide")
@require_POST
def decision_undo(request: HttpRequest, workspace: str, decision_id: int) -> HttpResponse:
    """Take one decision back, from the history of a customer."""
    viewer = request_viewer(request)
    decision = Decision.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id, pk=decision_id).first()
    if decision is None:
        raise CustomerNotFound(decision_id)
    try:
        services.decision_undo(viewer=viewer, decision=decision, reason=request.POST.get("reason", ""))
    except DecisionRefused as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("Undone: %(kind)s.") % {"kind": decision.get_kind_display()})
    number = decision.number
    where = address("identity:customer", viewer, number) if number is not None else address("identity:review", viewer)
    return HttpResponseRedirect(where)


def _context(viewer: Viewer, number: int, *, clear: bool) -> dict[str, Any]:
    found = customer_for(viewer, number)
    trade, language = pack(viewer.workspace.pack), viewer.language
    records = records_of(viewer.workspace, [number])
    golden = golden_of(viewer.workspace, number)
    rows = record_rows(records, sides={}, kind=found.kind, pack=trade, language=language, clear=clear)
    absorbed = list(Redirect.objects.filter(workspace_id=viewer.workspace.id, survivor=number))
    about = [number, *(one.number for one in absorbed)]
    return {
        "customer": found,
        "fields": golden_rows(golden, kind=found.kind, pack=trade, language=language, clear=clear) if golden else [],
        "records": [(row, _name(row.key), rule_label(row.rule, language)) for row in rows],
        "systems": len({row.key.system for row in rows}),
        "absorbed": absorbed,
        "history": selectors.decisions_about(viewer, about),
        "pairs": selectors.waiting_about(viewer, [number], most=10),
        "clear": clear,
        "may_decide": viewer.can("identity.decide"),
        "may_reveal": viewer.can("customers.reveal"),
        "purposes": purposes_for(_personal(viewer, number, found.kind), REVEAL_PURPOSES),
    }


def _personal(viewer: Viewer, number: int, kind: str) -> frozenset[str]:
    """What the page shows in plain text once it is opened: of the records and of the golden record."""
    golden = golden_of(viewer.workspace, number)
    held = {field for field in golden.values if is_personal(field, kind) and golden.values[field]} if golden else set()
    return personal_fields(records_of(viewer.workspace, [number]), kind) | held


def _name(key: RecordKey) -> str:
    """A record in the address of a form: system and key, which never holds a blank in a system's name."""
    return f"{key.system} {key.key}"
