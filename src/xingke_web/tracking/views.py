"""The pages of tracking: keys, live events, rejected events, plans."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.events.event import KINDS
from xingke.events.reasons import REASONS
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.tracking import selectors, services
from xingke_web.tracking.forms import PROPERTY_TYPES, SYSTEM_WORDS, KeyForm, PlanInvalid, plan_read, plan_rows
from xingke_web.tracking.models import WriteKey
from xingke_web.tracking.snippets import snippets
from xingke_web.ui.pages import page


@needs("data.view")
@require_GET
def overview(request: HttpRequest, workspace: str) -> HttpResponse:
    """Keys, events a minute, what waits in quarantine."""
    viewer = _viewer(request)
    keys = selectors.keys_of(viewer.workspace)
    context = {
        "keys": [(line, SYSTEM_WORDS[line.key.system]) for line in keys],
        "live_keys": sum(line.key.is_live for line in keys),
        "accepted": sum(line.accepted for line in keys),
        "rejected": sum(line.rejected for line in keys),
        "repeated": sum(line.repeated for line in keys),
        "chart": selectors.minutes_chart(viewer.workspace),
        "reasons": selectors.reasons_of(viewer.workspace),
        "may_edit": viewer.can("data.run"),
    }
    return page(request, "tracking/overview.html", context)


@needs("data.run")
@require_http_methods(["GET", "POST"])
@never_cache
def key_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a key; the answer to the form is the only page that ever shows the secret."""
    viewer = _viewer(request)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.key_create(viewer=viewer, **form.cleaned_data)
        except services.NameTaken as taken:
            form.add_error("name", taken.text(viewer.language))
        else:
            context = {"key": made.key, "secret": made.secret, "snippets": snippets(_base(request), made.secret)}
            return page(request, "tracking/key_made.html", context)
    return page(request, "tracking/key_form.html", {"form": form, "key": None}, status=422 if form.errors else 200)


@needs("data.run")
@require_http_methods(["GET", "POST"])
def key_edit(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """What a key may send, and the lines that set up clients."""
    viewer = _viewer(request)
    key = selectors.key_of(viewer.workspace, number)
    form = KeyForm(request.POST or None, key=key)
    if request.method == "POST" and form.is_valid():
        services.key_change(viewer=viewer, key=key, **form.cleaned_data)
        messages.success(request, _("Saved; the server follows within seconds."))
        return redirect("tracking:key", viewer.workspace.slug, key.pk)
    context = {
        "form": form,
        "key": key,
        "system": SYSTEM_WORDS[key.system],
        "snippets": snippets(_base(request), f"{key.hint}…"),
        "planned": len(key.plan),
    }
    return page(request, "tracking/key_form.html", context, status=422 if form.errors else 200)


@needs("data.run")
@require_POST
def key_switch(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Disable a key, or enable it again."""
    viewer = _viewer(request)
    key = selectors.key_of(viewer.workspace, number)
    services.key_switch(viewer=viewer, key=key, on=request.POST.get("on") == "1")
    messages.success(request, _("The key is enabled again.") if key.is_live else _("The key is disabled."))
    return redirect("tracking:key", viewer.workspace.slug, key.pk)


@needs("data.run")
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """The events that a key's clients are expected to send."""
    viewer = _viewer(request)
    key = selectors.key_of(viewer.workspace, number)
    error = ""
    if request.method == "POST":
        mode = request.POST.get("mode", "")
        if mode not in WriteKey.PlanMode.values:
            raise Http404
        try:
            services.plan_change(viewer=viewer, key=key, plan=plan_read(request.POST), mode=mode)
        except PlanInvalid as invalid:
            error = str(invalid)
        else:
            messages.success(request, _("Saved; the server follows within seconds."))
            return redirect("tracking:plan", viewer.workspace.slug, key.pk)
    context = {
        "key": key,
        "rows": plan_rows(key.plan),
        "types": PROPERTY_TYPES,
        "modes": WriteKey.PlanMode.choices,
        "error": error,
    }
    return page(request, "tracking/plan.html", context, status=422 if error else 200)


@needs("data.run")
@require_GET
def live(request: HttpRequest, workspace: str) -> HttpResponse:
    """The newest events as they come; the rows ask for themselves every two seconds."""
    viewer = _viewer(request)
    chosen = {name: request.GET.get(name, "").strip() for name in ("source", "kind", "name")}
    context = {
        "chosen": chosen,
        "events": selectors.live_events(viewer.workspace, **chosen),
        "sources": [line.key.name for line in selectors.keys_of(viewer.workspace)],
        "kinds": KINDS,
        "paused": request.GET.get("paused") == "1",
    }
    return page(request, "tracking/live.html", context, partial="rows")


@needs("data.run")
@require_GET
def rejected(request: HttpRequest, workspace: str) -> HttpResponse:
    """Rejected events with masked samples, by reason."""
    viewer = _viewer(request)
    reason = request.GET.get("reason", "")
    if reason and reason not in REASONS:
        raise Http404
    lines, total = selectors.rejected_of(viewer.workspace, reason=reason)
    context = {"reasons": selectors.reasons_of(viewer.workspace), "reason": reason, "lines": lines, "total": total}
    return page(request, "tracking/rejected.html", context)


@needs("data.run")
@require_POST
def retry(request: HttpRequest, workspace: str) -> HttpResponse:
    """Send the rejected events of a reason through the reader again."""
    viewer = _viewer(request)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        raise Http404
    sent = services.rejected_retry(viewer=viewer, reason=reason)
    text = ngettext(
        "%(count)s event is read again; if it is still refused, it comes back here.",
        "%(count)s events are read again; those still refused come back here.",
        sent,
    )
    messages.success(request, text % {"count": sent})
    return redirect("tracking:rejected", viewer.workspace.slug)


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
