"""A file by its mapping: every row is loaded, or accounted for with its reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.schema.findings import REASONS
from xingke.sources.files import read_raw
from xingke.sources.mapping import BadMapping, InMemory, Mapping, apply, from_yaml, parts, to_yaml

ORDERS = """
set_aside: [合计]
tables:
- table: order_line
  constants: {system: ordering}
  columns:
    customer_key: 客户
    ordered_on: 日期
    order_key: 单号
    product_name: 品名
    quantity_units: {from: 数量, transform: [units: {base: 条, factors: {条: 1, 件: 50}}]}
    amount_yuan: 金额
  derived: {product_key: {copy: [product_name]}, line_no: {number_lines: [order_key]}}
  unique: [order_key, ordered_on, product_key, quantity_units, amount_yuan]
- table: source_record
  constants: {system: ordering}
  columns: {source_id: 客户, name: 店名}
  folds: true
"""
TEXT = """销售明细,,,,,,
客户,店名,单号,日期,品名,数量,金额
A1,甲店,S1,2026年1月3日,玉溪,３条,"￥1,200.50"
A1,甲店,S1,46025,红塔山,2件,(30)
A2,乙店,S2,2026-02-30,红塔山,1条,5
A2,乙店,S2,2026-01-04,红塔山,若干,5
A2,乙店,S2,2026-01-04,红塔山,1条,5
A2,乙店,S2,2026-01-04,红塔山,1条,5
客户,店名,单号,日期,品名,数量,金额
A3,丙店,S3,2027-01-01,红塔山,1条,5
A3,丙店
合计,,,,,9,1240
制表：王,,,,,,
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "销售.csv"
    path.write_text(TEXT, encoding="gb18030")
    return path


def loaded(sink: parts.PartSink) -> InMemory:
    assert isinstance(sink, InMemory)
    return sink


def test_good_rows_are_typed_and_the_others_wait_with_a_reason(orders):
    applied, sink = apply(from_yaml(ORDERS), read_raw(orders), as_of=date(2026, 6, 1))
    rows = loaded(sink).whole("order_line").to_pylist()
    assert [(row["customer_key"], row["ordered_on"], row["quantity_units"], row["amount_yuan"]) for row in rows] == [
        ("A1", date(2026, 1, 3), 3, Decimal("1200.50")),
        ("A1", date(2026, 1, 3), 100, Decimal("-30.00")),
        ("A2", date(2026, 1, 4), 1, Decimal("5.00")),
    ]
    lines = applied.tables[0]
    assert [(row["row"], row["reason"], row["column"]) for row in lines.quarantine.to_pylist()] == [
        (5, "wrong_type", "ordered_on"),
        (6, "wrong_type", "quantity_units"),
        (8, "duplicate_key", "order_key+ordered_on+product_key+quantity_units+amount_yuan"),
        (9, "repeated_header", None),
        (10, "future_day", "ordered_on"),
        (11, "ragged_row", None),
        (12, "totals_row", None),
        (13, "note_row", None),
    ]
    assert (lines.rows_read, lines.rows_loaded, lines.quarantined, lines.duplicates, lines.set_aside) == (11, 3, 4, 1, 3)


def test_customers_of_the_lines_are_one_record_each_and_totals_are_none(orders):
    applied, sink = apply(from_yaml(ORDERS), read_raw(orders))
    records = loaded(sink).whole("source_record")
    assert dict(zip(records["source_id"].to_pylist(), records["name"].to_pylist(), strict=True)) == {
        "A1": "甲店",
        "A2": "乙店",
        "A3": "丙店",
    }
    folded = applied.tables[1]
    assert folded.rows_read == folded.rows_loaded + folded.folded
    assert applied.rows_read == 11


def test_every_reason_is_declared_in_words(orders):
    applied, _ = apply(from_yaml(ORDERS), read_raw(orders), as_of=date(2026, 6, 1))
    assert set(applied.quarantine["reason"].to_pylist()) <= set(REASONS)


