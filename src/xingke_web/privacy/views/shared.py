"""What the pages of this app have in common."""

from collections.abc import Callable
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer
from xingke_web.accounts.permissions import ViewerRequest

OF_THE_WHOLE: Final = ("retention", "keys", "incidents")
"""Pages of what all units share."""


def request_viewer(request: HttpRequest) -> Viewer:
    """The viewer whom the middleware let into the workspace."""
    return cast("ViewerRequest", request).viewer


def tabs(viewer: Viewer, active: str) -> list[dict[str, Any]]:
    """The pages of the app as pills."""
    words = {
        "overview": _("Overview"),
        "requests": _("Requests of persons"),
        "retention": _("Retention"),
        "uses": _("Data uses"),
        "keys": _("Encryption keys"),
        "incidents": _("Incidents"),
    }
    shown = [name for name in words if viewer.is_workspace_wide or name not in OF_THE_WHOLE]
    return [{"label": words[name], "url": address(viewer, name), "active": name == active} for name in shown]


def address(viewer: Viewer, name: str, *args: object) -> str:
    """The address of a page of this app."""
    return reverse(f"privacy:{name}", args=(viewer.workspace.slug, *args))


def done(request: HttpRequest, work: Callable[[], object], *, said: str, back: str) -> HttpResponse:
    """Do something a person asked for, say that it is done or why not, and go back."""
    try:
        work()
    except UserFacingError as error:
        messages.error(request, error.text(request_viewer(request).language))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(back)
