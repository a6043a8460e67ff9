"""One week over the counter: what is asked for, what the shelf gives, and where the rest of the demand goes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.graph import Graph
from xingke.simulate.draws import poisson_from_uniform, rounded
from xingke.simulate.streams import Streams

DISPERSION = 4.0
CITY_SHOCK_SD = 0.05
STAYS_SHARE, WALKS_SHARE = 0.55, 0.25
"""Of demand that finds no stock: to the nearest price in the same shop, to a shop within a kilometre; the rest is lost."""


@dataclass(frozen=True, slots=True)
class Sold:
    """Cartons by outlet and SKU, and what goes to the neighbours' shelves next week."""

    demand: NDArray[np.int32]
    sold: NDArray[np.int32]
    spill: NDArray[np.float32]


def city_shock(streams: Streams, week: int, skus: int) -> NDArray[np.float32]:
    """The week's factor on each SKU in the whole city: lognormal, sd 0.05, mean 1."""
    normal = streams.of("shock", week).standard_normal(skus)
    return np.exp(CITY_SHOCK_SD * normal - CITY_SHOCK_SD**2 / 2).astype(np.float32)


def draw_demand(streams: Streams, week: int, mean: NDArray[np.float32]) -> NDArray[np.int32]:
    """Negative binomial demand with variance mean + mean^2 / 4: a Poisson count whose mean is scattered by a gamma of shape 4."""
    draw = streams.of("demand", week)
    scatter = draw.standard_gamma(DISPERSION, mean.shape, dtype=np.float32)
    return poisson_from_uniform(mean * scatter / np.float32(DISPERSION), draw.random(mean.shape, dtype=np.float32))


def sell(
    streams: Streams, week: int, demand: NDArray[np.int32], available: NDArray[np.int32], price_class: NDArray[np.int32], graph: Graph
) -> Sold:
    """Sell what is there; part of the unmet demand takes another SKU of the same class in the shop, part walks on."""
    sold = np.minimum(demand, available)
    lost = (demand - sold).astype(np.float32)
    left = (available - sold).astype(np.float32)
    uniform = streams.of("substitute", week).random(demand.shape, dtype=np.float32)
    for place in range(5):
        columns = np.flatnonzero(price_class == place)
        if not columns.size:
            continue
        wanted = STAYS_SHARE * lost[:, columns].sum(axis=1)
        there = left[:, columns].sum(axis=1)
        taken = np.minimum(wanted / np.maximum(there, 1.0), 1.0).astype(np.float32)
        extra = rounded(left[:, columns] * taken[:, None], uniform[:, columns])
        sold[:, columns] += np.minimum(extra, left[:, columns].astype(np.int32))
    spill = np.asarray(graph.spill @ (lost * np.float32(WALKS_SHARE)), dtype=np.float32)
    return Sold(demand, sold, spill)
