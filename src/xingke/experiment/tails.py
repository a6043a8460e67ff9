"""Where a few customers hold most of the scatter: how much they hold, and a second estimate that does not hang on them.

The second estimate has to be chosen before the experiment begins. Chosen afterwards it would be a second chance to find something.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from xingke.experiment.effect import Effect, effect_of
from xingke.experiment.sums import ArmSums
from xingke.words import Words, both

WINSORISED_AT = 0.99
LARGEST_SHARE = 0.02
HEAVY_TOP, HEAVY_SHARE = 0.01, 0.5
"""Tails are heavy where the largest hundredth of the customers holds half of the scatter or more."""
EXPLAINED = 0.2
"""A time before that explains less of the variance than this does not help against heavy tails."""
LEAST_CUSTOMERS = 50
"""With fewer customers in an arm the interval is a rough one."""
Floats = NDArray[np.float64]


class SecondEstimate(StrEnum):
    """How the few largest customers are kept from deciding the result."""

    WINSORISED = "winsorised"
    WITHOUT_LARGEST = "without_largest"

    @property
    def label(self) -> Words:
        """Its name on screen."""
        return {
            SecondEstimate.WINSORISED: both("截尾：响应与事前数均以 99% 分位为上限", "Winsorised at 99 %, response and covariate"),
            SecondEstimate.WITHOUT_LARGEST: both("事前最大的 2% 客户单独判断", "The largest 2 % before the launch judged apart"),
        }[self]


@dataclass(frozen=True, slots=True)
class SecondEffect:
    """The second estimate.

    Parameters
    ----------
    kind
        One of `SecondEstimate`.
    effect
        On the winsorised responses, or on all customers but the largest.
    largest
        On the largest customers alone; `None` where the kind has none, or an arm has fewer than two of them.
    apart
        Customers whose response was cut, or who are judged apart.
    """

    kind: str
    effect: Effect
    largest: Effect | None
    apart: int


def second_effect(
    kind: SecondEstimate, is_treated: NDArray[np.bool_], response: Floats, before: Floats, *, confidence: float
) -> SecondEffect:
    """A second estimate of the same experiment, decided by a rule that looks at neither arm.

    Parameters
    ----------
    is_treated, response, before
        One value a customer assigned; `before` was known before the experiment began.

    Raises
    ------
    NotEnoughCustomers
        An arm is left with fewer than two customers.

    References
    ----------
    Tukey (1962), The Future of Data Analysis, section 14 (winsorising). Deng and Shi (2016), Data-Driven Metric Development for Online
    Controlled Experiments, KDD, section 4.3 (capped metrics).
    """
    if kind is SecondEstimate.WINSORISED:
        cut, cut_before = (np.minimum(values, np.quantile(values, WINSORISED_AT, method="higher")) for values in (response, before))
        return SecondEffect(kind, _effect(is_treated, cut, cut_before, confidence), None, int((cut < response).sum()))
    apart = np.zeros(before.size, dtype=bool)
    apart[np.argsort(-before, kind="stable")[: int(np.ceil(LARGEST_SHARE * before.size))]] = True
    few = min(int((is_treated & apart).sum()), int((~is_treated & apart).sum())) < 2
    largest = None if few else _effect(is_treated[apart], response[apart], before[apart], confidence)
    rest = _effect(is_treated[~apart], response[~apart], before[~apart], confidence)
    return SecondEffect(kind, rest, largest, int(apart.sum()))


def _effect(is_treated: NDArray[np.bool_], response: Floats, before: Floats, confidence: float) -> Effect:
    treated, control = (ArmSums.from_arrays(response[rows], before[rows]) for rows in (is_treated, ~is_treated))
    return effect_of(treated, control, confidence=confidence)


def tail_share(values: Floats, *, top: float = HEAVY_TOP) -> float:
    """Which share of the scatter (the sum of squared distances from the mean) the customers farthest from the mean hold.

    Parameters
    ----------
    top
        Their share among all customers; at least one.
    """
    if not values.size:
        return 0.0
    scatter = np.sort((values - values.mean()) ** 2)[::-1]
    total = float(scatter.sum())
    return float(scatter[: max(round(top * values.size), 1)].sum()) / total if total else 0.0


def design_warnings(effect: Effect, response: Floats) -> tuple[Words, ...]:
    """What the reader of an interval has to know of its design: heavy tails that nothing explains, and arms that are too small."""
    found = []
    share, least = tail_share(response), min(effect.n_treated, effect.n_control)
    if share >= HEAVY_SHARE and effect.variance_reduction < EXPLAINED:
        found.append(
            both(
                f"响应集中：最大的 1% 客户占全部波动的 {share:.0%}，而活动前的数值几乎不能解释它；普通区间在这种数据上误报约 7% 而不是 5%。"
                "下次请在启动前选择第二种估计",
                f"Heavy tails: the largest 1 % of the customers hold {share:.0%} of the scatter, and the time before explains little of "
                "it. On such data an ordinary interval claims an effect in about 7 % instead of 5 %. Choose a second estimate before the "
                "next launch.",
            )
        )
    if least < LEAST_CUSTOMERS:
        found.append(
            both(
                f"样本很小：一组只有 {least} 位客户，少于 {LEAST_CUSTOMERS} 位时区间只是粗略的",
                f"Small sample: an arm has only {least} customers; below {LEAST_CUSTOMERS} the interval is a rough one.",
            )
        )
    return tuple(found)
