"""Messages on the customer's timeline."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from xingke_web.accounts.facade import Viewer
from xingke_web.channels.models import OutboxMessage
from xingke_web.channels.registry import transports
from xingke_web.channels.selectors import messages_of
from xingke_web.customers.facade import CustomerInfo, TimelineEntry


def message_entries(viewer: Viewer, customer: CustomerInfo) -> Iterable[TimelineEntry]:
    """What the customer was sent, and what was kept back."""
    states = dict(OutboxMessage.State.choices)
    for each in messages_of(viewer.workspace.id, customer.number):
        channel = transports()[each.channel].label[viewer.language] if each.channel in transports() else each.channel
        yield TimelineEntry(
            at=each.at,
            kind="touch",
            icon="send",
            title=_("Message by %(channel)s") % {"channel": channel},
            text=f"{each.subject} · {states[each.state]}",
        )
