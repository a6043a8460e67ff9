"""Does the cleaning find what is dirty? A city made twice, dirty and clean, so that every fault is known."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.engine import DuckEngine
from xingke.evaluate.quality_formats import format_faults
from xingke.quality import check_table
from xingke.schema import TABLES, Table
from xingke.schema.trade.supply import CITY_ORDER_LINE
from xingke.simulate import world_make
from xingke.simulate.draws import uniform_of_keys

RESAMPLES = 300
SENT_AGAIN = 0.01
"""Share of orders that the evaluation itself sends a second time under another number, a day later."""
ODD_ID = 7_000_000_000_000
_MEASURED = {"pos_line": ("quantity", ("pos_key",)), "stock_snapshot": ("stock_cartons", ("customer_id", "product_id", "counted_on"))}
"""Tables in which the city plants quantities that are ten or a hundred times too large, with the quantity and the key."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """The observed folder of the dirty city and of the clean one."""

    dirty: Path
    clean: Path

    def files(self, table: str, *, clean: bool = False) -> list[str]:
        """The files of a table."""
        return sorted(str(path) for path in ((self.clean if clean else self.dirty) / table).glob("part-*.parquet"))

    def rows(self, table: str, *, clean: bool = False) -> pa.Table:
        """The rows of a table as they came."""
        import pyarrow.parquet as pq

        return pa.concat_tables([pq.read_table(path) for path in self.files(table, clean=clean)])


@contextmanager
def both_worlds(size: str, seed: int, progress: Callable[[str], None]) -> Iterator[Worlds]:
    """The city of a size and seed with its dirt and without, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="xingke-evaluate-") as directory:
        for name, clean in (("dirty", False), ("clean", True)):
            progress(f"make the {name} city")
            world_make(size=size, seed=seed, out=Path(directory) / name, clean=clean)
        yield Worlds(Path(directory) / "dirty" / "observed", Path(directory) / "clean" / "observed")


def quality(*, size: str = "m", seed: int = 7, progress: Callable[[str], None]) -> BenchResult:
    """Format faults repaired, duplicates and outliers found, beside what a plain rule finds.

    Returns
    -------
    BenchResult
        `format_repaired`: share of cells in another than the standard form that come out right. `duplicate_recall`, `duplicate_precision`:
        rows that a replayed batch brought again. `resent_recall`, `resent_precision`: orders sent again under another number.
        `outlier_recall`, `outlier_precision`: quantities ten or a hundred times too large, packs counted as cartons among them;
        `proposal_share` of them got a value, `proposal_right` of these the true one. `flags_in_clean_per_million`: marks on rows of the
        clean city. `rows_lost`: rows neither good nor in quarantine. Baselines: a rule of six times the median, and one of three standard
        deviations of the logarithm. Intervals by resampling customers.
    """
    with both_worlds(size, seed, progress) as worlds:
        progress("formats")
        formats = format_faults(worlds.rows("source_record"), worlds.rows("source_record", clean=True))
        progress("duplicates")
        repeats, lost = _repeats(worlds)
        progress("orders sent again")
        resent = _resent(worlds, seed)
        progress("outliers")
        outliers = [_outliers(worlds, table) for table in _MEASURED]
        progress("marks in the clean city")
        clean_rows, clean_flags = _clean_flags(worlds)
    cells = pa.concat_tables([each.rows for each in outliers])
    planted, flagged = cells["planted"].to_numpy(zero_copy_only=False), cells["flagged"].to_numpy(zero_copy_only=False)
    unit, proposals = planted & cells["is_unit"].to_numpy(zero_copy_only=False), cells["proposed"].to_numpy(zero_copy_only=False)
    right = cells["right"].to_numpy(zero_copy_only=False)
    metrics = {
        **formats,
        **repeats,
        **resent,
        "outlier_recall": _share(flagged & planted, planted),
        "outlier_precision": _share(flagged & planted, flagged),
        "outlier_recall_hundredfold": _share(
            flagged & planted & (cells["times"].to_numpy() >= 50), planted & (cells["times"].to_numpy() >= 50)
        ),
        "unit_slip_recall": _share(flagged & unit, unit),
        "outliers": float(planted.sum()),
        "proposal_share": _share(proposals & planted, planted),
        "proposal_right": _share(right & proposals, proposals),
        "flags_in_clean_per_million": clean_flags / clean_rows * 1e6,
        "rows_lost": float(lost + sum(each.lost for each in outliers)),
        "rows": float(clean_rows),
    }
    return BenchResult(
        name="quality",
        protocol=(
            f"city {size}, seed {seed}, made with and without dirt; every table checked whole by `check_table`; "
            f"truth is the clean city row by row; {SENT_AGAIN:.0%} of the orders sent again under another number by the evaluation"
        ),
        metrics=metrics,
        baselines=_baselines(cells, planted),
        intervals=_intervals(cells, planted, flagged, seed),
        environment=environment(),
    )


