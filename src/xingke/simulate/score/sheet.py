"""The score sheet: figures of the answers, and beside each its naive baseline and its ceiling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xingke.simulate.score.bootstrap import Measured
from xingke.simulate.score.figures import FIGURES

TWINS = ("_baseline", "_ceiling", "_known", "_informed")
"""Beside a figure: that of a naive rule; the highest that can be reached; that of somebody who knows a part of the truth, which is no
ceiling; and that of somebody who knows how the world was drawn and judges by what is observed alone."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a scoring measured.

    Parameters
    ----------
    protocol
        One sentence: which days were judged, and how the intervals were made.
    metrics
        Figures of the answers, by flat name; without answers those alone that describe the world itself.
    baselines
        The twins of figures (`TWINS`), always.
    intervals
        Ends of the 95 % interval of a figure or a twin.
    notes
        What was not scored, and why.
    environment
        The world, the seed of the resamples and the versions.
    """

    name: str
    protocol: str
    metrics: Mapping[str, float]
    baselines: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data; the notes lie in the environment."""
        return {
            "name": self.name,
            "protocol": self.protocol,
            "metrics": dict(self.metrics),
            "baselines": dict(self.baselines),
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
            "environment": {**self.environment, "notes": list(self.notes)},
        }


class Sheet:
    """Collects figures by their declared names."""

    def __init__(self) -> None:
        self.metrics: dict[str, float] = {}
        self.baselines: dict[str, float] = {}
        self.intervals: dict[str, tuple[float, float]] = {}
        self.notes: list[str] = []

    def put(self, name: str, measured: Measured | float) -> None:
        """Write a figure or a twin; one that could not be measured is left out.

        Raises
        ------
        KeyError
            No figure of that name is declared (`FIGURES`).
        """
        twin = next((end for end in TWINS if name.endswith(end)), "")
        if name.removesuffix(twin) not in FIGURES:
            raise KeyError(name)
        value = measured.value if isinstance(measured, Measured) else measured
        if not np.isfinite(value):
            return
        (self.baselines if twin else self.metrics)[name] = float(value)
        if isinstance(measured, Measured) and measured.low <= measured.high:
            self.intervals[name] = (measured.low, measured.high)

    def note(self, text: str) -> None:
        """Say what was not scored, and why."""
        self.notes.append(text)
