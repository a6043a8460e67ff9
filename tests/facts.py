"""A small trade for tests: customers at every edge, products, order lines, touches and events, and the lake that holds them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from xingke.engine import Lake
from xingke.engine.lake import LakeWriter
from xingke.loop import load_source
from xingke.schema import CUSTOMER, ORDER_LINE, ORG_UNIT, PRODUCT, TOUCH, TRACKED_EVENT, Table, customer_bucket
from xingke.schema.findings import quarantine_of
from xingke.sources import SourceTable
from xingke.words import both

AS_OF = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
AGES_AT_EDGES = (1, 7, 8, 30, 31, 60, 61, 90, 91, 180, 181, 360, 361, 364, 365, 366, 454, 455, 730, 731)
FORMATS = ("convenience", "supermarket", None)
KINDS = ("sent", "delivered", "opened", "clicked", "replied", "redeemed", "failed")
ACTIONS = (
    ("page", "首页"),
    ("track", "Product Added"),
    ("track", "Order Completed"),
    ("track", "Products Searched"),
    ("identify", None),
    ("screen", None),
    ("track", "领券"),
)
MISSING_PRODUCT = 999
Row = dict[str, Any]

NO_ORDERS, ONE_ORDER, RETURNS_ONLY, SAME_DAY, UNKNOWN_PRODUCT, NULL_ATTRIBUTES, ON_AS_OF, AT_EDGES, ZERO_SUM, OPTED_OUT = range(10)
"""Customers whose facts sit at an edge; those behind them are drawn at random."""


@dataclass(frozen=True)
class Facts:
    """Rows of the canonical tables; also a source, so that the lake is filled as any other is."""

    customers: tuple[Row, ...]
    products: tuple[Row, ...]
    lines: tuple[Row, ...]
    touches: tuple[Row, ...]
    events: tuple[Row, ...] = ()

    name = "facts"
    label = both("测试", "test")
    kind = "rows"
    pack = "wholesale"
    currency = "CNY"
    note = both("测试", "test")

    def default_location(self) -> Path | None:
        """Rows are in memory."""
        return None

    def before(self, day: date) -> "Facts":
        """Only the facts of the days before."""
        lines = tuple(line for line in self.lines if line["ordered_on"] < day)
        events = tuple(event for event in self.events if event["happened_on"] < day)
        return replace(self, lines=lines, touches=tuple(touch for touch in self.touches if touch["touched_on"] < day), events=events)

    def arrow(self) -> dict[str, pa.Table]:
        """The canonical tables; facts sorted as a source yields them."""

        def bucketed(row: Row) -> tuple[int, int, date]:
            day = row.get("ordered_on") or row.get("touched_on") or row["happened_on"]
            return customer_bucket(row["customer_id"]), row["customer_id"], day

        org = ({"org_path": "/cn", "parent_path": None, "level": "province", "name": "all"},)
        rows: tuple[tuple[Table, Sequence[Row]], ...] = (
            (ORG_UNIT, org),
            (CUSTOMER, self.customers),
            (PRODUCT, self.products),
            (ORDER_LINE, sorted(self.lines, key=bucketed)),
            (TOUCH, sorted(self.touches, key=bucketed)),
            (TRACKED_EVENT, sorted(self.events, key=bucketed)),
        )
        return {table.name: pa.Table.from_pylist(list(found), schema=table.arrow_schema) for table, found in rows}

    def tables(self, location: Path, *, as_of: date | None = None, connection: Any = None) -> Iterator[SourceTable]:
        """As a source yields them, in small batches."""
        tables = self.arrow()
        for table in (ORG_UNIT, CUSTOMER, PRODUCT, ORDER_LINE, TOUCH, TRACKED_EVENT):
            rows = tables[table.name]
            batches = iter(rows.to_batches(max_chunksize=97))
            yield SourceTable(table, batches, quarantine_of(), rows_read=rows.num_rows, rows_loaded=rows.num_rows)


def customer(customer_id: int, **values: Any) -> Row:
    """A customer with everything that is required, and nothing else."""
    base = {"source_key": f"c{customer_id}", "kind": "outlet", "display_name": f"Outlet {customer_id}", "status": "active"}
    place = {"org_path": f"/cn/{customer_id % 3}/{customer_id % 7}", "licence_status": "valid"}
    empty = dict.fromkeys(CUSTOMER.column_names)
    return {**empty, **base, **place, "customer_id": customer_id, **values}


def product(product_id: int, chance: random.Random) -> Row:
    """A product of one of four categories and six brands."""
    empty = dict.fromkeys(PRODUCT.column_names)
    names = {"source_key": f"p{product_id}", "name": f"Product {product_id}", "maker": "Maker"}
    kinds = {
        "category": f"category {chance.randrange(4)}",
        "brand": f"品牌 {chance.randrange(6)}",
        "price_class": chance.randint(1, 5) if product_id else 1,
    }
    return {**empty, **names, **kinds, "product_id": product_id}


def line(customer_id: int, ordered_on: date, order_id: int, line_no: int, product_id: int, amount: Decimal, **values: Any) -> Row:
    """An order line; a negative amount is a return."""
    units = -1 if amount < 0 else 2
    rest = {"price_class": 3, "quantity_units": units, "discount_yuan": Decimal("0.00"), "channel": "rep", **values}
    keys = {"customer_id": customer_id, "ordered_on": ordered_on, "order_id": order_id, "line_no": line_no}
    return {**keys, "product_id": product_id, "amount_yuan": amount, **rest}


def touch(customer_id: int, touched_on: date, number: int, kind: str, campaign: str) -> Row:
    """A touch at noon of a day."""
    at = datetime.combine(touched_on, time(4), UTC)
    rest = {"kind": kind, "channel": "inbox", "campaign_key": campaign, "detail": None}
    return {"customer_id": customer_id, "touched_on": touched_on, "touched_at": at, "touch_id": f"t{number}", **rest}


def event(customer_id: int, happened_on: date, number: int, kind: str, name: str | None) -> Row:
    """An event at noon of a day."""
    at = datetime.combine(happened_on, time(4), UTC)
    rest = {"kind": kind, "name": name, "source": "app", "properties": None}
    return {"customer_id": customer_id, "happened_on": happened_on, "happened_at": at, "received_at": at, "event_id": f"e{number}", **rest}


def random_events(seed: int, *, customers: int, as_of: date) -> tuple[Row, ...]:
    """Events of most customers, some at the edges of the windows and some of `as_of` and later."""
    chance = random.Random(-seed - 1)  # noqa: S311 - test data, not secrets
    drawn = [(AT_EDGES, age, kind, name) for age in AGES_AT_EDGES for kind, name in ACTIONS]
    for number in range(customers):
        for _ in range(chance.choice((0, 1, 3, 12))):
            drawn.append((number, chance.choice((-2, 0, 1, 2, 5, 7, 8, 20, 30, 31, 75, 120)), *chance.choice(ACTIONS)))
    return tuple(event(who, as_of - timedelta(days=age), place, kind, name) for place, (who, age, kind, name) in enumerate(drawn))


def random_facts(seed: int, *, customers: int = 26, products: int = 9, as_of: date = AS_OF, orders: int = 14) -> Facts:
    """Facts by chance with the customers at the edges in front; some of them are of `as_of` and later."""
    chance = random.Random(seed)  # noqa: S311 - test data, not secrets
    people = [customer(number, format=chance.choice(FORMATS), city="得梅因") for number in range(customers)]
    people[NULL_ATTRIBUTES] = customer(NULL_ATTRIBUTES)
    goods = [product(number, chance) for number in range(products)]
    draft = _Drafts(chance, as_of, products)
    draft.edges()
    for number in range(OPTED_OUT + 1, customers):
        cycle = chance.choice((3, 7, 14, 30, 75))
        for step in range(chance.randrange(orders)):
            draft.order(number, -3 + cycle * step + chance.randrange(cycle), lines=chance.randint(1, 4))
        for _ in range(chance.randrange(6)):
            draft.touched(number, chance.randint(-5, 500), chance.choice(KINDS))
    events = random_events(seed, customers=customers, as_of=as_of)
    return Facts(tuple(people), tuple(goods), tuple(draft.lines), tuple(draft.touches), events)


class _Drafts:
    """Lines and touches as they are drawn."""

    def __init__(self, chance: random.Random, as_of: date, products: int) -> None:
        self.chance, self.as_of, self.products = chance, as_of, products
        self.lines: list[Row] = []
        self.touches: list[Row] = []
        self.orders = 0

    def order(self, customer_id: int, age: int, *, lines: int = 1, amount: str | None = None, product_id: int | None = None) -> None:
        """One order `age` days before `as_of`; the amount is drawn where none is given."""
        self.orders += 1
        for number in range(lines):
            drawn = Decimal(self.chance.randint(-2_000, 60_000)) / 100
            chosen = self.chance.randrange(self.products) if product_id is None else product_id
            discount = Decimal(self.chance.choice((0, 0, 150, 999))) / 100
            day = self.as_of - timedelta(days=age)
            money = drawn if amount is None else Decimal(amount)
            self.lines.append(line(customer_id, day, self.orders, number, chosen, money, discount_yuan=discount))

    def touched(self, customer_id: int, age: int, kind: str) -> None:
        """One touch `age` days before `as_of`."""
        campaign = f"k{self.chance.randrange(4)}"
        self.touches.append(touch(customer_id, self.as_of - timedelta(days=age), len(self.touches), kind, campaign))

    def edges(self) -> None:
        """The customers that sit at an edge."""
        self.order(ONE_ORDER, 45)
        for age in (10, 40):
            self.order(RETURNS_ONLY, age, amount="-12.50")
        for _ in range(3):
            self.order(SAME_DAY, 20, lines=2)
        for age in (5, 12, 100):
            self.order(UNKNOWN_PRODUCT, age, product_id=MISSING_PRODUCT)
        self.order(UNKNOWN_PRODUCT, 12)
        self.order(NULL_ATTRIBUTES, 3, amount="19.90", product_id=0)
        for age in (0, -1):
            self.order(ON_AS_OF, age)
            self.touched(ON_AS_OF, age, "sent")
        for age in AGES_AT_EDGES:
            self.order(AT_EDGES, age)
            self.touched(AT_EDGES, age, "sent")
            self.touched(AT_EDGES, age, "clicked")
        for amount in ("80.00", "-80.00"):
            self.order(ZERO_SUM, 15, amount=amount, product_id=1)
        self.order(OPTED_OUT, 400, amount="0.00")
        self.touched(OPTED_OUT, 700, "opted_out")


def fill(writer: LakeWriter, facts: Facts) -> None:
    """Store the facts in the snapshot to come."""
    load_source(writer, facts, Path(), connection=None, now=NOW)


def lake_of(root: Path, facts: Facts) -> Lake:
    """A lake with these facts published."""
    lake = Lake(root)
    with lake.writer(now=NOW) as writer:
        fill(writer, facts)
        writer.publish()
    return lake
