"""Order lines like those of a wholesaler: uneven customers, weekly visiting days, own assortments, popular products, few returns.

The lines of one customer are cut into orders of 12 to 28 lines, spread over the 104 weeks on the customer's visiting day. A
large customer so orders every week and a small one every other month. Each customer lists 70 to 140 of the 160 products, the
popular ones more likely, and buys the top of its list more often than the end.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from xingke.engine import DuckEngine, Lake, Snapshot
from xingke.engine.lake import LakeWriter
from xingke.loop import store_empty
from xingke.schema import CUSTOMER_BUCKETS, ORDER_LINE, Table, tables

AS_OF = date(2026, 1, 1)
DAYS = 730
WEEKS = DAYS // 7
PRODUCTS, CATEGORIES, BRANDS = 160, 12, 30
ROWS_A_CUSTOMER = 500
WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
VERSION = 2
"""Part of the name of the cache; raised whenever the rows change."""


@dataclass(frozen=True, slots=True)
class MarketSize:
    """What decides the rows; the same values give the same rows on the same DuckDB version."""

    rows: int
    customers: int
    seed: int

    @classmethod
    def of(cls, rows: int, customers: int | None, seed: int) -> "MarketSize":
        """The size asked for; a customer for each 500 lines where none is given."""
        if rows < CUSTOMER_BUCKETS:
            raise ValueError(f"rows={rows}; it must be {CUSTOMER_BUCKETS} or more")
        wanted = customers or max(CUSTOMER_BUCKETS, rows // ROWS_A_CUSTOMER)
        if wanted < CUSTOMER_BUCKETS:
            raise ValueError(f"customers={wanted}; it must be {CUSTOMER_BUCKETS} or more")
        return cls(rows, wanted, seed)

    @property
    def directory_name(self) -> str:
        """Where these rows are cached."""
        return f"market-{VERSION}-{self.rows}-{self.customers}-{self.seed}"


def market(size: MarketSize, directory: Path, progress: Callable[[str], None]) -> Lake:
    """The lake of that size below the directory; made where it is not there yet.

    Returns
    -------
    Lake
        `order_line` in 16 customer buckets, `product`, `customer`, and the other canonical tables empty.
    """
    lake = Lake(directory / size.directory_name)
    if lake.is_empty:
        with lake.writer(now=WRITTEN_AT) as writer, DuckEngine(memory_mb=2048) as engine:
            _write_market(writer, engine, size, progress)
            writer.publish()
        (lake.root / "size.json").write_text(json.dumps(asdict(size)), encoding="utf-8")
    return lake


def order_line_files(snapshot: Snapshot) -> list[str]:
    """The files that every contender reads."""
    return snapshot.files(ORDER_LINE.name)


def _write_market(writer: LakeWriter, engine: DuckEngine, size: MarketSize, progress: Callable[[str], None]) -> None:
    engine.connection.execute(f"create table product_made as {_products(size)}")
    engine.connection.execute(f"create table customer_made as {_customers(size)}")
    writer.put("product", engine.query(_cast_to(tables.PRODUCT, "product_made", "product_id")), definition="bench")
    writer.put("customer", engine.query(_cast_to(tables.CUSTOMER, "customer_made", "customer_id")), definition="bench")
    draft = writer.draft(ORDER_LINE.name)
    for bucket in range(CUSTOMER_BUCKETS):
        progress(f"order lines, bucket {bucket + 1} of {CUSTOMER_BUCKETS}")
        name = f"part-{bucket:02d}.parquet"
        order = "customer_id, ordered_on, order_id, line_no"
        engine.connection.execute(f"create or replace temp table line_made as {_lines(size, bucket)}")
        engine.connection.execute(
            f"copy ({_cast_to(ORDER_LINE, 'line_made', order)}) to '{draft.path(name)}' "
            "(format parquet, compression zstd, row_group_size 122880)"
        )
        draft.add(name, buckets=(bucket,))
    writer.take(draft.finish(now=WRITTEN_AT, seconds=0.0, engine="duckdb", definitions={"bench": size.directory_name}))
    store_empty(writer)


def _cast_to(table: Table, made: str, order: str) -> str:
    columns = ", ".join(f"cast({column.name} as {column.type.sql}) as {column.name}" for column in table.columns)
    return f"select {columns} from {made} order by {order}"


def _chance(*of: object) -> str:
    """A number in 0..1 that depends on these columns alone."""
    return f"((hash({', '.join(str(part) for part in of)}) >> 11) / 9007199254740992.0)"


def _spread(seed: int) -> str:
    """Three chances of a customer added up: about normal around 1.5."""
    return " + ".join(_chance("c", salt, seed) for salt in (10, 11, 12))


def _products(size: MarketSize) -> str:
    """Popularity falls with the rank as 1 / (rank + 8); the class, brand and price of a product do not follow from its rank."""
    return f"""
        select p as product_id, 'P' || p as source_key, 'Product ' || p as name,
               'category ' || lpad(cast(hash(p, 1, {size.seed}) % {CATEGORIES} as varchar), 2, '0') as category,
               'brand ' || lpad(cast(hash(p, 2, {size.seed}) % {BRANDS} as varchar), 2, '0') as brand,
               'maker ' || (hash(p, 3, {size.seed}) % 9) as maker,
               1 + hash(p, 4, {size.seed}) % 5 as price_class, 10 as pack_units,
               round(400.0 / (1 + hash(p, 4, {size.seed}) % 5) + hash(p, 5, {size.seed}) % 40, 2) as list_price_yuan,
               date '2020-01-01' as listed_on, 1.0 / (p + 8) as popularity
        from range(1, {PRODUCTS + 1}) as numbers(p)
    """


def _customers(size: MarketSize) -> str:
    """Sizes are log-normal-like (a factor of about 3 either way); weights are whole numbers, so the shares add up to exactly all rows."""
    seed = size.seed
    return f"""
        select *, cast({size.rows} * upto // total - {size.rows} * (upto - weight) // total as bigint) as lines
        from (
            select *, sum(weight) over (order by customer_id) as upto, sum(weight) over () as total
            from (
                    select c as customer_id, 'C' || c as source_key, 'outlet' as kind, 'Outlet ' || c as display_name,
                           'active' as status, '/cn/' || (c % 11) as org_path, 'grocery' as format, 'town' as market_type,
                           null as city, null as district, null as postcode, null as latitude, null as longitude,
                           date '2015-01-01' as opened_on, 'valid' as licence_status, null as licence_valid_until,
                           1 + hash(c, 6, {seed}) % 30 as grade,
                           null as age_band, null as income_band, null as household_size,
                           cast(round(1000 * exp(1.1 * ({_spread(seed)} - 1.5))) as hugeint) as weight,
                           12 + hash(c, 13, {seed}) % 17 as order_size,
                           hash(c, 14, {seed}) % 7 as visiting_day,
                           70 + hash(c, 15, {seed}) % 71 as assortment
                    from range(1, {size.customers + 1}) as numbers(c)
            ) as weighed
        ) as cumulated
    """


def _lines(size: MarketSize, bucket: int) -> str:
    """All lines of one bucket of customers."""
    seed = size.seed
    start = f"date '{(AS_OF - timedelta(days=DAYS)).isoformat()}'"
    return f"""
        with buyer as (select * from customer_made where customer_id % {CUSTOMER_BUCKETS} = {bucket}),
        listed as (
            select customer_id, product_id, price_class, list_price_yuan,
                   row_number() over (
                       partition by customer_id order by popularity * {_chance("customer_id", "product_id", 20, seed)} desc, product_id
                   ) - 1 as place
            from buyer cross join product_made
        ),
        numbered as (
            select customer_id, order_size, visiting_day, assortment, lines, unnest(range(lines)) as k from buyer
        ),
        placed as (
            select customer_id, k, k // order_size as o, k % order_size as line_no,
                   (lines + order_size - 1) // order_size as orders, visiting_day,
                   cast(floor(assortment * pow({_chance("customer_id", "k", 21, seed)}, 1.5)) as bigint) as place,
                   (case when hash(customer_id, k, 22, {seed}) % 1000 < 3 then -1 else 1 end)
                       * cast(1 + floor(19 * pow({_chance("customer_id", "k", 23, seed)}, 2)) as bigint) as quantity_units,
                   hash(customer_id, k, 24, {seed}) % 10 = 0 as has_discount
            from numbered
        )
        select placed.customer_id,
               {start} + cast(((o * {WEEKS} + hash(placed.customer_id, 25, {seed}) % {WEEKS}) // orders) * 7 + visiting_day as integer)
                   as ordered_on,
               placed.customer_id * 1000000 + o as order_id, line_no, product_id, price_class, quantity_units,
               quantity_units * cast(list_price_yuan as decimal(8, 2)) as amount_yuan,
               case when has_discount and quantity_units > 0 then round(quantity_units * list_price_yuan * 0.05, 2) else 0 end
                   as discount_yuan,
               'app' as channel
        from placed join listed on listed.customer_id = placed.customer_id and listed.place = placed.place
    """
