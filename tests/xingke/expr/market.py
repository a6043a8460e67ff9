"""A small market for the tests of conditions: a catalogue, random customers with gaps, and random conditions over them."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from xingke.expr import (
    All,
    Any_,
    Attribute,
    Between,
    Catalogue,
    Choice,
    Compare,
    Condition,
    Contains,
    DaysAgo,
    Event,
    Fact,
    In,
    InSegment,
    Measure,
    Missing,
    Not,
    Scalar,
)
from xingke.expr.tree import COMPARISONS, Record
from xingke.schema import CUSTOMER, ORDER_LINE, TOUCH, ColumnType
from xingke.words import both

AS_OF = date(2026, 11, 1)
T = ColumnType
DAY_UNIT, ORDER_UNIT, MONEY_UNIT = both("天", "days"), both("次", "orders"), both("元", "yuan")

TIERS = (
    Choice("value", both("价值型", "Value")),
    Choice("potential", both("潜力型", "Potential")),
    Choice("base", both("基础型", "Base")),
)

ATTRIBUTES = (
    Attribute("display_name", both("显示名称", "Display name"), T.TEXT, "customer", "display_name"),
    Attribute("city", both("城市", "City"), T.TEXT, "customer", "city"),
    Attribute("grade", both("档位", "Grade"), T.INTEGER, "customer", "grade"),
    Attribute("opened_on", both("建档日期", "Opened on"), T.DAY, "customer", "opened_on"),
    Attribute(
        "days_since_order", both("距上次订货天数", "Days since last order"), T.INTEGER, "portrait", "days_since_order", both("天", "days")
    ),
    Attribute(
        "order_count_90d", both("近 90 天订货次数", "Orders in 90 days"), T.INTEGER, "portrait", "order_count_90d", both("次", "orders")
    ),
    Attribute("amount_90d_yuan", both("近 90 天订货金额", "Amount in 90 days"), T.MONEY, "portrait", "amount_90d_yuan", MONEY_UNIT),
    Attribute("weekend_share", both("周末订货占比", "Weekend share"), T.NUMBER, "portrait", "weekend_share", both("%", "%")),
    Attribute("is_new", both("新客户", "New customer"), T.FLAG, "portrait", "is_new"),
    Attribute(
        "value_tier",
        both("客户分层", "Value tier"),
        T.TEXT,
        "tier",
        "value_tier",
        choices=(
            Choice("value", both("价值型", "Value")),
            Choice("potential", both("潜力型", "Potential")),
            Choice("base", both("基础型", "Base")),
        ),
    ),
)
FACTS = (
    Fact(
        "order",
        both("订货", "Order"),
        "order_line",
        "ordered_on",
        measures={
            "count": Measure(both("次数", "count"), "count_distinct", "order_id", ORDER_UNIT),
            "lines": Measure(both("行数", "lines"), "count"),
            "amount": Measure(both("金额", "amount"), "sum", "amount_yuan", MONEY_UNIT),
            "largest": Measure(both("最大单行金额", "largest line"), "max", "amount_yuan", MONEY_UNIT),
            "first_day": Measure(both("最早日期", "first day"), "min", "ordered_on"),
        },
        where={
            "price_class": Attribute("price_class", both("价类", "Price class"), T.INTEGER, "order_line", "price_class"),
            "channel": Attribute("channel", both("渠道", "Channel"), T.TEXT, "order_line", "channel"),
        },
    ),
    Fact(
        "open",
        both("打开消息", "Message opened"),
        "touch",
        "touched_on",
        measures={"count": Measure(both("次数", "count"), "count", unit=both("次", "times"))},
        where={"kind": Attribute("kind", both("类型", "Kind"), T.TEXT, "touch", "kind")},
    ),
)
SEGMENTS = {"loyal": both("忠诚客户", "Loyal customers"), "o'brien": both("引号", "Quote")}
CATALOGUE = Catalogue(ATTRIBUTES, FACTS, segments=SEGMENTS)

TEXTS = ("KWIK MART", "Kwik%", "a_b", "o'brien", "back\\slash", "Ärger İ", "得梅因", "100% mart", "%", "_")
DAYS = tuple(AS_OF + timedelta(days=shift) for shift in (-400, -91, -90, -89, -30, -1, 0, 1, 30))
VALUES: dict[ColumnType, tuple[Scalar, ...]] = {
    T.TEXT: TEXTS,
    T.INTEGER: (-3, 0, 1, 2, 3, 8, 14, 90),
    T.MONEY: tuple(map(Decimal, ("-0.01", "0.00", "0.10", "0.30", "1200.50", "999999999999.99"))),
    T.NUMBER: (-1.5, 0.0, 0.1, 0.3, 0.1 + 0.2, 0.5, 1e-9, 1e17),
    T.FLAG: (True, False),
    T.DAY: DAYS,
}
PATHS = ("/ia/polk", "/ia/polk/east", "/ia/polk2", "/ia/pol_", "/ia", "/ib/%")


def pool_of(attribute: Attribute) -> tuple[Scalar, ...]:
    return tuple(choice.value for choice in attribute.choices) or VALUES[attribute.type]


def values_of(attribute: Attribute) -> st.SearchStrategy[Scalar]:
    return st.sampled_from(pool_of(attribute))


@dataclass
class Market:
    """Customers, what is known of them, their facts and their segments."""

    customers: list[dict[str, Scalar | None]]
    tiers: set[int]
    orders: list[dict[str, Scalar | None]]
    touches: list[dict[str, Scalar | datetime | None]]
    members: set[tuple[str, int]]
    by_customer: dict[int, dict[str, list[Record]]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_customer = {
            number: {
                "order": [row for row in self.orders if row["customer_id"] == number],
                "open": [row for row in self.touches if row["customer_id"] == number],
            }
            for number in range(len(self.customers))
        }

    def record(self, customer_id: int) -> Record:
        known = self.customers[customer_id]
        hidden = () if customer_id in self.tiers else ("value_tier",)
        return {name: value for name, value in known.items() if name not in hidden}

    def events(self, customer_id: int) -> Mapping[str, list[Record]]:
        return self.by_customer[customer_id]

    def segments(self, customer_id: int) -> set[str]:
        return {key for key, member in self.members if member == customer_id}

    def tables(self) -> dict[str, pa.Table]:
        numbered = [{"customer_id": number, **row} for number, row in enumerate(self.customers)]
        fixed = {"source_key": "k", "kind": "outlet", "status": "active", "licence_status": "valid"}
        return {
            "customer": pa.Table.from_pylist([{**fixed, **row} for row in numbered], schema=CUSTOMER.arrow_schema),
            "portrait": pa.Table.from_pylist(numbered, schema=schema_of("portrait")),
            "tier": pa.Table.from_pylist([row for row in numbered if row["customer_id"] in self.tiers], schema=schema_of("tier")),
            "order_line": pa.Table.from_pylist(self.orders, schema=ORDER_LINE.arrow_schema),
            "touch": pa.Table.from_pylist(self.touches, schema=TOUCH.arrow_schema),
            "segment_membership": pa.Table.from_pylist(
                [{"segment_key": key, "customer_id": member} for key, member in sorted(self.members)],
                schema=pa.schema([("segment_key", pa.string()), ("customer_id", pa.int64())]),
            ),
        }


def schema_of(table: str) -> pa.Schema:
    columns = [(item.column, item.type.arrow) for item in ATTRIBUTES if item.table == table]
    return pa.schema([("customer_id", pa.int64()), *columns])


CONNECTION = duckdb.connect(config={"threads": 1})


@contextmanager
def opened(market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    """The market's tables on one connection that all examples share, because opening one takes longer than asking it."""
    for name, table in market.tables().items():
        CONNECTION.register(name, table)
    yield CONNECTION


