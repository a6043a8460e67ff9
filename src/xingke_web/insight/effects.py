"""What a campaign changed, from tables: pure functions, tables in and dataclasses out.

A campaign whose arms were drawn by lot is measured by intention to treat: everybody assigned counts, reached or not. One without a lot
is measured by difference in differences, and gets a warning instead of a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.experiment import (
    ArmSums,
    Decision,
    DifferenceInDifferences,
    Effect,
    Estimate,
    NotEnoughCustomers,
    RatioEffect,
    Roi,
    SampleRatio,
    SecondEffect,
    SecondEstimate,
    decide,
    design_warnings,
    difference_in_differences,
    effect_of,
    ratio_effect,
    roi_of,
    sample_ratio,
    second_effect,
)
from xingke.words import Words

CONFIDENCE: Final = 0.95
TREATED, CONTROL = "treated", "control"
TIERS: Final = ("value", "potential", "base")
LEAST_CLUSTERS: Final = 20
"""With fewer groups than this, errors clustered by group cannot be trusted, and each customer stands alone."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """What was planned, and how far it is."""

    days_run: int
    planned_days: int
    shares: Mapping[str, float]
    cost_yuan: Decimal | None = None
    is_amount: bool = True
    unit: Words | None = None
    second: SecondEstimate | None = None

    @property
    def is_over(self) -> bool:
        """Whether the planned days have passed."""
        return self.days_run >= self.planned_days


@dataclass(frozen=True)
class TierEffect:
    """The effect on the customers of one tier of before the launch; None where an arm has too few of them."""

    tier: str
    treated: int
    control: int
    effect: Effect | None


@dataclass(frozen=True)
class WeekEffect:
    """The effect a customer until the end of a week, with the interval that holds for every week at once."""

    week: int
    estimate: Estimate


@dataclass(frozen=True)
class CampaignEffect:
    """The measured effect of a campaign with a control group by lot."""

    srm: SampleRatio | None
    effect: Effect
    decision: Decision
    roi: Roi | None
    tiers: tuple[TierEffect, ...]
    weeks: tuple[WeekEffect, ...]
    returns: RatioEffect | None
    opt_outs: Effect
    second: SecondEffect | None
    warnings: tuple[Words, ...]


def measure(customers: pa.Table, weekly: pa.Table, design: Design) -> CampaignEffect:
    """The effect from one row a customer.

    Parameters
    ----------
    customers
        `customer_id`, `arm` (treated or control), `response` and `before` (numbers, 0 for none), `tier` of before the launch,
        `returned` and `bought` (money of the window), `opted_out` (0 or 1).
    weekly
        `customer_id`, `week` (0 for the first seven days after launch), `response` of that week; rows only where there is one.

    Raises
    ------
    NotEnoughCustomers
        An arm has fewer than two customers.
    """
    arms = np.array(customers["arm"].to_pylist(), dtype=np.str_)
    response, before = _floats(customers, "response"), _floats(customers, "before")
    effect = _effect(arms, response, before)
    observed = {name: int((arms == name).sum()) for name in design.shares}
    srm = sample_ratio(observed, design.shares) if len(design.shares) > 1 else None
    decision = decide(effect, srm, days_run=design.days_run, planned_days=design.planned_days, unit=design.unit)
    return CampaignEffect(
        srm=srm,
        effect=effect,
        decision=decision,
        roi=roi_of(effect, cost_yuan=design.cost_yuan) if design.cost_yuan is not None and design.is_amount else None,
        tiers=_by_tier(customers, arms, response, before),
        weeks=_by_week(customers, weekly, arms, before, design.days_run),
        returns=_returns(customers, arms),
        opt_outs=_opt_outs(customers, arms),
        second=second_effect(design.second, arms == TREATED, response, before, confidence=CONFIDENCE) if design.second else None,
        warnings=design_warnings(effect, response),
    )


def measure_without_lot(customers: pa.Table, *, days: int) -> DifferenceInDifferences:
    """The change of those who were touched beyond the change of the others.

    Parameters
    ----------
    customers
        `treated` (true or false), `after`, `before` and, where the facts reach back, `earlier` (sums over equal periods of `days`
        days, missing values for none), and `cluster` (the group in which customers move together).
    days
        Length of each period; the estimate is a customer over that many days.
    """
    treated = np.array(customers["treated"].to_pylist(), dtype=np.bool_)
    clusters = np.array(customers["cluster"].to_pylist(), dtype=np.str_)
    grouped = len(np.unique(clusters)) >= LEAST_CLUSTERS
    knows_earlier = "earlier" in customers.column_names
    if days < 1:
        raise NotEnoughCustomers(found=0)
    return difference_in_differences(
        treated=treated,
        before=_floats(customers, "before"),
        after=_floats(customers, "after"),
        earlier=_floats(customers, "earlier") if knows_earlier else None,
        clusters=clusters if grouped else None,
        confidence=CONFIDENCE,
    )


def _effect(arms: NDArray[np.str_], response: Floats, before: Floats, *, confidence: float = CONFIDENCE) -> Effect:
    sums = {name: ArmSums.from_arrays(response[arms == name], before[arms == name]) for name in (TREATED, CONTROL)}
    return effect_of(sums[TREATED], sums[CONTROL], confidence=confidence)


def _by_tier(customers: pa.Table, arms: NDArray[np.str_], response: Floats, before: Floats) -> tuple[TierEffect, ...]:
    """Each tier at a level that holds for the three of them together (Bonferroni)."""
    tiers = np.array(customers["tier"].to_pylist(), dtype=np.str_)
    level = 1 - (1 - CONFIDENCE) / len(TIERS)
    found = []
    for tier in TIERS:
        rows = tiers == tier
        treated, control = (int((arms[rows] == name).sum()) for name in (TREATED, CONTROL))
        enough = min(treated, control) >= 2
        effect = _effect(arms[rows], response[rows], before[rows], confidence=level) if enough else None
        found.append(TierEffect(tier, treated, control, effect))
    return tuple(found)


def _by_week(customers: pa.Table, weekly: pa.Table, arms: NDArray[np.str_], before: Floats, days_run: int) -> tuple[WeekEffect, ...]:
    """The effect until the end of each whole week; many looks, so the sequential interval."""
    places = {number: place for place, number in enumerate(customers["customer_id"].to_pylist())}
    weeks = days_run // 7
    by_week = np.zeros((weeks, len(places)))
    for number, week, value in zip(*(weekly[name].to_pylist() for name in ("customer_id", "week", "response")), strict=True):
        if week < weeks and number in places:
            by_week[week, places[number]] += float(value)
    running = by_week.cumsum(axis=0)
    return tuple(WeekEffect(week + 1, _effect(arms, running[week], before).sequential) for week in range(weeks))


def _returns(customers: pa.Table, arms: NDArray[np.str_]) -> RatioEffect | None:
    """Share of returns in what was bought; None where an arm bought nothing."""
    returned, bought = _floats(customers, "returned"), _floats(customers, "bought")
    sums = [ArmSums.from_arrays(returned[arms == name], bought[arms == name]) for name in (TREATED, CONTROL)]
    return ratio_effect(sums[0], sums[1]) if min(arm.total_x for arm in sums) > 0 else None


def _opt_outs(customers: pa.Table, arms: NDArray[np.str_]) -> Effect:
    """Share of customers who opted out, a yes or no of each."""
    gone = _floats(customers, "opted_out")
    counts = [ArmSums.of_counts(n=int((arms == name).sum()), responders=int(gone[arms == name].sum())) for name in (TREATED, CONTROL)]
    return effect_of(counts[0], counts[1], proportion=True, cuped=False)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.array([float(value or 0) for value in table[name].to_pylist()], dtype=np.float64)
