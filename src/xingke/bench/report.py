"""The one shape in which every bench reports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What a bench measured.

    Parameters
    ----------
    protocol
        One sentence: what was run, how often, and which of the figures is reported.
    metrics
        Flat; the figures that goals are set for.
    baselines
        The same work done by others, and the physical limit.
    intervals
        Lowest and highest value of a metric over the repeats.
    environment
        The machine and the versions, without which no figure means anything.
    """

    name: str
    protocol: str
    metrics: Mapping[str, float]
    baselines: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, in the order of the fields."""
        return {
            "name": self.name,
            "protocol": self.protocol,
            "metrics": dict(self.metrics),
            "baselines": dict(self.baselines),
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
            "environment": dict(self.environment),
        }

    def to_json(self) -> str:
        """One JSON object on one line."""
        return json.dumps(self.as_dict(), ensure_ascii=False)
