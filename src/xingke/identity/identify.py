"""The one door: records of the systems in, customers out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.identity.assign import assign_ids
from xingke.identity.chinese import normalise_records
from xingke.identity.golden import golden_records, records_of
from xingke.identity.keyed import keys_of, rows_in
from xingke.identity.linkage import RECORD_ID, Decisions, LinkResult, Model, link
from xingke.identity.linkage.waterfall import waterfall
from xingke.identity.plans import model_for, plan_for
from xingke.schema.golden import IDENTITY_LINK

Ints = NDArray[np.int64]
DECISIONS = pa.schema(
    [(f"{side}_{name}", pa.string()) for side in ("left", "right") for name in ("system", "source_id")] + [("decision", pa.string())]
)
"""What stewards decided: two records, and `must` (one customer) or `cannot`."""
REVIEW = pa.schema(
    [(f"{side}_{name}", pa.string()) for side in ("left", "right") for name in ("system", "id")]
    + [(f"{side}_customer_id", pa.int64()) for side in ("left", "right")]
    + [("kind", pa.string()), ("probability", pa.float64()), ("weight", pa.float64()), ("reason", pa.string()), ("parts", pa.string())]
)
FEWEST = 2_000
"""Records from which they can teach; below, the parameters that come with the product are used."""
ALONE, ANCHOR = "alone", "anchor"


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """What identity found.

    Parameters
    ----------
    links
        `schema.golden.IDENTITY_LINK`, by system and key: `rule` is what joins the record with its customer most surely (`anchor`, a key's
        name, `must`, `model`, or `alone`), `probability` how surely.
    golden
        `schema.golden.GOLDEN_RECORD`; identifying values in clear.
    redirects
        `schema.golden.IDENTITY_REDIRECT`: ids that were given up in this run.
    review
        Grain: a pair of records that a person should look at: their systems and keys, customers, `probability`, `weight`, `reason` and
        `parts`: the waterfall as JSON, a list of `field`, `label` and `level` in both languages, `weight` in bits. Strongest first.
    model
        The trained parameters as JSON, to be given to the next run.
    """

    links: pa.Table
    golden: pa.Table
    redirects: pa.Table
    review: pa.Table
    model: str


def identify(
    records: pa.Table,
    *,
    kind: str,
    anchors: Mapping[tuple[str, str], int] | pa.Table | None = None,
    previous: pa.Table | None = None,
    decisions: pa.Table | None = None,
    model: str | None = None,
    largest_id: int = 0,
    formats: Mapping[str, Sequence[str]] | None = None,
    memory_mb: int = 1024,
    progress: Callable[[str], None] = lambda _text: None,
) -> IdentityResult:
    """Put the records of one kind of customer together.

    Parameters
    ----------
    records
        Columns of `schema.intake.RECORD`, identifying values in clear; the order does not matter.
    kind
        `outlet` or `person`.
    anchors
        Records whose customer is given, by system and key, or as a table (`system`, `source_id`, `customer_id`). Two of different
        customers are never joined but by a decision.
    previous
        Links of the last run (`IDENTITY_LINK`).
    decisions
        `DECISIONS`; those about records that are gone do nothing.
    model
        Parameters of an earlier run; without them the records train it, where there are `FEWEST` or more.
    largest_id
        The largest customer id that was ever given.
    formats
        By format of the trade the words that mean it; without them, formats are the codes that most systems share.

    Raises
    ------
    BadRecords, WrongModel, ContradictingDecisions
        As `linkage.link` does.
    """
    raw = records.take(pc.sort_indices(records, [("system", "ascending"), ("source_id", "ascending")]))
    fixed = _anchors(anchors)
    progress(f"normal form of {raw.num_rows} records")
    normal = normalise_records(raw, kind=kind)
    anchor = _anchor_of(raw, fixed)
    numbered = normal.append_column(RECORD_ID, pa.array(np.arange(raw.num_rows))).append_column("anchor", pa.array(anchor, mask=anchor < 0))
    plan = plan_for(kind)
    known = Model.from_json(model) if model else (model_for(kind, raw.num_rows) if raw.num_rows < FEWEST else None)
    found = link(numbered, plan, decisions=_decisions(raw, decisions), model=known, memory_mb=memory_mb, progress=progress)
    group = found.clusters.sort_by(RECORD_ID)["cluster"].to_numpy().astype(np.int64)
    clusters = pa.table({"system": raw["system"], "source_id": raw["source_id"], "cluster": _names(raw, group)})
    assigned = assign_ids(clusters, previous, fixed, largest=largest_id)
    links = _links(clusters, assigned.customer_id, found, group, anchor)
    progress("golden records")
    ids, customer = np.unique(assigned.customer_id, return_inverse=True)
    put_together = records_of(raw, normal, np.asarray(customer, dtype=np.int64), ids.size, formats)
    golden = golden_records(put_together, ids, kind=kind)
    review = _review(raw, found, assigned.customer_id, kind)
    return IdentityResult(links, golden, assigned.redirects, review, found.model.to_json())


def _anchors(anchors: Mapping[tuple[str, str], int] | pa.Table | None) -> pa.Table | None:
    if anchors is None or isinstance(anchors, pa.Table):
        return anchors
    keys = sorted(anchors)
    return pa.table(
        {
            "system": pa.array([system for system, _ in keys], pa.string()),
            "source_id": pa.array([key for _, key in keys], pa.string()),
            "customer_id": pa.array([anchors[key] for key in keys], pa.int64()),
        }
    )


def _anchor_of(raw: pa.Table, fixed: pa.Table | None) -> Ints:
    """The customer that each record is anchored to, -1 for none."""
    if fixed is None or not fixed.num_rows:
        return np.full(raw.num_rows, -1, dtype=np.int64)
    at = rows_in(raw, fixed)
    return np.where(at >= 0, fixed["customer_id"].to_numpy().astype(np.int64)[at], -1)


def _decisions(raw: pa.Table, decisions: pa.Table | None) -> Decisions:
    if decisions is None or not decisions.num_rows:
        return Decisions()
    left, right = (_rows(raw, decisions, side) for side in ("left", "right"))
    is_must = pc.equal(decisions["decision"], "must").to_numpy(zero_copy_only=False)
    there = (left >= 0) & (right >= 0) & (left != right)
    pairs = np.stack([left, right], axis=1)
    return Decisions.of(must=map(_pair, pairs[there & is_must]), cannot=map(_pair, pairs[there & ~is_must]))


def _rows(raw: pa.Table, decisions: pa.Table, side: str) -> Ints:
    return rows_in(decisions, raw, prefix=f"{side}_")


def _pair(pair: Ints) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])


def _names(raw: pa.Table, group: Ints) -> pa.Array:
    """A cluster is named for its first record."""
    keys = pc.replace_substring(keys_of(raw), "\x1f", ":")
    return keys.take(pa.array(group))


def _links(clusters: pa.Table, customer_id: Ints, found: LinkResult, group: Ints, anchor: Ints) -> pa.Table:
    rule, probability = np.full(group.size, ALONE, dtype=object), np.ones(group.size)
    pairs = found.pairs
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    inside = group[left] == group[right]
    ends = np.concatenate([left[inside], right[inside]])
    chance = np.tile(pairs["probability"].to_numpy()[inside], 2)
    said = np.tile(np.array(pairs["rule"].to_pylist(), dtype=object)[inside], 2)
    order = np.lexsort((said.astype(str), -chance, ends))
    first = order[np.concatenate([[True], np.diff(ends[order]) != 0])] if order.size else order
    rule[ends[first]], probability[ends[first]] = said[first], chance[first]
    rule[anchor >= 0], probability[anchor >= 0] = ANCHOR, 1.0
    columns = [*(clusters[name] for name in ("system", "source_id")), customer_id, clusters["cluster"], rule, probability]
    arrays = [
        values.cast(column.type.arrow) if isinstance(values, pa.ChunkedArray) else pa.array(values, column.type.arrow)
        for column, values in zip(IDENTITY_LINK.columns, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=IDENTITY_LINK.arrow_schema)


def _review(raw: pa.Table, found: LinkResult, customer_id: Ints, kind: str) -> pa.Table:
    """The pairs for a person, each with its waterfall."""
    plan = plan_for(kind)
    order = [("weight", "descending"), ("left", "ascending"), ("right", "ascending")]
    asked = found.review.sort_by(order)
    left, right = asked["left"].to_numpy().astype(np.int64), asked["right"].to_numpy().astype(np.int64)
    apart = customer_id[left] != customer_id[right]
    asked, left, right = asked.filter(pa.array(apart)), left[apart], right[apart]
    wide = found.pairs.append_column("at", pa.array(np.arange(found.pairs.num_rows)))
    span = raw.num_rows + 1
    keys = wide["left"].to_numpy().astype(np.int64) * span + wide["right"].to_numpy()
    at = np.searchsorted(keys, left * span + right)
    rows = wide.take(pa.array(at)).to_pylist()
    parts = [
        json.dumps(
            [
                {"field": step.comparison, "label": step.field, "level": step.level, "weight": round(step.weight, 2)}
                for step in waterfall(plan, found.model, row)
            ],
            ensure_ascii=False,
        )
        for row in rows
    ]
    sides = [raw[name].take(pa.array(side)) for side in (left, right) for name in ("system", "source_id")]
    columns = [
        *sides, pa.array(customer_id[left]), pa.array(customer_id[right]), pa.array([kind] * asked.num_rows, pa.string()),
        asked["probability"], asked["weight"], asked["reason"], pa.array(parts, pa.string()),
    ]  # fmt: skip
    return pa.Table.from_arrays([_cast(column, field.type) for column, field in zip(columns, REVIEW, strict=True)], schema=REVIEW)


def _cast(column: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    return column.cast(kind)
