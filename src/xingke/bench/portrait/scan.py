"""The physical limit: reading the columns that a portrait reads, and adding them up."""

from datetime import date
from pathlib import Path

from xingke.engine import DuckEngine, Snapshot

SUMS = """
    max(ordered_on) as ordered_on, max(order_id) as order_id, max(product_id) as product_id,
    sum(quantity_units) as quantity_units, sum(amount_yuan) as amount_yuan, sum(discount_yuan) as discount_yuan
"""
"""One aggregate for every column that the portrait reads of the lines."""


def grouped(snapshot: Snapshot, as_of: date, _target: Path) -> None:
    """One pass with one row a customer."""
    _run(snapshot, f"select customer_id, {SUMS} from order_line where ordered_on < date '{as_of.isoformat()}' group by customer_id")


def bare(snapshot: Snapshot, as_of: date, _target: Path) -> None:
    """One pass with one row in all."""
    _run(snapshot, f"select max(customer_id) as customer_id, {SUMS} from order_line where ordered_on < date '{as_of.isoformat()}'")


def _run(snapshot: Snapshot, sql: str) -> None:
    with DuckEngine() as engine:
        engine.scan("order_line", snapshot.files("order_line"))
        engine.query(sql)
