"""What an action changed: the difference between those who got it and those who, by lot, did not."""

from dataclasses import dataclass
from decimal import Decimal

from xingke.experiment.errors import NotEnoughCustomers, require_level
from xingke.experiment.estimate import (
    DEFAULT_TUNING,
    Alternative,
    Estimate,
    detectable,
    fixed_estimate,
    sequential_estimate,
    welch_degrees,
)
from xingke.experiment.sums import ArmSums


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of an action on one response, in the unit of the response.

    Parameters
    ----------
    n_treated, n_control
        Customers assigned to each arm, whether or not they were reached.
    mean_treated, mean_control
        Mean response a customer, as counted.
    absolute
        Incremental response a customer (adjusted by CUPED where it was used); the interval for one look at the end.
    relative
        The same as a share of the control mean (0.1 is ten per cent more); `None` where the control mean is not above zero.
    total
        `absolute` over all treated customers.
    sequential, sequential_relative
        Intervals that stay true under any number of looks.
    unadjusted
        The incremental response without CUPED.
    theta, variance_reduction
        The CUPED slope, and the share of the variance that it took away (0 where it was not used).
    naive_total
        What a report without a control group claims: everything the treated customers did.
    naive_before_after
        What a before-after report claims: the treated customers' response less their own value from before; `None` where that is not known.
    smallest_visible
        The smallest effect a customer that this design shows four times in five.
    confidence
        The level of all intervals.
    """

    n_treated: int
    n_control: int
    mean_treated: float
    mean_control: float
    absolute: Estimate
    relative: Estimate | None
    total: Estimate
    sequential: Estimate
    sequential_relative: Estimate | None
    unadjusted: Estimate
    theta: float
    variance_reduction: float
    naive_total: Decimal
    naive_before_after: Decimal | None
    smallest_visible: float
    confidence: float

    @property
    def p_value(self) -> float:
        """How often a difference this large or larger comes up where there is no effect."""
        return self.absolute.p_value


@dataclass(frozen=True, slots=True)
class _Moment:
    mean: float
    variance: float  # of the mean
    n: int


def effect_of(
    treated: ArmSums,
    control: ArmSums,
    *,
    confidence: float = 0.95,
    cuped: bool = True,
    proportion: bool = False,
    alternative: Alternative = "two_sided",
    tuning: float = DEFAULT_TUNING,
) -> Effect:
    """The incremental effect of an action from the sums of both arms.

    Parameters
    ----------
    treated, control
        All customers assigned to each arm (intention to treat).
    confidence
        Level of the intervals, in (0, 1).
    cuped
        Take away what the value from before explains, where both arms have one.
    proportion
        The response is yes or no; its variance is then p(1 - p) without the small-sample factor.
    alternative
        Direction of the fixed intervals and their p values.
    tuning
        Customers at which the sequential interval is narrowest.

    Raises
    ------
    NotEnoughCustomers
        An arm has fewer than two customers.

    References
    ----------
    Welch (1947), Biometrika 34. Deng, Xu, Kohavi and Walker (2013), Improving the Sensitivity of Online Controlled Experiments by
    Utilizing Pre-Experiment Data, WSDM, section 3.2 (CUPED). Deng, Knoblich and Lu (2018), Applying the Delta Method in Metric
    Analytics, KDD, section 2.
    """
    require_level(confidence)
    for arm in (treated, control):
        if arm.n < 2:
            raise NotEnoughCustomers(found=arm.n)
    theta = _theta(treated, control) if cuped else 0.0
    plain = [_moment(arm, 0.0, 0.0, proportion=proportion) for arm in (treated, control)]
    centre = (treated.mean_x * treated.n + control.mean_x * control.n) / (treated.n + control.n)
    adjusted = [_moment(arm, theta, centre, proportion=proportion) for arm in (treated, control)] if theta else plain
    absolute = _difference(*adjusted, confidence=confidence, alternative=alternative)
    plain_variance = plain[0].variance + plain[1].variance
    adjusted_variance = adjusted[0].variance + adjusted[1].variance
    value, n = adjusted[0].mean - adjusted[1].mean, treated.n + control.n
    return Effect(
        n_treated=treated.n,
        n_control=control.n,
        mean_treated=treated.mean_y,
        mean_control=control.mean_y,
        absolute=absolute,
        relative=_relative(*adjusted, confidence=confidence, alternative=alternative),
        total=absolute.times(treated.n),
        sequential=sequential_estimate(value, adjusted_variance, n, confidence=confidence, tuning=tuning),
        sequential_relative=_sequential_relative(*adjusted, confidence=confidence, tuning=tuning),
        unadjusted=_difference(*plain, confidence=confidence, alternative=alternative),
        theta=theta,
        variance_reduction=1 - adjusted_variance / plain_variance if theta and plain_variance else 0.0,
        naive_total=treated.total_y,
        naive_before_after=treated.total_y - treated.total_x if treated.knows_before else None,
        smallest_visible=detectable(absolute.standard_error, confidence=confidence),
        confidence=confidence,
    )


def _theta(treated: ArmSums, control: ArmSums) -> float:
    """One slope for both arms, from the scatter within each: with two slopes the arms would be compared at different points."""
    scatter = treated.scatter_x + control.scatter_x
    if not scatter or not (treated.knows_before and control.knows_before):
        return 0.0
    return (treated.scatter_xy + control.scatter_xy) / scatter


def _moment(arm: ArmSums, theta: float, centre: float, *, proportion: bool) -> _Moment:
    scatter = max(arm.scatter_y - 2 * theta * arm.scatter_xy + theta**2 * arm.scatter_x, 0.0) if theta else arm.scatter_y
    divisor = arm.n if proportion else arm.n - 1
    return _Moment(mean=arm.mean_y - theta * (arm.mean_x - centre), variance=scatter / divisor / arm.n, n=arm.n)


def _difference(treated: _Moment, control: _Moment, *, confidence: float, alternative: Alternative) -> Estimate:
    degrees = welch_degrees(treated.variance, treated.n, control.variance, control.n)
    return fixed_estimate(
        treated.mean - control.mean, treated.variance + control.variance, degrees, confidence=confidence, alternative=alternative
    )


def _relative_parts(treated: _Moment, control: _Moment) -> tuple[float, float] | None:
    if control.mean <= 0:
        return None
    value = (treated.mean - control.mean) / control.mean
    return value, treated.variance / control.mean**2 + control.variance * treated.mean**2 / control.mean**4


def _relative(treated: _Moment, control: _Moment, *, confidence: float, alternative: Alternative) -> Estimate | None:
    parts = _relative_parts(treated, control)
    if parts is None:
        return None
    degrees = welch_degrees(treated.variance, treated.n, control.variance, control.n)
    return fixed_estimate(*parts, degrees, confidence=confidence, alternative=alternative)


def _sequential_relative(treated: _Moment, control: _Moment, *, confidence: float, tuning: float) -> Estimate | None:
    parts = _relative_parts(treated, control)
    if parts is None:
        return None
    return sequential_estimate(*parts, treated.n + control.n, confidence=confidence, tuning=tuning)
