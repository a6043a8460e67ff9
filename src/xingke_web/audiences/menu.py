"""What the app adds to the shell and to pages of other apps."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xingke.engine import LakeEmpty
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import MEMBERSHIP
from xingke_web.audiences.views.shared import address, request_viewer
from xingke_web.customers.facade import CustomerInfo
from xingke_web.loop.facade import lake_reader
from xingke_web.ui import navigation, panels


def register_all() -> None:
    """Register the entries of the navigation; called once when the application is ready."""
    navigation.register(
        navigation.NavItem(navigation.Group.CUSTOMERS, _("Tag catalogue"), "tags", "audiences:tags", "segments.view", order=30),
        navigation.NavItem(navigation.Group.CUSTOMERS, _("Segments"), "filter-cog", "audiences:segments", "segments.view", order=40),
    )
    panels.register(
        "customer",
        panels.Panel(
            "rule_tags",
            "audiences/_rule_tags.html",
            rule_tags,
            title=_("Tags by rule"),
            region="right",
            order=60,
            capability="segments.view",
        ),
    )


def rule_tags(request: HttpRequest, customer: CustomerInfo) -> Mapping[str, Any] | None:
    """The segments kept as tags that the customer is in as of the last refresh; None without any."""
    viewer = request_viewer(request)
    kept = Segment.objects.visible_to(viewer).filter(state=Segment.State.ACTIVE, as_tag=True)
    by_key = {segment.key: segment for segment in kept}
    if not by_key:
        return None
    reader = lake_reader(viewer.workspace)
    try:
        if not reader.has(MEMBERSHIP):
            return None
    except LakeEmpty:
        return None
    found = reader.rows(
        f"select segment_key, entered_on from {MEMBERSHIP} where customer_id = $number order by segment_key",  # noqa: S608 - a name above
        {"number": customer.number},
    )
    tags = [
        {
            "name": by_key[row["segment_key"]].name_in(viewer.language),
            "url": address("audiences:segment", viewer, row["segment_key"]) if viewer.can("segments.view") else "",
            "since": row["entered_on"],
        }
        for row in found
        if row["segment_key"] in by_key
    ]
    return {"tags": tags} if tags else None
