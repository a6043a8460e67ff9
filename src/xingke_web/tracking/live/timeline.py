"""What rules said of a customer and say now, as entries of the timeline."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from xingke_web.accounts.facade import Viewer
from xingke_web.customers.facade import CustomerInfo, TimelineEntry
from xingke_web.loop.facade import tag_library, tag_moves_of


def tag_moves_shown(viewer: Viewer, customer: CustomerInfo) -> Iterator[TimelineEntry]:
    """The latest changes that events made, with the event."""
    library = tag_library(viewer.workspace.pack)
    known = {tag.name: tag for tag in library.tags}
    for move in tag_moves_of(viewer.workspace.id, customer.number):
        if move.tag not in known:
            continue
        words = {"old": _said(move.old), "new": _said(move.new), "cause": move.cause.partition(":")[2]}
        text = _("%(old)s → %(new)s · by event %(cause)s") % words
        yield TimelineEntry(move.at, "tag", "tag", str(known[move.tag].label[viewer.language]), text)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "-" if value is None else str(value)
