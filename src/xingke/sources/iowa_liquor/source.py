"""Iowa as a source: master data, organisation and order lines from a folder of Parquet files, or from one file in the state's own form."""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from xingke.schema import CUSTOMER, CUSTOMER_BUCKETS, ORDER_LINE, ORG_UNIT, PRODUCT, Table
from xingke.schema.findings import Finding, quarantine_joined, quarantine_of
from xingke.sources import reading
from xingke.sources.contract import DataNotFound, SourceTable
from xingke.sources.iowa_liquor import lines, master, raw
from xingke.words import both

ALL_OUTLETS = 1_000_000
NO_STORES = pa.schema(
    [
        ("Store", pa.int64()),
        ("Name", pa.string()),
        ("City", pa.string()),
        ("Zip Code", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("Store Status", pa.string()),
    ]
).empty_table()
NO_POPULATION = pa.schema([("County", pa.string()), ("City", pa.string()), ("Year", pa.int64()), ("Estimate", pa.float64())]).empty_table()
NO_PRODUCTS = pa.schema(
    [
        ("Item Number", pa.string()),
        ("Item Description", pa.string()),
        ("Category Name", pa.string()),
        ("Vendor Name", pa.string()),
        ("State Bottle Cost", pa.float64()),
        ("State Bottle Retail", pa.float64()),
        ("Pack", pa.int64()),
        ("List Date", pa.string()),
    ]
).empty_table()
MASTER_FILES = {
    "store": ("store.parquet", NO_STORES),
    "population": ("city_population_by_year.parquet", NO_POPULATION),
    "product_list": ("product.parquet", NO_PRODUCTS),
}


class IowaLiquor:
    """Order lines of Iowa's state wholesaler to licensed outlets.

    Parameters
    ----------
    years
        Only these years; all that are there if empty.
    outlets
        Only so many outlets, chosen by a hash of their number, so that the choice is the same everywhere.
    """

    name = "iowa_liquor"
    kind = "files"
    pack = "wholesale"
    currency = "USD"
    label = both("艾奥瓦州酒类批发", "Iowa liquor wholesale")
    note = both(
        "艾奥瓦州酒类局公开的真实数据：州专营批发向持证网点的每一订单行（2012-01 至 2021-06）。订单、网点与商品均为真实。"
        "网点与商品名单取自 2022-11-01，此前关闭的网点不在名单上，其许可证状态记为未知；"
        "业态按店名推断，品牌取品名前两词；数据中没有营销活动。",
        "Real open data of the Iowa state liquor monopoly: every order line of the state's wholesale to licensed outlets, January 2012 to "
        "June 2021. Orders, outlets and products are real. The lists of outlets and products are of 2022-11-01: outlets closed before are "
        "not on them and their licence counts as unknown; the format is guessed from the name, the brand is the first two words of the "
        "description; there are no marketing actions in the data.",
    )

    def __init__(self, *, years: tuple[int, ...] = (), outlets: int | None = None) -> None:
        self.years, self.outlets = years, outlets

    def default_location(self) -> Path | None:
        """`$XINGKE_DATA/iowa_liquor`, where that is set: these files come with no package."""
        root = os.environ.get("XINGKE_DATA")
        return Path(root) / "iowa_liquor" if root else None

    def tables(self, location: Path, *, as_of: date | None = None, connection: Any) -> Iterator[SourceTable]:
        """Organisation, outlets, products, order lines; a location that is a file is read in the state's own text form.

        Raises
        ------
        DataNotFound
            No file of the years asked for is at the location.
        """
        if location.is_file():
            yield from _raw_tables(location, as_of, connection)
            return
        sales = self._sales(location)
        known = {**_master(connection, location / "dim"), "sample": _sample(location / "raw_sample")}
        limit = ALL_OUTLETS if self.outlets is None else self.outlets
        known["chosen"] = reading.arrow(connection, lines.CHOSEN, {"sales": sales, "outlets": limit})
        known["sold"] = reading.arrow(connection, lines.SOLD, {"sales": sales})
        yield from _master_tables(connection, known)
        yield _parquet_lines(connection, sales, known, as_of)

    def _sales(self, location: Path) -> list[str]:
        found = {int(path.stem.removeprefix("sale_")): str(path) for path in (location / "dev").glob("sale_[0-9]*.parquet")}
        years = self.years or tuple(sorted(found))
        missing = [year for year in years if year not in found]
        if missing or not years:
            expected = ", ".join(f"dev/sale_{year}.parquet" for year in missing) or "dev/sale_YEAR.parquet"
            raise DataNotFound(source=self.name, path=location, expected=expected)
        return [found[year] for year in years]


def _master(connection: Any, folder: Path) -> dict[str, pa.Table]:
    """The state's lists, empty where a file is not there: every outlet then goes by its number."""
    known = {}
    for name, (file, empty) in MASTER_FILES.items():
        path = folder / file
        known[name] = reading.arrow(connection, "select * from read_parquet($path)", {"path": str(path)}) if path.is_file() else empty
    return known


def _sample(folder: Path) -> pa.Table:
    found = sorted(folder.glob("*.csv"))
    return raw.read_raw(found[0]).rows if found else raw.no_sample()


def _whole(table: Table, answer: pa.Table, findings: tuple[Finding, ...]) -> SourceTable:
    rows = answer.num_rows
    return SourceTable(table, reading.batches(table, answer), quarantine_of(), rows_read=rows, rows_loaded=rows, findings=findings)


def _master_tables(connection: Any, known: dict[str, pa.Table]) -> Iterator[SourceTable]:
    """Organisation, outlets and products; leaves the products in `known` for the lines."""
    named = {name: known[name] for name in ("chosen", "store", "population", "sample")}
    outlets = reading.arrow(connection, master.OUTLETS, {}, named)
    yield _whole(ORG_UNIT, master.org_units(outlets), ())
    yield _whole(CUSTOMER, master.customers(outlets), _outlet_findings(outlets))
    listed = {name: known[name] for name in ("product_list", "sample", "sold")}
    answer = reading.arrow(connection, master.PRODUCTS, {"mark_up": master.MARK_UP}, listed)
    known["product"] = master.products(answer)
    yield _whole(PRODUCT, known["product"], _product_findings(answer))


def _finding(code: str, table: str, keys: list[str], zh: str, en: str) -> tuple[Finding, ...]:
    return (Finding(code, table, len(keys), both(zh, en), tuple(keys[:5])),) if keys else ()


def _outlet_findings(outlets: pa.Table) -> tuple[Finding, ...]:
    rows = outlets.to_pylist()
    unlisted = [str(row["customer_id"]) for row in rows if row["standing"] is None]
    nameless = [str(row["customer_id"]) for row in rows if row["name"] is None]
    placeless = [str(row["customer_id"]) for row in rows if row["county"] is None]
    return (
        *_finding(
            "outlet_without_master", "customer", unlisted, "不在网点名单上，许可证状态未知", "not on the list of outlets; licence unknown"
        ),
        *_finding("outlet_without_name", "customer", nameless, "没有名称，以编号命名", "without a name; named by their number"),
        *_finding("outlet_without_county", "customer", placeless, "所在县未知，归入 /ia/unknown", "county unknown; under /ia/unknown"),
    )


def _product_findings(answer: pa.Table) -> tuple[Finding, ...]:
    unlisted = [row["source_key"] for row in answer.select(["source_key", "on_list"]).to_pylist() if not row["on_list"]]
    zh, en = "不在商品名单上；价类由样本或成交单价推得", "not on the product list; price class from the sample or the price paid"
    return _finding("product_without_master", "product", unlisted, zh, en)


def _parquet_lines(connection: Any, sales: list[str], known: Mapping[str, pa.Table], as_of: date | None) -> SourceTable:
    chosen = {"chosen": known["chosen"]}
    (rows,) = reading.one_row(connection, lines.COUNT, {"sales": sales}, chosen)
    refused = _refused(connection, lines.PARQUET_LINES, {"sales": sales}, chosen, as_of, rows=rows)
    named = {**chosen, "product": _prices(known), "refused": refused.select(["file", "row"])}
    good = reading.bucketed(connection, ORDER_LINE, lines.PARQUET_LINES + lines.GOOD, {"sales": sales}, named, rows=rows)
    return SourceTable(ORDER_LINE, good, refused, rows_read=rows, rows_loaded=rows - refused.num_rows)


def _refused(
    connection: Any, select: str, asked: dict[str, object], known: dict[str, pa.Table], as_of: date | None, *, rows: int
) -> pa.Table:
    parts = []
    for bucket in reading.passes(rows):
        parameters = {**asked, "as_of": as_of, "bucket": bucket, "buckets": CUSTOMER_BUCKETS}
        parts.append(reading.quarantine(connection, select + lines.REFUSED, parameters, known))
    return quarantine_joined(parts).sort_by([("file", "ascending"), ("row", "ascending")])


def _prices(known: Mapping[str, pa.Table]) -> pa.Table:
    return known["product"].select(["product_id", "source_key", "price_class"])


def _raw_tables(path: Path, as_of: date | None, connection: Any) -> Iterator[SourceTable]:
    read = raw.read_raw(path, as_of=as_of)
    known = {**_master(connection, path.parent.parent / "dim"), "sample": read.rows}
    known["chosen"] = reading.arrow(connection, "select distinct outlet as customer_id from sample order by 1", {}, {"sample": read.rows})
    items = 'select "Item Number" as item, sum(dollars) / nullif(sum(bottles), 0) as unit_price from sample group by all'
    known["sold"] = reading.arrow(connection, items, {}, {"sample": read.rows})
    yield from _master_tables(connection, known)
    select = raw.SAMPLE_LINES + lines.INVOICE
    sample = {"sample": read.rows}
    refused = _refused(connection, select, {"file": path.name}, sample, None, rows=read.rows.num_rows)
    named = {**sample, "product": _prices(known), "refused": refused.select(["file", "row"])}
    good = reading.bucketed(connection, ORDER_LINE, select + lines.GOOD, {"file": path.name}, named, rows=read.rows.num_rows)
    everything = quarantine_joined([read.quarantine, refused]).sort_by("row")
    yield SourceTable(ORDER_LINE, good, everything, rows_read=read.rows_read, rows_loaded=read.rows_read - everything.num_rows)


SOURCE = IowaLiquor()
