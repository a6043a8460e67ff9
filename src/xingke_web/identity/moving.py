"""What a merge would bring together: orders, amounts, contacts and cases of two customers, read in one query each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from xingke.engine import LakeReader
from xingke.words import Words, both

YEAR_DAYS: Final = 365
COUNTED: Final[tuple[tuple[str, str, Words], ...]] = (
    ("touch", "touched_on", both("触达与反馈", "Touches and responses")),
    ("visit", "visited_on", both("走访", "Visits")),
    ("complaint", "opened_on", both("投诉与工单", "Complaints and tickets")),
    ("delivery", "delivered_on", both("送货", "Deliveries")),
    ("segment_membership", "entered_on", both("客群", "Segments")),
)
"""Tables with facts of a customer, and the day that the business day cuts; a trade without one has no line for it."""


@dataclass(frozen=True)
class Moving:
    """Facts of one customer; `facts` in the order of COUNTED, those that this lake has."""

    number: int
    orders: int
    orders_year: int
    amount_year_yuan: Decimal
    last_order_on: date | None
    facts: tuple[tuple[Words, int], ...]


def moving_of(reader: LakeReader, numbers: Sequence[int], *, as_of: date) -> dict[int, Moving]:
    """What each customer would bring along."""
    if not numbers:
        return {}
    orders = {row["customer_id"]: row for row in _orders(reader, numbers, as_of)}
    counts: dict[int, list[tuple[Words, int]]] = {number: [] for number in numbers}
    for table, day, label in COUNTED:
        if reader.has(table):
            found = {row["customer_id"]: row["facts"] for row in _counts(reader, table, day, numbers, as_of)}
            for number in numbers:
                counts[number].append((label, found.get(number, 0)))
    return {number: _moving(number, orders.get(number, {}), counts[number]) for number in numbers}


def _orders(reader: LakeReader, numbers: Sequence[int], as_of: date) -> list[dict[str, Any]]:
    if not reader.has("order_line"):
        return []
    sql = """
        select customer_id, count(distinct order_id) as orders, max(ordered_on) as last_order_on,
               count(distinct order_id) filter (where ordered_on >= $first) as orders_year,
               coalesce(sum(amount_yuan) filter (where ordered_on >= $first), 0) as amount_year
        from order_line where customer_id in (select unnest($numbers::bigint[])) and ordered_on < $as_of group by customer_id
    """
    return reader.rows(sql, {"numbers": list(numbers), "as_of": as_of, "first": as_of - timedelta(days=YEAR_DAYS)})


def _counts(reader: LakeReader, table: str, day: str, numbers: Sequence[int], as_of: date) -> list[dict[str, Any]]:
    sql = f"""
        select customer_id, count(*) as facts from {table}
        where customer_id in (select unnest($numbers::bigint[])) and {day} < $as_of group by customer_id
    """  # noqa: S608 - names of COUNTED
    return reader.rows(sql, {"numbers": list(numbers), "as_of": as_of})


def _moving(number: int, row: dict[str, Any], facts: list[tuple[Words, int]]) -> Moving:
    return Moving(
        number=number,
        orders=row.get("orders", 0),
        orders_year=row.get("orders_year", 0),
        amount_year_yuan=row.get("amount_year") or Decimal(0),
        last_order_on=row.get("last_order_on"),
        facts=tuple(facts),
    )
