"""How right the golden fields are, and how far the labels of the systems agree."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.bench.pairs import Floats, Ints

Flags = NDArray[np.bool_]


def right_before(entity: Ints, is_right: Mapping[str, Flags]) -> Floats:
    """By entity and field: the share of its records that have the field right; an empty field is not right."""
    size = np.bincount(entity)
    columns = [np.bincount(entity, weights=right, minlength=size.size) / size for right in is_right.values()]
    return np.asarray(np.stack(columns, axis=1), dtype=np.float64)


def right_after(entity: Ints, is_right: Mapping[str, Flags], said: pa.Table, golden: Mapping[str, pa.ChunkedArray], rows: Ints) -> Floats:
    """By entity and field: whether the golden record of its main customer has exactly the clean value.

    Parameters
    ----------
    entity
        By record.
    said
        The fields as the records have them; the clean value of an entity is the one that a right record has.
    golden
        The fields by golden record.
    rows
        By entity the row of its main customer's golden record.
    """
    found = np.zeros((rows.size, len(is_right)))
    for place, (field, right) in enumerate(is_right.items()):
        mine = _with_entity(np.arange(rows.size), golden[field].take(pa.array(rows)))
        theirs = _with_entity(entity[right], said[field].filter(pa.array(right)))
        found[:, place] = pc.fill_null(pc.is_in(mine, value_set=theirs.drop_null()), fill_value=False).to_numpy(zero_copy_only=False)
    return found


def _with_entity(entity: Ints, values: pa.ChunkedArray) -> pa.Array:
    joined = pc.binary_join_element_wise(pa.array(entity).cast(pa.string()), values.cast(pa.string()), "/")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def main_customer(entity: Ints, customer: Ints) -> Ints:
    """By entity the customer that has most of its records; of several the smallest."""
    pairs, count = np.unique(np.stack([entity, customer], axis=1), axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], -count, pairs[:, 0]))
    ranked = pairs[order]
    first = np.concatenate([[True], np.diff(ranked[:, 0]) != 0]) if len(ranked) else np.zeros(0, dtype=np.bool_)
    return np.asarray(ranked[first, 1], dtype=np.int64)


def agreement(entity: Ints, system: Ints, label: Sequence[str | None]) -> tuple[Floats, Floats]:
    """By entity: pairs of its records of two systems that both have a label, and those of them with the same label."""
    has = np.array([one is not None for one in label], dtype=np.bool_)
    size = int(entity.max(initial=-1)) + 1
    names = np.unique(np.array([one or "" for one in label], dtype=object).astype(str), return_inverse=True)[1]
    unit, where, what = entity[has], system[has], names[has]
    pairs = _pairs(unit, np.zeros_like(where), size) - _pairs(unit, where, size)
    alike_within = np.unique(np.stack([where, what], axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    same = _pairs(unit, what, size) - _pairs(unit, alike_within, size)
    return pairs, same


def _pairs(unit: Ints, group: Ints, size: int) -> Floats:
    """By unit: pairs inside its groups."""
    cells, count = np.unique(np.stack([unit, group], axis=1), axis=0, return_counts=True)
    return np.bincount(cells[:, 0], weights=count * (count - 1) / 2, minlength=size).astype(np.float64)


def b_cubed(cluster: Ints, entity: Ints) -> tuple[float, float]:
    """Precision and recall averaged over records.

    References
    ----------
    Bagga and Baldwin (1998), Algorithms for Scoring Coreference Chains.
    """
    _, place, both = np.unique(np.stack([cluster, entity], axis=1), axis=0, return_inverse=True, return_counts=True)
    together = both[place.reshape(-1)]
    _, mine, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    _, theirs, true = np.unique(entity, return_inverse=True, return_counts=True)
    return float(np.mean(together / sizes[mine])), float(np.mean(together / true[theirs]))


def match_rate(entity: Ints, cluster: Ints, system: Ints, systems: Sequence[str]) -> dict[str, float]:
    """By pair of systems: of the entities that both hold, the share whose records of the two meet in one cluster."""
    rates: dict[str, float] = {}
    for one in range(len(systems)):
        for other in range(one + 1, len(systems)):
            left, right = system == one, system == other
            both = np.intersect1d(entity[left], entity[right])
            if not both.size:
                continue
            span = int(cluster.max()) + 1
            met = np.intersect1d(entity[left] * span + cluster[left], entity[right] * span + cluster[right]) // span
            rates[f"{systems[one]}-{systems[other]}"] = float(np.isin(both, met).mean())
    return rates
