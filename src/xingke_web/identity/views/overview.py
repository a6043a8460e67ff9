"""How well the systems fit together: match rates, agreement, completeness, and what is still to be collected."""

from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.engine import LakeEmpty
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers.facade import customers_named
from xingke_web.identity import figures, selectors
from xingke_web.identity.models import CollectionTask
from xingke_web.identity.running import full_run_ask
from xingke_web.identity.views.shared import address, no_data, request_viewer
from xingke_web.identity.words import field_label, kind_label
from xingke_web.ui.pages import page

TASKS_SHOWN: Final = 8


@needs("identity.view")
@require_GET
def overview(request: HttpRequest, workspace: str) -> HttpResponse:
    """The figures of identity in the viewer's scope."""
    viewer = request_viewer(request)
    try:
        cards = figures.queue_figures(viewer, selectors.state_counts(viewer))
        if not cards:
            return no_data(request, viewer)
        tasks = CollectionTask.objects.visible_to(viewer).filter(closed_at__isnull=True)
        context = {
            "figures": cards,
            "match": figures.match_table(viewer),
            "agreement": figures.label_agreement(viewer),
            "completeness": [
                {"label": kind_label(kind, viewer.language), "rows": figures.completeness_of(viewer, kind)}
                for kind in figures.kinds_of(viewer)
            ],
            "tasks_open": tasks.count(),
            "tasks": _tasks(viewer, tasks),
            "may_run": viewer.can("data.run"),
        }
    except LakeEmpty:
        return no_data(request, viewer)
    return page(request, "identity/overview.html", context)


def _tasks(viewer: Viewer, tasks: Any) -> list[dict[str, Any]]:
    """The customers that lack most, oldest task first among equals."""
    counted = tasks.order_by().values("number").annotate(fields=Count("field"), since=Min("opened_at"))
    found = list(counted.order_by("-fields", "since", "number")[:TASKS_SHOWN])
    numbers = [row["number"] for row in found]
    named = customers_named(viewer.workspace.id, numbers)
    lacking: dict[int, list[str]] = {}
    for number, field in tasks.filter(number__in=numbers).order_by("number", "field").values_list("number", "field"):
        lacking.setdefault(number, []).append(field_label(field, viewer.language))
    return [
        {
            "number": row["number"],
            "name": named[row["number"]].name if row["number"] in named else row["number"],
            "fields": ("、" if viewer.language == "zh" else ", ").join(lacking.get(row["number"], [])),
            "since": row["since"],
        }
        for row in found
    ]


@needs("data.run")
@require_POST
def run(request: HttpRequest, workspace: str) -> HttpResponse:
    """Ask that the next pass identifies all records anew instead of the new ones only."""
    viewer = request_viewer(request)
    full_run_ask(viewer)
    messages.success(request, _("The next run identifies all records anew."))
    return HttpResponseRedirect(address("identity:overview", viewer))
