"""Who looks, in which language, and at which workspace."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.http import urlencode

from xingke_web.accounts.facade import viewer_for
from xingke_web.accounts.models import User
from xingke_web.accounts.permissions import refusal_of_part
from xingke_web.config.addresses import WORKSPACE_WIDE, reach_of

Handler = Callable[[HttpRequest], HttpResponse]
THEME_COOKIE = "xk_theme"


class Choices:
    """Language and colours follow the person from one browser to the next.

    Their cookies are what pages look at. A browser without them gets the person's own; a choice made in the browser is kept for the person.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        language, theme = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), request.COOKIES.get(THEME_COOKIE)
        self._keep(user, language, theme)
        if language is None and user.language != translation.get_language():
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        if theme is None and user.theme != User.Theme.AUTO:
            request.COOKIES[THEME_COOKIE] = user.theme
        response = self.get_response(request)
        for name, held, own in ((settings.LANGUAGE_COOKIE_NAME, language, user.language), (THEME_COOKIE, theme, user.theme)):
            if held is None and name not in response.cookies and own != User.Theme.AUTO:
                choice_cookie(response, name, own)
        return response

    def _keep(self, user: User, language: str | None, theme: str | None) -> None:
        changed = {
            name: value
            for name, value, known in (("language", language, User.Language.values), ("theme", theme, User.Theme.values))
            if value in known and value != getattr(user, name)
        }
        if changed:
            User.objects.filter(pk=user.pk).update(**changed)
            for name, value in changed.items():
                setattr(user, name, value)


def choice_cookie(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice in the browser for a year."""
    response.set_cookie(name, value, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.XINGKE_HTTPS)


class WorkspaceViewer:
    """Resolve `/w/<workspace>/` to `request.viewer`: strangers see 404, the anonymous are sent to the log-in.

    On pages outside a workspace the viewer is that of the workspace used last, so that the shell looks the same there.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        request.viewer = None  # type: ignore[attr-defined]  # the platform's own attribute
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> HttpResponse | None:
        """Set the viewer before the view runs, and hold the request to the reach that its address declares."""
        reach = reach_of(view, request.method)
        if reach is None:
            raise Http404  # an address that does not say whose rows it shows shows none; `addresses_check` names it at the start
        inside = request.path_info.startswith("/w/")
        if not request.user.is_authenticated:
            return _to_login(request) if inside else None
        viewer = viewer_for(request, kwargs.get("workspace") if inside else None)
        request.viewer = viewer  # type: ignore[attr-defined]  # as above
        if inside and viewer is None:
            raise Http404
        if inside and isinstance(request.user, User) and viewer is not None and request.user.last_workspace_id != viewer.workspace.id:
            User.objects.filter(pk=request.user.pk).update(last_workspace=viewer.workspace.id)
        if inside and viewer is not None and reach is WORKSPACE_WIDE and not viewer.is_workspace_wide:
            return refusal_of_part(request, viewer)
        if viewer is not None and reach is WORKSPACE_WIDE and request.method == "POST":
            # What all units share is acted on, and written down, from the root, whatever part was looked at.
            request.viewer = replace(viewer, scope_path=viewer.org_path)  # type: ignore[attr-defined]  # as above
        return None


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        # A fragment request would put the log-in form into the page; the browser is sent there instead.
        back = request.headers.get("HX-Current-URL", "")
        address = (
            f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}" if back.startswith("/") else resolve_url(settings.LOGIN_URL)
        )
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect_to_login(request.get_full_path())
