"""How quickly a segment is counted: random conditions over a wide table, beside hand-written SQL and a Polars scan of the same file."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.expr import All, Any_, Attribute, Between, Catalogue, Compare, Condition, In, Missing, Not, compile_count, compile_members
from xingke.schema import ColumnType
from xingke.words import both

AS_OF = date(2026, 1, 1)
CATEGORIES = ("north", "south", "east", "west", "centre", "coast", "hills", "island")
SHARE_MISSING = 8  # one value in so many is missing
KINDS = (
    *(ColumnType.NUMBER,) * 8,
    *(ColumnType.INTEGER,) * 5,
    *(ColumnType.MONEY,) * 3,
    *(ColumnType.TEXT,) * 2,
    *(ColumnType.FLAG,) * 2,
)


class BenchDisagreement(Exception):
    """Two ways of counting gave different numbers, so their times mean nothing."""


@dataclass(frozen=True, slots=True)
class Query:
    """One random condition in the three forms that are timed."""

    tree: Condition
    sql: str
    polars: Any


def segment_bench(customers: int = 1_000_000, tags: int = 300, queries: int = 60, seed: int = 7) -> dict[str, float]:
    """Time counts and id lists of six-condition trees over a portrait of random tags in Parquet.

    Every query runs in every form in turn, in an order that rotates, so that a busy machine slows all of them alike. Building
    and printing the query tree belongs to the time of `count` and `ids`.

    Parameters
    ----------
    customers, tags
        Rows and columns of the table.
    queries
        How many random conditions are timed; three more warm up first.

    Returns
    -------
    dict
        `count_p50_ms`, `count_p95_ms`, `ids_p50_ms`, `ids_p95_ms`; the same count as hand-written SQL (`sql_*`) and, where
        Polars is installed, as its lazy scan (`polars_*`); `compile_p50_ms`; `prepare_seconds` and `file_mb` of the table.

    Raises
    ------
    BenchDisagreement
        The forms do not count the same customers.
    """
    catalogue = bench_catalogue(tags)
    with tempfile.TemporaryDirectory(prefix="xingke-bench-") as directory, DuckEngine(memory_mb=4096) as engine:
        path = Path(directory) / "portrait.parquet"
        begun = time.perf_counter()
        write_portrait(engine, path, customers=customers, catalogue=catalogue, seed=seed)
        prepared = time.perf_counter() - begun
        engine.connection.execute("set enable_object_cache = true")
        engine.scan("portrait", [str(path)])
        timed = _time_all(engine, catalogue, path, _random_queries(catalogue, path, queries + 3, seed))
        size = path.stat().st_size
    results: dict[str, float] = {"customers": customers, "tags": tags, "queries": queries}
    for name, seconds in timed.items():
        kept = np.asarray(seconds[3:]) * 1000
        results[f"{name}_p50_ms"] = round(float(np.percentile(kept, 50)), 2)
        results[f"{name}_p95_ms"] = round(float(np.percentile(kept, 95)), 2)
    return results | {"prepare_seconds": round(prepared, 1), "file_mb": round(size / 1e6, 1)}


def bench_catalogue(tags: int) -> Catalogue:
    """As many tags as asked for, of all types in turn, all of them in `portrait`."""
    kinds = [KINDS[place * 7 % len(KINDS)] for place in range(tags)]
    return Catalogue(
        Attribute(f"tag_{place}", both(f"标签 {place}", f"Tag {place}"), kind, "portrait", f"tag_{place}")
        for place, kind in enumerate(kinds)
    )


def write_portrait(engine: DuckEngine, path: Path, *, customers: int, catalogue: Catalogue, seed: int) -> None:
    """A table of random tags in one Parquet file, stored as the lake stores its tables."""
    import sqlglot
    from sqlglot import exp

    columns = ",\n".join(
        f"{_random_column(attribute, place, seed)} as {name}" for place, (name, attribute) in enumerate(catalogue.attributes.items())
    )
    text = f"select n as customer_id, {columns} from range({int(customers)}) as numbers(n)"  # noqa: S608 - names and values are made here
    query = sqlglot.parse_one(text, read="duckdb")
    if not isinstance(query, exp.Query):
        raise TypeError("the generated text is a query")
    engine.write(query, path)


def _random_column(attribute: Attribute, place: int, seed: int) -> str:
    """Uniform values by a hash of the row; one in eight is missing. The hash makes data here and decides nothing."""
    noise = f"hash(n, {place}, {int(seed)})"
    value = {
        ColumnType.NUMBER: f"({noise} % 1000000) / 1000000.0::double",
        ColumnType.INTEGER: f"({noise} % 1000)::bigint",
        ColumnType.MONEY: f"(({noise} % 10000000) / 100.0)::decimal(14, 2)",
        ColumnType.TEXT: f"[{', '.join(repr(name) for name in CATEGORIES)}][1 + ({noise} % {len(CATEGORIES)})::bigint]",
        ColumnType.FLAG: f"{noise} % 3 = 0",
    }[attribute.type]
    return f"case when hash(n, {place}, {int(seed)}, 1) % {SHARE_MISSING} > 0 then {value} end"


def _random_queries(catalogue: Catalogue, path: Path, count: int, seed: int) -> list[Query]:
    chance = Random(seed)  # noqa: S311 - picks conditions, keeps no secret
    attributes = list(catalogue.attributes.values())
    scan = _polars_scan(path)
    queries = []
    for _ in range(count):
        tree = _random_tree(chance, chance.sample(attributes, min(6, len(attributes))))
        by_hand = f"select count(*) from portrait where {_sql(tree)}"  # noqa: S608 - names and values are made here
        queries.append(Query(tree, by_hand, None if scan is None else _polars_count(scan, tree)))
    return queries


def _random_tree(chance: Random, attributes: Sequence[Attribute]) -> Condition:
    """Six conditions: mostly all of them, sometimes with one of two, sometimes with an exclusion."""
    leaves = [_random_leaf(chance, attribute) for attribute in attributes]
    shape = chance.randrange(3)
    if shape == 0 or len(leaves) < 6:
        return All(tuple(leaves))
    if shape == 1:
        return All((*leaves[:2], Any_(tuple(leaves[2:4])), *leaves[4:]))
    return All((*leaves[:3], Not(All(tuple(leaves[3:5]))), Any_((leaves[5], Missing(attributes[5].name)))))


def _random_leaf(chance: Random, attribute: Attribute) -> Condition:
    name = attribute.name
    match attribute.type:
        case ColumnType.NUMBER:
            return Compare(name, chance.choice((">=", "<")), round(chance.uniform(0.2, 0.8), 3))
        case ColumnType.INTEGER:
            low = chance.randint(0, 400)
            return Between(name, low, low + 500)
        case ColumnType.MONEY:
            return Compare(name, chance.choice((">", "<=")), Decimal(chance.randint(2_000_000, 8_000_000)) / 100)
        case ColumnType.TEXT:
            return In(name, tuple(chance.sample(CATEGORIES, 4)))
        case _:
            return Compare(name, "=", chance.random() < 0.5)


def _sql(tree: Condition) -> str:
    """What a person would write for the same condition."""
    match tree:
        case All(of):
            return "(" + " and ".join(map(_sql, of)) + ")"
        case Any_(of):
            return "(" + " or ".join(map(_sql, of)) + ")"
        case Not(of):
            return f"not coalesce({_sql(of)}, false)"
        case Missing(attribute):
            return f"{attribute} is null"
        case Between(attribute, low, high):
            return f"{attribute} between {low} and {high}"
        case In(attribute, values):
            return f"{attribute} in ({', '.join(repr(value) for value in values)})"
        case Compare(attribute, compare, value):
            return f"{attribute} {compare} {str(value).lower()}"
        case _:
            raise TypeError(f"no random condition is a {type(tree).__name__}")


def _polars_scan(path: Path) -> Any:
    try:
        import polars as pl
    except ImportError:
        return None
    return lambda: pl.scan_parquet(path)


def _polars_count(scan: Callable[[], Any], tree: Condition) -> Callable[[], int]:
    import polars as pl

    condition = _polars_expression(tree)
    return lambda: int(scan().filter(condition).select(pl.len()).collect().item())


def _polars_expression(tree: Condition) -> Any:
    import polars as pl

    match tree:
        case All(of):
            return pl.all_horizontal([_polars_expression(child) for child in of])
        case Any_(of):
            return pl.any_horizontal([_polars_expression(child) for child in of])
        case Not(of):
            return ~_polars_expression(of)
        case Missing(attribute):
            return pl.col(attribute).is_null()
        case Between(attribute, low, high):
            return pl.col(attribute).is_between(low, high).fill_null(False)
        case In(attribute, values):
            return pl.col(attribute).is_in(list(values)).fill_null(False)
        case Compare(attribute, compare, value):
            column, wanted = pl.col(attribute), pl.lit(value)
            tests = {">=": column >= wanted, "<": column < wanted, ">": column > wanted, "<=": column <= wanted, "=": column == wanted}
            return tests[compare].fill_null(False)
        case _:
            raise TypeError(f"no random condition is a {type(tree).__name__}")


def _time_all(engine: DuckEngine, catalogue: Catalogue, path: Path, queries: Sequence[Query]) -> dict[str, list[float]]:
    """Seconds of every form for every query, the forms taking turns at going first."""
    timed: dict[str, list[float]] = {}
    for place, query in enumerate(queries):
        forms = list(_forms(engine, catalogue, query).items())
        turn = place % len(forms)
        answers = {}
        for name, run in forms[turn:] + forms[:turn]:
            begun = time.perf_counter()
            answers[name] = run()
            timed.setdefault(name, []).append(time.perf_counter() - begun)
        answers.pop("compile", None)
        if len(set(answers.values())) > 1:
            raise BenchDisagreement(f"query {place} of {path.name}: {answers}")
    return timed


def _forms(engine: DuckEngine, catalogue: Catalogue, query: Query) -> dict[str, Callable[[], int]]:
    forms: dict[str, Callable[[], int]] = {
        "count": lambda: _first(engine.query(compile_count(query.tree, catalogue, as_of=AS_OF))),
        "ids": lambda: engine.query(compile_members(query.tree, catalogue, as_of=AS_OF)).num_rows,
        "sql": lambda: _first(engine.query(query.sql)),
        "compile": lambda: len(compile_count(query.tree, catalogue, as_of=AS_OF).sql("duckdb")),
    }
    return forms if query.polars is None else forms | {"polars": query.polars}


def _first(table: pa.Table) -> int:
    return int(table.column(0)[0].as_py())
