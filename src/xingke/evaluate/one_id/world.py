"""One customer of many records, where the truth is known: the outlets of a city and the members of a fresh supermarket."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.bench.environment import environment
from xingke.bench.pairs import Floats, Ints, pair_f1_interval, pair_score
from xingke.bench.report import BenchResult
from xingke.evaluate.one_id.fields import Flags, agreement, b_cubed, main_customer, match_rate, right_after, right_before
from xingke.extensions import pack
from xingke.identity.identify import IdentityResult, identify
from xingke.identity.keyed import rows_in
from xingke.schema import Table
from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.simulate import world_make
from xingke.simulate.firms.truth_tables import MEMBER_LINK
from xingke.simulate.truth import TruthReader
from xingke.simulate.truth.tables import ENTITY_LINK

OUTLET_FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "format")
MEMBER_FIELDS = ("name", "phone", "address")
RESAMPLES = 500
PACK = "tobacco"
"""Whose formats a city has."""
MATCHED = 0.9


@dataclass(frozen=True, slots=True)
class Known:
    """The records of one world and whose they are.

    Parameters
    ----------
    entity
        By record 0 up; each record that stands for nobody is an entity of its own, behind the `real` ones.
    is_right
        By field: whether the record has it as it really is.
    """

    records: pa.Table
    entity: Ints
    real: int
    system: Ints
    is_right: Mapping[str, Flags]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures with their intervals."""

    metrics: dict[str, float]
    baselines: dict[str, float]
    intervals: dict[str, tuple[float, float]]


def world_one_id(size: str, seed: int, progress: Callable[[str], None]) -> BenchResult:
    """Make a city and a firm, put the records of their systems together, and hold the result against the truth.

    Returns
    -------
    BenchResult
        Of the outlets: `pair_f1`, `pair_precision`, `pair_recall`, `b_cubed_f1`; `over_merge_share` (clusters that hold records of two
        entities; a record that stands for nobody is an entity of its own); `golden_accuracy_before` and `_after` (mean over outlets and six
        fields), `golden_whole_*` (all fields of a record, then of a customer), `golden_<field>_after`; `label_agreement_before` and
        `_after` (of pairs of records of one outlet in two systems that both label it, those whose format reads the same: as the systems
        write it, then as the customer has it that each record is linked with); `match_rate_before` and `_after` (of the outlets that two
        systems hold, those whose records write name and phone the same, then those whose records meet in one customer: mean over pairs of
        systems), `match_rate_least_after` and `match_rate_from_90_after` (the smallest, and the share of pairs of systems from 0.9 on).
        Of the members the same with `_members`. Baselines: clusters of equal licence numbers, of equal phones. Intervals by resampling
        entities.
    """
    with tempfile.TemporaryDirectory(prefix="xingke-one-id-") as place:
        progress(f"city of size {size}, seed {seed}")
        city, fresh = Path(place) / "city", Path(place) / "fresh"
        world_make(size=size, seed=seed, out=city)
        outlets = known_of(city, ENTITY_LINK, "outlet_id", OUTLET_FIELDS)
        progress("fresh supermarket")
        world_make(size=size, seed=seed, kind="fresh", out=fresh)
        members = known_of(fresh, MEMBER_LINK, "customer_id", MEMBER_FIELDS)
    started, cpu = time.perf_counter(), time.process_time()
    first = measured(outlets, "outlet", seed, progress)
    second = measured(members, "person", seed, progress)
    seconds = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu}
    return BenchResult(
        name="one-id",
        protocol=(
            f"city and fresh supermarket of size {size}, seed {seed}, baseline scenario: the records of the systems alone, without labels "
            f"or anchors, trained on themselves; 95 % intervals by {RESAMPLES} resamples of entities; a golden value is right when it "
            "equals the clean value exactly"
        ),
        metrics={**first.metrics, **{_of_members(name): value for name, value in second.metrics.items()}, **seconds},
        baselines={**first.baselines, **{_of_members(name): value for name, value in second.baselines.items()}},
        intervals={**first.intervals, **{_of_members(name): ends for name, ends in second.intervals.items()}},
        environment=environment(),
    )


def _of_members(name: str) -> str:
    """`golden_accuracy_members_before` of `golden_accuracy_before`."""
    for end in ("_before", "_after"):
        if name.endswith(end):
            return f"{name.removesuffix(end)}_members{end}"
    return f"{name}_members"


def known_of(world: Path, truth: Table, entity: str, fields: tuple[str, ...]) -> Known:
    """The observed records of a world, and whose they are."""
    files = sorted((world / "observed" / SOURCE_RECORD.name).glob("*.parquet"))
    records = pa.concat_tables([_read(file) for file in files]).select(list(SOURCE_RECORD.column_names))
    links = TruthReader(world).table(truth)
    at = rows_in(records, links)
    ids = pc.fill_null(links[entity], -1).to_numpy().astype(np.int64)[at]
    real, place = np.unique(ids[ids >= 0], return_inverse=True)
    named = np.empty(ids.size, dtype=np.int64)
    named[ids >= 0] = place
    nobody = np.flatnonzero(ids < 0)
    named[nobody] = real.size + np.arange(nobody.size)
    right = {field: links[f"{field}_is_right"].to_numpy().astype(np.bool_)[at] & (ids >= 0) for field in fields}
    system = pc.index_in(records["system"], value_set=pa.array(SYSTEMS)).to_numpy().astype(np.int64)
    return Known(records, named, real.size, system, right)


