"""Where the outlets are: county, settlement class, business district, coordinates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.draws import stratified
from xingke.simulate.streams import Streams

SETTLEMENTS = ("main_city", "village", "town_centre", "town_fringe", "township", "special", "city_fringe")
SETTLEMENT_SHARES = (0.396, 0.202, 0.188, 0.134, 0.055, 0.018, 0.007)
RURAL = ("village", "township")
DISTRICTS = ("residential", "market", "industrial", "leisure", "office", "tourist", "transport", "school", "other")
DISTRICT_SHARES = (0.556, 0.385, 0.019, 0.017, 0.008, 0.007, 0.005, 0.002, 0.001)
CITY_COUNTIES = (0.66, 0.34, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Outlets of the main city and its fringe: in the two city districts alone."""
OTHER_COUNTIES = (0.027, 0.014, 0.218, 0.200, 0.196, 0.194, 0.151)
"""All others; together with the city's the counties get 28.2, 14.6, 13.0, 11.9, 11.7, 11.6 and 9.0 %."""
COUNTY_CENTRES_KM = ((-3, 0), (4, 1), (28, 24), (-30, 22), (-26, -28), (30, -24), (2, 44))
CITY_LATITUDE, CITY_LONGITUDE = 28.2, 113.0
KM_A_DEGREE = 111.2
TOWNS_A_COUNTY = 9


@dataclass(frozen=True, slots=True)
class Places:
    """By outlet index.

    Parameters
    ----------
    settlement, district
        Places in `SETTLEMENTS` and `DISTRICTS`.
    x_km, y_km
        East and north of the city's centre.
    nearness
        A number along a space-filling curve: near outlets have near numbers.
    near_highway
        Within a kilometre of a trunk road.
    """

    county: NDArray[np.int32]
    settlement: NDArray[np.int32]
    district: NDArray[np.int32]
    x_km: NDArray[np.float64]
    y_km: NDArray[np.float64]
    nearness: NDArray[np.int64]
    near_highway: NDArray[np.bool_]

    @property
    def is_rural(self) -> NDArray[np.bool_]:
        """In the rural network."""
        return np.isin(self.settlement, [SETTLEMENTS.index(name) for name in RURAL])

    def is_settlement(self, name: str) -> NDArray[np.bool_]:
        """Which outlets lie in a settlement class."""
        return np.asarray(self.settlement == SETTLEMENTS.index(name))

    @property
    def latitude(self) -> NDArray[np.float64]:
        """Degrees north."""
        return np.asarray(np.round(CITY_LATITUDE + self.y_km / KM_A_DEGREE, 6))

    @property
    def longitude(self) -> NDArray[np.float64]:
        """Degrees east."""
        return np.asarray(np.round(CITY_LONGITUDE + self.x_km / (KM_A_DEGREE * np.cos(np.radians(CITY_LATITUDE))), 6))


def draw_places(streams: Streams, count: int) -> Places:
    """Place outlets: shares are met as nearly as whole numbers allow."""
    draw = streams.of("places")
    settlement = stratified(draw, SETTLEMENT_SHARES, count)
    in_city = np.isin(settlement, [SETTLEMENTS.index("main_city"), SETTLEMENTS.index("city_fringe")])
    county = np.where(in_city, stratified(draw, CITY_COUNTIES, count), stratified(draw, OTHER_COUNTIES, count)).astype(np.int32)
    x_km, y_km = _coordinates(draw, county, settlement)
    return Places(
        county=county,
        settlement=settlement,
        district=stratified(draw, DISTRICT_SHARES, count),
        x_km=x_km,
        y_km=y_km,
        nearness=_along_a_curve(x_km, y_km),
        near_highway=np.abs(x_km - 0.6 * y_km) < 1.2,
    )


def _coordinates(
    draw: np.random.Generator, county: NDArray[np.int32], settlement: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    count = county.size
    centres = np.array(COUNTY_CENTRES_KM, dtype=np.float64)
    towns = centres[:, None, :] + draw.normal(0.0, 9.0, (centres.shape[0], TOWNS_A_COUNTY, 2))
    towns[:, 0, :] = centres
    town = np.floor(draw.random(count) ** 2 * TOWNS_A_COUNTY).astype(int)
    near, wide = draw.normal(0.0, 1.0, (count, 2)), draw.uniform(-1.0, 1.0, (count, 2))
    is_city = np.isin(settlement, [SETTLEMENTS.index("main_city"), SETTLEMENTS.index("city_fringe")])
    is_town = np.isin(settlement, [SETTLEMENTS.index(name) for name in ("town_centre", "town_fringe", "special")])
    around_town = towns[county, town] + near * np.where(settlement == SETTLEMENTS.index("town_fringe"), 1.8, 1.2)[:, None]
    around_county = centres[county] + wide * 20.0
    place = np.where(is_city[:, None], centres[county] / 2 + near * 6.0, np.where(is_town[:, None], around_town, around_county))
    return place[:, 0], place[:, 1]


def _along_a_curve(x_km: NDArray[np.float64], y_km: NDArray[np.float64]) -> NDArray[np.int64]:
    """The Morton code of each place on a grid of 100 m."""
    code = np.zeros(x_km.size, dtype=np.int64)
    x, y = ((value * 10).astype(np.int64) + 2048 for value in (x_km, y_km))
    for bit in range(12):
        code |= ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1)
    return code
