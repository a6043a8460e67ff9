"""Running a graph of steps over the lake, a few customer buckets at a time, so that memory does not grow with the rows."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from sqlglot import exp

from xingke.engine.base import Engine
from xingke.engine.lake import LakeWriter, TableDraft
from xingke.engine.snapshot import Snapshot, TableVersion
from xingke.engine.step import Step, bind
from xingke.schema import CUSTOMER_BUCKETS, TABLES

CHUNK_ROWS = 2_500_000
"""Rows of the largest input that are worked on together: large enough to be quick, small enough for 1 GB."""


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a graph has come: chunks of customer buckets done, of how many."""

    done: int
    total: int
    step: str


def bucket_chunks(rows: int, *, chunk_rows: int = CHUNK_ROWS, buckets: int = CUSTOMER_BUCKETS) -> list[tuple[int, ...]]:
    """Customer buckets grouped so that a group holds about `chunk_rows` rows, or one bucket where a bucket holds more."""
    count = max(1, min(buckets, -(-rows // chunk_rows)))
    edges = [round(index * buckets / count) for index in range(count + 1)]
    return [tuple(range(start, end)) for start, end in pairwise(edges)]


@dataclass(frozen=True, slots=True)
class BoundStep:
    """A step ready to run: its tree, and the names it reads."""

    step: Step
    query: exp.Query
    reads: frozenset[str]


def bound_steps(steps: Sequence[Step], *, as_of: date) -> list[BoundStep]:
    """Every step bound once; the same trees serve all chunks."""
    queries = [(step, bind(step, as_of=as_of)) for step in steps]
    return [BoundStep(step, query, frozenset(table.name for table in query.find_all(exp.Table))) for step, query in queries]


def composed(steps: Sequence[BoundStep], keep: Collection[str]) -> list[BoundStep]:
    """The same work in fewer statements: what only one kept step needs becomes part of its query.

    An engine that holds the rows of a `with` clause for all who read them saves storing them as a table in between, and
    plans across the steps. A step that two statements need stays a statement of its own, so that nothing runs twice.
    """
    users: dict[str, set[str]] = {bound.step.name: set() for bound in steps}
    inlined: set[str] = set()
    for bound in reversed(steps):
        name = bound.step.name
        if name not in keep and len(users[name]) == 1:
            inlined.add(name)
        owners = users[name] if name in inlined else {name}
        for read in bound.reads & users.keys():
            users[read] |= owners
    return [_with_parts(bound, steps, users, inlined) for bound in steps if bound.step.name not in inlined]


def _with_parts(sink: BoundStep, steps: Sequence[BoundStep], users: Mapping[str, set[str]], inlined: set[str]) -> BoundStep:
    """One statement with the steps that only it needs in its `with` clause, in their order."""
    parts = [bound for bound in steps if bound.step.name in inlined and users[bound.step.name] == {sink.step.name}]
    query = sink.query.copy()
    for part in parts:
        rows = part.query.copy()
        rows.set("order", None)  # only stored rows have an order
        readers = sum(part.step.name in other.reads for other in (*parts, sink))
        query = query.with_(part.step.name, as_=rows, materialized=readers > 1 or None, copy=False)
    made = {part.step.name for part in parts}
    return replace(sink, query=query, reads=frozenset().union(sink.reads, *(part.reads for part in parts)) - made)


def needed_inputs(steps: Sequence[BoundStep]) -> set[str]:
    """Tables of the lake that the steps read: every name that no step writes."""
    return {name for bound in steps for name in bound.reads} - {bound.step.name for bound in steps}


def run_steps(
    engine: Engine,
    steps: Sequence[Step],
    source: Snapshot,
    writer: LakeWriter,
    *,
    as_of: date,
    now: datetime,
    keep: Sequence[str],
    definitions: Mapping[str, str] | None = None,
    progress: Callable[[StepProgress], None] | None = None,
    chunk_rows: int | None = None,
    whole: bool = False,
) -> dict[str, TableVersion]:
    """Run steps in order over a snapshot and store those named in `keep` as new table versions.

    Every step works on one customer at a time (its rows come from the rows of one customer), which is what allows the
    work to go bucket by bucket. Tables that are not bucketed (products, organisation) are read whole by each chunk. Steps
    that compare customers with each other say `whole` and run once over everything.

    Returns
    -------
    dict
        The stored versions by name; the writer has taken them, publishing is the caller's.
    """
    bound = bound_steps(steps, as_of=as_of)
    if engine.composes:
        bound = composed(bound, keep)
    inputs = sorted(needed_inputs(bound))
    bucketed = [name for name in inputs if not whole and any(file.buckets for file in source.tables[name].files)]
    rows = max((source.tables[name].rows for name in bucketed), default=0)
    chunks = bucket_chunks(rows, chunk_rows=chunk_rows or engine.chunk_rows or CHUNK_ROWS)
    drafts = {name: writer.draft(name) for name in keep}
    started = time.perf_counter()
    for done, buckets in enumerate(chunks):
        for name in set(inputs) - set(bucketed):
            engine.scan(name, source.files(name), _only_buckets(name, buckets))
        for name in bucketed:
            files = source.files_in_buckets(name, frozenset(buckets))
            # No customer of these buckets has a row: any file shows the columns, and none of its rows is kept.
            engine.scan(name, files or source.files(name)[:1], "" if files else "false")
        for step in _run_chunk(engine, bound, drafts, buckets):
            if progress:
                progress(StepProgress(done, len(chunks), step))
    seconds = time.perf_counter() - started
    versions = {}
    for name, draft in drafts.items():
        versions[name] = draft.finish(
            now=now,
            seconds=seconds,
            engine=engine.name,
            as_of=as_of,
            inputs={table: source.tables[table].directory for table in inputs},
            definitions=definitions,
        )
        writer.take(versions[name])
    return versions


def _only_buckets(name: str, buckets: tuple[int, ...]) -> str:
    """The condition that keeps a chunk's customers of a table that is stored whole; nothing where it has no customers."""
    if name not in TABLES or "customer_id" not in TABLES[name].column_names or len(buckets) == CUSTOMER_BUCKETS:
        return ""
    return f"customer_id % {CUSTOMER_BUCKETS} in ({', '.join(str(bucket) for bucket in buckets)})"


def _run_chunk(engine: Engine, steps: Sequence[BoundStep], drafts: Mapping[str, TableDraft], buckets: tuple[int, ...]) -> Iterator[str]:
    """Run every step on one group of buckets; a step that no later one reads is written straight to its file."""
    read_later = {name for bound in steps for name in bound.reads}
    for bound in steps:
        name, query = bound.step.name, bound.query
        yield name
        draft = drafts.get(name)
        if name in read_later:
            engine.define(name, query)
            query = exp.select("*").from_(exp.to_table(name)).order_by(*bound.step.order_by)
        if draft is not None:
            file_name = f"part-{buckets[0]:02d}.parquet"
            engine.write(query, draft.path(file_name))
            draft.add(file_name, buckets=buckets)
