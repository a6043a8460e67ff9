"""What the pages of this app have in common."""

from collections.abc import Collection
from typing import Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse

from xingke_web.accounts.facade import Viewer
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.customers.facade import ACCURACY, BASED, RevealRefused, reveal_permit
from xingke_web.ui.pages import page


def request_viewer(request: HttpRequest) -> Viewer:
    """The viewer whom the middleware let into the workspace."""
    return cast("ViewerRequest", request).viewer


def address(name: str, viewer: Viewer, *args: object, query: str = "") -> str:
    """The address of a page of this workspace."""
    url = reverse(name, args=(viewer.workspace.slug, *args))
    return f"{url}?{query}" if query else url


REVEAL_PURPOSES: Final = (ACCURACY, *BASED)
"""For what records are opened here: stewards put them right."""


def reveal_asked(request: HttpRequest, *, numbers: Collection[int], fields: Collection[str], subject: tuple[str, int], about: str) -> str:
    """Ask the door to personal values with what the form says; why it stays closed, empty where it opened."""
    viewer = request_viewer(request)
    try:
        reveal_permit(
            viewer=viewer,
            numbers=numbers,
            fields=fields,
            purpose=request.POST.get("purpose", ""),
            reason=request.POST.get("reason", ""),
            name="identity.revealed",
            subject=subject,
            purposes=REVEAL_PURPOSES,
            about=about,
        )
    except RevealRefused as refused:
        return refused.text(viewer.language)
    return ""


def kept_query(query: QueryDict) -> str:
    """The filters and the order of the queue that a page was opened from; anything else is left out."""
    kept = [(key, value) for key, values in query.lists() if key not in ("page", "csrfmiddlewaretoken") for value in values if value]
    return urlencode(kept)


def no_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Nothing was identified yet: what there will be, and how the first records come in."""
    try:
        url = address("ingest:data", viewer) if viewer.can("data.view") else ""
    except NoReverseMatch:
        url = ""
    return page(request, "identity/no_data.html", {"data_url": url, "command": f"xingke run {viewer.workspace.slug}"})
