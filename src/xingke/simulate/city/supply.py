"""The weekly supply plan: how much of each SKU there is, by which method it is given out, and the caps that follow.

The plan rests on what is known beforehand (grades, the usual mix, the season, the launch curve) and not on this week's orders, so that what
is done to one outlet does not change the caps of another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.places import SETTLEMENTS, Places
from xingke.simulate.city.products import SUPPLY, SUPPLY_RATIO, Products
from xingke.simulate.city.trade import FORMATS, Trade
from xingke.simulate.names import COUNTIES
from xingke.simulate.streams import Streams

METHODS = ("grade", "grade_tag", "price_band", "points", "demand")
TAGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("none", ("all",)),
    ("market_type", ("urban", "rural")),
    ("settlement_class", SETTLEMENTS),
    ("county", tuple(slug for slug, _ in COUNTIES)),
    ("format", FORMATS),
)
MOST_VALUES = max(len(values) for _, values in TAGS)
GRADES = 30
BALANCED_ROOM = 7.0
"""A cap of a balanced SKU lies this many times above the mean need of the grade."""
OPEN_CAP, OPEN_ROOM = 20, 12.0
BAND_ROOM = 1.3
POINTS_WEEKS, POINTS_SHARE = 8, 0.4
BASS_P, BASS_Q = 0.015, 0.30
TIGHT_USE = 0.78
"""Share of the supply of a tight SKU that the caps are made for, so that about half of what is asked for is supplied."""


@dataclass(frozen=True, slots=True)
class SupplyWeek:
    """The plan of one week.

    Parameters
    ----------
    caps
        By SKU, value of its tag and grade (index 0 is grade 1).
    supply_cartons
        By SKU.
    method, supply_class, tag
        By SKU: places in `METHODS`, `SUPPLY`, `TAGS`.
    """

    caps: NDArray[np.int32]
    supply_cartons: NDArray[np.float64]
    method: NDArray[np.int32]
    supply_class: NDArray[np.int32]
    tag: NDArray[np.int32]


class SupplyPlanner:
    """Plans the weeks of one city."""

    def __init__(
        self, streams: Streams, places: Places, trade: Trade, products: Products, supply_factor: float, is_leader: NDArray[np.bool_]
    ) -> None:
        draw = streams.of("supply")
        self._products, self._factor = products, supply_factor
        codes = (np.zeros_like(trade.format), places.is_rural.astype(np.int32), places.settlement, places.county, trade.format)
        self.codes = np.stack(codes).astype(np.int32)
        self._balanced_tag = np.where(draw.random(products.count) < 0.4, draw.integers(1, len(TAGS), products.count), 0)
        self._by_band = draw.random(products.count) < 0.3
        self.is_point = (draw.random(trade.grade.size) < POINTS_SHARE) | is_leader  # launches go first where others look

    def plan(
        self,
        week: int,
        cartons: NDArray[np.float32],
        season: NDArray[np.float64],
        remaining: float,
        grade: NDArray[np.int32],
        is_open: NDArray[np.bool_],
    ) -> SupplyWeek:
        """Supply and caps of a week.

        Parameters
        ----------
        cartons
            The usual need of each outlet for each SKU in a week, outlets x SKUs.
        season
            Factor on the need for each SKU in this week as planned; 0 for a SKU that is not on the market.
        remaining
            Share of the outlets on the books that are expected to be in business still; the caps of those that are do not shrink with it.
        grade
            Grades in force.
        is_open
            Which outlets are on the books.
        """
        supply_class = self._products.supply_at(week)
        method, tag = self._methods(week, supply_class)
        needed, numbers = self._by_grade(cartons, grade, is_open)
        needed *= season
        total = needed.sum(axis=0) * remaining
        ratio = np.array([SUPPLY_RATIO[name] for name in SUPPLY])[supply_class]
        scarce = np.isin(supply_class, [SUPPLY.index("tight"), SUPPLY.index("balanced")])
        supply = total * ratio * np.where(scarce, self._factor, 1.0)
        by_value = self._need_by_value(cartons, is_open, tag)
        counts = self._counts(grade, is_open, tag) * remaining
        mean = needed / np.maximum(numbers, 1)[:, None]
        rising = np.maximum.accumulate(_smoothed(mean), axis=0).T
        weight = rising[:, None, :] * by_value[:, :, None]
        room = np.where(supply_class == SUPPLY.index("balanced"), BALANCED_ROOM * self._factor, BALANCED_ROOM)
        caps = np.maximum(np.ceil(room[:, None, None] * weight), 1.0)
        open_ = np.isin(method, [METHODS.index("demand"), METHODS.index("price_band")])
        caps[open_] = np.maximum(np.ceil(OPEN_ROOM * weight[open_]), OPEN_CAP)
        tight = supply_class == SUPPLY.index("tight")
        need = mean.T[tight]
        caps[tight] = _fitted(weight[tight], counts[tight], need, TIGHT_USE * supply[tight])
        return SupplyWeek(caps.astype(np.int32), supply, method, supply_class, tag)

    def caps_of(self, plan: SupplyWeek, grade: NDArray[np.int32], twice: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The caps as outlets x SKUs; outlets of a two-weekly cycle have twice as much."""
        caps = np.empty((grade.size, plan.method.size), dtype=np.int32)
        for place in range(len(TAGS)):
            columns = np.flatnonzero(plan.tag == place)
            if columns.size:
                caps[:, columns] = plan.caps[columns].transpose(1, 2, 0)[self.codes[place], grade - 1]
        caps[np.ix_(~self.is_point, np.flatnonzero(plan.method == METHODS.index("points")))] = 0
        caps[twice] *= 2
        return caps

    def _methods(self, week: int, supply_class: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        young = self._products.launch_week + POINTS_WEEKS
        is_new = supply_class == SUPPLY.index("new")
        balanced = supply_class == SUPPLY.index("balanced")
        full = supply_class == SUPPLY.index("full")
        tag = np.where(balanced | is_new, self._balanced_tag, 0).astype(np.int32)
        method = np.where(tag > 0, METHODS.index("grade_tag"), METHODS.index("grade"))
        method = np.where(full, np.where(self._by_band, METHODS.index("price_band"), METHODS.index("demand")), method)
        return np.where(is_new & (week < young), METHODS.index("points"), method).astype(np.int32), tag

    def _by_grade(
        self, cartons: NDArray[np.float32], grade: NDArray[np.int32], is_open: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        from scipy.sparse import csr_matrix

        members = np.flatnonzero(is_open)
        ones = np.ones(members.size, dtype=np.float32)
        chooser = csr_matrix((ones, (grade[members] - 1, members)), shape=(GRADES, grade.size))
        return np.asarray(chooser @ cartons, dtype=np.float64), np.bincount(grade[members] - 1, minlength=GRADES)

    def _need_by_value(self, cartons: NDArray[np.float32], is_open: NDArray[np.bool_], tag: NDArray[np.int32]) -> NDArray[np.float64]:
        """Mean need of the outlets with each value of a SKU's tag over the mean need of all; 1 where the SKU has no tag."""
        found = np.ones((tag.size, MOST_VALUES))
        for place, (_, values) in enumerate(TAGS):
            columns = np.flatnonzero(tag == place)
            if place == 0 or not columns.size:
                continue
            every = cartons[:, columns][is_open].mean(axis=0)
            for value in range(len(values)):
                inside = is_open & (self.codes[place] == value)
                if inside.sum() >= 10:
                    found[columns, value] = np.clip(cartons[inside][:, columns].mean(axis=0) / np.maximum(every, 1e-9), 0.5, 2.0)
        return found

    def _counts(self, grade: NDArray[np.int32], is_open: NDArray[np.bool_], tag: NDArray[np.int32]) -> NDArray[np.float64]:
        """Open outlets by SKU, value of its tag, and grade."""
        by_tag = np.zeros((len(TAGS), MOST_VALUES, GRADES))
        for place in range(len(TAGS)):
            np.add.at(by_tag[place], (self.codes[place][is_open], grade[is_open] - 1), 1.0)
        return np.asarray(by_tag[tag])


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each grade with its two neighbours."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3)


def _fitted(
    weight: NDArray[np.float64], counts: NDArray[np.float64], need: NDArray[np.float64], supply: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Whole caps in proportion to the weights that let about as much be ordered as there is, by bisection.

    Not everybody wants the SKU: of a cap x where the mean need of the grade is m, about m x / (m + x) is taken.
    """
    low, high = np.zeros(supply.size), np.full(supply.size, 200.0)
    for _ in range(26):
        middle = (low + high) / 2
        caps = np.round(middle[:, None, None] * weight)
        taken = need[:, None, :] * caps / np.maximum(need[:, None, :] + caps, 1e-9)
        used = (taken * counts).sum(axis=(1, 2))
        low, high = np.where(used > supply, low, middle), np.where(used > supply, middle, high)
    return np.round(low[:, None, None] * weight)


def bass_share(weeks_since_launch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of outlets that carry a new SKU so many weeks after its launch: the curve of Bass (1969), with p 0.015 and q 0.30."""
    time = np.maximum(weeks_since_launch, 0.0)
    fading = np.exp(-(BASS_P + BASS_Q) * time)
    return np.asarray((1 - fading) / (1 + BASS_Q / BASS_P * fading))
