"""What touches do: some people come after one, others after two that are close in time; what a touch does halves every five days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.firms.advertising.spend import AdWeeks
from xingke.simulate.firms.horizon import DAYS, WEEKS
from xingke.simulate.firms.workshop import Workshop

HALF_LIFE_DAYS = 5.0
TWO_SHARE = 0.30
"""Share of the conversions by advertising that take two touches."""
NEEDS_TWO = 0.5
"""Share of persons whom a single touch never moves."""
PANEL_SHARE = 0.04
"""Conversions by advertising a person of the panel, about."""


@dataclass(frozen=True, slots=True)
class Conversions:
    """One place a person.

    Parameters
    ----------
    at
        Days since the first Monday; infinite for whoever does not convert.
    needed
        Touches that it took: 1 or 2; 0 where the person came by itself or not at all.
    credit
        One column a touch: its part of the conversion, by `0.5 ** (age / half-life)` among the touches that caused it.
    """

    at: NDArray[np.float64]
    needed: NDArray[np.int64]
    credit: NDArray[np.float64]

    def figures(self) -> dict[str, float]:
        """The figures planted."""
        return {"two_touch_share": TWO_SHARE, "half_life_days": HALF_LIFE_DAYS}


def conversions_of(
    shop: Workshop, at: NDArray[np.float64], channel: NDArray[np.int64], weeks: AdWeeks, own_at: NDArray[np.float64]
) -> Conversions:
    """Who converts when and because of which touches.

    A touch of a person of the first kind leads to a conversion with a chance that follows the channel's response in that week. One of the
    second kind needs earlier touches: the chance is multiplied by what is left of them. The time until the conversion is exponential with
    the half-life. The earliest of all, coming by itself included, is what happens.

    Parameters
    ----------
    at, channel
        One row a person, one column a touch, rising in time; infinite where there is no touch.
    own_at
        When the person comes by itself; infinite where it does not.
    """
    count, slots = at.shape
    rng = shop.streams.of("panel_effects")
    needs_two = np.less(rng.random(count), NEEDS_TWO)
    lot, wait = rng.random((2, count, slots))
    chance = _chances(at, channel, weeks, needs_two)
    moves = lot < chance * shop.scenario.effects
    later = np.where(moves, at - HALF_LIFE_DAYS * np.log2(1 - wait), np.inf)
    best = np.argmin(later, axis=1)
    soonest = later[np.arange(count), best]
    when = np.minimum(soonest, own_at)
    is_moved = (soonest < own_at) & (when < DAYS)
    needed = np.where(is_moved, np.where(needs_two, 2, 1), 0)
    return Conversions(np.where(when < DAYS, when, np.inf), needed, _credit(at, when, best, needed))


def _chances(at: NDArray[np.float64], channel: NDArray[np.int64], weeks: AdWeeks, needs_two: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Chance of each touch to lead to a conversion, brought to `PANEL_SHARE` and `TWO_SHARE` in expectation."""
    week = np.minimum(np.where(at < DAYS, at, 0) // 7, WEEKS - 1).astype(np.int64)
    is_real = at < DAYS
    raw = np.where(is_real, (weeks.response / weeks.touch_mix)[channel, week], 0.0)
    left = np.zeros_like(at)
    for slot in range(1, at.shape[1]):
        with np.errstate(invalid="ignore"):
            fade = 0.5 ** ((at[:, slot] - at[:, slot - 1]) / HALF_LIFE_DAYS)
        left[:, slot] = np.where(is_real[:, slot], (left[:, slot - 1] + 1) * fade, 0.0)
    part = np.where(needs_two[:, None], raw * left, raw)
    ones, twos = part[~needs_two].sum(), part[needs_two].sum()
    scale = PANEL_SHARE * at.shape[0]
    factor = np.where(needs_two, TWO_SHARE * scale / twos, (1 - TWO_SHARE) * scale / ones)
    return np.asarray(np.minimum(part * factor[:, None], 1.0))


def _credit(at: NDArray[np.float64], when: NDArray[np.float64], best: NDArray[np.int64], needed: NDArray[np.int64]) -> NDArray[np.float64]:
    slot = np.arange(at.shape[1])
    cause = np.where((needed == 2)[:, None], slot <= best[:, None], slot == best[:, None]) & (needed > 0)[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        age = np.where(cause, when[:, None] - at, np.inf)
    weight = 0.5 ** (age / HALF_LIFE_DAYS)
    return np.asarray(weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300))
