"""Answers to requests that failed: a page in both languages, or the error block when HTMX asked for a part."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from xingke_web.ui.pages import is_fragment_request

logger = logging.getLogger(__name__)


def reference_of(request: HttpRequest) -> str:
    """The reference number of a request: the one a middleware gave it, else a new one."""
    given = getattr(request, "reference", "")
    return str(given) if given else secrets.token_hex(4).upper()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not in the viewer's scope."""
    return _answer(request, 404, reference_of(request))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role lacks a capability."""
    return _answer(request, 403, reference_of(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the reference number is logged, so that an operator finds the trace."""
    reference = reference_of(request)
    logger.error("request %s %s failed, reference %s", request.method, request.path, reference)
    return _answer(request, 500, reference)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token has expired; `CSRF_FAILURE_VIEW` names this view."""
    return _answer(request, 403, reference_of(request), template="ui/403_csrf.html")


def _answer(request: HttpRequest, status: int, reference: str, template: str = "") -> HttpResponse:
    context = {"status": status, "reference": reference, "retry_url": request.get_full_path() if request.method == "GET" else ""}
    if is_fragment_request(request):
        html = render_to_string("ui/error.html", context, request)
    else:
        html = render_to_string(template or f"{status}.html", context, request)
    return HttpResponse(html, status=status, headers={"X-Xingke-Error": reference, "Vary": "HX-Request"})
