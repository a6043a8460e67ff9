"""The first mapping of a file nobody described: tables, columns, and the reason for each."""

from pathlib import Path

import pytest

from xingke.schema import ColumnType
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.files import read_raw
from xingke.sources.mapping import apply, from_yaml, to_yaml
from xingke.sources.mapping.guess import Guess, guess

SAMPLES = {ColumnType.DAY: "2026-01-31", ColumnType.INSTANT: "2026-01-31 08:00", ColumnType.TEXT: "甲"}


def guessed(tmp_path: Path, text: str, *, units: str = "pieces") -> Guess:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    return guess(read_raw(path), units=units)


def columns(found: Guess, place: int = 0) -> dict[str, str]:
    return {one.target: one.source[0] for one in found.mapping.tables[place].columns}


def test_order_lines_in_chinese_and_their_customers(tmp_path):
    found = guessed(
        tmp_path, "客户编号,客户名称,联系电话,订单号,下单日期,商品名称,数量,金额\nK1,王记超市,13800000001,S1,2026/1/3,茶,2,30.5\n"
    )
    assert [one.table for one in found.mapping.tables] == ["order_line", "source_record"]
    assert columns(found)["amount_yuan"] == "金额"
    assert columns(found, 1) == {"source_id": "客户编号", "name": "客户名称", "phone": "联系电话"}
    assert found.mapping.tables[1].folds


def test_order_lines_in_english(tmp_path):
    found = guessed(tmp_path, "Customer ID,Order No,Order Date,SKU,Qty,Total\nc1,o1,2026-01-03,p1,2,30.50\n")
    assert columns(found) == {
        "customer_key": "Customer ID",
        "ordered_on": "Order Date",
        "order_key": "Order No",
        "product_key": "SKU",
        "quantity_units": "Qty",
        "amount_yuan": "Total",
    }


def test_order_without_a_number_is_the_customer_and_the_day(tmp_path):
    found = guessed(tmp_path, "客户编号,日期,品名,数量,金额\nK1,2026-01-03,茶,2,30.5\n")
    table = found.mapping.tables[0]
    assert table.table == "order_line"
    assert not table.missing
    assert {one.target: one.rule for one in table.derived} == {"product_key": "copy", "order_key": "joined"}


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("客户编号,店名,负责人,电话,地址,许可证号\nK1,王记,王,13800000001,路1号,330100000001\n", "source_record"),
        ("货号,品名,品牌,零售价\nP1,茶,青,12\nP2,酒,红,20\n", "product"),
        ("零售户编号,商品编码,盘点日期,库存数量\nK1,P1,2026-01-01,5\n", "stock_snapshot"),
        ("会员号,所属门店,入会日期,性别\nM1,一店,2026-01-01,女\n", "member"),
        ("客户编号,发送时间,类型,渠道,活动名称\nK1,2026-01-01 08:00,已发送,短信,春节\n", "touch"),
        ("name,phone,email\nAnn,13800000001,a@b.cn\n", "source_record"),
    ],
)
def test_table_is_chosen_from_the_columns(tmp_path, text, table):
    found = guessed(tmp_path, text)
    assert found.mapping.tables[0].table == table
    assert not found.mapping.tables[0].missing


def test_values_tell_what_the_name_of_a_column_does_not(tmp_path):
    rows = "".join(f"K{n},甲{n}店,1380000{n:04d}\n" for n in range(30))
    found = guessed(tmp_path, "客户编号,客户名称,字段7\n" + rows)
    assert columns(found)["phone"] == "字段7"
    choice = found.choice(0, "phone")
    assert choice is not None
    assert choice.reason["zh"] == "内容像手机号"
    assert choice.confidence < 0.9


def test_days_with_the_day_first_are_recognised_where_nothing_else_fits(tmp_path):
    rows = "".join(f"K1,S{n},{n}/01/2026,P1,1,5\n" for n in range(1, 29))
    found = guessed(tmp_path, "customer,order,date,sku,qty,amount\n" + rows)
    step = found.mapping.tables[0].column("ordered_on").transform("date")
    assert step is not None
    assert step.options == {"form": "dmy"}


def test_cigarettes_are_counted_in_cartons(tmp_path):
    found = guessed(
        tmp_path, "客户,单号,日期,品规,数量,金额\nK1,S1,2026-01-01,玉溪,2件,100\nK1,S2,2026-01-01,玉溪,3条,100\n", units="cigarettes"
    )
    step = found.mapping.tables[0].column("quantity_units").transform("units")
    assert step is not None
    assert step.options["factors"]["件"] == "50"


def test_every_intake_table_can_be_guessed_by_its_own_labels(tmp_path):
    from xingke.sources.mapping.guess import profiles_of, table_guess

    for name, declared in INTAKE_TABLES.items():
        named = [one for one in declared.columns if one.name != "system"]
        path = tmp_path / f"{name}.csv"
        values = [one.choices[0] if one.choices else SAMPLES.get(one.type, "1") for one in named]
        path.write_text(",".join(one.label["zh"] for one in named) + "\n" + ",".join(values) + "\n", encoding="utf-8")
        raw = read_raw(path)
        table, _ = table_guess(raw.sheets[0], name, profiles_of(raw)[raw.sheets[0].name])
        assert len(table.columns) >= len(named) * 0.7, (name, [one.target for one in table.columns])


def test_guess_is_yaml_and_can_be_applied(tmp_path):
    found = guessed(tmp_path, "姓名,手机\n王一,13800000001\n李二,13800000002\n")
    again = from_yaml(to_yaml(found.mapping))
    assert again == found.mapping
    path = tmp_path / "a.csv"
    applied, _ = apply(again, read_raw(path), keyer=lambda text: text)
    assert applied.tables[0].rows_loaded == 2
