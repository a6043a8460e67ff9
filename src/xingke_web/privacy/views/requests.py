"""Requests of persons: the list, a new one, one with its steps, and one personal field opened."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers.facade import CustomerNotFound, RevealRefused, customer_for, purposes_for, unstored
from xingke_web.privacy.clocks import ANSWER_WORKDAYS
from xingke_web.privacy.models import SubjectRequest
from xingke_web.privacy.personal import FIELD_WORDS, personal_reveal
from xingke_web.privacy.requests import (
    report_of,
    request_approve,
    request_decide,
    request_identify,
    request_open,
    request_refuse,
    wish_of,
)
from xingke_web.privacy.signing import is_signed
from xingke_web.privacy.views.shared import address, done, request_viewer, tabs
from xingke_web.ui.pages import page

State = SubjectRequest.State
ORDER = (State.RECEIVED, State.IDENTIFIED, State.AWAITING, State.WORKING, State.DONE)


@needs("privacy.view")
@require_GET
def request_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """The requests about customers in scope, those owed an answer first."""
    viewer, today = request_viewer(request), timezone.localdate()
    found = list(SubjectRequest.objects.visible_to(viewer)[:200])
    found.sort(key=lambda one: (not one.is_open, one.due_on if one.is_open else today, -one.pk))
    context = {
        "tabs": tabs(viewer, "requests"),
        "requests": [{"request": one, "left": (one.due_on - today).days, "url": address(viewer, "request", one.pk)} for one in found],
        "may_edit": viewer.can("privacy.edit"),
    }
    return page(request, "privacy/requests.html", context)


@needs("privacy.edit")
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Record what a person asks for."""
    viewer = request_viewer(request)
    given = {name: request.POST.get(name, request.GET.get(name, "")) for name in ("number", "kind", "wish")}
    context: dict[str, Any] = {
        "tabs": tabs(viewer, "requests"),
        "kinds": SubjectRequest.Kind.choices,
        "given": given,
        "days": ANSWER_WORKDAYS,
    }
    if request.method == "GET":
        return page(request, "privacy/request_new.html", context)
    try:
        number = int(given["number"]) if given["number"].isdecimal() and len(given["number"]) < 18 else -1
        made = request_open(viewer=viewer, number=number, kind=given["kind"], wish=given["wish"])
    except CustomerNotFound:
        error = _("No customer in your area has this number.")
    except UserFacingError as refused:
        error = refused.text(viewer.language)
    else:
        return HttpResponseRedirect(address(viewer, "request", made.pk))
    return page(request, "privacy/request_new.html", {**context, "error": error}, status=422)


@needs("privacy.view")
@require_GET
def request_page(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """One request: where it stands, what comes next, and what was done."""
    viewer = request_viewer(request)
    found = request_of(viewer, key)
    context = {
        "tabs": tabs(viewer, "requests"),
        "asked": found,
        "wish": wish_of(found) if found.wish and viewer.can("privacy.edit") else "",
        "steps": _steps(found),
        "left": (found.due_on - timezone.localdate()).days,
        "may_edit": viewer.can("privacy.edit"),
        "is_second": found.decided_by_id != viewer.user_id,
        "figures": _figures(found),
        "is_signed": bool(found.signature) and is_signed(report_of(found), found.signature),
        "has_answer": bool(found.answer) and found.state == State.DONE,
    }
    return unstored(page(request, "privacy/request.html", context))


@needs("privacy.edit")
@require_POST
def request_step(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """Take the next step of a request."""
    viewer = request_viewer(request)
    asked, text = request_of(viewer, key), request.POST.get("text", "")
    steps = {
        "identify": lambda: request_identify(viewer=viewer, request=asked, how=text),
        "decide": lambda: request_decide(viewer=viewer, request=asked),
        "approve": lambda: request_approve(viewer=viewer, request=asked),
        "refuse": lambda: request_refuse(viewer=viewer, request=asked, reason=text),
    }
    step = steps.get(request.POST.get("step", ""), steps["identify"])
    return done(request, step, said=_("The step was noted."), back=address(viewer, "request", key))


@needs("customers.reveal")
@require_POST
def reveal(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """One personal field in plain text, after writing down who asked, for what and why."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    asked = {name: request.POST.get(name, "") for name in ("field", "purpose", "reason")}
    context: dict[str, Any] = {
        "customer": customer,
        "field": {"name": asked["field"], "label": FIELD_WORDS.get(asked["field"], asked["field"])},
        "purposes": purposes_for([asked["field"]]),
        "asked": asked,
    }
    try:
        context["value"] = personal_reveal(viewer=viewer, number=number, **asked)
        status = 200
    except RevealRefused as error:
        context["error"] = error.text(viewer.language)
        status = 422
    return unstored(page(request, "privacy/reveal.html", context, partial="value", status=status))


def request_of(viewer: Viewer, key: int) -> SubjectRequest:
    """A request about a customer in the viewer's scope; 404 for any other."""
    return get_object_or_404(SubjectRequest.objects.visible_to(viewer), pk=key)


def _steps(asked: SubjectRequest) -> list[dict[str, Any]]:
    order = [state for state in ORDER if state != State.AWAITING or asked.kind == SubjectRequest.Kind.DELETE]
    if asked.state == State.REFUSED:
        return [{"label": State.RECEIVED.label, "state": "done"}, {"label": State.REFUSED.label, "state": "bad", "note": asked.refusal}]
    at = order.index(State(asked.state))
    return [
        {"label": state.label, "state": "done" if place < at or state == asked.state == State.DONE else "now" if place == at else "todo"}
        for place, state in enumerate(order)
    ]


def _figures(asked: SubjectRequest) -> list[dict[str, Any]]:
    from xingke_web.customers.facade import subject_data_all
    from xingke_web.ui.numbers import active_language

    labels = {data.name: data.label[active_language()] for data in subject_data_all()}
    return [
        {
            "label": labels.get(name, name),
            "erased": figure.get("erased"),
            "kept": figure.get("kept"),
            "because": figure.get("because", {}).get(active_language(), ""),
        }
        for name, figure in asked.facts.items()
        if isinstance(figure, dict)
    ]
