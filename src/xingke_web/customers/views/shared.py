"""What the pages of this app have in common."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from xingke_web.accounts.facade import Viewer
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.ui.pages import page


def request_viewer(request: HttpRequest) -> Viewer:
    """The viewer whom the middleware let into the workspace."""
    return cast("ViewerRequest", request).viewer


def url_or_none(name: str, viewer: Viewer, *args: object) -> str | None:
    """The address of a page of another app, None where that app is not installed."""
    try:
        return reverse(name, args=(viewer.workspace.slug, *args))
    except NoReverseMatch:
        return None


def no_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Nothing was loaded yet: what customers are for, and how the first data come in."""
    url = url_or_none("ingest:data", viewer) if viewer.can("data.view") else None
    context = {"data_url": url, "command": f"xingke run {viewer.workspace.slug} --source …"}
    return page(request, "customers/no_data.html", context, partial="rows")
