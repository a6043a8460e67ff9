"""Does a report stay silent when nothing was done? Random splits of real customers, none of whom got anything."""

from collections.abc import Callable, Sequence
from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.engine import LakeReader
from xingke.evaluate.facts import BeforeAfter, amounts_around, loaded_lake
from xingke.experiment import Arm, ArmSums, Effect, SecondEstimate, assign, effect_of, second_effect, tail_share
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
        `false_positive_share` (aim: 1 - confidence), `coverage`, `variance_reduction` by CUPED, how wide the interval is against the one
        without, and the scatter of the estimates over their mean standard error (aim: 1). `tail_share`: share of the scatter that the
        largest hundredth of the customers holds. For each second estimate its `false_positive_share_*`, and how many times narrower its
        interval is (`times_narrower_*`). Baselines: the same without CUPED, and the share of splits in which a report without a control
        group claims a gain (`naive_claims_share`).
    """
    with loaded_lake(source, location, progress) as lake:
        amounts = amounts_around(LakeReader(lake), day, before_days=BEFORE_DAYS, after_days=AFTER_DAYS)
    effects: list[Effect] = []
    seconds: dict[SecondEstimate, list[Effect]] = {kind: [] for kind in SecondEstimate}
    for number in range(splits):
        if number % 100 == 0:
            progress(f"split {number} of {splits}")
        is_treated = assign(amounts.customer_ids, salt=f"no-effect-{seed}-{number}", arms=ARMS) == "treated"
        effects.append(_effect(amounts, is_treated))
        for kind, found in seconds.items():
            found.append(second_effect(kind, is_treated, amounts.after, amounts.before, confidence=CONFIDENCE).effect)
    plain = np.array([effect.unadjusted.above_zero or effect.unadjusted.below_zero for effect in effects])
    widths = [_width(effect, adjusted=True) / _width(effect, adjusted=False) for effect in effects]
    share = _claims_share(effects)
    estimates = np.array([effect.absolute.value for effect in effects])
    second = {f"false_positive_share_{kind}": _claims_share(found) for kind, found in seconds.items()}
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
            "scatter_over_standard_error": float(estimates.std() / np.mean([effect.absolute.standard_error for effect in effects])),
            "tail_share": tail_share(amounts.after),
            **second,
            **{f"times_narrower_{kind}": _times_narrower(effects, found) for kind, found in seconds.items()},
            "customers": float(amounts.customer_ids.size),
        },
        baselines={
            "false_positive_share_without_cuped": float(plain.mean()),
            "naive_claims_share": float(np.mean([effect.naive_total > 0 for effect in effects])),
        },
        intervals={name: wilson(value, splits) for name, value in {"false_positive_share": share, **second}.items()},
        environment=environment(),
    )


def _effect(amounts: BeforeAfter, is_treated: NDArray[np.bool_]) -> Effect:
    treated, control = (ArmSums.from_arrays(amounts.after[rows], amounts.before[rows]) for rows in (is_treated, ~is_treated))
    return effect_of(treated, control, confidence=CONFIDENCE)


def _claims_share(effects: Sequence[Effect]) -> float:
    return float(np.mean([effect.absolute.above_zero or effect.absolute.below_zero for effect in effects]))


def _times_narrower(effects: Sequence[Effect], others: Sequence[Effect]) -> float:
    """Width of the adjusted interval over that of the second estimate, the median of the splits."""
    return float(np.median([_width(one, adjusted=True) / _width(two, adjusted=True) for one, two in zip(effects, others, strict=True)]))


def _width(effect: Effect, *, adjusted: bool) -> float:
    estimate = effect.absolute if adjusted else effect.unadjusted
    return estimate.high - estimate.low


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share of `n` (Wilson 1927, JASA 22:209); `z` 1.96 for 95 %."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, centre - half), min(1.0, centre + half))
