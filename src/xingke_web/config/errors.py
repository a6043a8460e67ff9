"""Answers to requests that could not be served as asked, beyond those of the shared interface."""

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xingke.words import Language
from xingke_web.ui import errors as shared
from xingke_web.ui.pages import is_fragment_request

log = logging.getLogger(__name__)

# Without templates, words or style: what is left when drawing the error page fails as well.
_BARE: Final = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>500</title><h1>服务器出错 · The server failed</h1><p>{}</p></html>"
)


def language_now() -> Language:
    """The language of this request, as data texts name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def message_page(request: HttpRequest, *, status: int, text: str) -> HttpResponse:
    """What cannot be done and why, as a page or as the error block of a fragment."""
    context = {"title": _("This cannot be done"), "text": text, "status": status}
    template = "ui/error.html" if is_fragment_request(request) else "errors/message.html"
    return HttpResponse(render_to_string(template, context, request), status=status, headers={"Vary": "HX-Request"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that no page of ours sends."""
    return message_page(request, status=400, text=_("The request could not be read. Go back, reload the page and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the reference that finds the error in the log; bare text where even that page cannot be drawn."""
    try:
        return shared.server_error(request)
    except Exception:
        log.exception("The error page could not be drawn.", extra={"request": request})
        return HttpResponse(format_html(_BARE, getattr(request, "reference", "")), status=500)
