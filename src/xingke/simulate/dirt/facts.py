"""Dirt of the feeds of one week: replayed batches, late arrival, mixed units, gaps and outliers.

Whether a row is dirty follows from its natural key (outlet, day, SKU) and the seed, not from its place or from running numbers. So two
worlds that differ by one action have the same dirt in the rows that they share.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.schema.trade.supply import DAILY_CARTONS
from xingke.simulate.draws import uniform_of_keys
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

REPLAYED = 0.005
"""Share of orders that a batch brings a second time, with all their lines."""
LATE = 0.04
"""Share of orders, and of an outlet's weekly uploads of scanned sales, that arrive one to `LATE_DAYS` days late."""
LATE_DAYS = 5
MIXED_UNITS = 0.01
"""Share of scanned lines counted in packs."""
WRONG_UNIT = 0.15
"""Share of those whose unit still says carton."""
MISSING_UPLOADS = 0.02
"""Share of an outlet's weekly uploads that never arrive, with all their lines."""
OUTLIERS = 0.002
"""Share of quantities that are ten or a hundred times too large."""
DROP_OUTS = 0.02
"""Share of an outlet's two-hour spells in which its sensor is silent."""
PACKS_A_CARTON = 10
_SPELL_SECONDS = 7_200


def dirty_week(streams: Streams, week: int, tables: Mapping[str, pa.Table], size: Size) -> dict[str, pa.Table]:
    """The facts of one week as they are fed to the product.

    Parameters
    ----------
    week
        Its replayed batches arrive on the Monday after it, or with the original if that came later.
    tables
        Clean facts of the week by the name of the table. `order`, `order_line`, `pos_line`, `stock_snapshot` and `iot_reading` get dirty;
        others are handed through, and absent ones stay absent.

    Returns
    -------
    dict
        The same tables in their own schemas. Replayed rows stand behind the others, under the same keys.
    """
    result = dict(tables)
    if "order" in tables:
        result["order"] = _dirty_orders(streams, tables["order"], np.datetime64(size.week_on(week + 1)))
    if "order_line" in tables:
        result["order_line"] = _with_replays(streams, tables["order_line"])
    if "pos_line" in tables:
        result["pos_line"] = _dirty_sales(streams, tables["pos_line"])
    if "stock_snapshot" in tables:
        rows = tables["stock_snapshot"]
        keys = _keys(rows, "customer_id", "product_id", "counted_on")
        result["stock_snapshot"] = _replaced(rows, "stock_cartons", _inflated(streams, "stock", _integers(rows, "stock_cartons"), keys))
    if "iot_reading" in tables:
        rows = tables["iot_reading"]
        spell = _integers(rows, "read_at") // (_SPELL_SECONDS * 1_000_000)
        result["iot_reading"] = rows.filter(pa.array(_chance(streams, "drop_out", _integers(rows, "customer_id"), spell) >= DROP_OUTS))
    return result


def _dirty_orders(streams: Streams, rows: pa.Table, replayed_on: np.datetime64) -> pa.Table:
    late = _late(streams, "order", rows, "ordered_on")
    whole = _with_replays(streams, late)
    arrived = np.array(whole["received_on"].to_numpy())
    arrived[late.num_rows :] = np.maximum(arrived[late.num_rows :], replayed_on)
    return _replaced(whole, "received_on", arrived)


def _with_replays(streams: Streams, rows: pa.Table) -> pa.Table:
    """The rows, and behind them those of replayed orders again; orders and their lines are chosen alike."""
    again = _chance(streams, "replay", *_keys(rows, "customer_id", "ordered_on")) < REPLAYED
    return pa.concat_tables([rows, rows.filter(pa.array(again))])


def _dirty_sales(streams: Streams, rows: pa.Table) -> pa.Table:
    arrives = _chance(streams, "missing", *_keys(rows, "customer_id", "week_on")) >= MISSING_UPLOADS
    here = _late(streams, "pos_line", rows.filter(pa.array(arrives)), "week_on")
    keys = _keys(here, "customer_id", "product_id", "week_on")
    in_cartons = pc.equal(here["unit"], "carton").to_numpy()
    chance = _chance(streams, "unit", *keys)
    in_packs = (chance < MIXED_UNITS) & in_cartons
    says_so = in_packs & (chance >= MIXED_UNITS * WRONG_UNIT)
    sold = _integers(here, "quantity") * np.where(in_packs, PACKS_A_CARTON, 1)
    unit = pc.if_else(pa.array(says_so), "pack", here["unit"])
    return _replaced(_replaced(here, "quantity", _inflated(streams, "sales", sold, keys)), "unit", unit)


def _late(streams: Streams, feed: str, rows: pa.Table, day: str) -> pa.Table:
    chance = _chance(streams, f"late.{feed}", *_keys(rows, "customer_id", day))
    days = np.where(chance < LATE, 1 + np.floor(chance / LATE * LATE_DAYS), 0).astype("timedelta64[D]")
    return _replaced(rows, "received_on", rows["received_on"].to_numpy() + days)


def _inflated(streams: Streams, what: str, quantity: NDArray[np.int64], keys: tuple[NDArray[np.int64], ...]) -> NDArray[np.int64]:
    chance = _chance(streams, f"outlier.{what}", *keys)
    factor = np.select([chance < OUTLIERS / 2, chance < OUTLIERS], [10, 100], default=1)
    return np.asarray(np.minimum(quantity * factor, DAILY_CARTONS), dtype=np.int64)


def _chance(streams: Streams, what: str, *columns: NDArray[np.int64]) -> NDArray[np.float64]:
    word = int.from_bytes(hashlib.blake2b(f"dirt.facts.{what}".encode(), digest_size=8).digest(), "big")
    return uniform_of_keys((streams.seed, streams.city, word), *columns)


def _keys(rows: pa.Table, *names: str) -> tuple[NDArray[np.int64], ...]:
    return tuple(_integers(rows, name) for name in names)


def _integers(rows: pa.Table, name: str) -> NDArray[np.int64]:
    """A column of whole numbers, of days (since 1970) or of instants (microseconds since 1970)."""
    values = rows[name]
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    return np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64)


def _replaced(rows: pa.Table, name: str, values: object) -> pa.Table:
    field = rows.schema.field(name)
    column = values.cast(field.type) if isinstance(values, pa.ChunkedArray) else pa.array(values, type=field.type)
    return rows.set_column(rows.schema.get_field_index(name), field, column)
