"""Shelves that are empty, from the readings of their sensors."""

from datetime import datetime

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.sources.reading import arrow

EMPTY = """
with known as (
    select system, customer_key, product_key, read_at, stock_cartons,
           max(read_at) filter (stock_cartons > 0) over (partition by system, customer_key, product_key) as last_full,
           row_number() over (partition by system, customer_key, product_key order by read_at desc, stock_cartons) as turn
    from readings where read_at <= $as_of
),
empty as (
    select * from known where stock_cartons = 0 and (last_full is null or read_at > last_full)
)
select system, customer_key, product_key, min(read_at) as empty_since
from empty
group by all
having bool_or(turn = 1)
order by system, customer_key, product_key
"""


def stock_outs(readings: pa.Table, as_of: datetime) -> pa.Table:
    """Every shelf that is empty at a moment.

    Parameters
    ----------
    readings
        `iot_reading` in intake form; a row a change of stock.
    as_of
        Readings after it are not seen.

    Returns
    -------
    pyarrow.Table
        Grain: one row a shelf (outlet and SKU) whose latest reading is 0. `system`, `customer_key`, `product_key`, and `empty_since`, the
        first reading of 0 since it last held anything.
    """
    with DuckEngine(memory_mb=256, threads=1) as engine:
        return arrow(engine.connection, EMPTY, {"as_of": as_of}, {"readings": readings})
