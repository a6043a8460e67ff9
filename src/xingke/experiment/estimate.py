"""A number with its uncertainty, and the two kinds of interval around it."""

import math
from dataclasses import dataclass
from typing import Literal

Alternative = Literal["two_sided", "greater", "less"]

DEFAULT_POWER = 0.8
DEFAULT_TUNING = 5000.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, its standard error, its interval and the p value of "there is nothing".

    A one-sided interval is open at one end (`-inf` or `inf`).
    """

    value: float
    standard_error: float
    low: float
    high: float
    p_value: float

    @property
    def above_zero(self) -> bool:
        """The whole interval lies above zero."""
        return self.low > 0

    @property
    def below_zero(self) -> bool:
        """The whole interval lies below zero."""
        return self.high < 0

    def times(self, factor: float) -> "Estimate":
        """The same estimate in another unit, for example for all customers instead of one; `factor` is 0 or more."""
        return Estimate(self.value * factor, self.standard_error * factor, self.low * factor, self.high * factor, self.p_value)


def fixed_estimate(value: float, variance: float, degrees: float, *, confidence: float, alternative: Alternative = "two_sided") -> Estimate:
    """The interval for one look at the end: Student's t with the given degrees of freedom."""
    from scipy.special import stdtr, stdtrit

    error = math.sqrt(variance)
    alpha = 1 - confidence
    if error == 0:
        return Estimate(value, 0.0, value, value, _certain(value, alternative))
    score = value / error
    if alternative == "two_sided":
        half = float(stdtrit(degrees, 1 - alpha / 2)) * error
        return Estimate(value, error, value - half, value + half, float(2 * stdtr(degrees, -abs(score))))
    half = float(stdtrit(degrees, confidence)) * error
    if alternative == "greater":
        return Estimate(value, error, value - half, math.inf, float(stdtr(degrees, -score)))
    return Estimate(value, error, -math.inf, value + half, float(stdtr(degrees, score)))


def sequential_estimate(value: float, variance: float, n: float, *, confidence: float, tuning: float = DEFAULT_TUNING) -> Estimate:
    """The interval that stays true however often it is looked at.

    Parameters
    ----------
    n
        Customers of both arms together so far.
    tuning
        The number of customers at which the interval is narrowest; the planned size of the experiment is a good choice.

    References
    ----------
    Howard, Ramdas, McAuliffe and Sekhon (2021), Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of
    Statistics 49(2), equation 14 (normal mixture), used asymptotically as in Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
    (2024), Annals of Statistics 52(6).
    """
    alpha = 1 - confidence
    error = math.sqrt(variance)
    if error == 0:
        return Estimate(value, 0.0, value, value, _certain(value, "two_sided"))
    rho_squared = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tuning
    spread = n * rho_squared
    half = error * math.sqrt(2 * (spread + 1) * (math.log(spread + 1) / 2 - math.log(alpha)) / spread)
    evidence = (value / error) ** 2 * spread / (2 * (spread + 1)) - math.log(spread + 1) / 2
    return Estimate(value, error, value - half, value + half, math.exp(-max(evidence, 0.0)))


def welch_degrees(variance_a: float, n_a: float, variance_b: float, n_b: float) -> float:
    """Degrees of freedom of the difference of two means (Welch 1947); the variances are those of the means."""
    total = variance_a + variance_b
    if total == 0:
        return n_a + n_b - 2
    return total**2 / (variance_a**2 / (n_a - 1) + variance_b**2 / (n_b - 1))


def detectable(standard_error: float, *, confidence: float, power: float = DEFAULT_POWER) -> float:
    """The smallest effect that a design with this standard error shows with probability `power`."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2) + ndtri(power)) * standard_error


def _certain(value: float, alternative: Alternative) -> float:
    if value == 0:
        return 1.0
    return float((alternative == "greater" and value < 0) or (alternative == "less" and value > 0))
