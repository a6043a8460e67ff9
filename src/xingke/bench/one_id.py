"""The one-ID bench: normal forms, linkage and clusters of many records in a fresh process: `python -m xingke.bench.one_id ...`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xingke.bench.child import Timing, peak_mb, run_child, tell, timed
from xingke.bench.environment import environment
from xingke.bench.one_id_records import MadeRecords, made_records, new_records
from xingke.bench.report import BenchResult

CHUNK_ROWS = 25_000
MEMORY_MB = 1400
NEW_SEED = 1000
PART = "xingke.bench.one_id"


def one_id_bench(
    *, rows: int = 1_000_000, seed: int = 7, new: int = 500, progress: Callable[[str], None] = lambda _text: None
) -> BenchResult:
    """Time one-ID over made-up outlets, say how good it is, and resolve new records against the result.

    Parameters
    ----------
    rows, new
        Records that are linked, 1,000 or more, and further ones that are resolved one after the other.

    Returns
    -------
    BenchResult
        `seconds` from raw records to clusters; `peak_mb` of that process and, while they live, its helpers; `resolve_p95_ms` from a raw
        record to its candidates. Baseline: DuckDB joins the records with the same phone, as it is written, and connects them.
    """
    if rows < 1000 or new < 1:
        raise ValueError(f"rows={rows}, new={new}; at least 1000 and 1")
    with tempfile.TemporaryDirectory(prefix="xingke-bench-") as place:
        progress(f"normal forms, links and clusters of {rows} records")
        whole = run_child(PART, "link", str(rows), str(seed), place)
        linked = _told(place, "link")
        progress(f"{whole.seconds:.0f} s; exact phone")
        bare = run_child(PART, "bare", str(rows), str(seed), place)
        progress(f"resolving {new} records")
        run_child(PART, "resolve", str(rows), str(seed), place, str(new))
        phone, resolved = _told(place, "bare"), _told(place, "resolve")
    stages = {f"{name}_seconds": round(seconds, 2) for name, seconds in linked["stages"].items()}
    return BenchResult(
        name="one-id",
        protocol=(
            f"{rows} records of {linked['entities']} made-up outlets in four systems, seed {seed}: 30 copies for each hundred outlets, "
            "each with up to three slips; once, in a fresh process, from raw records to clusters: normal forms (one helper process a CPU, "
            f"counted in the peak), training without labels, scores, guard; {new} further records with slips of their own resolved one by "
            "one, their normal form included; exact_phone: DuckDB joins equal phones as they are written"
        ),
        metrics={
            "seconds": round(whole.seconds, 2),
            "cpu_seconds": round(whole.cpu_seconds, 2),
            "peak_mb": round(linked["peak_mb"], 1),
            **linked["quality"],
            **resolved,
            "rows": rows,
            "clusters": linked["clusters"],
            "review_pairs": linked["review"],
            **stages,
        },
        baselines={
            "exact_phone_seconds": round(bare.seconds, 2),
            "exact_phone_peak_mb": round(bare.peak_mb, 1),
            **{f"exact_phone_{name}": value for name, value in phone.items()},
        },
        environment=environment(),
    )


def link_part(rows: int, seed: int, place: Path) -> Timing:
    """From raw records to clusters in this process; making the records and importing come before the clock."""
    import scipy.sparse.csgraph  # noqa: F401
    import splink  # noqa: F401

    from xingke.identity.linkage import RECORD_ID, link
    from xingke.identity.plans import OUTLETS

    made = made_records(rows, seed=seed)
    stages: dict[str, float] = {}
    told: dict[str, Any] = {}

    def work() -> None:
        started = last = time.perf_counter()
        records, helpers = normalised(made.table)
        with_helpers = peak_mb() + helpers  # they end here; what this process takes later has them no more beside it
        stages["normalise"] = time.perf_counter() - last
        last = time.perf_counter()
        names = iter(("train", "block", "score", "cluster"))
        name = ""

        def stage(text: str) -> None:
            nonlocal last, name
            if text.startswith(("training", "candidate", "scores", "clusters")):
                if name:
                    stages[name] = time.perf_counter() - last
                name, last = next(names), time.perf_counter()

        result = link(records, OUTLETS, memory_mb=MEMORY_MB, progress=stage)
        stages[name] = time.perf_counter() - last
        stages["all"] = time.perf_counter() - started
        clusters = result.clusters["cluster"].to_numpy()
        told.update(quality=_quality(clusters, made), entities=len(np.unique(made.entity)), review=result.review.num_rows)
        told.update(clusters=len(np.unique(clusters)), peak_mb=max(with_helpers, peak_mb()))
        pq.write_table(records.append_column("customer_id", result.clusters["cluster"]), place / "known.parquet")
        (place / "model.json").write_text(result.model.to_json(), encoding="utf-8")
        assert records[RECORD_ID][0].as_py() == 0  # noqa: S101 - clusters stand in the order of the records

    timing = timed(work)
    _tell(place, "link", {**told, "stages": stages})
    return replace(timing, seconds=stages.pop("all"))


def normalised(table: pa.Table) -> tuple[pa.Table, float]:
    """Normal forms of the records, in one process a CPU, and the memory (MB) that the helpers took at their peaks."""
    from xingke.identity.linkage import RECORD_ID

    chunks = [table.slice(start, CHUNK_ROWS) for start in range(0, table.num_rows, CHUNK_ROWS)]
    peaks: dict[int, float] = {}
    parts: list[pa.Table] = []
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for part, process, peak in pool.map(_normalise_chunk, chunks):
            parts.append(part)
            peaks[process] = max(peaks.get(process, 0.0), peak)
    whole = pa.concat_tables(parts)
    return whole.append_column(RECORD_ID, pa.array(np.arange(whole.num_rows))), sum(peaks.values())


def _normalise_chunk(chunk: pa.Table) -> tuple[pa.Table, int, float]:
    from xingke.identity.chinese import normalise_records
    from xingke.identity.plans import OUTLETS

    found = normalise_records(chunk, kind="outlet", towns={}).select(list(OUTLETS.columns))
    return found, os.getpid(), peak_mb()


def resolve_part(rows: int, seed: int, place: Path, new: int) -> Timing:
    """Resolve new records one by one against the clusters."""
    from xingke.identity import Model, Resolver
    from xingke.identity.chinese import normalise_records
    from xingke.identity.plans import OUTLETS

    made = made_records(rows, seed=seed)
    fresh = new_records(made, new, seed=seed + NEW_SEED)
    known = pq.read_table(place / "known.parquet")
    customers = known["customer_id"].to_numpy()
    owner = {int(entity): int(customer) for entity, customer in zip(made.entity, customers, strict=True)}
    started = time.perf_counter()
    resolver = Resolver(known, OUTLETS, Model.from_json((place / "model.json").read_text(encoding="utf-8")))
    opened = time.perf_counter() - started
    del known, made
    spent, cpu, right, wrong = [], [], 0, 0
    for number in range(new):
        raw = fresh.table.slice(number, 1)
        clock, processor = time.perf_counter(), time.process_time()
        found = resolver.resolve(normalise_records(raw, kind="outlet", towns={}).to_pylist()[0])
        spent.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - processor)
        sure = found[0] if found and found[0].probability >= OUTLETS.match else None
        right += bool(sure and sure.customer_id == owner[int(fresh.entity[number])])
        wrong += bool(sure and sure.customer_id != owner[int(fresh.entity[number])])
    told = {
        "resolve_p50_ms": round(float(np.quantile(spent, 0.5)) * 1000, 2),
        "resolve_p95_ms": round(float(np.quantile(spent, 0.95)) * 1000, 2),
        "resolve_p95_cpu_ms": round(float(np.quantile(cpu, 0.95)) * 1000, 2),
        "resolve_right_share": round(right / new, 4),
        "resolve_wrong_share": round(wrong / new, 4),
        "resolve_open_seconds": round(opened, 2),
        "resolve_peak_mb": round(peak_mb(), 1),
    }
    _tell(place, "resolve", told)
    resolver.close()
    return Timing(sum(spent), sum(cpu), peak_mb())


def bare_part(rows: int, seed: int, place: Path) -> Timing:
    """Join the records with the same phone, as it is written."""
    import scipy.sparse.csgraph  # noqa: F401

    from xingke.engine.duck import DuckEngine
    from xingke.identity.clusters import components

    made = made_records(rows, seed=seed)
    raw = pa.table({"place": pa.array(np.arange(rows)), "phone": made.table["phone"]})
    found: dict[str, Any] = {}

    def work() -> None:
        with DuckEngine(memory_mb=MEMORY_MB) as engine:
            engine.load("raw", raw)
            pairs = engine.query("select a.place as one, b.place as other from raw a join raw b on a.phone = b.phone and a.place < b.place")
        found["clusters"] = components(rows, pairs["one"].to_numpy(), pairs["other"].to_numpy())

    timing = timed(work)
    _tell(place, "bare", _quality(found["clusters"], made))
    return timing


def _quality(clusters: "np.ndarray[Any, np.dtype[np.int64]]", made: MadeRecords) -> dict[str, float]:
    from xingke.bench.pairs import pair_score

    score = pair_score(clusters, made.entity)
    return {"pair_f1": round(score.f1, 5), "pair_precision": round(score.precision, 5), "pair_recall": round(score.recall, 5)}


def _tell(place: Path, part: str, told: dict[str, Any]) -> None:
    (place / f"{part}.json").write_text(json.dumps(told), encoding="utf-8")


def _told(place: str, part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(place) / f"{part}.json").read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    part, row_text, seed_text, folder, *more = sys.argv[1:]
    work_rows, work_seed, work_place = int(row_text), int(seed_text), Path(folder)
    if part == "link":
        tell(link_part(work_rows, work_seed, work_place))
    elif part == "bare":
        tell(bare_part(work_rows, work_seed, work_place))
    else:
        tell(resolve_part(work_rows, work_seed, work_place, int(more[0])))
