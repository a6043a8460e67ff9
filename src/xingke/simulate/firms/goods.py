"""What a shop sells: categories, items, weekly price cuts, and which item a line of a basket is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema import PRODUCT
from xingke.simulate.firms.horizon import FIRST_DAY, WEEKS
from xingke.simulate.firms.truth_tables import CATEGORY_TRUTH, ITEM_TRUTH
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

CUT_SHARE = 0.08
"""Share of items on a price cut in a week."""
CUTS = (0.10, 0.15, 0.20, 0.30)
ELASTICITY_SPREAD = 0.3
PRICE_SPREAD = 0.45
PRICE_CLASSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category of goods.

    Parameters
    ----------
    share
        Share of order lines on an ordinary day; shares of a shop add up to 1.
    items
        Relative number of items.
    price_yuan
        Median price of a piece, or of 500 g.
    is_weighed
        Sold by weight: the amount is not a whole number of prices.
    elasticity
        Mean price elasticity, negative.
    hot_factor
        Factor on its lines on days above 33 degrees.
    loss_rate
        Share of what comes in that is thrown away, before `shelf` brings the mean of all to its figure; 0 where nothing spoils.
    is_pushed
        Whether messages are about it.
    """

    name: str
    share: float
    items: int
    price_yuan: float
    words: tuple[str, ...]
    elasticity: float
    is_weighed: bool = False
    hot_factor: float = 1.0
    loss_rate: float = 0.0
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Items sorted by category; arrays have one place an item unless said otherwise.

    Parameters
    ----------
    price_fen
        List price in hundredths of a yuan.
    popularity
        Share of the lines of its category at list price.
    cut
        One row a week: the price cut as a share, 0 without one.
    """

    categories: tuple[Category, ...]
    category: NDArray[np.int64]
    price_fen: NDArray[np.int64]
    price_class: NDArray[np.int64]
    popularity: NDArray[np.float64]
    elasticity: NDArray[np.float64]
    cut: NDArray[np.float64]

    @property
    def is_weighed(self) -> NDArray[np.bool_]:
        """Items sold by weight."""
        return np.array([category.is_weighed for category in self.categories])[self.category]

    def choice_edges(self, week: int) -> NDArray[np.float64]:
        """Rising edges that find the item of (category index + uniform) at this week's prices.

        Within a category the odds of an item change with its price as `(1 - cut) ** elasticity`; the category as a whole does not change.
        """
        weight = self.popularity * (1 - self.cut[week]) ** self.elasticity
        edges = np.cumsum(weight / np.bincount(self.category, weights=weight)[self.category])
        return np.asarray(edges, dtype=np.float64)

    def items_of(self, week: int, category: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """The item of each line."""
        found = np.searchsorted(self.choice_edges(week), category + uniform, side="right")
        first = np.searchsorted(self.category, category, side="left")
        last = np.searchsorted(self.category, category, side="right") - 1
        return np.clip(found, first, last)


def stock_up(shop: Workshop, categories: Sequence[Category], items: int, *, makers: Sequence[str]) -> Catalogue:
    """Draw the catalogue, and write `product` and the truth about items."""
    rng = shop.streams.of("goods")
    numbers = _items_by_category(categories, items)
    category = np.repeat(np.arange(len(categories)), numbers)
    noise, appeal, spread = rng.standard_normal((3, items))
    median = np.array([entry.price_yuan for entry in categories])[category]
    price_fen = np.maximum(np.round(median * np.exp(PRICE_SPREAD * noise) * 10), 5).astype(np.int64) * 10
    popularity = np.exp(0.9 * appeal)
    popularity /= np.bincount(category, weights=popularity)[category]
    mean = np.array([entry.elasticity for entry in categories])[category]
    elasticity = np.minimum(mean + ELASTICITY_SPREAD * spread, -0.3)
    is_cut, depth = rng.random((2, WEEKS, items))
    cut = np.where(is_cut < CUT_SHARE, np.array(CUTS)[(depth * len(CUTS)).astype(np.int64)], 0.0)
    catalogue = Catalogue(tuple(categories), category, price_fen, _classes(category, price_fen), popularity, elasticity, cut)
    _write(shop, catalogue, rng.integers(len(makers), size=items), makers)
    return catalogue


def _items_by_category(categories: Sequence[Category], items: int) -> NDArray[np.int64]:
    weight = np.array([entry.items for entry in categories], dtype=np.float64)
    edges = np.round(np.concatenate([[0.0], np.cumsum(weight / weight.sum() * items)])).astype(np.int64)
    return np.diff(edges)


def _classes(category: NDArray[np.int64], price_fen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fifths of a category by price, 1 the dearest."""
    order = np.lexsort((np.arange(price_fen.size), -price_fen, category))
    size = np.bincount(category)
    place = np.arange(price_fen.size) - np.searchsorted(category, category, side="left")
    classes = np.empty_like(price_fen)
    classes[order] = 1 + place * PRICE_CLASSES // size[category]
    return classes


def _write(shop: Workshop, catalogue: Catalogue, maker: NDArray[np.int64], makers: Sequence[str]) -> None:
    ids = np.arange(catalogue.category.size)
    place = ids - np.searchsorted(catalogue.category, catalogue.category, side="left")
    categories = [catalogue.categories[index] for index in catalogue.category]
    names = [_name(entry, number, makers[made]) for entry, number, made in zip(categories, place, maker, strict=True)]
    shop.observe(
        PRODUCT,
        {
            "product_id": ids,
            "source_key": [f"P{number:05d}" for number in ids],
            "name": names,
            "category": [entry.name for entry in categories],
            "brand": [makers[made] for made in maker],
            "maker": [f"{makers[made]}食品" for made in maker],
            "price_class": catalogue.price_class,
            "pack_units": np.ones(ids.size, dtype=np.int64),
            "list_price_yuan": yuan(catalogue.price_fen),
            "listed_on": np.full(ids.size, FIRST_DAY),
        },
    )
    shop.know(ITEM_TRUTH, {"product_id": ids, "category_share": catalogue.popularity, "price_elasticity": catalogue.elasticity})
    shop.know(
        CATEGORY_TRUTH,
        {
            "category": [entry.name for entry in catalogue.categories],
            "line_share": [entry.share for entry in catalogue.categories],
            "price_elasticity": np.bincount(catalogue.category, weights=catalogue.elasticity) / np.bincount(catalogue.category),
            "hot_factor": [entry.hot_factor for entry in catalogue.categories],
            "loss_rate": [entry.loss_rate for entry in catalogue.categories],
        },
    )


def _name(category: Category, number: int, maker: str) -> str:
    """Maker, word of the category and, from the second round on, a running number: distinct within the catalogue."""
    word = category.words[number % len(category.words)]
    turn = number // len(category.words)
    return f"{maker}{word}" if turn == 0 else f"{maker}{word} {turn + 1} 号"
