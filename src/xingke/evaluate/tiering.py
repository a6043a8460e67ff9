"""Do the tiers find the money of the next quarter? Tiers at one day against the orders of the 13 weeks after it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.engine import LakeReader
from xingke.evaluate.facts import LOADED_AT, amounts_around, loaded_lake
from xingke.loop import derive
from xingke.sources import Source
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both

AFTER_DAYS = 91
RESAMPLES = 500


def tiering(source: Source, day: date, *, seed: int = 1, location: Path | None = None, progress: Callable[[str], None]) -> BenchResult:
    """Share of the next quarter's amount that lies in the value tier and in value and potential together.

    Returns
    -------
    BenchResult
        `value_capture` and `top_capture`: that share over the one which an oracle gets that ranks by the next quarter itself.
        Baselines: the same for tiers by the number of orders, and for tiers drawn at random. Intervals by resampling customers.
    """
    with loaded_lake(source, location, progress) as lake:
        progress(f"tiers as of {day}")
        with lake.writer(now=LOADED_AT) as writer:
            derive(writer, TagLibrary(general_tags()), TierScheme("general", both("通用", "General")), as_of=day, now=LOADED_AT)
            writer.publish()
        reader = LakeReader(lake)
        after = amounts_around(reader, day, before_days=AFTER_DAYS, after_days=AFTER_DAYS)
        ranks = reader.query(
            "select customer_id, order_count_365d, value_tier from portrait join tier using (customer_id) "
            "where order_count_all > 0 order by customer_id"
        )
    tier = np.array(ranks.column("value_tier").to_pylist())
    frequency = ranks.column("order_count_365d").to_numpy()
    top, value = tier != "base", tier == "value"
    draw = np.random.default_rng(seed)

    def captures(rows: NDArray[np.int64]) -> dict[str, float]:
        return {"value_capture": _capture(after.after[rows], value[rows]), "top_capture": _capture(after.after[rows], top[rows])}

    everyone = np.arange(after.customer_ids.size)
    resampled = [captures(draw.integers(0, everyone.size, everyone.size)) for _ in range(RESAMPLES)]
    return BenchResult(
        name="tiers",
        protocol=(
            f"tiers of {source.name} as of {day} (8 % value, 22 % potential by amount of 365 days) against the {AFTER_DAYS} days after it"
        ),
        metrics=captures(everyone) | {"customers": float(everyone.size)},
        baselines={
            "value_capture_by_orders": _capture(after.after, _first(frequency, int(value.sum()))),
            "top_capture_by_orders": _capture(after.after, _first(frequency, int(top.sum()))),
            "top_capture_at_random": _capture(after.after, _first(draw.random(everyone.size), int(top.sum()))),
        },
        intervals={name: _interval([found[name] for found in resampled]) for name in ("value_capture", "top_capture")},
        environment=environment(),
    )


def _capture(amounts: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    """Amount of the chosen over the amount of as many chosen by an oracle."""
    best = np.sort(amounts)[::-1][: int(chosen.sum())].sum()
    return float(amounts[chosen].sum() / best) if best > 0 else float("nan")


def _first(score: NDArray[Any], count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(score.size, dtype=bool)
    chosen[np.argsort(-score, kind="stable")[:count]] = True
    return chosen


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return (float(low), float(high))
