"""The SKUs: price classes, prices, volume, supply, launches and retirements."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.names import skus
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

CLASS_SHARES = (0.22, 0.14, 0.44, 0.16, 0.04)
CLASS_PRICES = ((150.0, 1000.0, 245.0), (109.0, 150.0, 130.0), (62.0, 109.0, 85.0), (30.0, 62.0, 45.0), (15.0, 30.0, 25.0))
"""Of each class: lowest, highest and mean wholesale price of a carton in yuan."""
GUIDE_RATIOS = (1.15, 1.15, 1.12, 1.10, 1.10)
RANK_OFFSET, RANK_POWER = 4.0, 1.05
BANDS = (50, 80, 109, 130, 158, 180, 220, 263, 290, 400, 600)
SUPPLY = ("tight", "balanced", "full", "new")
SUPPLY_SHARES = (0.12, 0.45, 0.33)
SUPPLY_RATIO = {"tight": 0.55, "balanced": 1.0, "full": 1.15, "new": 1.1}
LAUNCHES, RETIREMENTS = 10, 6
"""In 104 weeks of a city with 120 SKUs."""
FORMS = ("standard", "slim", "medium", "short", "capsule")
FORM_SHARES = (0.55, 0.22, 0.1, 0.05, 0.08)
NEW_FOR_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Products:
    """By SKU index.

    Parameters
    ----------
    price_class
        0..4: class 1 to class 5.
    volume
        Share of the city's cartons when every SKU is on the market and known.
    wholesale_fen, guide_fen
        Price of a carton in hundredths of a yuan.
    supply
        Place in `SUPPLY` once it is no longer new.
    launch_week, retire_week
        First week on the market (negative: before the world) and first week without it (beyond the world: never).
    """

    product_id: NDArray[np.int64]
    name: NDArray[np.object_]
    brand: NDArray[np.object_]
    maker: NDArray[np.object_]
    price_class: NDArray[np.int32]
    volume: NDArray[np.float64]
    wholesale_fen: NDArray[np.int64]
    guide_fen: NDArray[np.int64]
    supply: NDArray[np.int32]
    launch_week: NDArray[np.int32]
    retire_week: NDArray[np.int32]
    in_province: NDArray[np.bool_]
    form: NDArray[np.int32]
    tar_mg: NDArray[np.int32]
    listed_on: tuple[date, ...]

    @property
    def count(self) -> int:
        """How many SKUs there are, those of the future included."""
        return int(self.product_id.size)

    @property
    def launches(self) -> NDArray[np.int64]:
        """Indices of the SKUs that are launched within the world."""
        return np.flatnonzero(self.launch_week >= 0)

    def is_live(self, week: int) -> NDArray[np.bool_]:
        """Which SKUs are on the market in a week."""
        return (self.launch_week <= week) & (week < self.retire_week)

    def supply_at(self, week: int) -> NDArray[np.int32]:
        """The supply class in a week: new for half a year after the launch."""
        young = (self.launch_week >= 0) & (week >= self.launch_week) & (week < self.launch_week + NEW_FOR_WEEKS)
        return np.where(young, SUPPLY.index("new"), self.supply).astype(np.int32)

    def band(self) -> NDArray[np.int64]:
        """The price band: 0 below 50 yuan, rising with the price."""
        return np.searchsorted(np.array(BANDS) * 100, self.wholesale_fen, side="right")


def band_name(band: int) -> str:
    """How a price band is written."""
    if band == 0:
        return f"<{BANDS[0]}"
    return f">={BANDS[-1]}" if band == len(BANDS) else f"{BANDS[band - 1]}-{BANDS[band]}"


def draw_products(streams: Streams, size: Size) -> Products:
    """Draw the SKUs of a world."""
    draw = streams.of("products")
    count = size.skus
    volume = np.power(np.arange(1.0, count + 1.0) + RANK_OFFSET, -RANK_POWER, dtype=np.float64)
    volume /= volume.sum()
    price_class = _classes(draw, volume)
    price = _prices(draw, volume, price_class)
    scale = size.weeks / 104 * count / 120
    launch_week, retire_week = _life(draw, size, max(1, round(LAUNCHES * scale)), max(1, round(RETIREMENTS * scale)))
    guide = price * np.array(GUIDE_RATIOS)[price_class]
    in_province = _first_share(draw, volume, 0.45)
    form = np.searchsorted(np.cumsum(FORM_SHARES), draw.random(count)).clip(0, len(FORMS) - 1).astype(np.int32)
    names, brands, makers = skus(draw, count, in_province=in_province, forms=np.array(FORMS, dtype=object)[form])
    code = np.where(in_province, 99_000_000, 11_000_000 + 1_000_000 * draw.integers(0, 40, count)) + 101 * (np.arange(count) + 1)
    return Products(
        product_id=code,
        name=names,
        brand=brands,
        maker=makers,
        price_class=price_class,
        volume=volume,
        wholesale_fen=np.round(price * 2).astype(np.int64) * 50,
        guide_fen=np.round(guide).astype(np.int64) * 100,
        supply=_supply(draw, price_class, volume),
        launch_week=launch_week,
        retire_week=retire_week,
        in_province=in_province,
        form=form,
        tar_mg=draw.integers(5, 12, count).astype(np.int32),
        listed_on=tuple(size.starts_on + timedelta(days=7 * int(week)) for week in launch_week),
    )


def _classes(draw: np.random.Generator, volume: NDArray[np.float64]) -> NDArray[np.int32]:
    """A class for each SKU, in order of volume, so that the classes' shares of cartons come out as they should."""
    given = np.zeros(len(CLASS_SHARES))
    found = np.zeros(volume.size, dtype=np.int32)
    for sku in range(volume.size):
        lacking = np.array(CLASS_SHARES) - given + draw.normal(0.0, 0.2 * volume[sku], len(CLASS_SHARES))
        found[sku] = int(np.argmax(lacking / (1.0 + given)))
        given[found[sku]] += volume[sku]
    return found


