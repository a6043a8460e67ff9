"""Difference in differences, for campaigns of the past where nobody drew lots.

It compares the change of the treated customers with the change of the others. That is right only if both would have moved alike
without the campaign; the placebo, the same sum over two periods before it, is where this can be seen to fail.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.experiment.decision import MINUS
from xingke.experiment.errors import InvalidDesign, NotEnoughCustomers, require_level
from xingke.experiment.estimate import Estimate, fixed_estimate
from xingke.words import Words, both

Values = NDArray[np.float64]
Keys = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences:
    """The estimate a customer, and the check that it can be believed.

    Parameters
    ----------
    effect
        Change of the treated customers beyond the change of the others, in the unit of the response.
    placebo
        The same sum over the two periods before the campaign, where it should be zero; `None` without an earlier period.
    placebo_holds
        Whether the placebo's interval contains zero; `None` if it was not checked.
    """

    effect: Estimate
    placebo: Estimate | None
    placebo_holds: bool | None
    n_treated: int
    n_control: int
    clusters: int
    words: Words


def difference_in_differences(
    *,
    treated: NDArray[np.bool_],
    before: Values,
    after: Values,
    earlier: Values | None = None,
    clusters: Keys | None = None,
    confidence: float = 0.95,
) -> DifferenceInDifferences:
    """The effect of a campaign that was not drawn by lot.

    Parameters
    ----------
    treated
        Whether each customer got the campaign.
    before, after
        Mean response a day (or any equal unit) in the periods around the campaign, one value a customer.
    earlier
        The response in a period of the same length before `before`, for the placebo.
    clusters
        The group (region, manager, route) in which customers move together; without it each customer stands alone.

    References
    ----------
    Bertrand, Duflo and Mullainathan (2004), How Much Should We Trust Differences-in-Differences Estimates?, QJE 119(1): one
    difference a customer, errors clustered. Cameron and Miller (2015), A Practitioner's Guide to Cluster-Robust Inference, JHR
    50(2), section VI.
    """
    require_level(confidence)
    keys = np.arange(len(treated)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    _check(treated, keys, before, after, earlier)
    effect = _change(treated, after - before, keys, confidence)
    placebo = None if earlier is None else _change(treated, before - earlier, keys, confidence)
    holds = None if placebo is None else placebo.low <= 0 <= placebo.high
    n_treated = int(treated.sum())
    count = len(np.unique(keys))
    return DifferenceInDifferences(effect, placebo, holds, n_treated, len(treated) - n_treated, count, _words(effect, placebo, holds))


def _check(treated: NDArray[np.bool_], keys: Keys, before: Values, after: Values, earlier: Values | None) -> None:
    lengths = {len(treated), len(keys), len(before), len(after), len(before if earlier is None else earlier)}
    if len(lengths) != 1:
        raise InvalidDesign(zh="各列的客户数应相同", en="all columns need one value for each customer", lengths=sorted(lengths))
    for values in (before, after, before if earlier is None else earlier):
        if not np.isfinite(values).all():
            raise InvalidDesign(zh="响应含有缺失或无穷的值", en="a response is missing or infinite")
    for arm in (treated, ~treated):
        found = len(np.unique(keys[arm]))
        if found < 2:
            raise NotEnoughCustomers(found=found)


def _change(treated: NDArray[np.bool_], change: Values, keys: Keys, confidence: float) -> Estimate:
    mean_t, mean_c = float(change[treated].mean()), float(change[~treated].mean())
    left = np.where(treated, (change - mean_t) / treated.sum(), -(change - mean_c) / (~treated).sum())
    both_arms = np.intersect1d(keys[treated], keys[~treated])
    if len(both_arms):
        variance, count = _spread(left, keys)
        degrees = count - 1.0
    else:
        (one, one_count), (other, other_count) = _spread(left[treated], keys[treated]), _spread(left[~treated], keys[~treated])
        variance = one + other
        degrees = variance**2 / (one**2 / (one_count - 1) + other**2 / (other_count - 1)) if variance else one_count + other_count - 2.0
    return fixed_estimate(mean_t - mean_c, variance, degrees, confidence=confidence)


def _spread(left: Values, keys: Keys) -> tuple[float, int]:
    """Variance of a sum over clusters, with the small-sample factor, and the number of clusters."""
    numbers = np.unique(keys, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=left)
    count = len(sums)
    return math.fsum(sums**2) * count / (count - 1), count


def _words(effect: Estimate, placebo: Estimate | None, holds: bool | None) -> Words:
    zh = f"扣除对照变化后，每位客户变化 {_signed(effect.value)}（{_signed(effect.low)} 至 {_signed(effect.high)}）"
    en = f"Beyond the change of the others: {_signed(effect.value)} a customer ({_signed(effect.low)} to {_signed(effect.high)})."
    if placebo is None or holds is None:
        return both(
            zh=f"{zh}；没有更早的时期可作安慰剂检验，平行趋势未经检查",
            en=f"{en} No earlier period was given, so parallel trends are unchecked.",
        )
    if holds:
        return both(zh=f"{zh}；活动前的安慰剂检验未见差异", en=f"{en} The placebo before the campaign shows no difference.")
    return both(
        zh=f"{zh}；但活动之前两组已不同步（{_signed(placebo.value)}），该结果不可归因于活动",
        en=f"{en} The groups already moved apart before the campaign ({_signed(placebo.value)}), so this cannot be put down to it.",
    )


def _signed(value: float) -> str:
    return f"{value:,.2f}".replace("-", MINUS)
