"""Tags of the shell: navigation, slots, theme, panels."""

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from xingke_web.ui import navigation, panels
from xingke_web.ui.views import THEMES

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_groups(context: Context) -> list[navigation.LinkGroup]:
    """The side navigation of this viewer."""
    return _groups(context)


@register.simple_tag(takes_context=True)
def phone_links(context: Context) -> list[navigation.Link]:
    """The entries of the bottom bar on a phone, four at most."""
    links = [link for group in _groups(context) for link in group.links if link.phone]
    return links[:4]


def _groups(context: Context) -> list[navigation.LinkGroup]:
    """Found once a page: the shell draws them at the side and at the bottom, and badges count."""
    request = _request(context)
    found: list[navigation.LinkGroup] | None = getattr(request, "xk_groups", None)
    if found is None:
        found = navigation.groups_for(request)
        request.xk_groups = found  # type: ignore[attr-defined]  # kept with the request, which every part of the shell has
    return found


@register.simple_tag(takes_context=True)
def shell_slot(context: Context, name: str) -> SafeString:
    """What apps have put into a slot of the shell."""
    request = _request(context)
    parts = [
        render_to_string(slot.template, dict(slot.context(request)) if slot.context else {}, request)
        for slot in navigation.slots_for(name, request)
    ]
    return mark_safe("".join(parts))  # noqa: S308  # joined from rendered, escaped templates


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme chosen in the cookie, known before anything is painted."""
    request = context.get("request")
    chosen = request.COOKIES.get("xk_theme", "") if request is not None else ""
    return chosen if chosen in THEMES else "light"


@register.simple_tag
def html_language() -> str:
    """The `lang` attribute of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh-CN"


@register.simple_tag(takes_context=True)
def workspace_url(context: Context, url_name: str) -> str:
    """The address of a page in the viewer's workspace, by the name of its route."""
    viewer = _request(context).viewer  # type: ignore[attr-defined]  # set by the middleware of the platform
    return navigation.page_url(url_name, viewer)


@register.simple_tag(takes_context=True)
def panels_in(context: Context, place: str, region: panels.Region, subject: object) -> list[panels.ShownPanel]:
    """The panels of one region of a page."""
    return panels.panels_for(place, region, _request(context), subject)


def _request(context: Context) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request