def _prices(draw: np.random.Generator, volume: NDArray[np.float64], price_class: NDArray[np.int32]) -> NDArray[np.float64]:
    """Prices within the class, bent so that their mean by volume is that of the class."""
    price = np.zeros(volume.size)
    for place, (low, high, mean) in enumerate(CLASS_PRICES):
        members = np.flatnonzero(price_class == place)
        if not members.size:
            continue
        level = draw.permutation((np.arange(members.size) + 0.5) / members.size)
        weight = volume[members] / volume[members].sum()
        least, most = -4.0, 4.0
        for _ in range(50):
            middle = (least + most) / 2
            found = float((low + (high - low) * level ** np.exp(middle)) @ weight)
            least, most = (middle, most) if found > mean else (least, middle)
        price[members] = low + (high - low) * level ** np.exp(middle)
    return price


def _supply(draw: np.random.Generator, price_class: NDArray[np.int32], volume: NDArray[np.float64]) -> NDArray[np.int32]:
    """Supply classes by number of SKUs; dear and popular ones are tight first."""
    wanted = (1.2 - 0.25 * price_class) + 6.0 * volume + draw.normal(0.0, 0.5, volume.size)
    rank = np.empty(volume.size)
    rank[np.argsort(-wanted, kind="stable")] = (np.arange(volume.size) + 0.5) / volume.size
    ends = np.cumsum(SUPPLY_SHARES) / np.sum(SUPPLY_SHARES)
    return np.searchsorted(ends, rank).clip(0, 2).astype(np.int32)


def _life(draw: np.random.Generator, size: Size, launches: int, retirements: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Launches among the middle ranks, retirements among the last."""
    launch = -draw.integers(60, 700, size.skus).astype(np.int32)
    retire = np.full(size.skus, 10_000, dtype=np.int32)
    middle = np.arange(size.skus // 5, size.skus * 3 // 4)
    chosen = draw.permutation(middle)[:launches]
    launch[chosen] = np.sort(draw.integers(2, max(size.weeks - 8, 3), launches))
    last = np.arange(size.skus * 3 // 4, size.skus)
    gone = draw.permutation(last)[:retirements]
    retire[gone] = draw.integers(size.weeks // 4, size.weeks, retirements)
    return launch, retire


def _first_share(draw: np.random.Generator, volume: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """SKUs in random order until they hold a share of the volume."""
    order = draw.permutation(volume.size)
    chosen = np.zeros(volume.size, dtype=bool)
    chosen[order[np.cumsum(volume[order]) <= share]] = True
    return chosen