def _share(part: np.ndarray[Any, Any], whole: np.ndarray[Any, Any]) -> float:
    return float(part.sum() / whole.sum()) if whole.sum() else float("nan")


def _repeats(worlds: Worlds) -> tuple[dict[str, float], int]:
    """Rows that came again under the same key: how many were named, and how many named ones really came again."""
    found = right = planted = lost = 0
    for table, schema in (("order", TABLES["order"]), ("order_line", CITY_ORDER_LINE)):
        dirty, clean = worlds.rows(table), worlds.rows(table, clean=True)
        checked = check_table(dirty, schema)
        lost += dirty.num_rows - checked.good.num_rows - checked.quarantine.num_rows
        named = checked.quarantine.filter(pc.equal(checked.quarantine["reason"], "duplicate_key"))
        keys = ", ".join(schema.key)
        with closing(DuckEngine()) as engine:
            engine.load("dirty", dirty.select(list(schema.key)))
            engine.load("clean", clean.select(list(schema.key)))
            sql = (
                "select coalesce(sum(dirty.times - coalesce(clean.times, 0)), 0) as again "
                f"from (select {keys}, count(*) as times from dirty group by all) as dirty "
                f"left join (select {keys}, count(*) as times from clean group by all) as clean using ({keys})"
            )
            again = int(engine.query(sql)["again"][0].as_py())
        planted, found = planted + again, found + named.num_rows
        right += min(again, named.num_rows)
    return {
        "duplicate_recall": right / planted if planted else float("nan"),
        "duplicate_precision": right / found if found else float("nan"),
        "duplicates": float(planted),
    }, lost


def _resent(worlds: Worlds, seed: int) -> dict[str, float]:
    """Orders of three lines or more that come again a day later under another number."""
    lines = worlds.rows("order_line", clean=True)
    orders = lines.group_by("order_id").aggregate([([], "count_all")])
    chance = uniform_of_keys((seed, 0, 97), np.asarray(orders["order_id"].to_numpy()))
    chosen = orders.filter(pa.array((chance < SENT_AGAIN) & (orders["count_all"].to_numpy() >= 3)))["order_id"]
    again = lines.filter(pc.is_in(lines["order_id"], value_set=chosen.combine_chunks()))
    days = pc.add(again["ordered_on"].cast(pa.timestamp("s")), pa.scalar(timedelta(days=1))).cast(pa.date32())
    place = again.schema.get_field_index("ordered_on")
    again = again.set_column(place, again.schema.field(place), days)
    place = again.schema.get_field_index("order_id")
    again = again.set_column(place, again.schema.field(place), pc.add(again["order_id"], ODD_ID))
    checked = check_table(pa.concat_tables([lines, again.select(lines.column_names)]), CITY_ORDER_LINE)
    named = checked.flags.filter(pc.equal(checked.flags["check"], "sent_again"))
    marked = {int(value) for value in named["value"].to_pylist()}
    planted = {value + ODD_ID for value in chosen.to_pylist()}
    return {
        "resent_recall": len(marked & planted) / len(planted) if planted else float("nan"),
        "resent_precision": len(marked & planted) / len(marked) if marked else float("nan"),
        "resent": float(len(planted)),
    }


@dataclass(frozen=True, slots=True)
class _Outliers:
    """The rows of a table with what was planted, marked and proposed."""

    rows: pa.Table
    lost: int


