"""Tables as a function of base, pieces and links: adding, undoing, merging and parting leave exactly what they should."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.engine import Lake
from xingke.engine.lake import LakeWriter
from xingke.loop.assemble import BALANCE, assemble, assemble_records
from xingke.loop.load import store_empty
from xingke.loop.pieces import BadLoadId, PieceStore
from xingke.quality.stored import assess
from xingke.schema import CUSTOMER, ORDER_LINE, ORG_UNIT, PRODUCT
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def put(writer: LakeWriter, table, rows: list[dict]) -> None:
    writer.put(table.name, pa.Table.from_pylist(rows, schema=table.arrow_schema), definition="test")


def customer(number: int) -> dict:
    return {
        "customer_id": number,
        "source_key": f"A{number}",
        "kind": "outlet",
        "display_name": f"店{number}",
        "status": "active",
        "org_path": "/all/east",
        "licence_status": "valid",
    }


def line(order: int, customer_id: int, *, amount: str = "10.00") -> dict:
    return {
        "customer_id": customer_id,
        "ordered_on": date(2026, 2, 1),
        "order_id": order,
        "line_no": 1,
        "product_id": 7,
        "price_class": 2,
        "quantity_units": 1,
        "amount_yuan": Decimal(amount),
        "discount_yuan": Decimal(0),
        "channel": None,
    }


def base(writer: LakeWriter) -> None:
    """Three customers of a bulk source with an order each."""
    put(
        writer,
        ORG_UNIT,
        [{"org_path": path, "parent_path": None, "level": "x", "name": name} for path, name in (("/all", "全"), ("/all/east", "东县"))],
    )
    put(writer, CUSTOMER, [customer(number) for number in (1, 2, 3)])
    product = {"product_id": 7, "source_key": "P7", "name": "甲", "category": "c", "brand": "b", "maker": "m", "price_class": 2}
    put(writer, PRODUCT, [product])
    put(writer, ORDER_LINE, [line(100 + number, number) for number in (1, 2, 3)])
    store_empty(writer)


def piece_rows(*rows: tuple[str, str, str, str]) -> pa.Table:
    """Order lines of the till: customer, order, product and amount."""
    return pa.Table.from_pylist(
        [
            {
                "system": "pos",
                "customer_key": who,
                "ordered_on": date(2026, 2, 3),
                "order_key": order,
                "line_no": 1,
                "product_key": product,
                "quantity_units": 2,
                "amount_yuan": Decimal(amount),
                "product_name": "新品" if product == "N1" else None,
            }
            for who, order, product, amount in rows
        ]
    )


def link(writer: LakeWriter, *links: tuple[str, int]) -> None:
    rows = [
        {"system": "pos", "source_id": key, "customer_id": number, "cluster": str(number), "rule": "test", "probability": 1.0}
        for key, number in links
    ]
    put(writer, IDENTITY_LINK, rows)


def run(writer: LakeWriter, lake: Lake) -> dict[str, int]:
    return assemble(writer, PieceStore(lake.root), now=NOW, company="公司")


def read(lake: Lake, sql: str) -> list[tuple]:
    """Ask the published lake."""
    snapshot = lake.current()
    connection = duckdb.connect()
    for name, version in snapshot.tables.items():
        files = [str(lake.root / version.directory / file.path) for file in version.files]
        connection.execute(f"create view {name} as select * from read_parquet({files}, hive_partitioning = false)")
    return connection.execute(sql).fetchall()


def table_of(lake: Lake, name: str) -> list[tuple]:
    return read(lake, f"select * from {name} order by all")


def publish(lake: Lake, *steps) -> dict[str, int]:
    with lake.writer(now=NOW) as writer:
        for step in steps:
            step(writer)
        counted = run(writer, lake)
        writer.publish()
    return counted


def test_a_load_joins_the_base_and_every_row_of_it_is_accounted_for(lake: Lake) -> None:
    store = PieceStore(lake.root)
    store.put("one", "order_line", piece_rows(("x", "9", "P7", "5.00"), ("stranger", "8", "P7", "6.00"), ("x", "9", "P7", "7.00")))
    counted = publish(lake, base, lambda writer: link(writer, ("x", 2)))
    assert counted == {"loaded": 1, "duplicate": 1, "waiting": 1}
    assert read(lake, "select customer_id, sum(amount_yuan) from order_line group by 1 order by 1") == [
        (1, Decimal("10.00")),
        (2, Decimal("17.00")),
        (3, Decimal("10.00")),
    ]
    assert read(lake, 'select file, "column", value, reason from quarantine_order_line') == [
        ("one", "customer_key", "pos/stranger", "unknown_reference")
    ]
    assert read(lake, f'select rows, loaded, duplicate, waiting from {BALANCE} where "table" = $$order_line$$') == [(3, 1, 1, 1)]


def test_a_row_waits_until_its_customer_is_known(lake: Lake) -> None:
    PieceStore(lake.root).put("one", "order_line", piece_rows(("late", "9", "P7", "5.00")))
    assert publish(lake, base)["waiting"] == 1
    assert publish(lake, lambda writer: link(writer, ("late", 3)))["loaded"] == 1
    assert read(lake, "select count(*) from order_line where customer_id = 3") == [(2,)]
    assert "quarantine_order_line" not in lake.current().tables


def test_a_key_of_the_bulk_source_names_its_customer_without_any_link(lake: Lake) -> None:
    PieceStore(lake.root).put("one", "order_line", piece_rows(("A3", "9", "P7", "5.00")))
    assert publish(lake, base) == {"loaded": 1, "duplicate": 0, "waiting": 0}
    assert read(lake, "select count(*) from order_line where customer_id = 3") == [(2,)]


def test_an_undone_load_leaves_the_tables_as_if_it_had_never_come(lake: Lake) -> None:
    publish(lake, base, lambda writer: link(writer, ("x", 2)))
    before = {name: table_of(lake, name) for name in ("order_line", "product", "customer")}
    store = PieceStore(lake.root)
    store.put("one", "order_line", piece_rows(("x", "9", "N1", "5.00")))
    publish(lake)
    assert len(table_of(lake, "order_line")) == 4
    assert len(table_of(lake, "product")) == 2
    assert store.drop("one")
    publish(lake)
    assert {name: table_of(lake, name) for name in before} == before
    assert not any(name.startswith("base_") for name in lake.current().tables)


def test_the_last_load_about_a_key_holds_and_the_earlier_one_is_named_a_duplicate(lake: Lake) -> None:
    store = PieceStore(lake.root)
    store.put("b-first", "order_line", piece_rows(("x", "9", "P7", "5.00")))
    store.put("a-second", "order_line", piece_rows(("x", "9", "P7", "8.00")))
    assert store.loads() == ["b-first", "a-second"]
    publish(lake, base, lambda writer: link(writer, ("x", 2)))
    assert read(lake, "select sum(amount_yuan) from order_line where customer_id = 2") == [(Decimal("18.00"),)]
    assert read(lake, f"select load_id, duplicate from {BALANCE} order by 1") == [("a-second", 0), ("b-first", 1)]


def test_merging_moves_the_facts_and_parting_restores_both_to_the_byte(lake: Lake) -> None:
    PieceStore(lake.root).put("one", "order_line", piece_rows(("x", "9", "P7", "5.00")))
    publish(lake, base, lambda writer: link(writer, ("x", 2)))
    before = {name: table_of(lake, name) for name in ("order_line", "customer")}

    def merge(writer: LakeWriter) -> None:
        link(writer, ("x", 1))
        put(writer, IDENTITY_REDIRECT, [{"from_customer_id": 2, "customer_id": 1}])
        put(writer, GOLDEN_RECORD, [])

    publish(lake, merge)
    assert read(lake, "select customer_id, count(*) from order_line group by 1 order by 1") == [(1, 3), (3, 1)]
    assert read(lake, "select customer_id from customer order by 1") == [(1,), (3,)]

    def part(writer: LakeWriter) -> None:
        link(writer, ("x", 2))
        put(writer, IDENTITY_REDIRECT, [])

    publish(lake, part)
    assert {name: table_of(lake, name) for name in before} == before


def test_a_workspace_without_any_bulk_source_gets_customers_from_its_records(lake: Lake) -> None:
    store = PieceStore(lake.root)
    store.put("crm", "source_record", pa.table({"system": ["pos"], "source_id": ["x"], "name": ["王军商店"], "phone": ["13800000001"]}))
    store.put("lines", "order_line", piece_rows(("x", "9", "N1", "5.00")))

    def identify(writer: LakeWriter) -> None:
        store_empty(writer)
        assert assemble_records(writer, store, now=NOW) == 1
        link(writer, ("x", 1))
        golden = {"customer_id": 1, "kind": "outlet", "display_name": "王军商店", "records": 1, "provenance": "{}", "county": "东县"}
        put(writer, GOLDEN_RECORD, [golden])

    assert publish(lake, identify)["loaded"] == 1
    assert read(lake, "select customer_id, source_key, display_name, org_path, licence_status from customer") == [
        (1, "x", "王军商店", "/all", "unknown")
    ]
    assert read(lake, "select name from org_unit") == [("公司",)]
    assert read(lake, "select name, source_key from product") == [("新品", "N1")]


def test_the_last_record_of_a_key_holds(lake: Lake) -> None:
    store = PieceStore(lake.root)
    for load, phone in (("one", "13800000001"), ("two", "13800000002")):
        store.put(load, "source_record", pa.table({"system": ["crm"], "source_id": ["x"], "phone": [phone]}))
    publish(lake, base, lambda writer: assemble_records(writer, store, now=NOW))
    assert read(lake, "select phone from source_record") == [("13800000002",)]


@pytest.mark.parametrize("replaces", [False, True], ids=["keeps", "empties"])
def test_an_empty_value_of_a_later_load_empties_what_is_known_only_where_it_is_said_so(lake: Lake, replaces: bool) -> None:
    store = PieceStore(lake.root)
    said = {"system": ["crm"], "source_id": ["x"], "phone": ["13800000001"], "email": ["a@example.org"], "address": ["路1号"]}
    store.put("one", "source_record", pa.table(said))
    store.put(
        "one",
        "member",
        pa.table({"system": ["crm"], "customer_key": ["A1"], "home_unit": ["u"], "joined_on": [NOW.date()], "gender": ["female"]}),
    )
    store.begin("two", emptied={"source_record": ["phone", "email"], "member": ["gender"]} if replaces else {})
    store.put("two", "source_record", pa.table({"system": ["crm"], "source_id": ["x"], "name": ["甲店"]}))
    store.put("two-p01", "member", pa.table({"system": ["crm"], "customer_key": ["A1"], "home_unit": ["v"], "joined_on": [NOW.date()]}))
    publish(lake, base, lambda writer: assemble_records(writer, store, now=NOW))
    kept = (None, None) if replaces else ("13800000001", "a@example.org")
    assert read(lake, "select name, address, phone, email from source_record") == [("甲店", "路1号", *kept)]
    assert read(lake, "select home_unit, gender from member") == [("v", None if replaces else "female")]


def test_what_did_not_change_is_not_written_again(lake: Lake) -> None:
    PieceStore(lake.root).put("one", "order_line", piece_rows(("A3", "9", "P7", "5.00")))
    publish(lake, base)
    first = {name: version.directory for name, version in lake.current().tables.items() if name != BALANCE}
    publish(lake)
    assert {name: version.directory for name, version in lake.current().tables.items() if name != BALANCE} == first


def test_files_of_the_base_are_not_copied(lake: Lake) -> None:
    PieceStore(lake.root).put("one", "order_line", piece_rows(("A3", "9", "P7", "5.00")))
    publish(lake, base)
    tables = lake.current().tables
    kept = lake.root / tables["base_order_line"].directory / tables["base_order_line"].files[0].path
    inside = lake.root / tables["order_line"].directory / "base-000.parquet"
    assert kept.samefile(inside)
    assert pq.read_metadata(inside).num_rows == 3


def test_a_load_goes_by_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(BadLoadId, match="small letters"):
        PieceStore(tmp_path).put("../etc", "order_line", piece_rows())


def test_what_the_registers_of_a_bulk_source_hold_beyond_its_list_is_no_customer(lake: Lake) -> None:
    store = PieceStore(lake.root)
    store.put("crm", "source_record", pa.table({"system": ["pos"], "source_id": ["mine"], "name": ["新店"]}))
    store.put("lines", "order_line", piece_rows(("mine", "9", "P7", "5.00"), ("forged", "8", "P7", "5.00")))

    def identify(writer: LakeWriter) -> None:
        link(writer, ("mine", 11), ("forged", 12))
        golden = [{"customer_id": number, "kind": "outlet", "display_name": "店", "records": 1, "provenance": "{}"} for number in (11, 12)]
        put(writer, GOLDEN_RECORD, golden)

    assert publish(lake, base, identify) == {"loaded": 1, "duplicate": 0, "waiting": 1}
    assert read(lake, "select customer_id from customer order by 1") == [(1,), (2,), (3,), (11,)]


@pytest.mark.parametrize("said", [{}, {"asked_cartons": 5}], ids=["without the trade's columns", "with one of them"])
def test_a_load_behind_a_base_with_columns_of_its_trade_has_the_form_of_the_base(lake: Lake, said: dict) -> None:
    def city(writer: LakeWriter) -> None:
        base(writer)
        own = {"asked_cartons": 3, "cap_cartons": 3, "delivered_cartons": 1}
        put(writer, CITY_ORDER_LINE, [{**line(100 + number, number), **own} for number in (1, 2, 3)])
        sku = {"wholesale_yuan": Decimal(9), "guide_yuan": Decimal(10), "price_band": "a", "in_province": True, "form": "slim"}
        product = {"product_id": 7, "source_key": "P7", "name": "甲", "category": "c", "brand": "b", "maker": "m", "price_class": 2}
        put(writer, SKU, [{**product, **sku, "tar_mg": 8, "supply_class": "full"}])

    rows = piece_rows(("A3", "9", "N1", "5.00")).to_pylist()
    PieceStore(lake.root).put("one", "order_line", pa.Table.from_pylist([{**row, **said} for row in rows]))
    assert publish(lake, city)["loaded"] == 1
    lines = sorted(read(lake, "select asked_cartons, cap_cartons, delivered_cartons from order_line"), key=str)
    assert lines == [*[(3, 3, 1)] * 3, (said.get("asked_cartons"), None, None)]
    for name, form in (("order_line", CITY_ORDER_LINE), ("product", SKU)):
        version = lake.current().tables[name]
        files = [str(lake.root / version.directory / file.path) for file in version.files]
        assert len({tuple((field.name, str(field.type)) for field in pq.read_schema(file)) for file in files}) == 1
        assert assess(files, form, as_of=date(2026, 3, 1)).rows == version.rows
