"""The customer's inbox inside the platform: a row, written in the transaction that confirms the message."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xingke.words import both
from xingke_web.channels.contracts import Capabilities, Envelope
from xingke_web.channels.models import InboxMessage


class InboxSession:
    """The inbox needs no connection."""

    def ready(self) -> None:
        """Nothing to open."""

    def send(self, envelope: Envelope) -> None:
        """Put one message into the inbox."""
        TRANSPORT.send_all([envelope])


class InboxTransport:
    """In-app inbox."""

    name = "inbox"
    label = both("站内收件箱", "In-app inbox")
    capabilities = Capabilities(transactional=True, login_only=True)

    @contextmanager
    def session(self) -> Iterator[InboxSession]:
        """Nothing to open."""
        yield InboxSession()

    def send_all(self, envelopes: Sequence[Envelope]) -> None:
        """Put all of them into their inboxes; the database permits one row a message."""
        InboxMessage.objects.bulk_create(
            [
                InboxMessage(
                    message_id=each.message_id,
                    workspace_id=each.workspace_id,
                    customer_number=each.customer_number,
                    subject=each.subject,
                    body=each.body,
                    received_at=each.at,
                )
                for each in envelopes
            ],
            batch_size=2000,
        )


TRANSPORT = InboxTransport()
