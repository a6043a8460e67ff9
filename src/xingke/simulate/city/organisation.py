"""Who looks after whom: counties, market departments, territories of customer managers, delivery routes, self-discipline groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.places import Places
from xingke.simulate.names import COUNTIES, market_departments
from xingke.simulate.streams import Streams

DEPARTMENTS_OF_15000 = 27
OUTLETS_A_MANAGER = 140
OUTLETS_A_ROUTE = 178
GROUP_SIZES = (4, 33)
GROUP_MEAN = 14.0
ROOT = "/xc"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the organisation: province, city, county, department or territory."""

    path: str
    parent: str | None
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """The units, and by outlet index the territory, route and group that it belongs to.

    Parameters
    ----------
    territory_units
        By territory: its place in `units`.
    territory_department
        By territory: the department, counted over all counties.
    """

    units: tuple[Unit, ...]
    territory_units: NDArray[np.int64]
    territory_department: NDArray[np.int32]
    department: NDArray[np.int32]
    territory: NDArray[np.int32]
    route: NDArray[np.int32]
    group: NDArray[np.int32]

    @property
    def territories(self) -> int:
        """How many territories there are."""
        return int(self.territory_units.size)

    @property
    def routes(self) -> int:
        """How many delivery routes there are."""
        return int(self.route.max())

    def territory_paths(self) -> NDArray[np.object_]:
        """The path of each territory."""
        return np.array([self.units[place].path for place in self.territory_units], dtype=object)


def build_organisation(streams: Streams, places: Places, first_outlets: int) -> Organisation:
    """Cut the outlets into departments, territories, routes and groups, near ones together.

    `first_outlets` is how many are there at the start, for whom the sizes hold; later ones join what is there.
    """
    draw = streams.of("organisation")
    count = places.county.size
    crowd = count / first_outlets
    department = np.zeros(count, np.int32)
    territory = np.zeros(count, np.int32)
    route = np.zeros(count, np.int32)
    group = np.zeros(count, np.int32)
    units = _upper_units(streams.city)
    territory_units: list[int] = []
    territory_department: list[int] = []
    departments = routes = groups = 0
    for county, (slug, county_name) in enumerate(COUNTIES):
        members = np.flatnonzero(places.county == county)
        members = members[np.argsort(places.nearness[members], kind="stable")]
        path = f"{units[1].path}/{slug}"
        units.append(Unit(path, units[1].path, "county", county_name))
        wanted = max(1, round(DEPARTMENTS_OF_15000 * members.size / crowd / 15_000))
        names = market_departments(county, wanted)
        for (own, name), inside in zip(names, _cut(draw, members, wanted, spread=0.45), strict=True):
            units.append(Unit(f"{path}/{own}", path, "department", name))
            department[inside] = departments
            for piece in _cut(draw, inside, max(1, round(inside.size / crowd / OUTLETS_A_MANAGER)), spread=0.18):
                number = len(territory_units)
                territory[piece] = number
                territory_units.append(len(units))
                territory_department.append(departments)
                units.append(Unit(f"{path}/{own}/t{number + 1:03d}", f"{path}/{own}", "territory", f"{name}第{number + 1}片区"))
            departments += 1
        for piece in _cut(draw, members, max(1, round(members.size / crowd / OUTLETS_A_ROUTE)), spread=0.1):
            routes += 1
            route[piece] = routes
        sizes = _group_sizes(draw, members.size)
        group[members] = groups + 1 + np.repeat(np.arange(sizes.size), sizes)[: members.size]
        groups += sizes.size
    return Organisation(
        tuple(units), np.array(territory_units), np.array(territory_department, dtype=np.int32), department, territory, route, group
    )


def _upper_units(city: int) -> list[Unit]:
    name = "星城市" if city == 0 else f"星城第{city + 1}市"
    own = ROOT if city == 0 else f"{ROOT}{city + 1}"
    return [Unit("/province", None, "province", "星汉省"), Unit(f"/province{own}", "/province", "city", name)]


def _cut(draw: np.random.Generator, members: NDArray[np.int64], parts: int, *, spread: float) -> list[NDArray[np.int64]]:
    """Members in their order, cut into consecutive parts of unequal size; `spread` is the log sd of the sizes."""
    weights = np.exp(draw.normal(0.0, spread, parts))
    ends = np.round(np.cumsum(weights) / weights.sum() * members.size).astype(int)
    return np.split(members, ends[:-1])


def _group_sizes(draw: np.random.Generator, members: int) -> NDArray[np.int64]:
    low, high = GROUP_SIZES
    drawn = low + draw.binomial(high - low, (GROUP_MEAN - low) / (high - low), max(1, members // low + 1))
    needed = int(np.searchsorted(np.cumsum(drawn), members)) + 1
    return drawn[:needed].astype(np.int64)
