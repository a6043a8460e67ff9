"""What other apps see of campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from xingke.compliance import ReachStep
from xingke.words import Words


@dataclass(frozen=True)
class CampaignInfo:
    """One campaign.

    `shares` are the planned shares of the arms among those who could be reached; an imported campaign has none, since no lot was drawn:
    its members are the customers it touched. `cost_yuan` is what it cost so far, None where nobody knows. `launched_at` is business
    time, `ended_on` the first day after the outcome window, or after the last touch of an imported one.
    """

    id: int
    key: str
    name: str
    state: str
    goal: str
    goal_metric: str
    segment_key: str
    purpose: str
    channel: str
    org_path: str
    launched_at: datetime | None
    ended_on: date | None
    outcome_days: int
    before_days: int
    cost_yuan: Decimal | None
    shares: Mapping[str, float]
    salt: str
    no_control_reason: str
    second_estimate: str
    treated: int
    control: int
    excluded: int

    @property
    def is_imported(self) -> bool:
        """Whether it was found in the data of a source."""
        return self.state == "imported"


@dataclass(frozen=True)
class Sizes:
    """Who would get what: customers by what would become of them. `capped` of the treated wait until their weekly cap permits."""

    matched: int
    allowed: int
    deferred: int
    held: int
    holdout: int
    treated: int
    control: int
    capped: int
    funnel: tuple[ReachStep, ...]
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Detectable:
    """The smallest effect that would be seen; `relative` a share of the base, `why_not` says why there is no figure."""

    value: float | None
    relative: float | None
    base: float | None
    correlation: float | None
    words: Words
