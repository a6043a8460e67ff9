"""Planted wrongdoing with its start and end, and the honest neighbours that look like it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.places import Places
from xingke.simulate.city.trade import Trade
from xingke.simulate.draws import uniform_of_keys
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

WRONG = ("diversion", "proxy_ring", "empty_shell", "grade_manipulation", "licence_lent")
LOOKS_LIKE: Mapping[str, str] = {
    "honest_look_alike": "diversion",
    "family": "proxy_ring",
    "full_caps": "empty_shell",
    "often_closed": "empty_shell",
    "silent_till": "empty_shell",
    "renovated": "grade_manipulation",
    "moved_shop": "licence_lent",
    "orders_from_home": "licence_lent",
}
"""Kinds of honest neighbours, and the wrongdoing that each looks like."""
SEASONAL, QUIET_EVENT = "seasonal_closure", "quiet_event"
KINDS = (*WRONG, *LOOKS_LIKE, SEASONAL, QUIET_EVENT)
DIVERSIONS, RINGS, SHELLS, MANIPULATED, LENT = 180, 15, 45, 10, 60
"""In a city of 15,000 outlets; a ring has four to nine members."""
LOOK_ALIKE_SHARE = 0.04
DIVERSION_FACTORS = (2.2, 4.2)
EVENT_KINDS = ("wedding", "building_site", "fair", "tourist_spot")
REGISTERED_SHARE, COVER_SHARE, QUIET_SHARE = 0.65, 0.15, 0.02
"""Of the events at look-alikes those that the firm knows of; of the diversions those that happen to have an event on record; and as a share
of all outlets, those with an event on record that brings them nothing."""

FAMILY_SHARE = 0.024
FAMILY_SIZES = {2: 0.45, 3: 0.20, 4: 0.14, 5: 0.10, 6: 0.07, 7: 0.04}
"""Outlets of families and village helpers, one of whom orders for all of them; how large they are."""
FAMILY_DEVICE, FAMILY_BASKET, FAMILY_FAR = 0.85, 0.30, 0.25
"""Of the families: one device, the same basket, members in other parts of the city."""
RING_NEAR = 0.4
"""Share of the rings whose members lie side by side, as those of most families do."""
SHARED_PHONE = 0.5
"""Of the members of families and rings: the telephone of the first."""
ON_FIRST_DEVICE = {"proxy_ring": 0.75, "family": 0.85}
"""Of the orders: placed on the device of the first member."""
AWAY = {"licence_lent": 0.75, "moved_shop": 0.90, "orders_from_home": 0.80}
"""Of the orders: placed away from the place on the licence."""
AWAY_KM = {"licence_lent": (3.0, 9.0), "moved_shop": (2.0, 9.0), "orders_from_home": (1.5, 9.0)}
OTHER_HANDS = 0.8
"""Of the lent licences: orders come from another's device from the first day of it on."""
NEIGHBOUR_SHARES = {
    "full_caps": 0.03, "often_closed": 0.025, "silent_till": 0.012, "renovated": 0.004, "moved_shop": 0.01, "orders_from_home": 0.04,
    SEASONAL: 0.015, QUIET_EVENT: QUIET_SHARE,
}  # fmt: skip
"""Of the outlets of the first day."""
SPANS = {"silent_till": (6, 31), "moved_shop": (8, 31), SEASONAL: (6, 13), QUIET_EVENT: (1, 4)}
"""Weeks that these last, in [low, high); the others go on to the end."""
GRADES_UP = (5, 10)
"""Grades by which a review lifts who manipulates it, and who has renovated: in [low, high)."""
RENOVATED_DEMAND = 1.5
LONG = 10_000


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
        Number of the ring or family, -1 for others.
    km
        From the place on the licence to where orders come from, 0 for others.
    is_registered
        Has a local event on record.
    uses_phone, uses_device
        Of a ring or family: the telephone of its first member; and its device in most orders, or for a lent licence that of another.
    """

    case: NDArray[np.int64]
    outlet: NDArray[np.int64]
    kind: NDArray[np.int32]
    from_week: NDArray[np.int32]
    until_week: NDArray[np.int32]
    factor: NDArray[np.float64]
    ring: NDArray[np.int32]
    km: NDArray[np.float64]
    is_registered: NDArray[np.bool_]
    uses_phone: NDArray[np.bool_]
    uses_device: NDArray[np.bool_]
    has_basket: NDArray[np.bool_]

    def of(self, kind: str, week: int | None = None) -> NDArray[np.int64]:
        """Places of the entries of a kind, those of a week where one is given."""
        chosen = self.kind == KINDS.index(kind)
        if week is not None:
            chosen &= (self.from_week <= week) & (week <= self.until_week)
        return np.flatnonzero(chosen)

    def outlets_of(self, kind: str, week: int | None = None) -> NDArray[np.int64]:
        """Indices of the outlets of a kind."""
        return self.outlet[self.of(kind, week)]

    @property
    def groups(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of all members of rings and families, and for each the outlet index of its group's first member."""
        rows = np.flatnonzero(self.ring >= 0)
        heads = np.zeros(int(self.ring.max(initial=0)) + 1, dtype=np.int64)
        heads[self.ring[rows][::-1]] = self.outlet[rows][::-1]
        return rows, heads[self.ring[rows]]

    @property
    def is_wrong(self) -> NDArray[np.bool_]:
        """Which entries are wrongdoing."""
        return self.kind < len(WRONG)


