"""What the timeline of a customer shows of service: complaints, visits, late deliveries, and changes of the customer manager.

Only some trades have these tables; a customer of the others has no such entries.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke_web.accounts.contracts import Viewer
from xingke_web.config.vault import vault_of
from xingke_web.customers.contracts import TimelineEntry
from xingke_web.customers.profile import Profile
from xingke_web.ui.numbers import fixed, mask_name

HANDOVER_DAYS: Final = 7
COMPLAINT_WORDS: Final[dict[str, Promise]] = {
    "late_delivery": gettext_lazy("Late delivery"),
    "shortage": gettext_lazy("Shortage"),
    "price_disorder": gettext_lazy("Disorder of prices"),
    "enquiry": gettext_lazy("Enquiry"),
    "wrong_or_damaged": gettext_lazy("Wrong or damaged goods"),
    "app": gettext_lazy("Ordering app"),
    "attitude": gettext_lazy("Attitude of staff"),
}
VISIT_WORDS: Final[dict[str, Promise]] = {
    "door": gettext_lazy("Visit at the shop"),
    "phone": gettext_lazy("Visit by telephone"),
    "wechat": gettext_lazy("Visit by WeChat"),
    "video": gettext_lazy("Visit by video"),
}


def complaints_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """Complaints with how long they took and what the customer thought of it."""
    for row in profile.service_rows("complaint"):
        kind = str(COMPLAINT_WORDS.get(row["kind"], row["kind"]))
        parts = [kind]
        if row["handling_hours"] is not None:
            parts.append(_("settled in %(hours)s h") % {"hours": fixed(row["handling_hours"])})
        elif row["closed_at"] is None:
            parts.append(_("still open"))
        if row["rating"] is not None:
            parts.append(_("rated %(rating)s of 5") % {"rating": row["rating"]})
        yield TimelineEntry(row["opened_at"], "complaint", "alert-circle", _("Complaint"), " · ".join(parts))


def visits_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """Visits of the customer manager."""
    for row in profile.service_rows("visit"):
        text = _("%(minutes)s minutes") % {"minutes": fixed(row["minutes"])}
        text = _("found closed") if row["found_closed"] else text
        yield TimelineEntry(row["visited_on"], "visit", "map-pin", str(VISIT_WORDS.get(row["mode"], row["mode"])), text)


def late_deliveries_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """Deliveries that came late; those on time are no event."""
    for row in profile.service_rows("delivery"):
        days = (row["delivered_on"] - row["promised_on"]).days
        values = {"route": f"R{row['route_id']:03d}", "day": row["promised_on"].isoformat(), "days": fixed(days)}
        text = _("route %(route)s; promised for %(day)s, %(days)s days late") % values
        yield TimelineEntry(row["delivered_on"], "delivery", "truck", _("Late delivery"), text)


def managers_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """When a manager left, and when the next one took over."""
    vault = vault_of(viewer.workspace.id)
    held = [{**row, "name": vault.open(row["name"], place="staff.name")} for row in profile.managers]
    for place, row in enumerate(held):
        if row["left_on"] is not None and row["until_on"] is not None:
            text = _("%(name)s left the company") % {"name": mask_name(row["name"])}
            yield TimelineEntry(row["left_on"], "manager", "user", _("The customer manager left"), text)
        if place:
            yield _taken_over(held[place - 1], row)


def _taken_over(before: dict[str, Any], row: dict[str, Any]) -> TimelineEntry:
    on = row["handed_over_on"] or row["from_on"]
    text = mask_name(row["name"])
    gap = (on - before["left_on"]).days if before["left_on"] is not None else 0
    if gap > HANDOVER_DAYS:
        text = _("%(name)s; nobody for %(days)s days") % {"name": text, "days": fixed(gap)}
    return TimelineEntry(on, "manager", "user", _("A new customer manager took over"), text)


ServiceSource = Callable[[Viewer, Profile], Iterator[TimelineEntry]]
SERVICE_SOURCES: Final[tuple[ServiceSource, ...]] = (complaints_of, visits_of, late_deliveries_of, managers_of)
