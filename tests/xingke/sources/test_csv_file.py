from datetime import date
from decimal import Decimal

import duckdb
import pytest

from xingke.errors import ConfigurationError, UserFacingError
from xingke.schema import ORDER_LINE
from xingke.schema.findings import REASONS
from xingke.sources.csv_file import CsvFile, CsvMapping
from xingke.sources.delimited import EmptyFile, Form, MissingHeader, UnreadableFile

HEADER = "customer_id,ordered_on,order_id,product_id,quantity_units,amount_yuan\n"


@pytest.fixture
def load(tmp_path):
    def run(text, *, mapping=None, as_of=None, encoding="utf-8"):
        path = tmp_path / "orders.csv"
        path.write_bytes(text.encode(encoding))
        with duckdb.connect() as connection:
            found = {item.table.name: (item, item.read()) for item in CsvFile(mapping).tables(path, as_of=as_of, connection=connection)}
        return found["order_line"]

    return run


def test_good_lines_arrive_typed_sorted_and_numbered(load):
    item, lines = load(HEADER + "17,2026-01-02,5,9,2,10.50\n16,2026-01-01,4,9,1,5\n16,2026-01-01,4,8,3,6.00\n")
    assert lines.schema.equals(ORDER_LINE.arrow_schema)
    assert [(row["customer_id"], row["order_id"], row["line_no"], row["amount_yuan"]) for row in lines.to_pylist()] == [
        (16, 4, 1, Decimal("5.00")),
        (16, 4, 2, Decimal("6.00")),
        (17, 5, 1, Decimal("10.50")),
    ]
    assert (item.rows_read, item.rows_loaded, item.quarantine.num_rows) == (3, 3, 0)


@pytest.mark.parametrize("text", ["", "\n", HEADER])
def test_empty_file_is_refused_by_name(load, text):
    with pytest.raises(EmptyFile, match=r"orders\.csv"):
        load(text)


def test_missing_column_is_named_with_the_closest_header(load):
    with pytest.raises(MissingHeader) as caught:
        load("customer_id,ordered_on,order_id,product_id,quantity,amount_yuan\n1,2026-01-01,1,1,1,1\n")
    assert caught.value.values["missing"] == ("quantity_units",)
    assert "quantity_units" in caught.value.text("zh")
    assert "closest it has: quantity" in caught.value.text("en")
    assert isinstance(caught.value, UserFacingError)


@pytest.mark.parametrize(
    ("bad", "column", "value", "reason"),
    [
        ("1,2026-01-01,2,1,many,1", "quantity_units", "many", "wrong_type"),
        ("1,01/02/2026,2,1,1,1", "ordered_on", "01/02/2026", "wrong_type"),
        ("1,2026-02-30,2,1,1,1", "ordered_on", "2026-02-30", "wrong_type"),
        ("1,2026-06-02,2,1,1,1", "ordered_on", "2026-06-02", "future_day"),
        ("1,2026-01-01,2,1,1,", "amount_yuan", "", "required_missing"),
        ("1,2026-01-01,2,1,1,1.234", "amount_yuan", "1.234", "wrong_type"),
        ("-1,2026-01-01,2,1,1,1", "customer_id", "-1", "out_of_bounds"),
        ("1,2026-01-01,2,1,9000000,1", "quantity_units", "9000000", "out_of_bounds"),
    ],
)
def test_bad_cell_goes_to_quarantine_with_its_place(load, bad, column, value, reason):
    item, lines = load(HEADER + "1,2026-01-01,1,1,1,1\n" + bad + "\n1,2026-06-01,3,1,1,1\n", as_of=date(2026, 6, 1))
    assert lines.num_rows == 2
    (row,) = item.quarantine.to_pylist()
    assert (row["file"], row["row"], row["column"], row["value"], row["reason"]) == ("orders.csv", 2, column, value, reason)
    assert REASONS[reason].accepts["zh"]
    assert item.rows_read == item.rows_loaded + item.quarantine.num_rows


def test_row_of_the_wrong_length_keeps_its_number(load):
    text = HEADER + "1,2026-01-01,1,1,1,1\n1,2026-01-01,2\n1,2026-01-01,3,1,x,1\n1,2026-01-01,4,1,1,1\n1,2,3,4,5,6,7\n"
    item, lines = load(text)
    assert lines["order_id"].to_pylist() == [1, 4]
    assert [(row["row"], row["reason"]) for row in item.quarantine.to_pylist()] == [(2, "ragged_row"), (3, "wrong_type"), (5, "ragged_row")]
    assert item.rows_read == 5


def test_second_line_with_the_same_key_is_a_duplicate(load):
    header = HEADER.replace("order_id,", "order_id,line_no,")
    item, lines = load(header + "1,2026-01-01,1,1,7,1,5\n1,2026-01-01,1,1,8,1,6\n")
    assert lines["product_id"].to_pylist() == [7]
    assert item.duplicates == 1
    assert item.quarantine.to_pylist()[0]["row"] == 2


def test_mapping_and_form_of_the_file_are_honoured(load):
    columns = {"customer_id": "会员", "ordered_on": "日期", "amount_yuan": "金额"}
    mapping = CsvMapping(columns, Form(delimiter=";", encoding="gb18030", day_form="%d/%m/%Y", money_signs="¥,"))
    text = "会员;日期;order_id;product_id;quantity_units;金额\n5;31/01/2026;1;1;1;¥1,234.50\n"
    _, lines = load(text, mapping=mapping, encoding="gb18030")
    assert lines["ordered_on"].to_pylist() == [date(2026, 1, 31)]
    assert lines["amount_yuan"].to_pylist() == [Decimal("1234.50")]


def test_wrong_encoding_is_said_and_not_guessed(load):
    with pytest.raises(UnreadableFile, match="utf-8"):
        load("会员,日期\n1,2\n", encoding="gb18030")


def test_mapping_of_an_unknown_column_is_refused():
    with pytest.raises(ConfigurationError, match="qty"):
        CsvMapping({"qty": "数量"})
