"""Answering a page: the whole of it to a plain request, one named partial of it to HTMX."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Template, TemplateDoesNotExist
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers


def is_fragment_request(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part; it asks for the whole page when it restores history or targets the body."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-History-Restore-Request") != "true"
        and headers.get("HX-Request-Type", "partial") != "full"
    )


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or only its `{% partialdef %}` named `partial` when HTMX asks.

    A partial sees the context given here and the context processors, not what a surrounding `{% with %}` or `{% for %}` set.
    A form that failed is answered with the same partial and status 422.
    """
    values = dict(context or {})
    if partial is not None and is_fragment_request(request):
        html = render_partial(request, template, partial, values)
    else:
        html = get_template(template).render(values, request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_partial(request: HttpRequest, template: str, partial: str, context: Mapping[str, Any]) -> str:
    """The text of one `{% partialdef %}` of a template."""
    parsed = get_template(template)
    inner: Template = parsed.template  # type: ignore[attr-defined]  # the Django backend has it, the protocol does not say so
    nodes = inner.extra_data.get("partials", {})
    if partial not in nodes:
        raise TemplateDoesNotExist(f"{template}#{partial}; it defines {', '.join(sorted(nodes)) or 'no partial'}")
    bound = make_context(dict(context), request, autoescape=True)
    with bound.render_context.push_state(inner), bound.bind_template(inner):
        return str(nodes[partial].render(bound))