def _outliers(worlds: Worlds, table: str) -> _Outliers:
    column, key = _MEASURED[table]
    dirty, schema = worlds.rows(table), TABLES[table]
    checked = check_table(dirty, schema)
    keys = ", ".join(f"good.{name} = clean.{name}" for name in key).replace(", ", " and ")
    size = "case good.unit when 'pack' then 10 else 1 end" if table == "pos_line" else "1"
    slip = "good.unit = 'carton' and clean.quantity > 0 and good.quantity = 10 * clean.quantity" if table == "pos_line" else "false"
    with closing(DuckEngine()) as engine:
        engine.load("good", checked.good.append_column("place", checked.places))
        engine.load("clean", worlds.rows(table, clean=True))
        engine.load("flag", checked.flags.filter(pc.equal(checked.flags["check"], "times_off")).select(["row", "proposal"]))
        rows = engine.query(f"""
            with truth as (
                select good.customer_id, good.product_id, good.place, good.{column}::double / {size} as value,
                       clean.{column}::double as meant, {slip} as is_unit, {size} as size
                from good join clean on {keys} where good.{column} > 0
            )
            select truth.customer_id, truth.product_id, value, meant, value <> meant as planted, is_unit, value / nullif(meant, 0) as times,
                   flag.row is not null as flagged, flag.proposal is not null as proposed,
                   coalesce(flag.proposal::double / size = meant, false) as "right", '{table}' as "table"
            from truth left join flag on flag.row = truth.place order by place
        """)
    return _Outliers(rows, dirty.num_rows - checked.good.num_rows - checked.quarantine.num_rows)


def _clean_flags(worlds: Worlds) -> tuple[int, int]:
    """Rows of the clean city that were looked at, and those that were marked."""
    rows = flags = 0
    for table, schema in _checked_tables():
        clean = worlds.rows(table, clean=True)
        checked = check_table(clean, schema)
        rows, flags = rows + clean.num_rows, flags + len(checked.flags["row"].unique())
    return rows, flags


def _checked_tables() -> Iterator[tuple[str, Table]]:
    yield "order_line", CITY_ORDER_LINE
    for table in _MEASURED:
        yield table, TABLES[table]


def _baselines(cells: pa.Table, planted: np.ndarray[Any, Any]) -> Mapping[str, float]:
    """Two plain rules over the same rows."""
    with closing(DuckEngine()) as engine:
        engine.load("cell", cells)
        rules = engine.query("""
            with usual as (
                select "table", customer_id, product_id, median(value) as middle, avg(ln(value)) as height, stddev_pop(ln(value)) as spread
                from cell group by all
            )
            select cell.planted, value > 6 * middle as by_median, ln(value) > height + 3 * spread and spread > 0 as by_spread
            from cell join usual using ("table", customer_id, product_id)
        """)
    truth = rules["planted"].to_numpy(zero_copy_only=False)
    found = {}
    for name, column in (("six_medians", "by_median"), ("three_sigma", "by_spread")):
        marked = rules[column].to_numpy(zero_copy_only=False)
        found[f"outlier_recall_{name}"] = _share(marked & truth, truth)
        found[f"outlier_precision_{name}"] = _share(marked & truth, marked)
    return found


def _intervals(cells: pa.Table, planted: np.ndarray[Any, Any], flagged: np.ndarray[Any, Any], seed: int) -> dict[str, tuple[float, float]]:
    _, who = np.unique(cells["customer_id"].to_numpy(), return_inverse=True)
    counts = [np.bincount(who, weights=mask, minlength=who.max() + 1) for mask in (planted & flagged, planted, flagged)]
    draw = np.random.default_rng(seed)
    picks = [draw.integers(0, counts[0].size, counts[0].size) for _ in range(RESAMPLES)]
    sums = np.array([[count[pick].sum() for count in counts] for pick in picks])
    return {
        "outlier_recall": _ends(sums[:, 0] / sums[:, 1]),
        "outlier_precision": _ends(sums[:, 0] / sums[:, 2]),
    }


def _ends(values: np.ndarray[Any, Any]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
