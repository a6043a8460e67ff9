"""Loss on the shelves of fresh goods: what comes in is what is sold and what is thrown away."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.retail import SHELF_DAY
from xingke.simulate.firms.goods import Category
from xingke.simulate.firms.horizon import DAYS, days_on
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

LOSS_RATE = 0.06
"""Share of what comes in, over all goods that spoil."""
DAY_SPREAD = 0.5


def write_shelf(shop: Workshop, paths: Sequence[str], categories: Sequence[Category], sold: NDArray[np.int64]) -> None:
    """Write `shelf_day`.

    Parameters
    ----------
    sold
        Amount in hundredths of a yuan by site, category and day.
    """
    spoils = [place for place, category in enumerate(categories) if category.loss_rate > 0]
    rate = loss_rates(categories)[spoils]
    noise = shop.streams.of("shelf").standard_normal((len(paths), len(spoils), DAYS))
    some = sold[:, spoils, :]
    usual = some.mean(axis=2, keepdims=True)
    lost = np.round(usual * (rate / (1 - rate))[None, :, None] * np.exp(DAY_SPREAD * noise - DAY_SPREAD**2 / 2)).astype(np.int64)
    site, category, day = (index.reshape(-1) for index in np.indices(some.shape))
    shop.observe(
        SHELF_DAY,
        {
            "unit": np.array(paths, dtype=object)[site],
            "category": np.array([categories[place].name for place in spoils], dtype=object)[category],
            "day": days_on(day),
            "received_yuan": yuan((some + lost).reshape(-1)),
            "sold_yuan": yuan(some.reshape(-1)),
            "lost_yuan": yuan(lost.reshape(-1)),
        },
    )


def loss_rates(categories: Sequence[Category]) -> NDArray[np.float64]:
    """Expected loss of each category: the declared rates, brought to the mean that is weighted by shares of lines times prices."""
    rate = np.array([category.loss_rate for category in categories])
    weight = np.array([category.share * category.price_yuan for category in categories]) * (rate > 0)
    return np.asarray(rate * LOSS_RATE / (rate @ weight / weight.sum()) if weight.sum() else rate)
