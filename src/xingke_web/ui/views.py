"""Pages of the shared interface: choosing theme and language, and the style guide."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xingke_web.ui import styleguide as samples
from xingke_web.ui.pages import page
from xingke_web.ui.viewer import viewer_of

THEMES = ("light", "dark")
COOKIE_SECONDS = 365 * 24 * 3600
STYLEGUIDE_CAPABILITY = "people.edit"


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Remember the theme; without scripts the toggle of the top bar comes here."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_safe_next(request))
    if chosen in THEMES:
        response.set_cookie("xk_theme", chosen, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in all its states; open while debugging, otherwise to roles with the capability."""
    viewer = viewer_of(request)
    if not settings.DEBUG and not (viewer is not None and viewer.can(STYLEGUIDE_CAPABILITY)):
        raise Http404
    return page(request, "ui/styleguide.html", samples.context(request), partial="list")


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else "/"
