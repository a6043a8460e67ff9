"""What the pages of this app have in common."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from xingke_web.accounts.facade import Viewer
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.audiences.desk import Desk
from xingke_web.audiences.population import population_for
from xingke_web.ui.pages import page


def request_viewer(request: HttpRequest) -> Viewer:
    """The viewer whom the middleware let into the workspace."""
    return cast("ViewerRequest", request).viewer


def desk_for(viewer: Viewer) -> Desk:
    """What the viewer can ask about, in their language; raises LakeEmpty before the first run."""
    return Desk(population_for(viewer), viewer.language, viewer.workspace.currency)


def address(name: str, viewer: Viewer, *args: object) -> str:
    """The address of a page of this workspace."""
    return reverse(name, args=(viewer.workspace.slug, *args))


def address_or_none(name: str, viewer: Viewer, *args: object) -> str | None:
    """The address of a page of another app, None where that app is not installed."""
    try:
        return address(name, viewer, *args)
    except NoReverseMatch:
        return None


def no_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Nothing was loaded yet: what there will be, and how the first data come in."""
    url = address_or_none("ingest:data", viewer) if viewer.can("data.view") else None
    return page(request, "audiences/no_data.html", {"data_url": url, "command": f"xingke run {viewer.workspace.slug}"})