def market_of(seed: int) -> Market:
    """A market large enough that every kind of condition finds some customers and misses others."""
    chance = random.Random(seed)  # noqa: S311  (a market to test with, not a secret)
    size = 40
    customers = [
        {item.name: None if item.name != "display_name" and chance.random() < 0.25 else chance.choice(pool_of(item)) for item in ATTRIBUTES}
        | {"org_path": chance.choice(PATHS)}
        for _ in range(size)
    ]
    orders = [
        {
            "customer_id": chance.randrange(size),
            "ordered_on": chance.choice(DAYS),
            "order_id": chance.randint(1, 5),
            "line_no": line,
            "product_id": 1,
            "price_class": chance.randint(1, 3),
            "quantity_units": 1,
            "amount_yuan": chance.choice(VALUES[T.MONEY][:-1]),
            "discount_yuan": Decimal(0),
            "channel": chance.choice((None, *TEXTS)),
        }
        for line in range(160)
    ]
    touches = [
        {
            "customer_id": chance.randrange(size),
            "touched_on": chance.choice(DAYS),
            "touched_at": datetime(2026, 1, 1, tzinfo=UTC),
            "touch_id": str(number),
            "kind": chance.choice(("sent", "opened")),
            "channel": "app",
            "campaign_key": "c",
        }
        for number in range(60)
    ]
    return Market(
        customers,
        tiers={number for number in range(size) if chance.random() < 0.6},
        orders=orders,
        touches=touches,
        members={(key, number) for key in SEGMENTS for number in range(size) if chance.random() < 0.5},
    )


