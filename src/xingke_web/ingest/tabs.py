"""The pages of the data room, as the tabs that each of them shows."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts.contracts import Viewer


@dataclass(frozen=True)
class Tab:
    """One page: its address by name, its label, and who sees it."""

    url_name: str
    label: Promise | str
    capability: str = "data.view"
    order: int = 50


@dataclass(frozen=True)
class Option:
    """A tab as `ui/segmented.html` draws it."""

    label: str
    url: str
    active: bool
    count: int | None = None


_tabs: dict[str, Tab] = {
    tab.url_name: tab
    for tab in (
        Tab("ingest:data", _("Overview"), order=10),
        Tab("ingest:sources", _("Sources"), order=20),
        Tab("ingest:quality", _("Quality"), order=30),
        Tab("ingest:waiting", _("Quarantine"), "quarantine.view", order=40),
        Tab("ingest:catalogue", _("Catalogue"), order=60),
    )
}


def tabs_for(request: HttpRequest, viewer: Viewer) -> list[Option]:
    """The tabs of this viewer, the page shown now marked."""
    found = []
    for tab in sorted(_tabs.values(), key=lambda tab: tab.order):
        if not viewer.can(tab.capability):
            continue
        try:
            url = reverse(tab.url_name, kwargs={"workspace": viewer.workspace.slug})
        except NoReverseMatch:
            continue
        found.append(Option(str(tab.label), url, active=False))
    longest = max((one.url for one in found if request.path.startswith(one.url)), key=len, default="")
    return [Option(one.label, one.url, one.url == longest, one.count) for one in found]
