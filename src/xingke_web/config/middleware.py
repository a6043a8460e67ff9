"""What every request and answer gets: a reference number, the security headers, and words for expected errors."""

import secrets
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from xingke.errors import ConfigurationError, UserFacingError
from xingke_web.config.errors import language_now, message_page

_NUL: Final = "\x00"
Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
_PERMISSIONS: Final = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class RequestReference:
    """Give the request a short number that is both in the log and on the error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]  # read by the log and the error page
        response = self.get_response(request)
        response.headers.setdefault("X-Request-Reference", request.reference)  # type: ignore[attr-defined]
        return response


class SecurityHeaders:
    """The headers that confine a page to this server, and keep it out of shared caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = _PERMISSIONS
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class TextInput:
    """Text from outside without NUL characters: no keyboard types one, no database stores one, and a paste that holds some means the rest.

    They are taken out of queries and forms; an address that holds one is that of no page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        if _NUL in request.path:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]  # the stubs know the class that forbids changes alone
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, arguments: object, named: object) -> None:
        """Clean a form, which the check against forged requests has read by now; where that check is not for, the view reads the body."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        if any(_NUL in text for key, texts in request.POST.lists() for text in (key, *texts)):
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]  # as above


def _without_nul(fields: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True)
    for key, texts in fields.lists():
        clean.setlist(key.replace(_NUL, ""), [text.replace(_NUL, "") for text in texts])
    clean._mutable = False
    return clean


class UserFacingErrors:
    """An expected error that no view caught becomes a page with its words instead of a failure."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for the error, or None for those that are not ours to explain."""
        if not isinstance(exception, UserFacingError):
            return None
        status = 503 if isinstance(exception, ConfigurationError) else 400
        return message_page(request, status=status, text=exception.text(language_now()))
