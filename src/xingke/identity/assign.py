"""Stable numbers for customers: a number stays with its records when clusters change."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.identity.keyed import rows_in
from xingke.schema.golden import IDENTITY_REDIRECT

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Which number every record has.

    Parameters
    ----------
    customer_id
        One a row of the clusters, in their order.
    redirects
        Numbers that went up in another one in this run (`schema.golden.IDENTITY_REDIRECT`), by the number given up.
    """

    customer_id: Ints
    redirects: pa.Table


def assign_ids(clusters: pa.Table, previous: pa.Table | None, anchors: pa.Table | None, *, largest: int = 0) -> Assigned:
    """Give every cluster a number.

    A number goes with its anchored record, else with the largest part of the records that had it. Where several numbers meet in one
    cluster, the anchored one stays, then the smallest (the oldest); the others become redirects. A cluster without a number gets the next
    free one, in the order of the clusters. The same input gives the same numbers.

    Parameters
    ----------
    clusters
        `system`, `source_id`, `cluster` (text; its order is the order of new numbers).
    previous
        `system`, `source_id`, `customer_id` of the last run; None for a first one.
    anchors
        `system`, `source_id`, `customer_id`: records whose number is given, above all previous ones.
    largest
        No new number is as small as this one: the largest that was ever given, where retired ones are no longer among `previous`.
    """
    names, cluster = _codes(clusters["cluster"])
    old = _looked_up(clusters, previous)
    fixed = _looked_up(clusters, anchors)
    number = np.where(fixed >= 0, fixed, old)
    held = number >= 0
    home_of, home = _homes(number[held], cluster[held], fixed[held] >= 0)
    anchored = np.isin(home_of, fixed[fixed >= 0])
    chosen = _chosen(home_of, home, anchored, len(names))
    free = np.flatnonzero(chosen < 0)
    start = max([largest, *(int(each.max()) for each in (old, fixed) if each.size), 0])
    for table in (previous, anchors):
        if table is not None and table.num_rows:
            start = max(start, int(np.max(table["customer_id"].to_numpy())))
    chosen[free] = start + 1 + np.arange(free.size)
    lost = chosen[home] != home_of
    redirects = pa.table([home_of[lost], chosen[home][lost]], schema=IDENTITY_REDIRECT.arrow_schema)
    return Assigned(chosen[cluster], redirects)


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """The names of the clusters in their order, and each row's place among them."""
    names = sorted(set(column.to_pylist()))
    place = pc.index_in(column.cast(pa.string()), value_set=pa.array(names, pa.string()))
    return names, np.asarray(place.to_numpy(), dtype=np.int64)


def _looked_up(records: pa.Table, known: pa.Table | None) -> Ints:
    """The number that a table gives to each record, -1 for none."""
    if known is None or not known.num_rows or not records.num_rows:
        return np.full(records.num_rows, -1, dtype=np.int64)
    at = rows_in(records, known)
    return np.where(at >= 0, known["customer_id"].to_numpy().astype(np.int64)[at], -1)


def _homes(number: Ints, cluster: Ints, anchored: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """For every number the cluster that it goes with: of the anchored record, else of most records, else the first."""
    if not number.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    pairs, place = np.unique(np.stack([number, cluster], axis=1), axis=0, return_inverse=True)
    place = place.reshape(-1)
    count = np.bincount(place, minlength=len(pairs))
    firm = np.bincount(place, weights=anchored, minlength=len(pairs)) > 0
    order = np.lexsort((pairs[:, 1], -count, ~firm, pairs[:, 0]))
    ranked = pairs[order]
    first = np.concatenate([[True], np.diff(ranked[:, 0]) != 0])
    return ranked[first, 0], ranked[first, 1]


def _chosen(number: Ints, home: Ints, anchored: NDArray[np.bool_], clusters: int) -> Ints:
    """For every cluster its number, -1 where none came along: an anchored one first, then the smallest."""
    chosen = np.full(clusters, -1, dtype=np.int64)
    order = np.lexsort((number, ~anchored, home))
    first = np.concatenate([[True], np.diff(home[order]) != 0]) if order.size else np.zeros(0, dtype=np.bool_)
    chosen[home[order][first]] = number[order][first]
    return chosen
