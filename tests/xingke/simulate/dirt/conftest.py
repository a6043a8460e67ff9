from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from xingke.schema.trade.people import LICENCE, OUTLET, OWNER
from xingke.simulate.dirt import source_records
from xingke.simulate.names import AREA_CODES, COUNTIES, addresses, people, phones, places_of, shops
from xingke.simulate.scenarios import SCENARIOS
from xingke.simulate.store import table_of
from xingke.simulate.streams import Streams

AS_OF = date(2024, 1, 1)
FORMATS = ("grocery", "convenience", "tobacco_shop", "other", "supermarket", "entertainment", "department_store")
FORMAT_EDGES = (0.52, 0.83, 0.89, 0.942, 0.972, 0.997)
COUNTY_EDGES = (0.282, 0.428, 0.558, 0.677, 0.794, 0.91)
FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "format")


@dataclass(frozen=True)
class City:
    """A small hand-made city: outlet k belongs to owner k, the last two outlets to one owner."""

    outlet: pa.Table
    owner: pa.Table
    licence: pa.Table

    def records(self, *, seed: int = 7, scenario: str = "baseline", clean: bool = False, as_of: date = AS_OF) -> tuple[pa.Table, pa.Table]:
        tables = {"outlet": self.outlet, "owner": self.owner, "licence": self.licence}
        return source_records(Streams(seed), **tables, scenario=SCENARIOS[scenario], clean=clean, as_of=as_of)

    def with_outlet(self, column: str, values: pa.Array) -> "City":
        return replace(self, outlet=self.outlet.set_column(self.outlet.schema.get_field_index(column), column, values))


def make_city(count: int) -> City:
    draw = Streams(11).of("city by hand")
    owner_names = people(draw, draw.random(count) < 0.55)
    owner = {
        "owner_id": np.arange(count) + 10,
        "name": owner_names,
        "phone": phones(draw, count),
        "uses_wechat": draw.random(count) < 0.82,
    }
    holder = np.minimum(np.arange(count), count - 2)
    county = np.searchsorted(COUNTY_EDGES, draw.random(count))
    formats = np.array(FORMATS, dtype=object)[np.searchsorted(FORMAT_EDGES, draw.random(count))]
    address = addresses(draw, county, draw.random(count) < 0.4)
    opened_on = np.datetime64("2014-01-01") + np.floor(draw.random(count) * 3600).astype("timedelta64[D]")
    text = np.full(count, "x", dtype=object)
    outlet = {
        "outlet_id": np.arange(count) + 1000,
        "owner_id": holder + 10,
        "name": shops(draw, owner_names[holder], formats, places_of(address)),
        "address": address,
        **dict.fromkeys(("org_path", "market_type", "settlement_class", "district_type", "terminal_type"), text),
        "county": np.array([name for _, name in COUNTIES], dtype=object)[county],
        "format": formats,
        "uses_pos": draw.random(count) < 0.4,
        "has_sensor": draw.random(count) < 0.03,
        "is_sample": np.zeros(count, dtype=np.bool_),
        "opened_on": opened_on,
    }
    licence = {
        "licence_no": [f"{AREA_CODES[place]}1{serial:05d}" for serial, place in enumerate(county.tolist())],
        "outlet_id": np.arange(count) + 1000,
        **dict.fromkeys(("holder_kind", "status"), text),
        "issued_on": opened_on,
        "valid_until": opened_on + np.timedelta64(1826, "D"),
        "status_since": opened_on,
    }
    return City(table_of(OUTLET, outlet), table_of(OWNER, owner), table_of(LICENCE, licence))


@pytest.fixture(scope="session")
def city() -> City:
    return make_city(4_000)


@pytest.fixture(scope="session")
def small_city() -> City:
    return make_city(300)


@dataclass(frozen=True)
class Seen:
    """Records beside what would have been right; those of real outlets only, as NumPy arrays by column."""

    records: dict[str, np.ndarray]
    right: dict[str, np.ndarray]
    all_records: pa.Table
    all_links: pa.Table

    def there(self, field: str) -> np.ndarray:
        return self.records[field] != ""

    def share(self, mask: np.ndarray, of: np.ndarray) -> float:
        return float(mask[of].mean())


def _columns(table: pa.Table) -> dict[str, np.ndarray]:
    return {name: np.array([value if value is not None else "" for value in table[name].to_pylist()]) for name in table.column_names}


@pytest.fixture(scope="session")
def see() -> Callable[[City, pa.Table, pa.Table], Seen]:
    def seen(city: City, records: pa.Table, links: pa.Table) -> Seen:
        real = links["outlet_id"].is_valid()
        outlet_id = links.filter(real)["outlet_id"].to_numpy() - 1000
        owner = city.outlet["owner_id"].to_numpy()[outlet_id] - 10
        right = {
            **{name: np.array(city.outlet[name].to_pylist())[outlet_id] for name in ("outlet_id", "name", "address", "format", "county")},
            "owner_name": np.array(city.owner["name"].to_pylist())[owner],
            "phone": np.array(city.owner["phone"].to_pylist())[owner],
            "licence_no": np.array(city.licence["licence_no"].to_pylist())[outlet_id],
        }
        return Seen(_columns(records.filter(real)), right, records, links)

    return seen


@pytest.fixture(scope="session")
def dirty(city: City, see: Callable[[City, pa.Table, pa.Table], Seen]) -> Seen:
    return see(city, *city.records())
