"""Who listens to whom, and where a customer goes who finds the shelf empty."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.organisation import Organisation
from xingke.simulate.city.places import Places
from xingke.simulate.streams import Streams

NEIGHBOURS = 5
RANDOM_TIES = 0.01
"""Random acquaintances as a share of the ties to neighbours."""
WALK_KM = 1.0
KNOWN_SHARE = 0.6
"""Share of the ties that the firm knows of."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Ties between outlets.

    Parameters
    ----------
    source, target, kind
        One entry a tie: the target listens to the source; kinds are 0 neighbour, 1 peer group, 2 acquaintance.
    walk_to
        The nearest outlet within a kilometre, -1 without one.
    spill
        Sparse outlets x outlets: carries unmet demand to `walk_to`.
    followers
        Sparse outlets x outlets, rows of leaders only: who listens to a leader.
    is_known
        Which ties the firm knows of.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    kind: NDArray[np.int32]
    is_known: NDArray[np.bool_]
    walk_to: NDArray[np.int64]
    spill: Any  # scipy has no types for its sparse matrices
    followers: Any


def build_graph(streams: Streams, places: Places, organisation: Organisation, is_leader: NDArray[np.bool_]) -> Graph:
    """Tie each outlet to its five nearest, to leaders of its own group, and at random to one in a hundred more."""
    from scipy.sparse import csr_matrix
    from scipy.spatial import cKDTree

    draw = streams.of("graph")
    count = places.county.size
    where = np.column_stack([places.x_km, places.y_km])
    near = min(NEIGHBOURS, count - 1)
    distance, found = cKDTree(where).query(where, k=near + 1)
    source = found[:, 1:].reshape(-1).astype(np.int64)
    target = np.repeat(np.arange(count), near)
    group_source, group_target = _within_groups(organisation.group, is_leader)
    wild = round(RANDOM_TIES * source.size)
    wild_source, wild_target = draw.integers(0, count, wild), draw.integers(0, count, wild)
    sources = np.concatenate([source, group_source, wild_source])
    targets = np.concatenate([target, group_target, wild_target])
    kind = np.repeat(np.arange(3), [source.size, group_source.size, wild]).astype(np.int32)
    walk_to = np.where(distance[:, 1] <= WALK_KM, found[:, 1], -1).astype(np.int64)
    goes = np.flatnonzero(walk_to >= 0)
    spill = csr_matrix((np.ones(goes.size, dtype=np.float32), (walk_to[goes], goes)), shape=(count, count))
    heard = is_leader[sources] & (sources != targets)
    followers = csr_matrix((np.ones(int(heard.sum()), dtype=np.float32), (targets[heard], sources[heard])), shape=(count, count))
    return Graph(sources, targets, kind, draw.random(sources.size) < KNOWN_SHARE, walk_to, spill, followers)


def _within_groups(group: NDArray[np.int32], is_leader: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From each leader to every other member of its group."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 2))
    leaders = np.flatnonzero(is_leader)
    sizes = starts[group[leaders] + 1] - starts[group[leaders]]
    source = np.repeat(leaders, sizes)
    offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    target = order[np.repeat(starts[group[leaders]], sizes) + offset]
    return source, target
