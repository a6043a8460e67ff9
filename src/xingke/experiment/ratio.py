"""Ratios of two sums: amount an order, or amount a customer where whole clusters were drawn."""

from dataclasses import dataclass

from xingke.experiment.errors import InvalidDesign, NotEnoughCustomers, require_level
from xingke.experiment.estimate import DEFAULT_TUNING, Estimate, fixed_estimate, sequential_estimate, welch_degrees
from xingke.experiment.sums import ArmSums


@dataclass(frozen=True, slots=True)
class RatioEffect:
    """The difference of two ratios, in the unit of the ratio, with the interval for one look and the one for many."""

    ratio_treated: float
    ratio_control: float
    absolute: Estimate
    sequential: Estimate


def ratio_effect(treated: ArmSums, control: ArmSums, *, confidence: float = 0.95, tuning: float = DEFAULT_TUNING) -> RatioEffect:
    """The change of sum(y) / sum(x) between the arms, by the delta method.

    Parameters
    ----------
    treated, control
        One value of y (numerator) and x (denominator) for each unit that was drawn. Where clusters were drawn, a unit is a cluster,
        y its total response and x its number of customers: the interval then allows for customers of a cluster being alike.

    Raises
    ------
    NotEnoughCustomers
        An arm has fewer than two units.
    InvalidDesign
        The denominators of an arm do not add up to more than 0.

    References
    ----------
    Deng, Knoblich and Lu (2018), Applying the Delta Method in Metric Analytics, KDD, section 3.
    """
    require_level(confidence)
    (ratio_t, variance_t), (ratio_c, variance_c) = _ratio(treated), _ratio(control)
    difference, variance = ratio_t - ratio_c, variance_t + variance_c
    degrees = welch_degrees(variance_t, treated.n, variance_c, control.n)
    return RatioEffect(
        ratio_treated=ratio_t,
        ratio_control=ratio_c,
        absolute=fixed_estimate(difference, variance, degrees, confidence=confidence),
        sequential=sequential_estimate(difference, variance, treated.n + control.n, confidence=confidence, tuning=tuning),
    )


def _ratio(arm: ArmSums) -> tuple[float, float]:
    if arm.n < 2:
        raise NotEnoughCustomers(found=arm.n)
    if arm.total_x <= 0:
        raise InvalidDesign(zh="比率的分母合计应大于 0", en="the denominators of a ratio must add up to more than 0")
    ratio = arm.mean_y / arm.mean_x
    scatter = max(arm.scatter_y - 2 * ratio * arm.scatter_xy + ratio**2 * arm.scatter_x, 0.0)
    return ratio, scatter / (arm.n - 1) / arm.n / arm.mean_x**2
