"""The inbox of a customer who is logged in."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.channels import answers, selectors, visits
from xingke_web.ui.pages import page

MOST = 50


@needs("inbox.view")
@require_GET
def inbox(request: HttpRequest, workspace: str) -> HttpResponse:
    """The newest messages, unread ones marked."""
    viewer = _viewer(request)
    entries = list(selectors.inbox_of(viewer)[:MOST])
    return page(request, "channels/inbox.html", {"entries": entries, "unread": selectors.unread_of(viewer)})


@needs("inbox.view")
@require_GET
def inbox_entry(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """One message; opening it is the read receipt, unless a browser fetches it ahead."""
    viewer = _viewer(request)
    entry = selectors.inbox_entry(viewer, key)
    if not visits.is_machine(request):
        answers.read(entry, viewer=viewer)
    context = {"entry": entry, "answers": selectors.answers_to(entry.message), "replies": _replies(viewer)}
    return page(request, "channels/inbox_entry.html", context)


@needs("inbox.view")
@require_POST
def inbox_reply(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """Keep the answer that was chosen."""
    entry = selectors.inbox_entry(_viewer(request), key)
    choice = request.POST.get("choice", "")
    if choice not in answers.REPLIES:
        raise Http404
    answers.replied(entry.message, choice)
    messages.success(request, _("Your answer was recorded."))
    return redirect("channels:entry", workspace, key)


@needs("inbox.view")
@require_POST
def inbox_opt_out(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """No more messages of this kind."""
    entry = selectors.inbox_entry(_viewer(request), key)
    answers.opted_out(entry.message, by="inbox")
    messages.success(request, _("You will get no more messages of this kind here."))
    return redirect("channels:entry", workspace, key)


def _replies(viewer: Viewer) -> list[tuple[str, str]]:
    return [(key, words[viewer.language]) for key, words in answers.REPLIES.items()]


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
