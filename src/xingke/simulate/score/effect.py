"""Effects of campaigns: whether the intervals hold the truth, and stay silent where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.bootstrap import Z95, Bootstrap
from xingke.simulate.score.campaigns import Chances, Members
from xingke.simulate.score.observed import codes, numbers
from xingke.simulate.score.sheet import Sheet

NONE = 1e-9
"""Effects below this are none."""
COVERAGE, FALSE_CLAIMS = 0.95, 0.05


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates with 95 % intervals, as shares; campaigns by place."""

    campaign: NDArray[np.int64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def score_effect(answers: Mapping[str, pa.Table], members: Members, chances: Chances, boot: Bootstrap, sheet: Sheet) -> None:
    """Write coverage, bias, error, width and false claims, for randomised and confounded campaigns apart.

    Baseline: the difference of means. Ceiling: what a right 95 % interval does.
    """
    truth = chances.mean_effect(members)
    silent = np.abs(truth) < NONE
    for design, of_design in (("randomised", members.is_randomised), ("confounded", ~members.is_randomised)):
        _put(difference_of_means(members), truth, of_design, design, "_baseline", boot, sheet)
        if of_design.any():
            sheet.put(f"effect_coverage_{design}_ceiling", COVERAGE)
            sheet.put(f"effect_bias_points_{design}_ceiling", 0.0)
        if (of_design & silent).any():
            sheet.put(f"effect_false_claims_{design}_ceiling", FALSE_CLAIMS)
        if "effect" in answers:
            table = answers["effect"]
            given = Estimates(codes(table["campaign_key"], members.keys), *(numbers(table[name]) for name in ("estimate", "low", "high")))
            _put(given, truth, of_design, design, "", boot, sheet)


def difference_of_means(members: Members) -> Estimates:
    """Converted of the treated less converted of the others, with a normal interval (Wald, unpooled variance)."""
    count = len(members.keys)
    share, variance = {}, {}
    for treated in (True, False):
        rows = members.is_treated == treated
        size = np.bincount(members.campaign[rows], minlength=count).astype(np.float64)
        hits = np.bincount(members.campaign[rows], weights=members.converted[rows], minlength=count)
        with np.errstate(invalid="ignore", divide="ignore"):
            share[treated] = hits / size
            variance[treated] = share[treated] * (1 - share[treated]) / size
    estimate = share[True] - share[False]
    half = Z95 * np.sqrt(variance[True] + variance[False])
    campaign = np.flatnonzero(np.isfinite(estimate))
    low, high = (estimate - half).clip(-1, 1), (estimate + half).clip(-1, 1)
    return Estimates(campaign, estimate[campaign], low[campaign], high[campaign])


def _put(
    given: Estimates, truth: NDArray[np.float64], of_design: NDArray[np.bool_], design: str, twin: str, boot: Bootstrap, sheet: Sheet
) -> None:
    rows = of_design[given.campaign]
    real = truth[given.campaign][rows]
    estimate, low, high = given.estimate[rows], given.low[rows], given.high[rows]
    end = f"_{design}{twin}"
    sheet.put("effect_coverage" + end, boot.mean((low <= real) & (real <= high)))
    sheet.put("effect_bias_points" + end, boot.mean(100 * (estimate - real)))
    sheet.put("effect_error_points" + end, boot.mean(100 * np.abs(estimate - real)))
    sheet.put("effect_width_points" + end, boot.mean(100 * (high - low)))
    silent = np.abs(real) < NONE
    sheet.put("effect_false_claims" + end, boot.mean(((low > 0) | (high < 0))[silent]))
