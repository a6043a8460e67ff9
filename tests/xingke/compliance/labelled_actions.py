"""The labelled actions of `labelled_actions.psv`, as actions."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from xingke.compliance import GENERAL_RULES, MASS_CHANNELS, Action, Content, Offer, RecipientFacts, Settings, judge, judge_content, rule_set
from xingke.extensions import pack

RULES = {name: rule_set(GENERAL_RULES, pack(name).rules) for name in ("retail", "tobacco", "wholesale")}
SETTINGS = Settings(approved_templates=frozenset({"signed-off"}))
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 10, 14, 0, tzinfo=UTC)

OUTLET = RecipientFacts(
    customer_kind="outlet",
    licence_status="valid",
    licence_valid_until=date(2027, 6, 30),
    consent="granted",
    consent_basis="consent",
    age_state="not_a_person",
    contact_point=True,
)
CONSUMER = replace(OUTLET, customer_kind="consumer", licence_status="not_needed", licence_valid_until=None, age_state="adult")
FACTS = {
    "consumer": {"customer_kind": "consumer", "age_state": "adult"},
    "lead": {"customer_kind": "lead", "age_state": "adult"},
    "expired": {"licence_valid_until": date(2026, 11, 9)},
    "paused": {"licence_status": "paused"},
    "revoked": {"licence_status": "revoked"},
    "licence_unknown": {"licence_status": "unknown"},
    "no_end": {"licence_valid_until": None},
    "withdrawn": {"consent": "withdrawn"},
    "consent_unknown": {"consent": "unknown"},
    "consent_expired": {"consent": "expired"},
    "no_basis": {"consent_basis": "unknown"},
    "service_no_basis": {"consent": "withdrawn"},
    "age_unknown": {"age_state": "unknown"},
    "minor": {"age_state": "minor"},
    "not_a_person": {"age_state": "not_a_person"},
    "suppressed": {"suppressed": True},
    "no_address": {"contact_point": False},
    "same_text": {"touches_same_text_today": 1},
    "capped": {"touches_7d": 2},
}


@dataclass(frozen=True)
class Case:
    """One labelled action."""

    expected: str
    action: Action

    @property
    def verdict(self):
        """What the rules say; public channels have no recipient."""
        decide = judge_content if self.action.channel in MASS_CHANNELS else judge
        return decide(self.action, RULES[self.action.pack], settings=SETTINGS)


def read_cases():
    """All labelled actions, in the order of the file."""
    lines = Path(__file__).with_name("labelled_actions.psv").read_text(encoding="utf-8").splitlines()
    return [_case(line) for line in lines if not line.startswith("#")]


def _case(line):
    expected, pack, purpose, channel, offer, facts, text = line.split("|")
    words = facts.split(",") if facts else []
    recipient = CONSUMER if pack == "retail" else OUTLET
    for word in words:
        recipient = replace(recipient, **FACTS.get(word, {}))
    content = Content(
        subject="",
        body=text,
        language="en" if text.isascii() else "zh",
        template_key="signed-off" if "approved" in words else None,
        mentions=("玉溪（软）",) if "mention" in words else (),
        machine_made="machine" in words,
    )
    at = NIGHT if "night" in words else NOON
    actor = "" if "no_actor" in words else "好邻超市"
    return Case(expected, Action(actor, purpose, channel, content, _offer(offer), at, pack, recipient))


def _offer(text):
    if not text:
        return None
    kind, *words = text.split(",")
    return Offer(
        kind=kind,
        tied_to=("玉溪（软）",) if "tied" in words else (),
        terms="全体适用，月底截止" if "terms" in words else "",
        published="published" in words,
        per_customer="per_customer" in words,
        top_prize_yuan=Decimal(3_000) if "prize" in words else Decimal(60_000) if "huge" in words else None,
    )
