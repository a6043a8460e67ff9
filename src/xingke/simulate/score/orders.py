"""What was ordered, added up while the lines pass by: memory follows outlets, SKUs and weeks, not lines."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.observed import EPOCH, ObservedTables, codes, integers, numbers, places

CHANNELS = ("app", "web", "phone", "proxy")
RECENT_WEEKS = 8
DEAR_YUAN = 500.0
Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """Orders by outlet (first axis), by SKU, and by week.

    Parameters
    ----------
    amount_yuan, asked_cartons, dear_cartons
        By outlet and week; dear are SKUs in tight supply or of 500 yuan a carton and more.
    sku_asked_cartons
        By SKU and week.
    recent_cartons
        By outlet and SKU: a week's mean of what was asked in the 8 weeks before the last judgement.
    was_ordered
        By outlet and SKU: ordered before the last judgement.
    order_outlet, order_day, order_channel
        One value an order, sorted by outlet and day; days count from the start of the world.
    """

    amount_yuan: Floats32
    asked_cartons: Floats32
    dear_cartons: Floats32
    sku_asked_cartons: Floats32
    recent_cartons: Floats32
    was_ordered: NDArray[np.bool_]
    order_outlet: NDArray[np.int32]
    order_day: NDArray[np.int32]
    order_channel: NDArray[np.int8]


def order_panel(
    observed: ObservedTables, outlets: NDArray[np.int64], products: NDArray[np.int64], starts_on: date, weeks: int, last: int
) -> OrderPanel:
    """Add up the order lines of a world; `last` is the week of the last judgement."""
    first_day = (starts_on - EPOCH).days
    dear = _dear_products(observed, products)
    by_week = {name: np.zeros(outlets.size * weeks, dtype=np.float32) for name in ("amount", "asked", "dear")}
    sku_asked = np.zeros(products.size * weeks)
    recent = np.zeros(outlets.size * products.size, dtype=np.float32)
    seen = np.zeros(outlets.size * products.size, dtype=np.bool_)
    for batch in observed.batches("order_line", ("customer_id", "ordered_on", "product_id", "amount_yuan", "asked_cartons")):
        outlet = places(integers(batch["customer_id"]), outlets)
        product = places(integers(batch["product_id"]), products)
        week = (integers(batch["ordered_on"]) - first_day) // 7
        known = (outlet >= 0) & (product >= 0) & (week >= 0) & (week < weeks)
        outlet, product, week = outlet[known], product[known], week[known]
        amount, asked = numbers(batch["amount_yuan"])[known], numbers(batch["asked_cartons"])[known]
        cell = outlet * weeks + week
        _add(by_week["amount"], cell, amount)
        _add(by_week["asked"], cell, asked)
        _add(by_week["dear"], cell, asked * dear[product])
        sku_asked += np.bincount(product * weeks + week, weights=asked, minlength=sku_asked.size)
        pair = outlet * products.size + product
        late = (week >= last - RECENT_WEEKS) & (week < last)
        _add(recent, pair[late], asked[late] / RECENT_WEEKS)
        seen[pair[week < last]] = True
    order_outlet, order_day, order_channel = _orders(observed, outlets, first_day)
    return OrderPanel(
        amount_yuan=by_week["amount"].reshape(outlets.size, weeks),
        asked_cartons=by_week["asked"].reshape(outlets.size, weeks),
        dear_cartons=by_week["dear"].reshape(outlets.size, weeks),
        sku_asked_cartons=sku_asked.reshape(products.size, weeks).astype(np.float32),
        recent_cartons=recent.reshape(outlets.size, products.size),
        was_ordered=seen.reshape(outlets.size, products.size),
        order_outlet=order_outlet,
        order_day=order_day,
        order_channel=order_channel,
    )


def _add(total: Floats32, cell: NDArray[np.int64], values: NDArray[np.float64]) -> None:
    # A batch touches a part of the cells only, so the sum runs over the span that it touches.
    if not cell.size:
        return
    low, high = int(cell.min()), int(cell.max()) + 1
    total[low:high] += np.bincount(cell - low, weights=values, minlength=high - low).astype(np.float32)


def _dear_products(observed: ObservedTables, products: NDArray[np.int64]) -> NDArray[np.bool_]:
    table = observed.table("product", ["product_id", "wholesale_yuan", "supply_class"])
    dear = np.zeros(products.size, dtype=np.bool_)
    is_dear = (numbers(table["wholesale_yuan"]) >= DEAR_YUAN) | (codes(table["supply_class"], ["tight"]) == 0)
    dear[places(integers(table["product_id"]), products)] = is_dear
    return dear


def _orders(
    observed: ObservedTables, outlets: NDArray[np.int64], first_day: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    parts = [
        (
            places(integers(batch["customer_id"]), outlets).astype(np.int32),
            (integers(batch["ordered_on"]) - first_day).astype(np.int32),
            codes(batch["channel"], CHANNELS).astype(np.int8),
        )
        for batch in observed.batches("order", ("customer_id", "ordered_on", "channel"))
    ]
    if not parts:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
    outlet, day, channel = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((day, outlet))
    order = order[outlet[order] >= 0]
    return outlet[order], day[order], channel[order]
