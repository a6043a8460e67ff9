"""What the app adds to the shell and to pages of other apps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xingke.engine import LakeEmpty
from xingke.extensions import pack
from xingke_web.accounts.facade import Viewer
from xingke_web.customers.facade import CustomerInfo, Hint, hint_register
from xingke_web.identity.models import CollectionTask, ReviewPair
from xingke_web.identity.origins import golden_rows
from xingke_web.identity.records import golden_of, systems_of
from xingke_web.identity.selectors import queue, waiting_about
from xingke_web.identity.views.shared import address, request_viewer
from xingke_web.identity.words import field_label, system_label
from xingke_web.ui import navigation, panels
from xingke_web.ui.viewer import ViewerLike


def register_all() -> None:
    """Register the entries of the navigation and the panel; called once when the application is ready."""
    navigation.register(
        navigation.NavItem(
            navigation.Group.CUSTOMERS, _("Identity review"), "git-merge", "identity:review", "identity.view", badge=_waiting, order=20
        )
    )
    hint_register(duplicates)
    panels.register(
        "customer",
        panels.Panel(
            "identity", "identity/_panel.html", _panel, title=_("From which systems"), region="left", order=30, capability="identity.view"
        ),
    )


def duplicates(viewer: Viewer, numbers: Sequence[int]) -> dict[int, Hint]:
    """The customers of a list that may be another one as well."""
    if not viewer.can("identity.view") or not numbers:
        return {}
    asked = set(numbers)
    found: dict[int, Hint] = {}
    for pair in waiting_about(viewer, numbers, most=len(numbers)):
        hint = Hint(gettext("may be a duplicate"), address("identity:pair", viewer, pair.pk), "git-merge")
        found |= {number: hint for number in (pair.left_number, pair.right_number) if number in asked and number not in found}
    return found


def _waiting(viewer: ViewerLike) -> int:
    """The pairs that wait within the scope; the figure beside the entry."""
    return queue(viewer, {}, state=ReviewPair.State.OPEN).count() if isinstance(viewer, Viewer) else 0


def _panel(request: HttpRequest, customer: CustomerInfo) -> Mapping[str, Any] | None:
    """Which systems know a customer, where its main fields come from, and what is still open about it."""
    viewer = request_viewer(request)
    language = viewer.language
    try:
        systems = systems_of(viewer.workspace, customer.number)
        golden = golden_of(viewer.workspace, customer.number)
    except LakeEmpty:
        return None
    tasks = CollectionTask.objects.filter(workspace_id=viewer.workspace.id, number=customer.number, closed_at__isnull=True)
    missing = [field_label(field, language) for field in tasks.values_list("field", flat=True)]
    if not systems and not missing:
        return None
    trade = pack(viewer.workspace.pack)
    return {
        "systems": [(system_label(system, language), records) for system, records in systems],
        "fields": golden_rows(golden, kind=customer.kind, pack=trade, language=language, clear=False) if golden else [],
        "missing": missing,
        "pairs": [(address("identity:pair", viewer, pair.pk), pair) for pair in waiting_about(viewer, [customer.number])],
        "url": address("identity:customer", viewer, customer.number),
    }