def test_repeats_are_found_across_parts(tmp_path, monkeypatch):
    monkeypatch.setattr("xingke.sources.files.text_file.BLOCK", 512)
    lines = [f"S{n},A{n},2026-01-01,P,1,5" for n in range(200)]
    path = tmp_path / "a.csv"
    path.write_text("order,customer,date,product,qty,amount\n" + "\n".join([*lines, lines[3], lines[150]]), encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: order_line, constants: {system: pos}, columns: {order_key: order, customer_key: customer, ordered_on: date, "
        "product_key: product, quantity_units: qty, amount_yuan: amount}, derived: {line_no: {number_lines: [order_key]}}, "
        "unique: [order_key, product_key]}]"
    )
    applied, sink = apply(mapping, read_raw(path), part_rows=10)
    assert applied.parts["order_line"] > 3
    assert loaded(sink).whole("order_line")["order_key"].to_pylist() == [f"S{n}" for n in range(200)]
    assert [row["row"] for row in applied.quarantine.to_pylist()] == [202, 203]


def test_lines_that_are_alike_are_as_many_lines_and_a_mapping_of_the_first_version_means_the_same(tmp_path):
    path = tmp_path / "a.csv"
    rows = "S1,A,2026-01-01,P1,1,5\nS2,A,2026-01-01,P1,1,5\nS1,A,2026-01-01,P1,1,5\n"
    path.write_text("单号,客户,日期,货号,数量,金额\n" + rows, encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: order_line, constants: {system: pos}, columns: {order_key: 单号, customer_key: 客户, ordered_on: 日期, "
        "product_key: 货号, quantity_units: 数量, amount_yuan: 金额}, derived: {line_no: {number_lines: [order_key]}}, "
        "unique: [order_key, customer_key, ordered_on, product_key, quantity_units, amount_yuan]}]"
    )
    applied, sink = apply(mapping, read_raw(path))
    assert loaded(sink).whole("order_line")["line_no"].to_pylist() == [None, None, None]
    assert applied.tables[0].duplicates == 0
    assert "line_no" not in to_yaml(mapping)


def test_time_gives_its_day_in_shanghai_and_a_day_its_midnight(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("客户,时间,类型,渠道,活动\nA,2026-01-01 23:30,已发送,短信,春节\nB,2026-01-02,打开,短信,春节\n", encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: touch, constants: {system: campaign}, columns: {customer_key: 客户, touched_at: 时间, "
        "kind: {from: 类型, transform: [{choice: {map: {已发送: sent, 打开: opened}}}]}, channel: 渠道, campaign_key: 活动}, "
        "derived: {touched_on: {day_of: [touched_at]}, touch_id: {joined: [customer_key, touched_at, kind]}}}]"
    )
    applied, sink = apply(mapping, read_raw(path))
    assert not applied.quarantine.num_rows
    rows = loaded(sink).whole("touch").to_pylist()
    assert [(row["touched_on"], row["kind"]) for row in rows] == [(date(2026, 1, 1), "sent"), (date(2026, 1, 2), "opened")]


def test_customer_without_a_number_gets_one_that_needs_the_key_of_the_workspace(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机\n王,13800000001\n李,13800000002\n王,138-0000-0001\n", encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: source_record, constants: {system: crm}, columns: {name: 姓名, phone: {from: 手机, transform: [phone]}}, "
        "derived: {source_id: {keyed_hash: [phone]}}}]"
    )
    with pytest.raises(BadMapping):
        apply(mapping, read_raw(path))
    applied, _ = apply(mapping, read_raw(path), keyer=lambda text: text[::-1] + "0" * 8)
    assert (applied.tables[0].rows_loaded, applied.tables[0].duplicates) == (2, 1)


def test_corrected_value_is_taken_for_every_row_that_has_it(orders):
    text = ORDERS.replace("amount_yuan: 金额", "amount_yuan: 金额").replace(
        "quantity_units: {from: 数量,", "quantity_units: {from: 数量, replace: {若干: '4'},"
    )
    applied, _ = apply(from_yaml(text), read_raw(orders))
    assert "quantity_units" not in applied.tables[0].quarantine["column"].to_pylist()


def test_file_without_a_mapped_column_says_which_is_close(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TEXT.replace("金额", "金额合计"), encoding="utf-8")
    with pytest.raises(BadMapping) as refused:
        apply(from_yaml(ORDERS), read_raw(path))
    assert "金额合计" in refused.value.text("zh")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tables: []", "目标表"),
        ("tables: [{table: order_lines, columns: {}}]", "order_line"),
        ("tables: [{table: order_line, columns: {amount: 金额}}]", "amount_yuan"),
        ("tables: [{table: order_line, columns: {amount_yuan: {from: 金额, transform: [decimals]}}}]", "decimals"),
        ("tables: [{table: order_line, constants: {system: sap}, columns: {}}]", "sap"),
        ("tables: [{table: order_line, colums: {}}]", "colums"),
        ("tables: {a", "YAML"),
        ("[]", "写法"),
        ("tables: [{table: order_line, columns: {}, derived: {line_no: {guess: [order_key]}}}]", "guess"),
    ],
)
def test_mapping_that_cannot_be_used_names_the_entry(text, words):
    with pytest.raises(BadMapping) as refused:
        from_yaml(text)
    assert words in refused.value.text("zh")


def test_mapping_survives_yaml():
    mapping = from_yaml(ORDERS)
    assert isinstance(mapping, Mapping)
    assert from_yaml(to_yaml(mapping)) == mapping


CELL = st.one_of(st.text(max_size=12), st.sampled_from(["A1", "2026-01-01", "5", "1,200", "合计", "", "=1", "3件"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), max_size=12))
def test_rows_add_up_whatever_stands_in_the_cells(tmp_path_factory, rows):
    import csv

    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(["客户", "店名", "单号", "日期", "品名", "数量", "金额"])
        writer.writerow(["A", "店", "S", "2026-01-01", "P", "1", "2"])
        writer.writerows(rows)
    applied, sink = apply(from_yaml(ORDERS), read_raw(path))
    for one in applied.tables:
        assert one.rows_read == one.rows_loaded + one.quarantined + one.duplicates + one.set_aside + one.folded
    assert loaded(sink).whole("order_line").num_rows == applied.tables[0].rows_loaded


def test_a_placeholder_in_place_of_a_customer_is_nobodys_order_and_no_customer(tmp_path):
    path = tmp_path / "walk-in.csv"
    keys = ["C1", "0", "NULL", "guest", "Anonymous", "00000000-0000-0000-0000-000000000000", "游客", "C2"]
    lines = [f"{key},店{n},S{n},2026-01-0{n + 1},红塔山,1条,5" for n, key in enumerate(keys)]
    path.write_text("\n".join(["客户,店名,单号,日期,品名,数量,金额", *lines]) + "\n", encoding="utf-8")
    applied, sink = apply(from_yaml(ORDERS), read_raw(path))
    assert {row["source_id"] for row in loaded(sink).whole("source_record").to_pylist()} == {"C1", "C2"}
    assert {row["customer_key"] for row in loaded(sink).whole("order_line").to_pylist()} == {"C1", "C2"}
    reasons = applied.tables[0].quarantine["reason"].to_pylist()
    assert sorted(reasons) == ["placeholder_id"] * 5 + ["required_missing"]  # NULL is a blank cell to every reader of files


def test_a_number_that_is_made_of_nothing_is_missing_in_every_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("客户,店名\nA,甲店\nB,乙店\n", encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: source_record, constants: {system: crm}, columns: {name: 店名}, derived: {source_id: {keyed_hash: []}}}]"
    )
    applied, _ = apply(mapping, read_raw(path), keyer=str)
    assert applied.tables[0].reasons == {"required_missing": 2}


def test_a_row_of_which_no_part_is_there_stays_a_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("店名,电话,省,市\n甲店,13800000001,浙江,杭州\n乙店,不是电话,,\n丙店,,,宁波\n", encoding="utf-8")
    mapping = from_yaml(
        "tables: [{table: source_record, constants: {system: crm}, columns: {name: 店名, phone: {from: 电话, transform: [phone]}, "
        "address: {from: [省, 市], transform: [{concat: {by: ' '}}]}}, derived: {source_id: {keyed_hash: [phone]}}}]"
    )
    applied, sink = apply(mapping, read_raw(path), keyer=str)
    assert [(row["name"], row["address"]) for row in loaded(sink).whole("source_record").to_pylist()] == [("甲店", "浙江 杭州")]
    assert applied.tables[0].reasons == {"required_missing": 2}
