"""What anybody can read off the orders of an outlet week by week: how long ago, how regular, how much less, which channel."""

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.orders import CHANNELS
from xingke.simulate.score.scene import Scene

DOWN_SHARE, DOWN_WEEKS, BEFORE_WEEKS = 0.7, 4, 8
SWITCHES, SWITCH_WEEKS = 2, 8
USUAL_GAP_DAYS = 7.0


def overdue(scene: Scene, weeks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days since the last order over the outlet's own mean gap, by outlet and week; 0 before its first order."""
    orders, shape = scene.orders, (scene.outlets.size, scene.days.weeks + 1)
    column = orders.order_day // 7 + 1
    last = np.full(shape, -1.0)
    np.maximum.at(last, (orders.order_outlet, column), orders.order_day)
    last = np.maximum.accumulate(last, axis=1)[:, weeks]
    count = np.cumsum(_events(orders.order_outlet, column, shape), axis=1)[:, weeks]
    first = np.full(shape[0], np.inf)
    np.minimum.at(first, orders.order_outlet, orders.order_day)
    gap = np.where(count > 1, (last - first[:, None]) / np.maximum(count - 1, 1), USUAL_GAP_DAYS)
    return np.where(last >= 0, (7 * weeks - last) / np.maximum(gap, 1.0), 0.0)


def is_down(scene: Scene, weeks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the amount of 4 weeks is more than 30 % below that of the 8 weeks before, a week's mean each, by outlet and week."""
    total = np.cumsum(np.pad(scene.orders.amount_yuan.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    middle, start = (weeks - DOWN_WEEKS).clip(0), (weeks - DOWN_WEEKS - BEFORE_WEEKS).clip(0)
    now = (total[:, weeks] - total[:, middle]) / DOWN_WEEKS
    before = (total[:, middle] - total[:, start]) / BEFORE_WEEKS
    return now < DOWN_SHARE * before


def has_switched(scene: Scene, weeks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two orders or more of the last 8 weeks came by another channel than the outlet's most frequent one, by outlet and week."""
    orders, shape = scene.orders, (scene.outlets.size, scene.days.weeks + 1)
    by_channel = np.zeros((shape[0], len(CHANNELS)), dtype=np.int64)
    np.add.at(by_channel, (orders.order_outlet, orders.order_channel), 1)
    elsewhere = orders.order_channel != by_channel.argmax(axis=1)[orders.order_outlet]
    total = np.cumsum(_events(orders.order_outlet[elsewhere], orders.order_day[elsewhere] // 7 + 1, shape), axis=1)
    return total[:, weeks] - total[:, (weeks - SWITCH_WEEKS).clip(0)] >= SWITCHES


def _events(outlet: NDArray[np.int32], column: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.int64]:
    return np.bincount(outlet.astype(np.int64) * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape)