def draw_cases(streams: Streams, places: Places, trade: Trade, first: int, size: Size, scenario: Scenario) -> Cases:
    """Choose culprits and honest neighbours among the outlets of the first day; nobody has two roles."""
    wrong = _culprits(streams, places, trade, first, size, scenario)
    free = np.ones(first, dtype=bool)
    free[wrong.outlet] = False
    family = _families(streams, places, trade, free, int(wrong.ring.max(initial=-1)) + 1)
    free[family.outlet] = False
    return _joined(_joined(wrong, family), _neighbours(streams, trade, free, size))


def _culprits(streams: Streams, places: Places, trade: Trade, first: int, size: Size, scenario: Scenario) -> Cases:
    """The wrongdoing, and the honest who have a wedding or a building site beside them."""
    draw = streams.of("wrongdoing")
    share = first / 15_000 * scenario.wrongdoing
    likely = np.argsort(-(draw.random(first) + 0.35 * places.near_highway[:first] + 0.2 * (trade.grade[:first] > 18)), kind="stable")
    ring_sizes = draw.integers(4, 10, max(1, round(RINGS * share)))
    wanted = (max(2, round(DIVERSIONS * share)), int(ring_sizes.sum()), *(max(1, round(n * share)) for n in (SHELLS, MANIPULATED, LENT)))
    scanning = likely[trade.uses_pos[likely]]
    outlets = np.split(likely[: sum(wanted)], np.cumsum(wanted)[:-1])
    outlets[1] = _side_by_side(draw, outlets[1], ring_sizes, likely[sum(wanted) :], places.nearness)
    taken = np.concatenate(outlets)
    rest = scanning[~np.isin(scanning, taken)]
    outlets.append(draw.permutation(rest)[: round(LOOK_ALIKE_SHARE * first)])
    kind = np.repeat(np.arange(len(outlets)), [part.size for part in outlets]).astype(np.int32)
    outlet = np.concatenate(outlets).astype(np.int64)
    start, length = _spans(draw, kind, size.history_weeks)
    low, high = DIVERSION_FACTORS
    ring = np.full(outlet.size, -1, dtype=np.int32)
    ring[kind == KINDS.index("proxy_ring")] = np.repeat(np.arange(ring_sizes.size), ring_sizes)
    factor, chance, phone, device = draw.uniform(low, high, outlet.size), *draw.random((3, outlet.size))
    shown = np.where(kind == KINDS.index("honest_look_alike"), REGISTERED_SHARE, np.where(kind == 0, COVER_SHARE, 0.0))
    near, far = np.array([AWAY_KM["licence_lent"]]).T
    return Cases(
        case=np.where(ring >= 0, 1_000_000 + ring, np.arange(outlet.size)),
        outlet=outlet,
        kind=kind,
        from_week=start,
        until_week=start + length - 1,
        factor=factor,
        ring=ring,
        km=np.where(kind == KINDS.index("licence_lent"), near + (far - near) * draw.random(outlet.size), 0.0),
        is_registered=chance < shown,
        uses_phone=(ring >= 0) & (phone < SHARED_PHONE),
        uses_device=(ring >= 0) | ((kind == KINDS.index("licence_lent")) & (device < OTHER_HANDS)),
        has_basket=ring >= 0,
    )


