"""The first check of every experiment: whether the arms are as large as the lot should have made them."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.experiment.errors import InvalidDesign
from xingke.words import Words, both

THRESHOLD = 0.001


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The result of the check; `holds` is false where the split is too unlikely to be chance."""

    observed: dict[str, int]
    expected: dict[str, float]
    statistic: float
    p_value: float
    holds: bool
    words: Words


def sample_ratio(observed: Mapping[str, int], shares: Mapping[str, float], *, threshold: float = THRESHOLD) -> SampleRatio:
    """Chi-square test of the number of customers in each arm against the shares that were planned.

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
    from scipy.special import chdtrc

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
    p_value = float(chdtrc(len(shares) - 1, statistic))
    holds = p_value >= threshold
    return SampleRatio(dict(observed), expected, statistic, p_value, holds, _words(p_value, holds=holds))


def _words(p_value: float, *, holds: bool) -> Words:
    if holds:
        return both(zh=f"分组人数与计划相符（p = {p_value:.3g}）", en=f"The arms have the planned sizes (p = {p_value:.3g}).")
    return both(
        zh=f"分组人数与计划不符（p = {p_value:.2g}）：有客户在分组之后丢失或重复，结果不可用",
        en=(
            f"The arms do not have the planned sizes (p = {p_value:.2g}): "
            "customers were lost or doubled after the draw, and the result cannot be used."
        ),
    )
