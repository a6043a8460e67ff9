"""What somebody wants to do, and what is known about the person or shop it would reach."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from xingke.words import Language

Purpose = Literal["marketing", "service", "transaction"]
Consent = Literal["granted", "withdrawn", "expired", "unknown"]
AgeState = Literal["adult", "minor", "unknown", "not_a_person"]
OfferKind = Literal[
    "coupon",
    "cash_back",
    "discount",
    "points",
    "lottery",
    "gift",
    "sample",
    "tasting",
    "bundle",
    "supply_priority",
    "service",
    "training",
    "equipment",
    "contest",
]

PURPOSES = frozenset({"marketing", "service", "transaction"})
LOG_IN_CHANNELS = frozenset({"inbox", "task"})
PERSONAL_CHANNELS = LOG_IN_CHANNELS | {"sms", "email", "phone", "wecom", "wechat_template", "app_push"}
MASS_CHANNELS = frozenset({"public_account", "moments", "livestream", "video", "mini_program", "website", "marketplace", "poster", "press"})
CHANNELS = PERSONAL_CHANNELS | MASS_CHANNELS

MATERIAL_OFFERS = frozenset({"coupon", "cash_back", "discount", "points", "lottery", "gift", "sample", "tasting"})
TRADE_OFFERS = frozenset({"coupon", "cash_back", "discount", "points", "gift", "bundle", "supply_priority"})
SERVICE_OFFERS = frozenset({"service", "training", "equipment", "contest"})


@dataclass(frozen=True, slots=True)
class Content:
    """What would be said.

    Parameters
    ----------
    subject, body
        The text as the reader would see it, names filled in or left as placeholders.
    template_key
        The key of the stored template the text comes from; `None` for free text.
    mentions
        Names of products and brands that the text or its attachments show, as the catalogue writes them.
    machine_made
        Whether a language model wrote it.
    """

    subject: str
    body: str
    language: Language = "zh"
    template_key: str | None = None
    mentions: tuple[str, ...] = ()
    machine_made: bool = False

    @property
    def text(self) -> str:
        """Subject and body together."""
        return f"{self.subject}\n{self.body}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be given.

    Parameters
    ----------
    value_yuan
        What it is worth; `None` where it has no price.
    tied_to
        Products that have to be bought for it.
    terms
        The rules as the reader sees them: who, until when, how.
    published
        Whether the criteria are published and the same for everybody who meets them.
    per_customer
        Whether customers who meet the same criteria would get different prices or amounts.
    top_prize_yuan
        The largest prize of a lottery.
    """

    kind: OfferKind
    value_yuan: Decimal | None = None
    tied_to: tuple[str, ...] = ()
    terms: str = ""
    published: bool = False
    per_customer: bool = False
    top_prize_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """What is known about one recipient at this moment, for this channel and purpose.

    Parameters
    ----------
    customer_kind
        `outlet`, `consumer`, `lead` or `account`.
    licence_status, licence_valid_until
        As in the canonical customer table; the day given is the last valid one.
    consent, consent_basis
        The consent to this purpose over this channel, and what the contact rests on: `consent`, `contract`, `legal_duty` or `unknown`.
    touches_7d
        Marketing messages of the last seven days, all channels.
    touches_same_text_today
        How often this very text went to the customer today.
    contact_point
        Whether there is an address for the channel.
    """

    customer_kind: str
    licence_status: str = "unknown"
    licence_valid_until: date | None = None
    consent: Consent = "unknown"
    consent_basis: str = "unknown"
    age_state: AgeState = "unknown"
    suppressed: bool = False
    touches_7d: int = 0
    touches_same_text_today: int = 0
    contact_point: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One intended touch.

    Parameters
    ----------
    actor
        The name it goes out under, as the recipient knows the sender.
    at
        The instant it would be sent, with its time zone.
    pack
        The industry pack whose rules apply.
    recipient
        `None` while only the content is judged.
    """

    actor: str
    purpose: Purpose
    channel: str
    content: Content
    offer: Offer | None
    at: datetime
    pack: str
    recipient: RecipientFacts | None = None
