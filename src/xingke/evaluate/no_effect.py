"""Does a report stay silent when nothing was done? Random splits of real customers, none of whom got anything."""

from collections.abc import Callable
from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.engine import LakeReader
from xingke.evaluate.facts import BeforeAfter, amounts_around, loaded_lake
from xingke.experiment import Arm, ArmSums, Effect, assign, effect_of
from xingke.sources import Source

ARMS = (Arm("treated", 0.8), Arm("control", 0.2))
BEFORE_DAYS, AFTER_DAYS = 91, 56
CONFIDENCE = 0.95


def no_effect(
    source: Source, day: date, *, splits: int = 1000, seed: int = 1, location: Path | None = None, progress: Callable[[str], None]
) -> BenchResult:
    """Split the customers at random again and again and count how often the report claims an effect.

    Returns
    -------
    BenchResult
        `false_positive_share` (aim: 1 - confidence), `coverage`, `variance_reduction` by CUPED, and how wide the interval is
        against the one without. Baselines: the same without CUPED, and the share of splits in which a report without a
        control group claims a gain (`naive_claims_share`).
    """
    with loaded_lake(source, location, progress) as lake:
        amounts = amounts_around(LakeReader(lake), day, before_days=BEFORE_DAYS, after_days=AFTER_DAYS)
    effects = []
    for number in range(splits):
        if number % 100 == 0:
            progress(f"split {number} of {splits}")
        effects.append(_effect(amounts, salt=f"no-effect-{seed}-{number}"))
    claims = np.array([effect.absolute.above_zero or effect.absolute.below_zero for effect in effects])
    plain = np.array([effect.unadjusted.above_zero or effect.unadjusted.below_zero for effect in effects])
    widths = [_width(effect, adjusted=True) / _width(effect, adjusted=False) for effect in effects]
    share = float(claims.mean())
    return BenchResult(
        name="no-effect",
        protocol=(
            f"{splits} random splits (80/20, seed {seed}) of {amounts.customer_ids.size} customers of {source.name} at {day}; "
            f"response: amount of the following {AFTER_DAYS} days; covariate: amount of the {BEFORE_DAYS} days before; nobody was treated"
        ),
        metrics={
            "false_positive_share": share,
            "coverage": 1 - share,
            "variance_reduction": float(np.mean([effect.variance_reduction for effect in effects])),
            "interval_width_ratio": float(np.mean(widths)),
            "customers": float(amounts.customer_ids.size),
        },
        baselines={
            "false_positive_share_without_cuped": float(plain.mean()),
            "naive_claims_share": float(np.mean([effect.naive_total > 0 for effect in effects])),
        },
        intervals={"false_positive_share": wilson(share, splits)},
        environment=environment(),
    )


def _effect(amounts: BeforeAfter, *, salt: str) -> Effect:
    arms = assign(amounts.customer_ids, salt=salt, arms=ARMS)
    sums = {arm.name: ArmSums.from_arrays(amounts.after[arms == arm.name], amounts.before[arms == arm.name]) for arm in ARMS}
    return effect_of(sums["treated"], sums["control"], confidence=CONFIDENCE)


def _width(effect: Effect, *, adjusted: bool) -> float:
    estimate = effect.absolute if adjusted else effect.unadjusted
    return estimate.high - estimate.low


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share of `n` (Wilson 1927, JASA 22:209); `z` 1.96 for 95 %."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, centre - half), min(1.0, centre + half))
