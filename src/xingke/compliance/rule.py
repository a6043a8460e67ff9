"""What a rule declares."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from xingke.compliance.action import Action
from xingke.compliance.settings import Settings
from xingke.compliance.text import Phrases
from xingke.errors import ConfigurationError
from xingke.words import Words

Strength = Literal["hard", "firm", "soft"]
Severity = Literal["duty", "defer", "hold", "block"]
Scope = Literal["content", "recipient"]
Step = Literal["licence", "age", "consent", "cap", "address", "hours", "other"]

SEVERITIES: tuple[Severity, ...] = ("duty", "defer", "hold", "block")
_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """One rule of law, of a platform or of the house.

    Parameters
    ----------
    id, version
        A name like `general.quiet_hours`, and a number that grows with every change of meaning.
    basis
        Law, article and date, or the house rule it is.
    strength
        `hard`: statute; `firm`: a regulator's or carrier's rule; `soft`: a rule of the house.
    severity
        What follows: `block`, `hold` for approval, `defer` until later, or `duty`: go on, but do this.
    message, substitute
        What is wrong, and what may be done instead.
    valid_from
        The first day on which it applies.
    test
        True when the action breaks the rule.
    scope
        `content` rules look at what would be done and are judged once a campaign; `recipient` rules look at whom it would reach.
    step
        Of a rule about recipients: where in the funnel to the reachable (`xingke.compliance.reach`) it stops a customer.
    purposes, channels, customer_kinds
        Where the rule applies; `None` is everywhere.
    parameters
        The numbers and word lists the test reads, for the record.
    open_again
        For `defer`: when it may be tried again.
    """

    id: str
    version: int
    label: Words
    basis: Words
    strength: Strength
    severity: Severity
    message: Words
    valid_from: date
    test: Callable[[Action, Settings], bool]
    scope: Scope
    step: Step = "other"
    substitute: Words | None = None
    purposes: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    customer_kinds: frozenset[str] | None = None
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    open_again: Callable[[Action, Settings], datetime] | None = None

    def __post_init__(self) -> None:
        texts = [self.label, self.basis, self.message] + ([self.substitute] if self.substitute else [])
        complete = all(text["zh"].strip() and text["en"].strip() for text in texts)
        if not _ID.fullmatch(self.id) or self.version < 1 or not complete:
            raise ConfigurationError(
                zh=f"规则「{self.id}」须有「组.名」形式的编号、1 起的版本号和完整的中英文",
                en=f"rule '{self.id}' needs an id like 'group.name', a version from 1 and texts in both languages",
            )
        if (self.severity == "defer") != (self.open_again is not None) or (self.scope == "content" and self.customer_kinds):
            raise ConfigurationError(
                zh=f"规则「{self.id}」：仅「延后」须说明何时再试；内容规则不能限定客户类别",
                en=f"rule '{self.id}': only 'defer' says when to try again; a content rule cannot name kinds of customer",
            )

    def applies(self, action: Action, on: date) -> bool:
        """Whether the rule speaks about this action at all."""
        if on < self.valid_from or (self.purposes is not None and action.purpose not in self.purposes):
            return False
        if self.channels is not None and action.channel not in self.channels:
            return False
        return self.customer_kinds is None or action.recipient is None or action.recipient.customer_kind in self.customer_kinds

    def as_data(self) -> dict[str, object]:
        """What decides the rule's outcome, for a fingerprint."""
        return {
            "id": self.id,
            "version": self.version,
            "severity": self.severity,
            "valid_from": self.valid_from.isoformat(),
            "scope": self.scope,
            "applies": [sorted(limit) if limit is not None else None for limit in (self.purposes, self.channels, self.customer_kinds)],
            "parameters": {name: _plain(value) for name, value in sorted(self.parameters.items())},
        }


def _plain(value: object) -> object:
    if isinstance(value, Phrases):
        return [list(value.listed), list(value.unless), list(value.shapes)]
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return value if isinstance(value, int | str | bool | None) else str(value)
