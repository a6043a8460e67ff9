"""The first check of every experiment: whether the arms are as large as the lot should have made them."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.experiment.errors import InvalidDesign
from xingke.words import Words, both

THRESHOLD = 0.001
EXACT_BELOW = 20.0
"""With fewer customers expected in the smaller of two arms the chance is counted exactly."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The result of the check; `holds` is false where the split is too unlikely to be chance.

    `is_checked` is false where there are so few customers that even a split of all against nobody would pass: the check then says nothing.
    """

    observed: dict[str, int]
    expected: dict[str, float]
    statistic: float
    p_value: float
    holds: bool
    is_checked: bool
    words: Words


def sample_ratio(observed: Mapping[str, int], shares: Mapping[str, float], *, threshold: float = THRESHOLD) -> SampleRatio:
    """Test of the number of customers in each arm against the shares that were planned: chi-square, for two small arms the exact binomial.

    Parameters
    ----------
    observed
        Customers found in each arm, by name.
    shares
        The planned share of each arm, adding up to 1.
    threshold
        The split counts as broken below this p value.

    References
    ----------
    Fabijan et al. (2019), Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD.
    """
    if set(observed) != set(shares) or len(shares) < 2 or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-9:
        raise InvalidDesign(
            zh="各组的人数与计划比例须一一对应，比例大于 0 且合计为 1",
            en="counts and planned shares must name the same arms, two or more; shares are above 0 and add up to 1",
        )
    total = sum(observed.values())
    if total == 0 or min(observed.values()) < 0:
        raise InvalidDesign(zh="各组人数不能为负，也不能全为 0", en="counts are 0 or more, and not all 0")
    expected = {name: total * share for name, share in shares.items()}
    statistic = sum((observed[name] - expected[name]) ** 2 / expected[name] for name in shares)
    p_value = _p_value(observed, shares, statistic)
    holds = p_value >= threshold
    is_checked = not holds or min(_p_value(worst, shares, _lopsided(worst, shares)) for worst in _worst(shares, total)) < threshold
    return SampleRatio(dict(observed), expected, statistic, p_value, holds, is_checked, _words(observed, p_value, holds, is_checked))


def _worst(shares: Mapping[str, float], total: int) -> list[dict[str, int]]:
    """The most lopsided splits there are: everybody in one arm."""
    return [{name: total * (name == full) for name in shares} for full in shares]


def _lopsided(observed: Mapping[str, int], shares: Mapping[str, float]) -> float:
    total = sum(observed.values())
    return sum((observed[name] - total * share) ** 2 / (total * share) for name, share in shares.items())


def _p_value(observed: Mapping[str, int], shares: Mapping[str, float], statistic: float) -> float:
    from scipy.special import chdtrc

    total = sum(observed.values())
    if len(shares) > 2 or total * min(shares.values()) >= EXACT_BELOW:
        return float(chdtrc(len(shares) - 1, statistic))
    import numpy as np
    from scipy.stats import binom

    first = next(iter(shares))
    chances = binom.pmf(np.arange(total + 1), total, shares[first])
    return min(float(chances[chances <= chances[observed[first]] * (1 + 1e-9)].sum()), 1.0)


def _words(observed: Mapping[str, int], p_value: float, holds: bool, is_checked: bool) -> Words:
    if not is_checked:
        counts = " : ".join(str(count) for count in observed.values())
        return both(
            zh=f"客户太少，无法检验分组人数（{counts}，p = {p_value:.2g}）：这么少的客户，即使全部落在一组也看不出",
            en=f"Too few customers to check the arms ({counts}, p = {p_value:.2g}): of so few, even all in one arm would not show.",
        )
    if holds:
        return both(zh=f"分组人数与计划相符（p = {p_value:.3g}）", en=f"The arms have the planned sizes (p = {p_value:.3g}).")
    return both(
        zh=f"分组人数与计划不符（p = {p_value:.2g}）：有客户在分组之后丢失或重复，结果不可用",
        en=(
            f"The arms do not have the planned sizes (p = {p_value:.2g}): "
            "customers were lost or doubled after the draw, and the result cannot be used."
        ),
    )
