"""The guard over clusters: contradictions, size, chains and decisions; what breaks a limit is cut at its weakest links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.engine.duck import DuckEngine
from xingke.identity.clusters import KEY, MODEL, MUST, Cut, Ints, Limits, Links, components, regroup
from xingke.identity.linkage.model import Model
from xingke.identity.linkage.plan import RECORD_ID, Decisions, LinkPlan
from xingke.identity.linkage.records import RECORDS
from xingke.identity.linkage.scoring import paired, scored

Scores = Mapping[tuple[int, int], float]
Conflicts = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Guarded:
    """Groups by position, each named by its smallest position, and the links that were cut."""

    groups: Ints
    cuts: Sequence[Cut]


def guarded(engine: DuckEngine, plan: LinkPlan, model: Model, *, ids: Ints, pairs: pa.Table, decisions: Decisions) -> Guarded:
    """Connect what is linked, then cut the groups that break a limit.

    Groups that are too large are cut by size first, so that looking at all pairs inside a group stays cheap.
    """
    links = _links(plan, ids, pairs)
    groups = components(len(ids), links.left, links.right)
    limits = Limits(plan.guard.largest, plan.guard.lowest_mean_evidence)
    too_large = np.flatnonzero(np.bincount(groups, minlength=len(ids)) > limits.largest)
    cuts = _cut(groups, links, Limits(limits.largest, -np.inf), too_large, {}, {})
    evidence, conflicts = _inside(engine, plan, model, ids, groups)
    conflicts = {**conflicts, **{_places(ids, pair): "decision" for pair in decisions.cannot}}
    low = {pair for pair, bits in evidence.items() if bits < limits.lowest_mean_evidence}
    suspects = {int(groups[a]) for a, b in (*low, *conflicts) if groups[a] == groups[b]}
    cuts += _cut(groups, links, limits, np.array(sorted(suspects), dtype=np.int64), evidence, conflicts)
    return Guarded(groups, cuts)


def _links(plan: LinkPlan, ids: Ints, pairs: pa.Table) -> Links:
    """The pairs that count as one customer."""
    rules = pairs["rule"].combine_chunks().dictionary_encode() if pairs.num_rows else pa.array([], pa.string()).dictionary_encode()
    codes = np.array([{"must": MUST, "cannot": -1, "model": MODEL}.get(rule, KEY) for rule in rules.dictionary.to_pylist()], dtype=np.int64)
    binding = codes[rules.indices.to_numpy()] if len(codes) else np.zeros(0, np.int64)
    keep = (pairs["probability"].to_numpy() >= plan.match) & (binding >= 0)
    left, right = (np.searchsorted(ids, pairs[side].to_numpy()) for side in ("left", "right"))
    return Links(left, right, pairs["weight"].to_numpy(), binding).among(keep)


def _cut(groups: Ints, links: Links, limits: Limits, suspects: Ints, evidence: Scores, conflicts: Conflicts) -> list[Cut]:
    """Form the suspect groups anew, in place."""
    cuts: list[Cut] = []
    inside = links.among((groups[links.left] == groups[links.right]) & np.isin(groups[links.left], suspects))
    owner = groups[inside.left]
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], suspects, side="left"), np.searchsorted(owner[order], suspects, side="right")
    for first, last in zip(*bounds, strict=True):
        rows = order[first:last]
        part = Links(inside.left[rows], inside.right[rows], inside.weight[rows], inside.binding[rows])
        group, found = regroup(part, limits, evidence=evidence, conflicts=conflicts)
        for position, smallest in group.items():
            groups[position] = smallest
        cuts += found
    return cuts


def _inside(
    engine: DuckEngine, plan: LinkPlan, model: Model, ids: Ints, groups: Ints
) -> tuple[dict[tuple[int, int], float], dict[tuple[int, int], str]]:
    """Evidence (groups of three and more) and contradictions of all pairs inside a group."""
    sizes = np.bincount(groups, minlength=len(ids))[groups] if len(ids) else np.zeros(0, np.int64)
    several = sizes > 1
    engine.load("link_member", pa.table({RECORD_ID: ids[several], "cluster": groups[several], "size": sizes[several]}))
    engine.connection.execute(
        f"create or replace temp table link_inside as select a.{RECORD_ID} as left_id, b.{RECORD_ID} as right_id, a.size "
        f"from link_member a join link_member b on a.cluster = b.cluster and a.{RECORD_ID} < b.{RECORD_ID}"
    )
    chain = "(select left_id, right_id from link_inside where size > 2)"
    weighed = scored(plan, model, pairs=chain, left=RECORDS, right=RECORDS)
    weights = engine.query(f"select left_id, right_id, weight - {model.prior_weight!r}::double as bits from ({weighed})")
    found: dict[tuple[int, int], str] = {}
    if plan.guard.apart:
        cases = " ".join(f"when {rule.condition} then '{rule.name}'" for rule in plan.guard.apart)
        sides = paired(plan, "link_inside", RECORDS, RECORDS)
        judged = f"select left_id, right_id, case {cases} end as reason from ({sides})"
        conflicts = engine.query(f"select * from ({judged}) where reason is not null")
        found = dict(zip(_pairs(ids, conflicts), conflicts["reason"].to_pylist(), strict=True))
    engine.drop("link_inside")
    engine.drop("link_member")
    return dict(zip(_pairs(ids, weights), weights["bits"].to_pylist(), strict=True)), found


def _pairs(ids: Ints, table: pa.Table) -> list[tuple[int, int]]:
    left, right = (np.searchsorted(ids, table[side].to_numpy()).tolist() for side in ("left_id", "right_id"))
    return list(zip(left, right, strict=True))


def _places(ids: NDArray[np.int64], pair: tuple[int, int]) -> tuple[int, int]:
    left, right = np.searchsorted(ids, pair).tolist()
    return left, right