def _side_by_side(
    draw: np.random.Generator, members: NDArray[np.int64], sizes: NDArray[np.int64], spare: NDArray[np.int64], nearness: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The members of the rings, those of some replaced by spare outlets that lie next to the first."""
    rings = np.split(members, np.cumsum(sizes)[:-1])
    left = spare
    for place, near in enumerate(draw.random(sizes.size) < RING_NEAR):
        if near and left.size > sizes[place]:
            away = np.abs(nearness[left] - nearness[rings[place][0]])
            chosen = np.argsort(away, kind="stable")[: sizes[place] - 1]
            rings[place] = np.concatenate([rings[place][:1], left[chosen]])
            left = np.delete(left, chosen)
    return np.concatenate(rings)


def _spans(draw: np.random.Generator, kind: NDArray[np.int32], weeks: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Episodes of diversion last 2 to 5 cycles and events 1 to 3 weeks, all within history; the other kinds go on to the end of the world.

    Some of those that go on are there from the first day, others begin within the first half.
    """
    short = np.where(kind == KINDS.index("diversion"), draw.integers(2, 6, kind.size), draw.integers(1, 4, kind.size))
    is_short = np.isin(kind, [KINDS.index("diversion"), KINDS.index("honest_look_alike")])
    late = np.floor(draw.random(kind.size) * max(weeks - 12, 1)).astype(np.int32) + 6
    start = np.where(is_short, np.minimum(late, weeks - short), late // 2).astype(np.int32)
    start[np.isin(kind, [KINDS.index("empty_shell"), KINDS.index("proxy_ring")])] = 0
    old = draw.random(kind.size) < 0.4
    start[(kind == KINDS.index("licence_lent")) & old] = 0
    return start, np.where(is_short, short, LONG).astype(np.int32)


def _families(streams: Streams, places: Places, trade: Trade, free: NDArray[np.bool_], first_ring: int) -> Cases:
    """Families and village helpers: one device and often one telephone for several shops, each of which sells what it orders."""
    draw = streams.of("families")
    count = free.size
    alone = free & (trade.owner[:count] == np.arange(count))
    alone &= np.bincount(trade.owner, minlength=trade.owner.size)[:count] == 1
    sizes = draw.choice(list(FAMILY_SIZES), size=max(2, count // 40), p=list(FAMILY_SIZES.values()))
    sizes = sizes[np.cumsum(sizes) <= max(round(FAMILY_SHARE * count), 4)]
    along = np.flatnonzero(alone)[np.argsort(places.nearness[:count][alone], kind="stable")]
    scattered = draw.permutation(along)
    far, device, basket = draw.random((3, sizes.size))
    starts = np.sort(draw.choice(max(along.size - 8, 1), size=sizes.size, replace=False))
    taken = np.zeros(count, dtype=bool)
    members: list[NDArray[np.int64]] = []
    for place, size in enumerate(sizes.tolist()):
        source = scattered if far[place] < FAMILY_FAR else along[starts[place] :]
        members.append(source[~taken[source]][:size])
        taken[members[-1]] = True
    outlet = np.concatenate(members).astype(np.int64)
    which = np.repeat(np.arange(sizes.size), [part.size for part in members])
    ring = (first_ring + which).astype(np.int32)
    found = _plain("family", outlet, np.zeros(outlet.size, dtype=np.int32), np.full(outlet.size, LONG))
    return replace(
        found,
        case=2_000_000 + ring.astype(np.int64),
        ring=ring,
        uses_phone=draw.random(outlet.size) < SHARED_PHONE,
        uses_device=device[which] < FAMILY_DEVICE,
        has_basket=basket[which] < FAMILY_BASKET,
    )


def _neighbours(streams: Streams, trade: Trade, free: NDArray[np.bool_], size: Size) -> Cases:
    """Everybody else who looks like wrongdoing by one sign or another, and is not."""
    draw = streams.of("neighbours")
    order = draw.permutation(free.size)
    order = order[free[order]]
    parts: list[Cases] = []
    for kind, share in NEIGHBOUR_SHARES.items():
        wanted = max(1, round(share * free.size))
        eligible = order[trade.uses_pos[order]] if kind == "silent_till" else order
        outlet = eligible[:wanted]
        order = order[~np.isin(order, outlet)]
        low, high = SPANS.get(kind, (LONG, LONG + 1))
        length = draw.integers(low, high, wanted)[: outlet.size]
        begins = np.floor(draw.random(wanted) * max(size.history_weeks - 8, 1)).astype(np.int64)[: outlet.size] + 4
        near, far = AWAY_KM.get(kind, (0.0, 0.0))
        km = (near + (far - near) * draw.random(wanted))[: outlet.size]
        if kind in ("full_caps", "often_closed", "orders_from_home"):
            begins = np.zeros(outlet.size, dtype=np.int64)
        if kind == QUIET_EVENT:
            begins = np.minimum(begins, size.history_weeks - length)
        found = replace(_plain(kind, outlet, begins, length), km=km, is_registered=np.full(outlet.size, kind == QUIET_EVENT))
        parts.extend(_every_year(found, size) if kind == SEASONAL else [found])
    whole = parts[0]
    for part in parts[1:]:
        whole = _joined(whole, part)
    return replace(whole, case=3_000_000 + np.arange(whole.case.size))


def _every_year(found: Cases, size: Size) -> list[Cases]:
    """The same closure in each year of the plan."""
    years = range(-1, size.weeks // 52 + 2)
    moved = [replace(found, from_week=found.from_week + 52 * year, until_week=found.until_week + 52 * year) for year in years]
    return [one for one in moved if (one.until_week >= 0).any()]


def _plain(kind: str, outlet: NDArray[np.int64], start: NDArray[np.integer], length: NDArray[np.integer]) -> Cases:
    """Entries of one kind without anything of its own."""
    count = outlet.size
    no = np.zeros(count, dtype=bool)
    return Cases(
        case=np.arange(count),
        outlet=outlet.astype(np.int64),
        kind=np.full(count, KINDS.index(kind), dtype=np.int32),
        from_week=start.astype(np.int32),
        until_week=(start + length - 1).astype(np.int32),
        factor=np.ones(count),
        ring=np.full(count, -1, dtype=np.int32),
        km=np.zeros(count),
        is_registered=no,
        uses_phone=no,
        uses_device=no,
        has_basket=no,
    )


def _joined(one: Cases, two: Cases) -> Cases:
    return Cases(**{part.name: np.concatenate([getattr(one, part.name), getattr(two, part.name)]) for part in fields(Cases)})


def grades_up(seed: int, outlets: NDArray[np.int64]) -> NDArray[np.int32]:
    """By how many grades a review lifts each of these outlets."""
    low, high = GRADES_UP
    return (low + np.floor(uniform_of_keys((seed, 0x6772), outlets) * (high - low))).astype(np.int32)
