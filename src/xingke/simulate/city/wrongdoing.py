"""Planted wrongdoing with its start and end, and the honest shops that look alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.places import Places
from xingke.simulate.city.trade import Trade
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

KINDS = ("diversion", "proxy_ring", "empty_shell", "grade_manipulation", "licence_lent", "honest_look_alike")
DIVERSIONS, RINGS, SHELLS, MANIPULATED, LENT = 180, 15, 45, 10, 60
"""In a city of 15,000 outlets; a ring has four to nine members."""
LOOK_ALIKE_SHARE = 0.04
DIVERSION_FACTORS = (2.2, 4.2)
EVENT_KINDS = ("wedding", "building_site", "fair", "tourist_spot")


@dataclass(frozen=True, slots=True)
class Cases:
    """One entry an outlet and episode.

    Parameters
    ----------
    kind
        Place in `KINDS`.
    from_week, until_week
        First and last week, both included.
    factor
        By how much a diverting outlet's dear orders, or the demand of a look-alike, are raised.
    ring
        Number of the ring, -1 for others.
    """

    case: NDArray[np.int64]
    outlet: NDArray[np.int64]
    kind: NDArray[np.int32]
    from_week: NDArray[np.int32]
    until_week: NDArray[np.int32]
    factor: NDArray[np.float64]
    ring: NDArray[np.int32]

    def of(self, kind: str, week: int | None = None) -> NDArray[np.int64]:
        """Places of the entries of a kind, those of a week where one is given."""
        chosen = self.kind == KINDS.index(kind)
        if week is not None:
            chosen &= (self.from_week <= week) & (week <= self.until_week)
        return np.flatnonzero(chosen)

    def outlets_of(self, kind: str, week: int | None = None) -> NDArray[np.int64]:
        """Indices of the outlets of a kind."""
        return self.outlet[self.of(kind, week)]


def draw_cases(streams: Streams, places: Places, trade: Trade, first: int, size: Size, scenario: Scenario) -> Cases:
    """Choose culprits among the outlets of the first day; nobody has two roles."""
    draw = streams.of("wrongdoing")
    share = first / 15_000 * scenario.wrongdoing
    likely = np.argsort(-(draw.random(first) + 0.35 * places.near_highway[:first] + 0.2 * (trade.grade[:first] > 18)), kind="stable")
    ring_sizes = draw.integers(4, 10, max(1, round(RINGS * share)))
    wanted = (max(2, round(DIVERSIONS * share)), int(ring_sizes.sum()), *(max(1, round(n * share)) for n in (SHELLS, MANIPULATED, LENT)))
    scanning = likely[trade.uses_pos[likely]]
    outlets = np.split(likely[: sum(wanted)], np.cumsum(wanted)[:-1])
    rest = scanning[~np.isin(scanning, likely[: sum(wanted)])]
    outlets.append(draw.permutation(rest)[: round(LOOK_ALIKE_SHARE * first)])
    kind = np.repeat(np.arange(len(KINDS)), [part.size for part in outlets]).astype(np.int32)
    outlet = np.concatenate(outlets).astype(np.int64)
    start, length = _spans(draw, kind, size.weeks)
    low, high = DIVERSION_FACTORS
    ring = np.full(outlet.size, -1, dtype=np.int32)
    ring[kind == KINDS.index("proxy_ring")] = np.repeat(np.arange(ring_sizes.size), ring_sizes)
    case = np.where(ring >= 0, 1_000_000 + ring, np.arange(outlet.size))
    return Cases(case, outlet, kind, start, start + length - 1, draw.uniform(low, high, outlet.size), ring)


def _spans(draw: np.random.Generator, kind: NDArray[np.int32], weeks: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Episodes of diversion last 2 to 5 cycles and events 1 to 3 weeks; the other kinds go on to the end of the world."""
    short = np.where(kind == KINDS.index("diversion"), draw.integers(2, 6, kind.size), draw.integers(1, 4, kind.size))
    is_short = np.isin(kind, [KINDS.index("diversion"), KINDS.index("honest_look_alike")])
    late = np.floor(draw.random(kind.size) * max(weeks - 12, 1)).astype(np.int32) + 6
    start = np.where(is_short, np.minimum(late, weeks - short), late // 2).astype(np.int32)
    start[np.isin(kind, [KINDS.index("empty_shell"), KINDS.index("licence_lent"), KINDS.index("proxy_ring")])] = 0
    return start, np.where(is_short, short, 10_000).astype(np.int32)
