"""Worlds as sources: what becomes of shops, licences and messages, which rows stay outside, and that the truth stays closed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.small_world import ENDS_ON, OUTLETS, STARTS_ON, city_rows, delivery, order_line, world_write
from xingke.engine import Lake, LakeReader
from xingke.loop import load_source
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.sources import DataNotFound
from xingke.sources.closed import TruthIsClosed
from xingke.sources.csv_file import CsvFile
from xingke.sources.xingcheng import CITY, FIRM
from xingke.sources.xingcheng.folder import OtherKindOfWorld, UnfitFile

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def load(place, *, source=CITY, as_of=None):
    with duckdb.connect() as connection:
        return {item.table.name: (item, item.read()) for item in source.tables(place, as_of=as_of, connection=connection)}


def told(item):
    return [(row["row"], row["column"], row["value"], row["reason"]) for row in item.quarantine.to_pylist()]


def test_the_world_folder_and_its_observed_folder_are_the_same_source(tmp_path):
    world = world_write(tmp_path / "w")
    whole, observed = load(world), load(world / "observed")
    assert set(whole) == set(city_rows()) | {"customer", "touch"}
    for name, (_, table) in whole.items():
        assert table.equals(observed[name][1]), name


def test_lines_and_products_keep_the_columns_of_the_trade_behind_the_canonical_ones(tmp_path):
    found = load(world_write(tmp_path))
    assert (found["order_line"][0].table, found["product"][0].table) == (CITY_ORDER_LINE, SKU)


def test_a_customer_is_a_shop_with_its_latest_licence_and_grade(tmp_path):
    customers = {row["customer_id"]: row for row in load(world_write(tmp_path))["customer"][1].to_pylist()}
    assert len(customers) == OUTLETS
    plain = customers[1]
    assert (plain["kind"], plain["display_name"], plain["source_key"]) == ("outlet", "西山县便利店1号", "360100000001")
    assert (plain["city"], plain["district"], plain["grade"], plain["licence_status"]) == ("星城", "西山县", 12, "valid")
    assert customers[2]["licence_status"] == "expired"
    assert customers[3]["status"] == "closed"
    assert (customers[4]["status"], customers[4]["licence_status"]) == ("paused", "paused")
    assert customers[5]["grade"] == 8


def test_messages_and_responses_become_touches(tmp_path):
    touches = load(world_write(tmp_path))["touch"][1].to_pylist()
    assert Counter(row["kind"] for row in touches) == {"sent": 40, "delivered": 36, "failed": 4, "opened": 5, "replied": 5}
    assert {(row["channel"], row["campaign_key"], row["detail"]) for row in touches} == {("sms", "past-01", "货源通知")}


def test_rows_that_break_the_schema_stay_outside_with_their_reason(tmp_path):
    rows = city_rows()
    good = len(rows["order_line"])
    bad = [
        order_line(1, STARTS_ON),
        order_line(OUTLETS + 7, STARTS_ON, line_no=2),
        order_line(1, STARTS_ON, line_no=3, product=9),
        order_line(1, STARTS_ON, line_no=4, quantity=2_000_000),
    ]
    bad[2]["price_class"] = 1
    rows["order_line"] = [*rows["order_line"], *bad]
    item, table = load(world_write(tmp_path, rows))["order_line"]
    assert table.num_rows == good
    assert item.rows_read == item.rows_loaded + item.quarantine.num_rows == good + 4
    assert sorted((row["column"], row["value"], row["reason"]) for row in item.quarantine.to_pylist()) == [
        ("customer_id", "47", "unknown_reference"),
        ("order_id+line_no", "1+1", "duplicate_key"),
        ("product_id", "9", "unknown_reference"),
        ("quantity_units", "2000000", "out_of_bounds"),
    ]
    assert {row["file"] for row in item.quarantine.to_pylist()} == {"order_line/part-000.parquet"}


def test_of_two_rows_with_one_key_the_first_stays(tmp_path):
    rows = city_rows()
    second = {**rows["delivery"][0], "is_on_time": False}
    rows["delivery"] = [*rows["delivery"], second]
    item, table = load(world_write(tmp_path, rows))["delivery"]
    assert told(item) == [(len(rows["delivery"]), "order_id", "0", "duplicate_key")]
    assert [row["is_on_time"] for row in table.to_pylist() if row["order_id"] == 0] == [True]


def test_a_choice_nobody_declared_and_an_empty_required_text_stay_outside(tmp_path):
    rows = city_rows()
    rows["complaint"][0]["kind"] = "weather"
    rows["outlet"][0]["name"] = " "
    found = load(world_write(tmp_path, rows))
    assert told(found["complaint"][0]) == [
        (1, "kind", "weather", "not_a_choice"),
        (2, "customer_id", "0", "unknown_reference"),
    ]
    assert told(found["customer"][0]) == told(found["outlet"][0]) == [(1, "name", " ", "required_missing")]
    assert {row["table"] for row in found["customer"][0].quarantine.to_pylist()} == {"customer"}


def test_days_after_the_day_of_loading_are_set_aside(tmp_path):
    rows = city_rows()
    rows["delivery"] = [delivery(1, STARTS_ON), delivery(1, STARTS_ON + timedelta(days=70))]
    item, table = load(world_write(tmp_path, rows), as_of=STARTS_ON + timedelta(days=30))["delivery"]
    assert [row["reason"] for row in item.quarantine.to_pylist()] == ["future_day"]
    assert table.num_rows == 1


def test_every_bucketed_table_comes_by_bucket_customer_and_day(tmp_path):
    for name, (item, table) in load(world_write(tmp_path)).items():
        if item.table.bucketed:
            keys = [(row["customer_id"] % 16, row["customer_id"], row[item.table.day]) for row in table.to_pylist()]
            assert keys == sorted(keys), name


def test_many_lines_are_read_bucket_by_bucket_to_the_same_rows(tmp_path, monkeypatch):
    rows = city_rows()
    rows["order_line"] = [*rows["order_line"], order_line(1, STARTS_ON), order_line(17, STARTS_ON)]
    world = world_write(tmp_path, rows)
    whole, in_parts = load(world), None
    monkeypatch.setattr("xingke.sources.reading.ONE_PASS_ROWS", 10)
    in_parts = load(world)
    for name, (item, table) in whole.items():
        assert table.equals(in_parts[name][1]), name
        assert item.quarantine.equals(in_parts[name][0].quarantine), name


def test_a_firm_of_members_needs_no_customer_table(tmp_path):
    members = [{"customer_id": n, "home_unit": "A 店", "joined_on": date(2023, 1, 1)} for n in range(3)]
    visits = [{"customer_id": 1, "visit_id": 5, "visited_on": STARTS_ON, "visited_at": NOW, "unit": "A 店"}]
    found = load(world_write(tmp_path, {"member": members, "member_visit": visits}, kind="gym"), source=FIRM)
    assert [row["display_name"] for row in found["customer"][1].to_pylist()] == ["M-00000", "M-00001", "M-00002"]
    assert set(found["customer"][1]["org_path"].to_pylist()) == {"/all"} == set(found["org_unit"][1]["org_path"].to_pylist())
    assert found["member_visit"][1].num_rows == 1


def test_leads_are_customers_by_their_region(tmp_path):
    lead = {
        "customer_id": 7,
        "created_at": datetime(2024, 1, 1, 20, tzinfo=UTC),
        "channel": "search",
        "industry": "machinery",
        "staff_count": 20,
        "title_level": "head",
        "region": "华东",
        "pages_viewed": 3,
        "price_page_views": 1,
        "asked_for_demo": True,
        "mails_opened": 0,
        "is_won": True,
        "amount_yuan": Decimal(5000),
    }
    (row,) = load(world_write(tmp_path, {"lead": [lead]}, kind="leads"), source=FIRM)["customer"][1].to_pylist()
    assert (row["kind"], row["city"], row["status"], row["opened_on"]) == ("lead", "华东", "active", date(2024, 1, 2))


def test_a_world_of_the_other_kind_names_the_source_to_use(tmp_path):
    with pytest.raises(OtherKindOfWorld, match="xingcheng_firm"):
        load(world_write(tmp_path / "gym", kind="gym"))
    with pytest.raises(OtherKindOfWorld, match="source xingcheng"):
        load(world_write(tmp_path / "city"), source=FIRM)


def test_no_source_reads_the_truth(tmp_path):
    world = world_write(tmp_path)
    hidden = world / "truth" / "lines.csv"
    hidden.write_text("customer_id\n1\n")
    for source, place in ((CITY, world / "truth"), (CsvFile(), hidden), (CITY, world / "observed" / ".." / "truth")):
        with Lake(tmp_path / "lake").writer(now=NOW) as writer, pytest.raises(TruthIsClosed, match="scorer"):
            load_source(writer, source, place, connection=None, now=NOW)
    with pytest.raises(TruthIsClosed):
        load(world / "truth")


def test_a_folder_without_a_world_is_named(tmp_path):
    with pytest.raises(DataNotFound, match=r"world\.json"):
        load(tmp_path)
    world = world_write(tmp_path / "w")
    (world / "world.json").write_text("{}")
    with pytest.raises(DataNotFound, match=r"world\.json"):
        load(world)


def test_a_file_with_other_columns_is_named_before_anything_is_loaded(tmp_path):
    world = world_write(tmp_path)
    path = world / "observed" / "complaint" / "part-000.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["kind"]), path)
    with pytest.raises(UnfitFile, match=r"complaint: expected kind string, found opened_on date32"):
        load(world)
    path.write_text("no parquet")
    with pytest.raises(UnfitFile, match="expected Parquet"):
        load(world)


def test_a_folder_of_no_known_table_is_told_and_not_read(tmp_path):
    world = world_write(tmp_path)
    (world / "observed" / "notes").mkdir()
    (finding,) = load(world)["org_unit"][0].findings
    assert (finding.code, finding.rows, finding.examples) == ("unknown_table", 1, ("notes",))


def test_the_default_place_is_a_world_of_the_right_kind(tmp_path, monkeypatch):
    world = world_write(tmp_path)
    monkeypatch.delenv("XINGKE_WORLD", raising=False)
    assert (CITY.default_location(), FIRM.default_location()) == (None, None)
    monkeypatch.setenv("XINGKE_WORLD", str(world))
    assert (CITY.default_location(), FIRM.default_location()) == (world, None)


def test_trade_tables_reach_the_lake_and_keep_their_buckets(tmp_path):
    world = world_write(tmp_path / "w")
    lake = Lake(tmp_path / "lake")
    with lake.writer(now=NOW) as writer, duckdb.connect() as connection:
        load_source(writer, CITY, world, connection=connection, now=NOW)
        snapshot = writer.publish()
    assert {"delivery", "complaint", "assignment", "order_line"} <= set(snapshot.tables)
    assert "weather_day" not in snapshot.tables
    assert {bucket for file in snapshot.tables["delivery"].files for bucket in file.buckets} == set(range(16))
    late = LakeReader(lake).query("select count(*) as n, max(promised_on) as last from delivery")
    assert late.to_pylist() == [{"n": 1200, "last": ENDS_ON - timedelta(days=5)}]
    assert isinstance(late, pa.Table)
