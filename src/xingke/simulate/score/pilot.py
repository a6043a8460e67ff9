"""What a 5 % pilot can find in this world: the smallest gain with power 0.8, by playing pilots through."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.bootstrap import Z95
from xingke.simulate.score.campaigns import Chances, Members
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.streams import Streams

PILOT_SHARE = 0.05
PILOTS = 4_000
POWER, Z_POWER = 0.8, 0.8416212335729143
GAIN = 0.08
AFTER_WEEKS, BEFORE_WEEKS = 4, 13


def score_pilot(scene: Scene, members: Members, chances: Chances, seed: int, sheet: Sheet) -> None:
    """Write the smallest gain found with power 0.8, the power at 8 points, and the same for amounts."""
    arm = round(scene.outlets.size * PILOT_SHARE / 2)
    randomised = members.is_randomised[members.campaign]
    if arm >= 2 and randomised.any():
        base = float(chances.untreated[randomised].mean())
        uniforms = Streams(seed).of("pilot").random((2, PILOTS))
        sheet.put("pilot_mde_points", 100 * smallest_gain(base, arm, uniforms))
        sheet.put("pilot_power_8_points", pilot_power(base, GAIN, arm, uniforms))
    amounts = _amounts(scene)
    if arm >= 2 and amounts is not None:
        before, after = amounts
        noise = after.std() / after.mean() * sqrt(2 / arm) * (Z95 + Z_POWER)
        explained = float(np.corrcoef(before, after)[0, 1]) ** 2
        sheet.put("pilot_mde_amount_share", noise * sqrt(1 - explained))
        sheet.put("pilot_mde_amount_share_baseline", noise)


def pilot_power(base: float, gain: float, arm: int, uniforms: NDArray[np.float64]) -> float:
    """The share of pilots that find the gain: two-sided test of two proportions at 5 %, pooled variance.

    Parameters
    ----------
    arm
        Outlets in each arm.
    uniforms
        Uniforms by arm and pilot; the same for every gain, so that power grows with it.
    """
    from scipy.stats import binom

    control = binom.ppf(uniforms[0], arm, base) / arm
    treated = binom.ppf(uniforms[1], arm, min(base + gain, 1.0)) / arm
    pooled = (control + treated) / 2
    error = np.sqrt(2 * pooled * (1 - pooled) / arm)
    return float((np.abs(treated - control) > Z95 * error).mean())


def smallest_gain(base: float, arm: int, uniforms: NDArray[np.float64]) -> float:
    """The gain that is found with power 0.8, by halving; what is left up to 1 where none is."""
    low, high = 0.0, 1.0 - base
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (low, middle) if pilot_power(base, middle, arm, uniforms) >= POWER else (middle, high)
    return high


def _amounts(scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Amounts of the 13 weeks before the last judgement and the 4 weeks behind it, of outlets that ordered before."""
    last = scene.days.last
    yuan = scene.orders.amount_yuan.astype(np.float64)
    before, after = yuan[:, max(last - BEFORE_WEEKS, 0) : last].sum(axis=1), scene.amount_ahead(AFTER_WEEKS)
    open_ = before > 0
    return (before[open_], after[open_]) if open_.sum() > 2 and after[open_].sum() > 0 else None
