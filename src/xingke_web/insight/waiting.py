"""What waits for people, as far as the apps below know it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from xingke.engine.lake import LakeEmpty
from xingke_web.accounts.facade import ROOT, Viewer
from xingke_web.campaigns.facade import campaigns_visible
from xingke_web.ingest.facade import last_failed_run, quarantined_rows
from xingke_web.insight import behind
from xingke_web.insight.contracts import Todo
from xingke_web.insight.todos import todo_register
from xingke_web.ui.navigation import page_url


def register() -> None:
    """Register the providers; called once when the application is ready."""
    todo_register("overdue", _overdue)
    todo_register("data", _data)
    todo_register("campaigns", _campaigns)


def _overdue(viewer: Viewer) -> Iterable[Todo]:
    """Value customers who did not come when their own rhythm says they would."""
    if not viewer.can("customers.view"):
        return []
    try:
        count = behind.count_behind(viewer.workspace, behind.group_of({"group": "overdue"}), viewer.scope_path)
    except LakeEmpty:
        return []
    query = {"group": "overdue", "unit": viewer.scope_path}
    url = f"{reverse('insight:customers', kwargs={'workspace': viewer.workspace.slug})}?{urlencode(query)}"
    sub = gettext("value tier, silent for twice their cycle")
    return [Todo("overdue", "phone", gettext("Overdue customers to call"), count, url, gettext("Handle"), sub, "bad", weight=60)]


def _data(viewer: Viewer) -> Iterable[Todo]:
    """Rows set aside as wrong, and a pass of the loop that failed."""
    if not viewer.can("data.view") or viewer.scope_path != ROOT:
        return []
    url = reverse("ingest:data", kwargs={"workspace": viewer.workspace.slug})
    rows = quarantined_rows(viewer.workspace)
    title, sub = gettext("Rows in quarantine"), gettext("wrong rows that the figures leave out")
    failed = last_failed_run(viewer.workspace)
    return [
        Todo("quarantine", "database", title, rows, url, gettext("Handle"), sub, "neutral", weight=30),
        Todo(
            "run", "alert-triangle", gettext("The last load failed"), int(failed is not None), url, gettext("Look"), tone="bad", weight=90
        ),
    ]


def _campaigns(viewer: Viewer) -> Iterable[Todo]:
    """Campaigns that somebody else prepared and that wait for a second person."""
    if not viewer.can("campaigns.launch"):
        return []
    waiting = sum(1 for campaign in campaigns_visible(viewer) if campaign.state == "submitted")
    url, sub = page_url("campaigns:list", viewer), gettext("submitted by somebody else, waiting for a second person")
    return [
        Todo(
            "campaigns",
            "clipboard-check",
            gettext("Campaigns to approve"),
            waiting,
            f"{url}?state=submitted",
            gettext("Handle"),
            sub,
            "warn",
            80,
        )
    ]
