"""What a message changes: the chance to convert without it and with it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.reach.curves import Floats, logistic
from xingke.simulate.reach.responders import Responders
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.store import table_of
from xingke.simulate.truth.tables import POTENTIAL_OUTCOME

SCENARIO_WEEKS = 104
MEAN_BASE = 0.14
LIFT, HARM = 0.08, 0.03


class EffectKind(StrEnum):
    """How a campaign works on those it reaches."""

    NORMAL = "normal"
    NULL = "null"
    LIFT = "lift"
    HARMFUL = "harmful"


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers behind base and effect; a drift changes them.

    Parameters
    ----------
    base
        Log odds to convert of an outlet of mean need.
    engagement, need
        Slopes of the gain.
    """

    base: float
    engagement: float
    need: float


USUAL = Weights(base=-2.1, engagement=2.2, need=-1.5)
DRIFTED = Weights(base=-2.0, engagement=1.1, need=-0.3)


def weights_in(week: int, *, scenario: Scenario, size: Size) -> Weights:
    """The weights that hold in a week."""
    return DRIFTED if has_drifted(week, scenario=scenario, size=size) else USUAL


def has_drifted(week: int, *, scenario: Scenario, size: Size) -> bool:
    """Whether tastes and weights have changed by a week; the scenario's week is on a scale of 104 weeks."""
    return scenario.drift_week is not None and week >= scenario.drift_week * size.weeks / SCENARIO_WEEKS


def base_chance(responders: Responders, weights: Weights = USUAL) -> Floats:
    """Chance to convert in the outcome window without a message."""
    return logistic(weights.base + responders.need)


def effect_of(responders: Responders, kind: EffectKind = EffectKind.NORMAL, weights: Weights = USUAL) -> Floats:
    """Change of the chance to convert for one outlet treated, before the scenario and fatigue.

    Returns
    -------
    Floats
        As a share (0.08 is eight points), never taking the chance out of 0..1. `normal`: a gain for engaged outlets of little need, less a
        loss for irritable ones. `lift`: 8 points for everybody. `harmful`: the chance falls in proportion, by 3 points on average.
    """
    base = base_chance(responders, weights)
    gain = 0.22 * logistic(weights.engagement * (responders.engagement - 0.9)) * logistic(weights.need * (responders.need - 0.6))
    loss = 0.06 * logistic(3.0 * (responders.irritability - 1.2))
    effect = {
        EffectKind.NORMAL: gain - loss,
        EffectKind.NULL: np.zeros_like(base),
        EffectKind.LIFT: np.full_like(base, LIFT),
        EffectKind.HARMFUL: -base * (HARM / MEAN_BASE),
    }[kind]
    return np.clip(base + effect, 0.0, 1.0) - base


def potential_outcomes(responders: Responders, outlet_ids: NDArray[np.int64], scenario: Scenario) -> pa.Table:
    """Rows of `potential_outcome` for the action `message`: the chance to convert without and with a usual one.

    That is for outlets with a contact on the channel, not tired of messages, and before any drift.
    """
    base = base_chance(responders)
    return table_of(
        POTENTIAL_OUTCOME,
        {
            "outlet_id": outlet_ids,
            "action": pa.repeat("message", responders.count),
            "measure": pa.repeat("conversion_chance", responders.count),
            "untreated": base,
            "treated": base + scenario.effects * effect_of(responders),
        },
    )
