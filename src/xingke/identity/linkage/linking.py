"""From records to clusters: keys, then the model, then the guard; a steward's decisions before all of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from xingke.engine.duck import DuckEngine
from xingke.identity.clusters import components
from xingke.identity.linkage.guarding import Guarded, guarded
from xingke.identity.linkage.model import Model, weight_of
from xingke.identity.linkage.pairs import candidate_pairs, key_pairs, score_pairs
from xingke.identity.linkage.plan import RECORD_ID, ContradictingDecisions, Decisions, LinkPlan
from xingke.identity.linkage.records import load_records
from xingke.identity.linkage.training import train, with_estimated_prior

NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a linkage found.

    Parameters
    ----------
    pairs
        Grain: a pair of records that may be one (probability from `review_from` on, a key, or a decision), by `left`, `right`:
        `probability`, `weight` (bits), `rule` (`model`, a key's name, `must` or `cannot`), and for each comparison `level_<name>` and
        `weight_<name>`. The weights and the prior add up to `weight`; a key or a decision sets the probability, not the weight.
    clusters
        Grain: a record: `record_id`, `cluster` (the smallest id in it).
    review
        Grain: a pair that a person should look at: `left`, `right`, `probability`, `weight`, `rule`,
        `reason` (`grey`, or why the guard cut).
    model
        The trained parameters.
    """

    pairs: pa.Table
    clusters: pa.Table
    review: pa.Table
    model: Model


def link(
    records: pa.Table,
    plan: LinkPlan,
    *,
    decisions: Decisions = NO_DECISIONS,
    model: Model | None = None,
    memory_mb: int = 1024,
    threads: int = 0,
    progress: Callable[[str], None] = lambda _text: None,
) -> LinkResult:
    """Find the records that are one.

    Parameters
    ----------
    records
        `record_id` (integer, each once) and the columns of the plan, in normal form.
    model
        Trained before; without one the records themselves train it, without labels.
    memory_mb
        Upper bound of DuckDB's buffers.

    Returns
    -------
    LinkResult
        The same records, in any order, give the same bytes.

    Raises
    ------
    BadRecords, WrongModel
        The records lack a column or repeat an id; the model belongs to other comparisons.
    ContradictingDecisions
        Records that are to be one are to be kept apart.
    """
    ids = (
        np.sort(records[RECORD_ID].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False))
        if records.num_rows
        else np.zeros(0, np.int64)
    )
    require_consistent(decisions)
    known = Decisions.of(must=_present(decisions.must, ids), cannot=_present(decisions.cannot, ids))
    with DuckEngine(memory_mb=memory_mb, threads=threads) as engine:
        load_records(engine, records, plan)
        trained = train(engine, plan, progress) if model is None else model
        trained.require(plan)
        progress("candidate pairs")
        count = candidate_pairs(engine, plan, known)
        model = trained if model is not None else with_estimated_prior(engine, plan, trained, count)
        progress(f"scores of {count} pairs")
        rules = key_pairs(engine, plan, known)
        pairs = score_pairs(engine, plan, model, rules)
        progress(f"clusters of {len(ids)} records")
        found = guarded(engine, plan, model, ids=ids, pairs=pairs, decisions=known)
    clusters = pa.table({RECORD_ID: ids, "cluster": ids[found.groups]})
    return LinkResult(pairs, clusters, _review(plan, ids, pairs, found), model)


def require_consistent(decisions: Decisions) -> None:
    """Refuse decisions that cannot all be followed."""
    pairs = sorted(decisions.must)
    positions = {record: place for place, record in enumerate(sorted({record for pair in (*pairs, *decisions.cannot) for record in pair}))}
    left, right = (np.array([positions[pair[side]] for pair in pairs], dtype=np.int64) for side in (0, 1))
    groups = components(len(positions), left, right)
    for one, other in sorted(decisions.cannot):
        if groups[positions[one]] == groups[positions[other]]:
            raise ContradictingDecisions(
                zh=f"记录 {one} 与 {other} 既被判定为同一客户，又被判定为不同客户；请先撤销其中一个决定",
                en=f"records {one} and {other} are decided to be one customer and to be two; withdraw one of the decisions first",
            )


def _present(pairs: frozenset[tuple[int, int]], ids: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[tuple[int, int]]:
    """Decisions about records that are still there."""
    there = set(ids[np.isin(ids, [record for pair in pairs for record in pair])].tolist())
    return [pair for pair in sorted(pairs) if pair[0] in there and pair[1] in there]


def _review(plan: LinkPlan, ids: "np.ndarray[tuple[int], np.dtype[np.int64]]", pairs: pa.Table, found: Guarded) -> pa.Table:
    """Pairs in the grey band that ended in two clusters, and links that the guard cut."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    groups = found.groups
    apart = groups[np.searchsorted(ids, left)] != groups[np.searchsorted(ids, right)]
    cuts = {(int(ids[cut.left]), int(ids[cut.right])): cut.reason for cut in found.cuts}
    judged = np.isin(np.array(pairs["rule"].to_pylist(), dtype=object), ["must", "cannot"]) if pairs.num_rows else np.zeros(0, bool)
    grey = apart & ~judged & (pairs["weight"].to_numpy() >= weight_of(plan.review_from))
    cut_ids = np.array(sorted(cuts), dtype=np.int64).reshape(-1, 2)
    is_cut = np.isin(_joined(left, right), _joined(cut_ids[:, 0], cut_ids[:, 1]))
    rows = np.flatnonzero(grey | is_cut)
    reasons = [cuts.get((int(left[row]), int(right[row])), "grey") for row in rows.tolist()]
    shown = pairs.take(rows).select(["left", "right", "probability", "weight", "rule"])
    return shown.append_column("reason", pa.array(reasons, pa.string()))


def _joined(
    left: "np.ndarray[tuple[int], np.dtype[np.int64]]", right: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    pairs = np.ascontiguousarray(np.column_stack([left, right]).astype(np.int64))
    return pairs.view([("left", np.int64), ("right", np.int64)]).reshape(-1)
