"""What the two engines are held to: the same facts through the same steps, compared column by column."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.facts import NOW
from xingke.engine import DuckEngine, Engine, Lake, SparkEngine, run_steps
from xingke.metrics import GENERAL_METRICS, By, Period, metric_query
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import Boundary, Pyramid, TierScheme, tier_step
from xingke.words import both

RELATIVE = 1e-9
LIBRARY = TagLibrary(general_tags())
SCHEMES = (
    TierScheme("share", both("占比", "share")),
    TierScheme("amount", both("金额", "amount"), pyramid=Pyramid(boundary=Boundary.AMOUNT)),
)


@contextmanager
def opened(name: str) -> Iterator[Engine]:
    """An engine by name; Spark itself starts once a process."""
    engine: Engine = SparkEngine() if name == "spark" else DuckEngine()
    try:
        yield engine
    finally:
        engine.close()


def derived(engine: Engine, lake: Lake, as_of: date) -> dict[str, pa.Table]:
    """Orders, portrait and tiers of a lake as stored files give them back; the lake stays as it was."""
    with lake.writer(now=NOW) as writer:
        run_steps(engine, LIBRARY.steps(), writer.view, writer, as_of=as_of, now=NOW, keep=("customer_order", "portrait"))
        for scheme in SCHEMES:
            steps = (tier_step(scheme, name=f"tier_{scheme.name}"),)
            run_steps(engine, steps, writer.view, writer, as_of=as_of, now=NOW, keep=(steps[0].name,), whole=True)
        names = ("customer_order", "portrait", *(f"tier_{scheme.name}" for scheme in SCHEMES))
        return {name: pa.concat_tables([_read(file) for file in writer.view.files(name)]) for name in names}


def _read(file: str) -> pa.Table:

    return pq.read_table(Path(file), partitioning=None)


def measured(engine: Engine, lake: Lake, orders: pa.Table, period: Period, scope_path: str) -> dict[str, pa.Table]:
    """Every metric in every breakdown."""
    engine.load("customer_order", orders)
    engine.scan("customer", lake.current().files("customer"))
    return {str(by): engine.query(metric_query(GENERAL_METRICS, period, scope_path=scope_path, by=by)) for by in By}


def differences(name: str, one: pa.Table, other: pa.Table) -> list[str]:
    """Where two tables differ: types, order of rows, values; floats to nine digits, all else exactly."""
    if one.schema.names != other.schema.names:
        return [f"{name}: columns {one.schema.names} and {other.schema.names}"]
    types = [f"{name}.{a.name}: {a.type} and {b.type}" for a, b in zip(one.schema, other.schema, strict=True) if a.type != b.type]
    if types or one.num_rows != other.num_rows:
        return [*types, f"{name}: {one.num_rows} and {other.num_rows} rows"]
    found = []
    for column in one.schema.names:
        for row, (a, b) in enumerate(zip(one[column].to_pylist(), other[column].to_pylist(), strict=True)):
            if not same(a, b):
                found.append(f"{name}.{column} row {row}: {a!r} and {b!r}")
    return found


def same(a: Any, b: Any) -> bool:
    """Equal; for floats nearly so."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-12)
    return bool(a == b)
