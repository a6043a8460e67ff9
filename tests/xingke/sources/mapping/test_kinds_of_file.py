"""Files as firms export them: what is guessed of each kind, and that no row and no money is lost on the way."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.sources.files import read_raw
from xingke.sources.mapping import Applied, InMemory, Mapping, apply, from_yaml, to_yaml
from xingke.sources.mapping.again import refreshed
from xingke.sources.mapping.guess import Guess, guess
from xingke.sources.mapping.questions import answered

HEAD = "订单号,客户编号,下单时间,商品名称,数量,金额\n"


def written(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def loaded(path: Path, mapping: Mapping | None = None, **asked: str) -> tuple[Guess, Applied, InMemory]:
    raw = read_raw(path)
    found = guess(raw, **asked)
    whole = mapping or found.mapping
    assert from_yaml(to_yaml(whole)) == whole
    applied, sink = apply(whole, raw, as_of=date(2026, 12, 1), keyer=lambda text: text)
    assert isinstance(sink, InMemory)
    return found, applied, sink


def amount(sink: InMemory) -> Decimal:
    return pc.sum(sink.whole("order_line")["amount_yuan"]).as_py()


def sources(found: Guess, place: int = 0) -> dict[str, str]:
    return {one.target: one.source[0] for one in found.mapping.tables[place].columns}


def test_an_open_quote_keeps_its_own_row_outside_and_no_other(tmp_path):
    rows = [f"B{n},K1,2026-01-05,茶,1,10" for n in range(40)]
    rows[3] = 'B3,K1,2026-01-05,"茶,1,10'
    rows[20] = 'B20,K1,2026-01-05,茶","好茶,1'
    _, applied, sink = loaded(written(tmp_path, HEAD + "\n".join(rows) + "\n"))
    assert applied.rows_read == 40
    assert applied.tables[0].reasons == {"open_quote": 2}
    assert sorted(applied.quarantine["row"].to_pylist()) == [5, 22]
    assert amount(sink) == 380


@settings(max_examples=30, deadline=None)
@given(cells=st.lists(st.text('ab",\n 5', max_size=8).filter(lambda text: text.strip() == text), min_size=1, max_size=30))
def test_quotes_that_come_in_pairs_are_read_as_they_were_written(tmp_path_factory, cells):
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["单号", "名称", "备注", "数量", "金额"], *(["S1", cell, "x", "1", "2"] for cell in cells)])
    path = tmp_path_factory.mktemp("quotes") / "a.csv"
    path.write_text(out.getvalue(), newline="")
    batches = list(read_raw(path).sheets[0].batches())
    assert not any(batch.bad for batch in batches)
    read = [row["名称"] or "" for batch in batches for row in batch.cells.to_pylist()]
    assert read == [cell.replace("\r\n", "\n") for cell in cells]


@pytest.mark.parametrize("column", ["订单号", "客户编号"])
def test_a_key_in_scientific_notation_keeps_its_row_outside(tmp_path, column):
    cells = {"订单号": "S1", "客户编号": "K1"} | {column: "2.02401E+17"}
    text = HEAD + f"{cells['订单号']},{cells['客户编号']},2026-01-05,茶,1,10\nS2,K2,2026-01-05,茶,1,5\n"
    _, applied, sink = loaded(written(tmp_path, text))
    assert applied.tables[0].reasons == {"digits_lost": 1}
    assert amount(sink) == 5


def test_damaged_numbers_that_a_row_can_do_without_are_left_empty_and_counted(tmp_path):
    rows = "".join(f"{n:04d};王{n};1.38E+10;4.10100E+11;2025-3-{n}\n" for n in range(1, 29))
    _, applied, sink = loaded(written(tmp_path, "\ufeffsep=;\n会员卡号;姓名;手机;许可证号;注册日期\n" + rows))
    assert applied.tables[0].rows_loaded == 28
    assert applied.tables[0].emptied == {"phone": 28, "licence_no": 28}
    record = sink.whole("source_record")
    assert record["phone"].null_count == 28
    assert record["registered_on"][0].as_py() == "2025-03-01"


def test_long_numbers_that_a_spreadsheet_cut_off_are_not_keys(tmp_path):
    rows = "".join(f"20240105123{n:04d}000,K1,2026-01-05,茶,1,10\n" for n in range(30))
    _, applied, _ = loaded(written(tmp_path, HEAD + rows))
    assert applied.tables[0].reasons == {"digits_lost": 30}
    whole = "".join(f"202401051234567{n:03d},K1,2026-01-05,茶,1,10\n" for n in range(30))
    _, applied, _ = loaded(written(tmp_path, HEAD + whole))
    assert applied.tables[0].rows_loaded == 30


def test_numbers_of_more_digits_than_a_workbook_keeps_are_damaged(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["订单号", "客户编号", "下单日期", "商品名称", "数量", "金额"])
        sheet.write_row(1, 0, [202401051234567890, "K1", "2026-01-05", "茶", 1, 10])
        sheet.write_row(2, 0, ["202401051234567891", 330106102345, "2026-01-05", "茶", 1, 10])
    _, applied, sink = loaded(tmp_path / "a.xlsx")
    assert applied.tables[0].reasons == {"digits_lost": 1}
    assert sink.whole("order_line")["customer_key"].to_pylist() == ["330106102345"]


@pytest.mark.parametrize("shield", ['="{}"', "'{}", "`{}", "{}\t"])
def test_what_protects_a_number_is_taken_off(tmp_path, shield):
    text = f"客户编号,客户名称,手机号\n{shield.format('000123')},永安超市,{shield.format('13800001234')}\n"
    _, _, sink = loaded(written(tmp_path, text))
    assert sink.whole("source_record").select(["source_id", "phone"]).to_pylist() == [{"source_id": "000123", "phone": "13800001234"}]


def test_a_real_formula_stays_outside(tmp_path):
    _, applied, _ = loaded(written(tmp_path, "客户编号,客户名称,手机号\n=A1+1,永安超市,13800001234\nK2,甲店,13800001235\n"))
    assert applied.tables[0].reasons == {"formula": 1}


def test_a_value_that_equals_its_header_is_a_value(tmp_path):
    head = "订单号,会员,支付方式,客户编号,下单时间,商品名称,数量,金额\n"
    text = head + "A1,会员,微信,K1,2026-01-05,苹果,1,3.5\nA2,非会员,微信,K2,2026-01-06,香蕉,1,6\n" + head
    found, applied, sink = loaded(written(tmp_path, text))
    assert applied.tables[0].reasons == {"repeated_header": 1}
    assert amount(sink) == Decimal("9.5")
    assert "owner_name" not in {target for table in found.mapping.tables for target in table.filled}


def sheet_of(path: Path, rows: list[list[object]], merged: list[str] | None = None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        for area in merged or []:
            first = area.split(":")[0]
            column, line = ord(first[0]) - 65, int(first[1:]) - 1
            sheet.merge_range(area, rows[line][column])
    return path


def test_a_sheet_of_one_row_is_one_row(tmp_path):
    path = sheet_of(tmp_path / "a.xlsx", [["客户编号", "客户名称", "手机号"], ["K1", "永安超市", "13800001234"]])
    _, applied, _ = loaded(path)
    assert applied.tables[0].rows_loaded == 1


def test_a_blank_cell_of_the_header_takes_no_row_into_it(tmp_path):
    rows = [["客户编号", "客户名称", "", "店主"], ["K1", "永安店", "旺铺", "张三"], ["K2", "幸福店", "", "李四"]]
    raw = read_raw(sheet_of(tmp_path / "a.xlsx", rows))
    assert raw.sheets[0].header == ("客户编号", "客户名称", "列 C", "店主")
    assert sum(batch.cells.num_rows for batch in raw.sheets[0].batches()) == 2


def test_a_merged_cell_counts_for_each_of_its_rows_and_an_amount_once(tmp_path):
    rows: list[list[object]] = [["订单号", "客户编号", "下单日期", "商品名称", "数量", "订单金额"]]
    rows += [["A1", "K1", "2026-01-05", "茶", 1, 30], ["", "", "", "酒", 2, ""], ["A2", "K2", "2026-01-06", "茶", 1, 10]]
    _, applied, sink = loaded(sheet_of(tmp_path / "a.xlsx", rows, ["A2:A3", "B2:B3", "C2:C3", "F2:F3"]))
    assert applied.tables[0].rows_loaded == 3
    assert amount(sink) == 40
    assert sink.whole("order_line")["customer_key"].to_pylist() == ["K1", "K1", "K2"]


def test_a_ledger_that_lost_its_merges_is_filled_down(tmp_path):
    lines = ["A1,K1,2026-01-05,茶,1,10", ",,,酒,2,20", ",,,米,1,5", "A2,K2,2026-01-06,茶,1,10", ",,,酒,1,12"]
    _, applied, sink = loaded(written(tmp_path, HEAD + "\n".join(lines) + "\n"))
    assert applied.tables[0].rows_loaded == 5
    assert sink.whole("order_line")["order_key"].to_pylist() == ["A1", "A1", "A1", "A2", "A2"]


def test_the_next_file_of_a_layout_may_be_written_otherwise(tmp_path):
    whole = guess(read_raw(written(tmp_path, HEAD + "A1,K1,2026-01-05,苹果,1,3\n"))).mapping
    raw = read_raw(written(tmp_path, HEAD + "A1,K1,2026-01-05,苹果,0.356,3.56\n"))
    applied, sink = apply(refreshed(whole, guess(raw).mapping), raw)
    assert isinstance(sink, InMemory)
    assert applied.tables[0].rows_loaded == 1
    assert amount(sink) == Decimal("3.56")


def test_the_first_of_padded_numbers_is_a_number(tmp_path):
    _, applied, _ = loaded(written(tmp_path, "会员卡号,姓名,手机\n00000,王芳,13800000001\n00001,李伟,13800000002\n"))
    assert applied.tables[0].rows_loaded == 2
    _, applied, _ = loaded(written(tmp_path, "会员卡号,姓名,手机\n00000,王芳,13800000001\nK1,李伟,13800000002\n"))
    assert applied.tables[0].reasons == {"placeholder_id": 1}


def test_weights_count_as_one_and_their_amount_stays(tmp_path):
    text = HEAD + "A1,K1,2026-01-05,苹果,0.356,3.56\nA2,K2,2026-01-06,香蕉,1.2kg,6\nA3,K2,2026-01-06,可乐,2,6\n"
    _, applied, sink = loaded(written(tmp_path, text))
    assert applied.tables[0].rows_loaded == 3
    assert amount(sink) == Decimal("15.56")
    assert sink.whole("order_line")["quantity_units"].to_pylist() == [1, 1, 2]


def test_a_discount_written_with_a_minus_is_a_discount(tmp_path):
    text = "订单号,客户编号,下单时间,商品名称,数量,优惠,金额\nA1,K1,2026-01-05,茶,1,-5.00,3.56\nA2,K2,2026-01-06,茶,1,0.00,6\n"
    _, _, sink = loaded(written(tmp_path, text))
    assert sink.whole("order_line")["discount_yuan"].to_pylist() == [Decimal("5.00"), Decimal("0.00")]


def test_what_was_ordered_wins_over_what_was_wanted_and_a_licence_is_one(tmp_path):
    head = "许可证号,客户名称,订单号,订货日期,商品编码,商品名称,需求量,订单量,单价,金额\n"
    rows = "".join(f"3301000000{n:02d},永安店{n},S{n},2026-03-04,P1,玉溪,{n + 5},{n},10,{n * 10}\n" for n in range(1, 20))
    found, _, _ = loaded(written(tmp_path, head + rows), units="cigarettes", kind="outlet")
    assert sources(found)["quantity_units"] == "订单量"
    assert sources(found, 1)["licence_no"] == "许可证号"
    assert found.mapping.tables[1].constants["kind"] == "outlet"


@pytest.mark.parametrize("codec", ["big5", "utf-8", "gb18030"])
def test_traditional_characters_are_read_in_any_encoding(tmp_path, codec):
    text = "客戶編號,客戶名稱,電話,地址\n1,長青便利店,13800001234,臺北市中正區\n2,永安超市,13800005678,高雄市\n"
    found, _, sink = loaded(written(tmp_path, text.encode(codec)))
    assert sink.whole("source_record")["name"].to_pylist() == ["長青便利店", "永安超市"]
    assert sources(found)["source_id"] == "客戶編號"


def bill() -> str:
    head = "交易时间,商户号,微信订单号,商户订单号,用户标识,交易状态,应结订单金额,退款金额,商品名称,手续费,订单金额"
    rows = [
        f"`2026-03-01 08:{n:02d}:00,`1900000109,`42000{n:023d},`SO{n:06d},`oUp{n % 7:05d},`SUCCESS,"
        f"`{n}.50,`{2 if n == 9 else 0}.00,`拿铁,`0.1,`{n}.50"
        for n in range(1, 41)
    ]
    return "\n".join([head, *rows, "总交易单数,应结订单总金额,订单总金额", "`40.0,`840.00,`840.00"]) + "\n"


def test_a_bill_of_payments_is_orders_of_its_payers_with_refunds_as_negative_lines(tmp_path):
    found, applied, sink = loaded(written(tmp_path, "\ufeff" + bill()))
    assert sources(found) == {
        "customer_key": "用户标识", "ordered_on": "交易时间", "order_key": "商户订单号", "amount_yuan": "订单金额",
        "product_name": "商品名称",
    }  # fmt: skip
    assert applied.tables[0].reasons == {"totals_row": 2}
    lines = sink.whole("order_line")
    assert lines.num_rows == 41
    assert amount(sink) == sum(Decimal(n) + Decimal("0.5") for n in range(1, 41)) - 2
    assert pc.count_distinct(lines["order_key"]).as_py() == 41
    assert sink.whole("source_record").num_rows == 7


def test_years_of_two_digits_are_told_by_the_column(tmp_path):
    rows = "".join(f"25-03-{n:02d},S{n},K{n % 5},茶,1,10\n" for n in range(1, 29))
    _, applied, sink = loaded(written(tmp_path, "日期,单号,客户编号,品名,数量,金额\n" + rows))
    assert applied.tables[0].rows_loaded == 28
    assert sink.whole("order_line")["ordered_on"][0].as_py() == date(2025, 3, 1)


def test_days_without_a_year_take_it_from_the_title_or_ask(tmp_path):
    rows = "".join(f"3月{n}日,S{n},K{n % 5},茶,1,10\n" for n in range(1, 29))
    head = "日期,单号,客户编号,品名,数量,金额\n"
    _, _, sink = loaded(written(tmp_path, "2025年3月销售明细,,,,,\n" + head + rows))
    assert sink.whole("order_line")["ordered_on"][4].as_py() == date(2025, 3, 5)
    found, _, _ = loaded(written(tmp_path, head + rows))
    assert [one.code for one in found.questions] == ["year"]
    mapping, left = answered(found.mapping, found.questions, {"year": "2024"})
    assert not left
    _, _, sink = loaded(tmp_path / "a.csv", mapping)
    assert sink.whole("order_line")["ordered_on"][4].as_py() == date(2024, 3, 5)


def test_months_as_columns_become_rows(tmp_path):
    rows = "".join(f"K{n},永安店{n},{n * 10},{n * 20},{n}\n" for n in range(1, 11))
    found, _, sink = loaded(written(tmp_path, "客户编号,客户名称,1月,2月,3月\n" + rows, "2025年销售额.csv"))
    assert not found.questions
    lines = sink.whole("order_line")
    assert lines.num_rows == 30
    assert amount(sink) == 55 * 31
    assert set(lines["ordered_on"].to_pylist()) == {date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)}


HTML = (
    "<html><head><meta charset='gbk'></head><table><tr><td colspan=6>销售表</td></tr><tr>"
    + "".join(f"<th>{name}</th>" for name in HEAD.strip().split(","))
    + "</tr>"
    + "".join(f"<tr><td rowspan=2>A{n}</td><td rowspan=2>K{n}</td><td>2026-01-0{n}</td><td>茶</td><td>1</td><td>1,010.00</td></tr>"
              f"<tr><td>2026-01-0{n}</td><td>酒</td><td>1</td><td>5</td></tr>" for n in range(1, 5))
    + "</table></html>"
)  # fmt: skip


def test_a_web_page_named_as_a_workbook_is_read(tmp_path):
    _, applied, sink = loaded(written(tmp_path, HTML.encode("gbk"), "a.xls"))
    assert applied.tables[0].rows_loaded == 8
    assert amount(sink) == 4 * 1015
    assert sink.whole("order_line")["customer_key"].to_pylist() == ["K1", "K1", "K2", "K2", "K3", "K3", "K4", "K4"]


def test_an_xml_workbook_is_read_with_its_indices(tmp_path):
    cell = '<Cell{}><Data ss:Type="{}">{}</Data></Cell>'
    head = "".join(cell.format("", "String", name) for name in HEAD.strip().split(","))
    rows = "".join(
        "<Row>" + "".join(cell.format("", "String", text) for text in (f"A{n}", f"K{n}", "2026-01-05"))
        + cell.format(' ss:Index="4"', "String", "茶") + cell.format("", "Number", 1) + cell.format("", "Number", 12.5) + "</Row>"
        for n in range(5)
    )  # fmt: skip
    text = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="一">'
        f"<Table><Row>{head}</Row>{rows}</Table></Worksheet></Workbook>"
    )
    _, _, sink = loaded(written(tmp_path, text, "a.xls"))
    assert amount(sink) == Decimal("62.5")


def test_sales_without_a_needed_column_are_no_list_of_customers(tmp_path):
    rows = "".join(f"2026-01-{n:02d},茶叶{n % 3},{n},{n * 10}\n" for n in range(1, 29))
    found = guess(read_raw(written(tmp_path, "日期,商品名称,数量,金额\n" + rows)))
    table = found.mapping.tables[0]
    assert table.table == "order_line"
    assert {one.name for one in table.missing} >= {"customer_key"}


def test_a_city_is_nobody_and_orders_of_a_shop_are_orders(tmp_path):
    rows = "".join(
        f'{{"order_id": {n}, "customer_id": {n % 7 + 1}, "city": "杭州", "created_at": "2026-01-05T23:30:00Z", "total": {n}.5}}\n'
        for n in range(40)
    )
    found, _, sink = loaded(written(tmp_path, rows, "orders.jsonl"), system="crm")
    assert found.mapping.tables[0].table == "order_line"
    assert {table.constants["system"] for table in found.mapping.tables} == {"crm"}
    assert "owner_name" not in {target for table in found.mapping.tables for target in table.filled}
    assert amount(sink) == sum(Decimal(n) + Decimal("0.5") for n in range(40))


def test_columns_of_money_that_differ_are_asked_about(tmp_path):
    rows = "".join(f"S{n},K{n % 5},2026-01-05,{n}.00,{n + 3}.00\n" for n in range(1, 29))
    found, _, _ = loaded(written(tmp_path, "订单号,客户编号,下单时间,销售金额,订单总额\n" + rows))
    (question,) = found.questions
    assert question.code == "amount"
    assert set(question.choices) == {"销售金额", "订单总额"}
    mapping, _ = answered(found.mapping, found.questions, {"amount": "订单总额"})
    _, _, sink = loaded(tmp_path / "a.csv", mapping)
    assert amount(sink) == sum(n + 3 for n in range(1, 29))


def test_orders_that_were_not_paid_are_asked_about_and_stay_told(tmp_path):
    rows = "".join(f"S{n},K{n % 5},2026-01-05,{'已取消' if n % 4 == 0 else '已完成'},{n}\n" for n in range(1, 29))
    found, applied, sink = loaded(written(tmp_path, "订单号,客户编号,下单时间,订单状态,实付金额\n" + rows))
    assert [one.code for one in found.questions] == ["not_sold"]
    assert applied.tables[0].reasons == {"left_out": 7}
    assert amount(sink) == sum(n for n in range(1, 29) if n % 4)


def test_a_guess_that_would_lose_most_rows_asks(tmp_path):
    rows = "".join(f"S{n},,2026-01-05,茶,1,10\n" for n in range(30)) + "S99,K1,2026-01-05,茶,1,10\n"
    found, _, _ = loaded(written(tmp_path, HEAD + rows))
    assert "loss" in [one.code for one in found.questions]
