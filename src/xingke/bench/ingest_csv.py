"""The CSV part of the ingest bench: order lines read, mapped, checked and stored as pieces, beside DuckDB reading the same file bare.

`python -m xingke.bench.ingest_csv PART FILE DIRECTORY` does one part in a process of its own and tells its timing.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from xingke.bench.child import run_child, tell, timed
from xingke.errors import XingkeError

REPEATS: Final = 3
MAPPING: Final = """
tables:
- table: order_line
  constants: {system: ordering}
  columns:
    customer_key: {from: customer_no, transform: [code]}
    order_key: {from: order_no, transform: [code]}
    line_no: line_no
    ordered_on: order_date
    product_key: {from: product_code, transform: [code]}
    quantity_units: quantity
    amount_yuan: amount
    discount_yuan: discount
"""
LINES: Final = """
    select printf('C%07d', (i * 7919) % 200000) as customer_no, printf('SO%010d', i // 5) as order_no, i % 5 + 1 as line_no,
           cast(date '2024-01-01' + cast((i // 5) % 700 as integer) as date) as order_date,
           printf('P%05d', (i * 31) % 3000) as product_code,
           (i * 13) % 60 + 1 as quantity, cast(((i * 37) % 1000000) / 100.0 as decimal(12, 2)) as amount,
           cast(case when i % 11 = 0 then 5.5 else 0 end as decimal(12, 2)) as discount
    from range({rows}) as lines(i)
"""
SUMS: Final = """
    select count(*), max(customer_no), max(order_no), sum(line_no), max(order_date), max(product_code), sum(quantity), sum(amount),
           sum(discount)
    from read_csv('{path}')
"""


class RowsDiffer(XingkeError):
    """Not every line of the file was stored."""


def csv_ingest_figures(rows: int, directory: Path, progress: Callable[[str], None] = lambda _text: None) -> dict[str, float]:
    """Time the way of a CSV file of order lines into pieces.

    Parameters
    ----------
    rows
        Lines of the file, which is made first, the same each time.
    directory
        Where the file and the pieces are put; what is there of an earlier run is replaced.

    Returns
    -------
    dict
        `times_bare_read` and `times_bare_read_cpu`: wall and CPU seconds over those in which DuckDB reads the file, typed, into a table in
        memory (medians of the ratios within a repeat); `times_bare_scan`: over those in which it keeps nothing but sums; `peak_mb`;
        `rows_per_second`; and the seconds themselves.
    """
    path = made(rows, directory)
    progress(f"{rows:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
    seconds: dict[str, list[float]] = {part: [] for part in PARTS}
    cpu: dict[str, list[float]] = {part: [] for part in PARTS}
    peaks = []
    for repeat in range(REPEATS):
        for part in PARTS:
            timing = run_child("xingke.bench.ingest_csv", part, str(path), str(directory / "lake"))
            seconds[part].append(timing.seconds)
            cpu[part].append(timing.cpu_seconds)
            if part == "ingest":
                peaks.append(timing.peak_mb)
            progress(
                f"repeat {repeat + 1} of {REPEATS}: {part} {timing.seconds:.2f} s, CPU {timing.cpu_seconds:.2f} s, {timing.peak_mb:.0f} MB"
            )
    _check(rows, directory / "lake")
    return {
        "times_bare_read": _ratio(seconds, "read"),
        "times_bare_read_cpu": _ratio(cpu, "read"),
        "times_bare_scan": _ratio(seconds, "scan"),
        "times_bare_scan_cpu": _ratio(cpu, "scan"),
        "peak_mb": max(peaks),
        "rows_per_second": rows / median(seconds["ingest"]),
        "csv_seconds": median(seconds["ingest"]),
        "csv_cpu_seconds": median(cpu["ingest"]),
        "bare_read_seconds": median(seconds["read"]),
        "bare_scan_seconds": median(seconds["scan"]),
    }


def made(rows: int, directory: Path) -> Path:
    """The file of so many order lines."""
    import duckdb

    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"order_lines_{rows}.csv"
    if not path.exists():
        temporary = path.with_suffix(".tmp")
        with duckdb.connect() as connection:
            connection.execute(f"copy ({LINES.format(rows=rows)}) to '{temporary}' (format csv, header)")
        temporary.replace(path)
    return path


def ingest(path: Path, lake: Path) -> None:
    """Read, map, check and store."""
    from xingke.loop.parts import StoredParts
    from xingke.loop.pieces import PieceStore
    from xingke.sources.files import read_raw
    from xingke.sources.mapping import apply, from_yaml

    store = PieceStore(lake)
    for load_id in store.loads():
        store.drop(load_id)
    with StoredParts(store, "bench") as sink:
        apply(from_yaml(MAPPING), read_raw(path), sink=sink)


def scan(path: Path, _lake: Path) -> None:
    """Read every column by DuckDB and keep nothing but sums."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(SUMS.format(path=path)).fetchall()


def read(path: Path, _lake: Path) -> None:
    """Read every column by DuckDB into a table in memory."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"create table lines as select * from read_csv('{path}')")


PARTS: Final[dict[str, Callable[[Path, Path], None]]] = {"read": read, "scan": scan, "ingest": ingest}


def _ratio(series: dict[str, list[float]], against: str) -> float:
    return median(ours / theirs for ours, theirs in zip(series["ingest"], series[against], strict=True))


def _check(rows: int, lake: Path) -> None:
    from xingke.loop.pieces import PieceStore

    stored = sum(piece.rows for piece in PieceStore(lake).pieces("order_line"))
    if stored != rows:
        raise RowsDiffer(f"{rows:,} lines were in the file, {stored:,} were stored")


def main(part: str, path: str, lake: str) -> None:
    """Do one part in this process."""
    import duckdb
    import numpy  # noqa: F401 - before the clock starts
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    import xingke.sources.mapping  # noqa: F401

    duckdb.connect().close()
    tell(timed(lambda: PARTS[part](Path(path), Path(lake))))


if __name__ == "__main__":
    main(*sys.argv[1:])
