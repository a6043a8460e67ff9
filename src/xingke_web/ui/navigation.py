"""The side navigation and the slots of the top bar; apps register theirs in `AppConfig.ready()`, so nothing shown is a dead link."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xingke_web.ui.viewer import ViewerLike, viewer_of


class Group(StrEnum):
    """The groups of the navigation, in the order shown."""

    WORKBENCH = "workbench"
    CUSTOMERS = "customers"
    MARKETING = "marketing"
    SERVICE = "service"
    ANALYSIS = "analysis"
    GOVERNANCE = "governance"


GROUP_LABELS: dict[Group, Promise] = {
    Group.WORKBENCH: _("Workbench"),
    Group.CUSTOMERS: _("Customers"),
    Group.MARKETING: _("Marketing"),
    Group.SERVICE: _("Service"),
    Group.ANALYSIS: _("Analysis"),
    Group.GOVERNANCE: _("Governance"),
}


@dataclass(frozen=True)
class NavItem:
    """One entry of the side navigation.

    `capability` empty means that everyone sees it; whoever has `unless` finds the page below another entry. `order` sorts inside the group.
    `phone` puts it into the bottom bar of the phone layout (the first four are shown there). `url_name` is reversed with the workspace's
    slug, or without where the address has no workspace.
    """

    group: Group
    label: str | Promise
    icon: str
    url_name: str
    capability: str = ""
    unless: str = ""
    badge: Callable[[ViewerLike], int] | None = None
    order: int = 50
    phone: bool = False


@dataclass(frozen=True)
class Slot:
    """A piece of the shell that an app fills: a template and what it needs.

    Names in use: `scope`, `search`, `compliance`, `notices`, `help`, `user_menu`, `phone_action`.
    """

    name: str
    template: str
    capability: str = ""
    context: Callable[[HttpRequest], Mapping[str, Any]] | None = None
    order: int = 50


@dataclass(frozen=True)
class Link:
    """A navigation entry as one viewer sees it."""

    label: str
    icon: str
    url: str
    active: bool
    badge: int
    phone: bool


@dataclass(frozen=True)
class LinkGroup:
    """A group with at least one link."""

    label: str
    links: tuple[Link, ...]


_items: dict[str, NavItem] = {}
_slots: dict[tuple[str, str], Slot] = {}


def register(*items: NavItem) -> None:
    """Add entries to the navigation; the same `url_name` again replaces the earlier entry."""
    for item in items:
        _items[item.url_name] = item


def register_slot(slot: Slot) -> None:
    """Fill a slot of the shell; several templates in one slot are shown by their order."""
    _slots[slot.name, slot.template] = slot


def groups_for(request: HttpRequest) -> list[LinkGroup]:
    """The navigation of this viewer; groups without an entry are left out."""
    viewer = viewer_of(request)
    if viewer is None:
        return []
    shown: dict[Group, list[Link]] = {group: [] for group in Group}
    visible = [item for item in _items.values() if _is_for(viewer, item)]
    urls = {item.url_name: page_url(item.url_name, viewer) for item in visible}
    current = _current_url(request.path, urls.values())
    for item in sorted(visible, key=lambda one: one.order):
        url = urls[item.url_name]
        badge = item.badge(viewer) if item.badge else 0
        shown[item.group].append(Link(str(item.label), item.icon, url, url == current, badge, item.phone))
    return [LinkGroup(str(GROUP_LABELS[group]), tuple(links)) for group, links in shown.items() if links]


def _is_for(viewer: ViewerLike, item: NavItem) -> bool:
    return (not item.capability or viewer.can(item.capability)) and not (item.unless and viewer.can(item.unless))


def slots_for(name: str, request: HttpRequest) -> list[Slot]:
    """What fills a slot for this viewer."""
    viewer = viewer_of(request)
    if viewer is None:
        return []
    slots = (slot for slot in _slots.values() if slot.name == name)
    return sorted((slot for slot in slots if not slot.capability or viewer.can(slot.capability)), key=lambda slot: slot.order)


def page_url(url_name: str, viewer: ViewerLike) -> str:
    """The address of a page in the viewer's workspace."""
    try:
        return reverse(url_name, kwargs={"workspace": viewer.workspace.slug})
    except NoReverseMatch:
        return reverse(url_name)


def _current_url(path: str, urls: Iterable[str]) -> str:
    """The registered address that this path lies under; the longest one wins, so that a home page is not always active."""
    under = [url for url in urls if path == url or (url.endswith("/") and path.startswith(url))]
    return max(under, key=len, default="")
