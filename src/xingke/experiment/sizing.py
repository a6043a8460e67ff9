"""How many customers an experiment needs, and the smallest effect that so many can show."""

import math
from dataclasses import dataclass

from xingke.experiment.errors import InvalidDesign, require_level
from xingke.experiment.estimate import DEFAULT_POWER
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Sizing:
    """What a design can see.

    Parameters
    ----------
    n_treated, n_control
        Customers in each arm.
    detectable
        The smallest true difference of the means that the design shows with probability `power`, in the unit of the response.
    relative
        The same as a share of the base, or `None` without a base above zero.
    words
        The finding as a sentence.
    """

    n_treated: int
    n_control: int
    detectable: float
    relative: float | None
    alpha: float
    power: float
    words: Words

    @property
    def customers(self) -> int:
        """Customers of both arms."""
        return self.n_treated + self.n_control


def size_mean(
    *,
    variance: float,
    n: int | None = None,
    effect: float | None = None,
    base: float | None = None,
    treated_share: float = 0.5,
    correlation: float = 0.0,
    alpha: float = 0.05,
    power: float = DEFAULT_POWER,
) -> Sizing:
    """The detectable effect of `n` customers, or the customers needed for `effect`, for a mean.

    Parameters
    ----------
    variance
        Variance of the response between customers.
    n
        Customers of both arms together; give this or `effect`.
    effect
        The difference that must not be missed, above 0.
    base
        Mean response without the action; only for the relative figure and the sentence.
    treated_share
        Share of the customers who are treated, in (0, 1).
    correlation
        Correlation of the response with its value from before; CUPED leaves 1 - correlation**2 of the variance.

    References
    ----------
    Kohavi, Longbotham, Sommerfield and Henne (2009), Controlled experiments on the web, Data Mining and Knowledge Discovery 18(1),
    section 3.2; their n = 16 variance / effect**2 an arm is this formula with 80 % power and equal arms.
    """
    _check(variance=variance, treated_share=treated_share, correlation=correlation, alpha=alpha, power=power)
    left = variance * (1 - correlation**2)
    n_treated, n_control = _arms(n, effect, left, left, treated_share, alpha, power)
    found = _quantiles(alpha, power) * math.sqrt(left / n_treated + left / n_control)
    return _sizing(n_treated, n_control, found, base, alpha, power, proportion=False)


def size_proportion(
    *,
    base: float,
    n: int | None = None,
    effect: float | None = None,
    treated_share: float = 0.5,
    alpha: float = 0.05,
    power: float = DEFAULT_POWER,
) -> Sizing:
    """The detectable effect of `n` customers, or the customers needed for `effect`, for a share of customers who respond.

    Parameters
    ----------
    base
        Share who respond without the action, in (0, 1); its variance `base * (1 - base)` is used for both arms.
    effect
        Difference of the shares, so 0.02 is two percentage points.
    """
    if not 0 < base < 1:
        raise InvalidDesign(zh=f"基准比例为 {base}，应在 0 与 1 之间", en=f"base={base}; it must lie between 0 and 1", base=base)
    variance = base * (1 - base)
    _check(variance=variance, treated_share=treated_share, correlation=0.0, alpha=alpha, power=power)
    n_treated, n_control = _arms(n, effect, variance, variance, treated_share, alpha, power)
    found = _quantiles(alpha, power) * math.sqrt(variance / n_treated + variance / n_control)
    return _sizing(n_treated, n_control, found, base, alpha, power, proportion=True)


def _quantiles(alpha: float, power: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - alpha / 2) + ndtri(power))


def _arms(
    n: int | None, effect: float | None, variance_t: float, variance_c: float, treated_share: float, alpha: float, power: float
) -> tuple[int, int]:
    if (n is None) == (effect is None):
        raise InvalidDesign(zh="请给出客户数或效果之一", en="give the number of customers or the effect, one of them")
    if effect is not None:
        if effect <= 0:
            raise InvalidDesign(zh=f"效果为 {effect}，应大于 0", en=f"effect={effect}; it must be above 0", effect=effect)
        needed = (_quantiles(alpha, power) / effect) ** 2 * (variance_t / treated_share + variance_c / (1 - treated_share))
        return max(math.ceil(needed * treated_share), 2), max(math.ceil(needed * (1 - treated_share)), 2)
    total = n if n is not None else 0
    n_treated = round(total * treated_share)
    if min(n_treated, total - n_treated) < 2:
        raise InvalidDesign(zh=f"客户数 {total} 太少，每组至少需要 2 位", en=f"n={total} is too few; each arm needs 2 customers", n=total)
    return n_treated, total - n_treated


def _check(*, variance: float, treated_share: float, correlation: float, alpha: float, power: float) -> None:
    require_level(1 - alpha)
    if variance <= 0 or not 0 < treated_share < 1 or not -1 < correlation < 1 or not 0.5 <= power < 1:
        raise InvalidDesign(
            zh="方差应大于 0，处理组比例应在 0 与 1 之间，相关系数应在 -1 与 1 之间，把握度应在 0.5 与 1 之间",
            en="variance must be above 0, treated_share in (0, 1), correlation in (-1, 1), power in [0.5, 1)",
        )


def _sizing(n_treated: int, n_control: int, found: float, base: float | None, alpha: float, power: float, *, proportion: bool) -> Sizing:
    relative = found / base if base is not None and base > 0 else None
    amount_zh = f"{100 * found:.1f} 个百分点" if proportion else f"每位客户 {found:,.2f}"
    amount_en = f"{100 * found:.1f} percentage points" if proportion else f"{found:,.2f} a customer"
    of_base_zh = f"（相当于基准的 {relative:.1%}）" if relative is not None else ""
    of_base_en = f" ({relative:.1%} of the base)" if relative is not None else ""
    words = both(
        zh=(
            f"处理组 {n_treated:,} 位、对照组 {n_control:,} 位客户，有 {power:.0%} 的把握看出"
            f"至少 {amount_zh}{of_base_zh}的变化；更小的变化看不出来"
        ),
        en=(
            f"{n_treated:,} treated and {n_control:,} control customers show a change of {amount_en}{of_base_en} or more "
            f"with {power:.0%} probability; a smaller one stays unseen."
        ),
    )
    return Sizing(n_treated, n_control, found, relative, alpha, power, words)
