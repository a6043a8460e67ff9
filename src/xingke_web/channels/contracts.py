"""What a transport promises, and what other apps see of messages on their way."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from xingke.errors import TransientError, XingkeError
from xingke.words import Language, Words


class OutcomeUnknown(XingkeError):
    """The message may or may not have gone out; it is never sent again blindly."""


class LineClosed(TransientError):
    """The provider closed the line before it took anything of the message: it may go over a fresh line at once."""


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do.

    `transactional`: handing over and confirming happen in the platform's own transaction. `login_only`: the customer reads it after
    log-in. `has_subject`: the message has a subject line. `opt_out_in_text`: the text itself says how to refuse further ones.
    """

    transactional: bool = False
    login_only: bool = False
    has_subject: bool = True
    opt_out_in_text: bool = False


@dataclass(frozen=True)
class Envelope:
    """One message to one customer, ready to be handed over; `key` is the same however often it is tried."""

    message_id: int
    workspace_id: int
    customer_number: int
    key: str
    subject: str
    body: str
    language: Language
    at: datetime
    link: str
    address: str = ""


class Session(Protocol):
    """A way to the provider, kept open over many messages."""

    def ready(self) -> None:
        """See that the way is open, before a message is handed over; TransientError where it cannot be opened."""

    def send(self, envelope: Envelope) -> None:
        """Hand one message over.

        Raises
        ------
        LineClosed
            It was certainly not taken, and not because of what it is: the provider closed the line.
        TransientError
            It was certainly not taken; trying again later may help.
        PermanentError
            It was refused for good.
        OutcomeUnknown
            It may have been taken.
        """


class Transport(Protocol):
    """A channel: a folder of this app with a `transport` module that holds `TRANSPORT`."""

    @property
    def name(self) -> str:
        """The channel's name in `xingke.compliance.CHANNELS`."""

    @property
    def label(self) -> Words:
        """What it is called."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def session(self) -> AbstractContextManager[Session]:
        """A way to the provider; it is opened by `Session.ready`."""

    def send_all(self, envelopes: Sequence[Envelope]) -> None:
        """For transactional channels: hand over all of them inside the caller's transaction."""


@dataclass(frozen=True)
class NewText:
    """A text that goes to many: which action it belongs to (`what`, `step`), and what is said on whose behalf."""

    what: str
    step: str
    campaign_key: str
    org_path: str
    actor: str
    purpose: str
    channel: str
    language: Language
    subject: str
    body: str
    template_key: str


@dataclass(frozen=True)
class Recipient:
    """One customer of an outbox: the verdict that let it in, and from when it may go out."""

    number: int
    verdict_id: int
    due_at: datetime


@dataclass(frozen=True)
class DeliveryCount:
    """What a round of delivery did."""

    confirmed: int = 0
    withheld: int = 0
    deferred: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0

    def __add__(self, other: "DeliveryCount") -> "DeliveryCount":
        return DeliveryCount(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter((each.name, getattr(self, each.name)) for each in fields(self))


@dataclass(frozen=True)
class Progress:
    """How far the messages of one action have come, and what was answered."""

    states: dict[str, int]
    reasons: dict[str, int]
    answers: dict[str, int]

    @property
    def total(self) -> int:
        """All messages."""
        return sum(self.states.values())


@dataclass(frozen=True)
class SentMessage:
    """A message as the customer's page tells of it."""

    at: datetime
    channel: str
    subject: str
    state: str
    reason: str
    campaign_key: str
