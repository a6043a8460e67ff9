"""Records put together into customers, and the golden record made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.simulate.score.answers import GOLDEN_FIELDS
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.measures import by_unit
from xingke.simulate.score.observed import flags, integers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.truth.tables import ENTITY_LINK

COLUMNS = ("system", "source_id", *GOLDEN_FIELDS)


@dataclass(frozen=True, slots=True)
class Records:
    """One row a source record; `outlet` by place, -1 for a fictitious one."""

    rows: pa.Table
    outlet: NDArray[np.int64]
    is_right: NDArray[np.bool_]
    """By record and field of `GOLDEN_FIELDS`."""
    outlets: int

    @property
    def unit(self) -> NDArray[np.int64]:
        """The unit that is resampled: the outlet, and one more for all fictitious records."""
        return np.where(self.outlet >= 0, self.outlet, self.outlets)


def score_identity(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write pair and field figures; baselines are equal licence numbers, and the fields as the systems have them."""
    records = _records(scene)
    if not records.outlet.size:
        sheet.note("entity_cluster: the world has no source records")
        return
    put_pairs(records, same_licence(records), "_baseline", boot, sheet)
    for part in ("precision", "recall", "f1"):
        sheet.put(f"entity_pair_{part}_ceiling", 1.0)
    _put_fields(records, _shares(records, best=False), "_baseline", boot, sheet)
    _put_fields(records, _shares(records, best=True), "_ceiling", boot, sheet)
    if "entity_cluster" in answers:
        table = answers["entity_cluster"]
        at = integers(pc.index_in(_keys(records.rows), value_set=_keys(table)))
        cluster = integers(table["cluster_id"].combine_chunks().dictionary_encode().indices) if table.num_rows else np.zeros(0, np.int64)
        alone = np.arange(at.size) + cluster.size
        named = np.where(at >= 0, cluster[at] if cluster.size else alone, alone)
        put_pairs(records, named, "", boot, sheet)
        if "golden_record" in answers and table.num_rows:
            names = table["cluster_id"].combine_chunks().dictionary_encode().dictionary
            _put_fields(records, _golden(records, named, names, answers["golden_record"]), "", boot, sheet)


def same_licence(records: Records) -> NDArray[np.int64]:
    """Clusters of records with exactly the same licence number; a record without one stays alone."""
    licence = integers(records.rows["licence_no"].combine_chunks().dictionary_encode().indices)
    return np.where(licence >= 0, licence, np.arange(licence.size) + licence.size)


def _records(scene: Scene) -> Records:
    rows = scene.observed.table("source_record", COLUMNS)
    truth = scene.truth(ENTITY_LINK)
    at = integers(pc.index_in(_keys(rows), value_set=_keys(truth)))
    rows, at = rows.filter(pa.array(at >= 0)), at[at >= 0]
    right = np.stack([flags(truth[f"{field}_is_right"]) for field in GOLDEN_FIELDS], axis=1)
    return Records(rows, places(integers(truth["outlet_id"]), scene.outlets)[at], right[at], scene.outlets.size)


def _keys(table: pa.Table) -> pa.Array:
    joined = pc.binary_join_element_wise(table["system"], table["source_id"], "/")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def put_pairs(records: Records, cluster: NDArray[np.int64], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    """Write precision, recall and F1 of the pairs that clusters put together.

    Each record carries half of every pair that it is in, so that sums by outlet add up to counts of pairs.
    """
    units = records.outlets + 1
    entity = np.where(records.outlet >= 0, records.outlet, records.outlets + np.arange(records.outlet.size))
    named = by_unit(records.unit, _others(cluster), units)
    real = by_unit(records.unit, _others(entity), units)
    both = by_unit(records.unit, _others(cluster * (int(entity.max()) + 1) + entity), units)
    sheet.put("entity_pair_precision" + twin, boot.ratio(both, named))
    sheet.put("entity_pair_recall" + twin, boot.ratio(both, real))
    sheet.put("entity_pair_f1" + twin, boot.ratio(2 * both, named + real))


def _others(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """By row: how many other rows are in its group."""
    _, place, count = np.unique(group, return_inverse=True, return_counts=True)
    return count[place] - 1


def _shares(records: Records, *, best: bool) -> NDArray[np.float64]:
    """By outlet with records and field: the share of its records that are right, or whether the best one is."""
    known = records.outlet >= 0
    outlet, right = records.outlet[known], records.is_right[known].astype(np.float64)
    order = np.argsort(outlet, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(outlet[order])) + 1])
    if best:
        return np.maximum.reduceat(right[order], starts, axis=0)
    return np.add.reduceat(right[order], starts, axis=0) / np.diff(np.concatenate([starts, [order.size]]))[:, None]


def _put_fields(records: Records, shares: NDArray[np.float64], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    outlet = np.unique(records.outlet[records.outlet >= 0])
    units = records.outlets
    measured = boot.ratio(by_unit(outlet, shares.sum(axis=1), units), by_unit(outlet, np.full(outlet.size, len(GOLDEN_FIELDS)), units))
    sheet.put("field_accuracy" + twin, measured)


def _golden(records: Records, named: NDArray[np.int64], names: pa.Array, golden: pa.Table) -> NDArray[np.float64]:
    """By outlet with records and field: whether the golden record of its main cluster has a value that some record has rightly.

    The main cluster of an outlet is the one with most of its records.
    """
    outlets, main = _main_cluster(records, named)
    row = np.full(len(names) + int(named.max()) + 1, -1)
    row[integers(pc.index_in(golden["cluster_id"].combine_chunks(), value_set=names))] = np.arange(golden.num_rows)
    chosen = row[main]
    found = np.zeros((outlets.size, len(GOLDEN_FIELDS)))
    for place, field in enumerate(GOLDEN_FIELDS):
        right = records.is_right[:, place] & (records.outlet >= 0)
        said = golden[field].combine_chunks().take(pa.array(chosen, mask=chosen < 0))
        mine = pc.binary_join_element_wise(pa.array(outlets).cast(pa.string()), pc.utf8_trim_whitespace(said), "/")
        value = records.rows[field].combine_chunks().filter(pa.array(right))
        theirs = pc.binary_join_element_wise(pa.array(records.outlet[right]).cast(pa.string()), pc.utf8_trim_whitespace(value), "/")
        found[:, place] = flags(pc.and_(pc.is_valid(mine), pc.is_in(mine, value_set=theirs)))
    return found


def _main_cluster(records: Records, named: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known = records.outlet >= 0
    span = int(named.max()) + 1
    pairs, count = np.unique(records.outlet[known] * span + named[known], return_counts=True)
    order = np.lexsort((pairs % span, -count, pairs // span))
    outlet = pairs[order] // span
    first = np.concatenate([[True], np.diff(outlet) != 0]) if outlet.size else np.zeros(0, dtype=np.bool_)
    return outlet[first], (pairs % span)[order][first]