def measured(known: Known, kind: str, seed: int, progress: Callable[[str], None]) -> Measured:
    """Identify the records and measure the result."""
    found = identify(known.records, kind=kind, formats=pack(PACK).format_words, progress=progress)
    at = rows_in(known.records, found.links)
    customer = found.links["customer_id"].to_numpy().astype(np.int64)[at]
    score = pair_score(customer, known.entity)
    precision, recall = b_cubed(customer, known.entity)
    cells = np.unique(np.stack([customer, known.entity], axis=1), axis=0)
    mixed = np.unique(cells[:, 0], return_counts=True)[1] > 1
    metrics = {
        "pair_f1": score.f1, "pair_precision": score.precision, "pair_recall": score.recall,
        "b_cubed_f1": 2 * precision * recall / (precision + recall), "over_merge_share": float(mixed.mean()),
        "records": float(known.entity.size), "entities": float(known.real), "clusters": float(mixed.size),
        "review_pairs": float(found.review.num_rows),
    }  # fmt: skip
    intervals = {"pair_f1": pair_f1_interval(customer, known.entity, seed=seed, resamples=RESAMPLES)}
    baselines = _baselines(known)
    real = known.entity < known.real
    rates = match_rate(known.entity[real], customer[real], known.system[real], SYSTEMS)
    raw = match_rate(known.entity[real], _written_alike(known, ("name", "phone"))[real], known.system[real], SYSTEMS)
    metrics |= {
        "match_rate_before": float(np.mean(list(raw.values()))), "match_rate_after": float(np.mean(list(rates.values()))),
        "match_rate_least_after": min(rates.values()),
        "match_rate_from_90_after": float(np.mean([rate >= MATCHED for rate in rates.values()])),
    }  # fmt: skip
    _put_fields(known, found, customer, seed, metrics, intervals)
    if kind == "outlet":
        _put_labels(known, found, customer, seed, metrics, intervals)
    return Measured(metrics, baselines, intervals)


def _read(file: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(file)


def _baselines(known: Known) -> dict[str, float]:
    """F1 of clusters of records that write the same licence number, and the same phone."""
    found = {}
    for name in ("licence_no", "phone"):
        if known.records[name].null_count < known.entity.size:
            found[f"pair_f1_same_{name}"] = pair_score(_written_alike(known, (name,)), known.entity).f1
    return found


def _written_alike(known: Known, fields: tuple[str, ...]) -> Ints:
    """Clusters of records that write all these fields the same; a record that lacks one stays alone."""
    joined = pc.binary_join_element_wise(*(known.records[name] for name in fields), "/").combine_chunks()
    code = pc.fill_null(joined.dictionary_encode().indices, -1).to_numpy().astype(np.int64)
    return np.asarray(np.where(code >= 0, code, code.max(initial=0) + 1 + np.arange(code.size)), dtype=np.int64)


def _put_fields(
    known: Known, found: IdentityResult, customer: Ints, seed: int, metrics: dict[str, float], intervals: dict[str, tuple[float, float]]
) -> None:
    real = known.entity < known.real
    entity, right = known.entity[real], {field: flags[real] for field, flags in known.is_right.items()}
    main = main_customer(entity, customer[real])
    rows = np.searchsorted(found.golden["customer_id"].to_numpy(), main)
    said = known.records.filter(pa.array(real))
    before = right_before(entity, right)
    after = right_after(entity, right, said, {field: found.golden[field] for field in right}, rows)
    whole_before = np.bincount(entity, weights=np.all(np.stack(list(right.values())), axis=0)) / np.bincount(entity)
    figures = {
        "golden_accuracy_before": before.mean(axis=1), "golden_accuracy_after": after.mean(axis=1),
        "golden_whole_before": whole_before, "golden_whole_after": after.all(axis=1).astype(np.float64),
    }  # fmt: skip
    figures |= {f"golden_{field}_after": after[:, place] for place, field in enumerate(right)}
    for name, values in figures.items():
        metrics[name] = float(values.mean())
        intervals[name] = _interval(values, np.ones(values.size), seed)


def _put_labels(
    known: Known, found: IdentityResult, customer: Ints, seed: int, metrics: dict[str, float], intervals: dict[str, tuple[float, float]]
) -> None:
    """A record's label after cleaning is the format of the customer that it is linked with, for records that had a label of their own."""
    real = known.entity < known.real
    written = known.records["format"].to_pylist()
    formats = dict(zip(found.golden["customer_id"].to_pylist(), found.golden["format"].to_pylist(), strict=True))
    cleaned = [formats[one] if own is not None else None for one, own in zip(customer.tolist(), written, strict=True)]
    for name, labels in (("label_agreement_before", written), ("label_agreement_after", cleaned)):
        chosen = [label for label, is_real in zip(labels, real, strict=True) if is_real]
        pairs, same = agreement(known.entity[real], known.system[real], chosen)
        metrics[name] = float(same.sum() / pairs.sum())
        intervals[name] = _interval(same, pairs, seed)


def _interval(top: Floats, bottom: Floats, seed: int) -> tuple[float, float]:
    """The 95 % interval of a ratio of sums over entities."""
    draw = np.random.default_rng(seed)
    rows = (draw.integers(0, top.size, top.size) for _ in range(RESAMPLES))
    low, high = np.quantile([top[chosen].sum() / bottom[chosen].sum() for chosen in rows], (0.025, 0.975))
    return float(low), float(high)
