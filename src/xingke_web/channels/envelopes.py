"""From planned messages to what is handed over."""

import logging
from collections.abc import Sequence
from datetime import datetime

from xingke.errors import PermanentError
from xingke_web.channels.contracts import Envelope
from xingke_web.channels.links import answer_address
from xingke_web.channels.models import MessageText, OutboxMessage
from xingke_web.channels.registry import transport_for
from xingke_web.channels.texts import body_as_sent, filled
from xingke_web.customers.facade import contact_address, customers_named

logger = logging.getLogger(__name__)


def envelopes_of(text: MessageText, messages: Sequence[OutboxMessage], *, at: datetime) -> tuple[list[Envelope], set[int]]:
    """One envelope a message, and the messages that have none because their customer or address is gone."""
    customers = customers_named(text.workspace_id, [each.customer_number for each in messages])
    login_only = transport_for(text.channel).capabilities.login_only
    envelopes, broken = [], set()
    for message in messages:
        customer = customers.get(message.customer_number)
        address = "" if login_only else _address(text, message)
        if customer is None or address is None:
            broken.add(message.pk)
            continue
        envelopes.append(_envelope(text, message, name=customer.name, address=address, at=at))
    return envelopes, broken


def _address(text: MessageText, message: OutboxMessage) -> str | None:
    """The plain address; None for one that no key opens, so that it stops nobody else's message."""
    try:
        return contact_address(text.workspace_id, message.customer_number, text.channel)
    except PermanentError:
        logger.exception("message %s: the address cannot be read", message.pk)
        return None


def _envelope(text: MessageText, message: OutboxMessage, *, name: str, address: str, at: datetime) -> Envelope:
    language = text.tongue
    values = {"name": name, "sender": text.actor}
    link = answer_address(message.pk)
    return Envelope(
        message_id=message.pk,
        workspace_id=message.workspace_id,
        customer_number=message.customer_number,
        key=message.idempotency_key,
        subject=" ".join(filled(text.subject, values).split())[:200],
        body=body_as_sent(text.channel, filled(text.body, values), language, link=f"{link}opt-out/"),
        language=language,
        at=at,
        link=link,
        address=address,
    )
