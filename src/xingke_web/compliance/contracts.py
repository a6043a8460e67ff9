"""What other apps see of compliance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xingke.compliance import Verdict as Judgement
from xingke.words import Words


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict and where it is stored; `id` is None for one that was asked for and not kept."""

    id: int | None
    judgement: Judgement

    @property
    def outcome(self) -> str:
        """`allow`, `defer`, `hold` or `block`."""
        return self.judgement.outcome

    @property
    def next_allowed_at(self) -> datetime | None:
        """For `defer`: when to try again."""
        return self.judgement.next_allowed_at

    @property
    def reason(self) -> str:
        """The id of the gravest rule, empty where nothing was found."""
        return self.judgement.findings[0].rule_id if self.judgement.findings else ""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a rule is called, what it says, on what it rests and what may be done instead."""

    label: Words
    message: Words
    basis: Words
    substitute: Words | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How a set of recipients was judged: customers by outcome, and by rule for those that were not allowed."""

    outcomes: Mapping[str, int]
    rules: Mapping[str, int]
