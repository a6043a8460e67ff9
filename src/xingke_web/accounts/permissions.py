"""Who may open a page: the two marks it can carry, of which a test holds that it carries one, and the refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.roles import CAPABILITIES, ROLE_WORDS, WORKSPACE_WIDE, capability_check, role_allows, roles_with
from xingke_web.accounts.selectors import people_of_whole, people_to_ask, scope_name_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class ViewerRequest(Protocol):
    """A request that the middleware let into a workspace."""

    viewer: Viewer


def needs(capability: str) -> Callable[[View[P]], View[P]]:
    """Answer only viewers with the capability; others get a page that says what is hidden and whom to ask (403)."""
    capability_check(capability)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = cast("ViewerRequest", request).viewer
            return view(request, *args, **kwargs) if viewer.can(capability) else _refusal(request, viewer, capability)

        guarded.xingke_needs = capability  # type: ignore[attr-defined]  # read by the test over all addresses
        return guarded

    return decorate


def open_to_members(view: View[P]) -> View[P]:
    """Mark a page that every member of the workspace may see."""
    view.xingke_needs = None  # type: ignore[attr-defined]  # read by the test over all addresses
    return view


def refusal_of_part(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The page for somebody of a part of the organisation at an address of the whole workspace (403)."""
    from xingke_web.ui.pages import page

    context = {"unit": scope_name_of(viewer), "people": people_of_whole(workspace_id=viewer.workspace.id)}
    return page(request, "accounts/no_permission.html", context, status=403)


def _refusal(request: HttpRequest, viewer: Viewer, capability: str) -> HttpResponse:
    from xingke_web.ui.pages import page

    if capability in WORKSPACE_WIDE and role_allows(viewer.role, capability):
        return refusal_of_part(request, viewer)
    context = {
        "what": CAPABILITIES[capability][viewer.language],
        "roles": [ROLE_WORDS[role][viewer.language] for role in roles_with(capability)],
        "people": people_to_ask(workspace_id=viewer.workspace.id, capability=capability),
    }
    return page(request, "accounts/no_permission.html", context, status=403)