MARKETS = st.integers(0, 10_000).map(market_of)
SIGNS = st.sampled_from(COMPARISONS)
EQUALITY = st.sampled_from(("=", "!="))


def comparisons(attribute: Attribute) -> st.SearchStrategy[Compare | In]:
    signs = EQUALITY if attribute.type in (T.TEXT, T.FLAG) else SIGNS
    compare = st.builds(Compare, st.just(attribute.name), signs, values_of(attribute))
    return compare | st.builds(In, st.just(attribute.name), st.lists(values_of(attribute), min_size=1, max_size=3).map(tuple))


def leaves_of(attribute: Attribute) -> st.SearchStrategy[Condition]:
    name = st.just(attribute.name)
    kinds: list[st.SearchStrategy[Condition]] = [comparisons(attribute), st.builds(Missing, name)]
    if attribute.type is T.TEXT:
        kinds.append(st.builds(Contains, name, st.sampled_from((*TEXTS, "MART", "mart", "ä", "i̇"))))
    if attribute.type is T.DAY:
        kinds.append(st.builds(DaysAgo, name, SIGNS, st.sampled_from((-30, -1, 0, 1, 89, 90, 91))))
    if attribute.type in (T.INTEGER, T.MONEY, T.NUMBER, T.DAY):
        ends = st.tuples(values_of(attribute), values_of(attribute)).map(sorted)
        kinds.append(ends.map(lambda pair: Between(attribute.name, pair[0], pair[1])))
    return st.one_of(kinds)


@st.composite
def event_conditions(draw: st.DrawFn) -> Event:
    fact = draw(st.sampled_from(FACTS))
    measure = draw(st.sampled_from(sorted(fact.measures)))
    where = st.one_of([comparisons(item) for item in fact.where.values()])
    return Event(
        fact.name,
        measure,
        draw(st.sampled_from((1, 30, 90, 3650))),
        draw(SIGNS),
        draw(st.sampled_from(VALUES[fact.measure_type(fact.measures[measure])])),
        tuple(draw(st.lists(where, max_size=2))),
    )


EVENTS = event_conditions()
LEAVES = st.one_of([leaves_of(item) for item in ATTRIBUTES]) | EVENTS | st.sampled_from(sorted(SEGMENTS)).map(InSegment)
TREES: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: All(tuple(items)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: Any_(tuple(items)))
        | inner.map(Not)
    ),
    max_leaves=6,
).filter(lambda tree: depth(tree) <= 8)


def depth(tree: Condition) -> int:
    match tree:
        case All(of) | Any_(of):
            return 1 + max(map(depth, of), default=0)
        case Not(of):
            return 1 + depth(of)
        case _:
            return 1
