"""What changes from week to week; everything else of a world is fixed when it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

LOOKED_BACK = 8
"""Weeks that the evidence of a cause looks back."""
NEVER = -1


@dataclass(slots=True)
class State:
    """The state after a week, by outlet index (and SKU where two-dimensional).

    Parameters
    ----------
    week
        The next week to run.
    base
        Cartons a week of each outlet and SKU, before season and trend; changes where a mix switches.
    stock, spill
        Cartons on the shelf; demand that came over from a neighbour's empty shelf.
    hoarded
        Cartons put by before the festival: rows are the seasonal hoarders.
    adopted
        Week in which each launched SKU was taken up; columns are the launches.
    *_bump, *_dent
        Passing parts of satisfaction.
    hazard_sum
        Hazard of leaving gathered so far; leaving starts where it passes the fate's threshold.
    risk_from, risk_weeks, left_week
        Onset and length of the way out; first week away.
    strength
        Of each lasting action, 0..1.
    touches, opted_out, fatigue_day
        The parts of `xingke.simulate.reach.FatigueState`.
    recent
        For the last `LOOKED_BACK` weeks by the names in `RECENT`: outlets x weeks.
    """

    week: int
    base: NDArray[np.float32]
    stock: NDArray[np.int32]
    spill: NDArray[np.float32]
    hoarded: NDArray[np.int32]
    adopted: NDArray[np.int32]
    grade: NDArray[np.int32]
    visit_bump: NDArray[np.float32]
    complaint_dent: NDArray[np.float32]
    staff_dent: NDArray[np.float32]
    unhappy_until: NDArray[np.int32]
    last_visit: NDArray[np.int32]
    hazard_sum: NDArray[np.float64]
    episode: NDArray[np.int32]
    risk_from: NDArray[np.int32]
    risk_weeks: NDArray[np.int32]
    left_week: NDArray[np.int32]
    licence_closed: NDArray[np.bool_]
    promoted_week: NDArray[np.int32]
    strength: NDArray[np.float32]
    recent: NDArray[np.float32]
    touches: NDArray[np.uint8]
    opted_out: NDArray[np.bool_]
    fatigue_day: int

    def is_open(self, opens_week: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Who is in business in the coming week."""
        return np.asarray((opens_week <= self.week) & (self.left_week == NEVER))

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything as named arrays, to be stored."""
        return {part.name: np.asarray(getattr(self, part.name)) for part in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The state that was stored."""
        values = {part.name: arrays[part.name] for part in fields(cls)}
        return cls(**{**values, "week": int(values["week"]), "fatigue_day": int(values["fatigue_day"])})  # type: ignore[arg-type]  # np.load gives arrays of any type


RECENT = ("late", "complaints", "tight_asked", "tight_ordered", "sold", "ordered")
"""The layers of `State.recent`."""
