"""Any file of people becomes sheets of text with the row numbers a spreadsheet shows, within bounds."""

import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from xingke.sources.files import FileRefused, Limits, RawFile, read_raw

LINES = "客户编号,客户名称,金额\n001,王记超市,12.50\n002,李记烟酒,8\n"


def rows(raw: RawFile, sheet: int = 0) -> list[dict[str, str | None]]:
    return [row for batch in raw.sheets[sheet].batches() for row in batch.cells.to_pylist()]


def numbers(raw: RawFile) -> list[int]:
    return [number for batch in raw.sheets[0].batches() for number in batch.rows.to_pylist()]


def bad(raw: RawFile) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for batch in raw.sheets[0].batches() for row in batch.bad]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("codec", "label"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 BOM"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("gbk", "GBK")],
)
def test_encoding_is_found_by_trying_and_named(tmp_path, codec, label):
    raw = read_raw(written(tmp_path / "a.csv", LINES.encode(codec)))
    assert raw.form.startswith(label)
    assert rows(raw)[0] == {"客户编号": "001", "客户名称": "王记超市", "金额": "12.50"}


def test_characters_beyond_gbk_are_read_as_gb18030(tmp_path):
    raw = read_raw(written(tmp_path / "a.csv", LINES.replace("王记", "𠮷野").encode("gb18030")))
    assert raw.form.startswith("GB18030")
    assert rows(raw)[0]["客户名称"] == "𠮷野超市"


def test_lines_in_another_encoding_are_marked_and_stop_nothing(tmp_path):
    mixed = LINES.encode() + "003,赵记,5\n".encode("gbk") + "004,孙记,6\n".encode()
    raw = read_raw(written(tmp_path / "a.csv", mixed))
    assert raw.notes == ("mixed_encoding",)
    names = [row["客户名称"] for row in rows(raw)]
    assert names[-1] == "孙记"
    assert "\ufffd" in names[2]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_delimiter_is_found(tmp_path, mark):
    raw = read_raw(written(tmp_path / "a.txt", LINES.replace(",", mark).encode()))
    assert raw.sheets[0].header == ("客户编号", "客户名称", "金额")


def test_rows_keep_their_number_past_titles_blank_lines_and_rows_of_another_width(tmp_path):
    text = '销售表,,\n\n客户,名称,金额\n1,"甲\n乙",2\n\n2,丙\n3,丁,4,\n4,戊,5,6\n5,己,7\n'
    raw = read_raw(written(tmp_path / "a.csv", text.encode()))
    sheet = raw.sheets[0]
    assert (sheet.above, sheet.header_row) == (("销售表",), 3)
    assert sorted(numbers(raw)) == [4, 7, 9]
    assert bad(raw) == [(6, "ragged_row"), (8, "ragged_row")]


def test_file_without_a_header_goes_by_the_letters_of_its_columns(tmp_path):
    raw = read_raw(written(tmp_path / "a.csv", b"1001,2026-01-02,5\n1002,2026-01-03,6\n"))
    assert raw.sheets[0].header == ("列 A", "列 B", "列 C")
    assert len(rows(raw)) == 2


def test_blank_columns_go_and_equal_names_are_told_apart(tmp_path):
    raw = read_raw(written(tmp_path / "a.csv", "名称,,电话,电话\n甲,,1,2\n乙,,3,4\n".encode()))
    assert raw.sheets[0].header == ("名称", "电话", "电话 (2)")


def book(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as file:
        day = file.add_format({"num_format": "yyyy/m/d"})
        sheet = file.add_worksheet("客户")
        sheet.merge_range("A1:D1", "客户资料")
        sheet.merge_range("A2:A3", "编号")
        sheet.merge_range("B2:C2", "联系")
        sheet.write_row("B3", ["电话", "地址"])
        sheet.merge_range("D2:D3", "建档")
        sheet.write_row("A4", [1001, 13800000001, "滨江路 1 号"])
        sheet.write_datetime("D4", pytest.importorskip("datetime").datetime(2026, 1, 31), day)
        sheet.write_row("A6", ["K2", "010-12345678", "", 46053])
        file.add_worksheet("空表")
        hidden = file.add_worksheet("底稿")
        hidden.write_row("A1", ["甲", "乙"])
        hidden.hide()
    return path


def test_workbook_gives_each_sheet_its_joined_header_and_plain_text(tmp_path):
    raw = read_raw(book(tmp_path / "a.xlsx"))
    sheet = raw.sheets[0]
    assert sheet.header == ("编号", "联系/电话", "联系/地址", "建档")
    assert (sheet.header_row, sheet.header_rows, sheet.above) == (3, 2, ("客户资料",))
    assert rows(raw)[0] == {"编号": "1001", "联系/电话": "13800000001", "联系/地址": "滨江路 1 号", "建档": "2026-01-31"}
    assert numbers(raw) == [4, 6]
    assert raw.notes == ("empty_sheet:空表", "hidden_sheet:底稿")


def test_json_lines_are_flattened_and_a_list_inside_gives_a_row_each(tmp_path):
    lines = [
        json.dumps({"no": "A1", "buyer": {"id": 7}, "items": [{"sku": "p1", "n": 2}, {"sku": "p2", "n": 1.5}]}),
        "{cut off",
        "[1, 2]",
        json.dumps({"no": "A2", "buyer": {"id": 8}, "items": [{"sku": "p3", "n": True}]}),
    ]
    raw = read_raw(written(tmp_path / "a.jsonl", "\n".join(lines).encode()))
    assert [(row["no"], row["buyer.id"], row["items.sku"], row["items.n"]) for row in rows(raw)] == [
        ("A1", "7", "p1", "2"),
        ("A1", "7", "p2", "1.5"),
        ("A2", "8", "p3", "true"),
    ]
    assert bad(raw) == [(2, "bad_json"), (3, "bad_json")]


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"a": 2}]', '{"code": 0, "data": [{"a": 1}, {"a": 2}]}', '{\n "data": [{"a": 1},\n {"a": 2}]}']
)
def test_json_document_gives_the_objects_of_its_list(tmp_path, text):
    raw = read_raw(written(tmp_path / "a.json", text.encode()))
    name = raw.sheets[0].header[-1]
    assert [row[name] for row in rows(raw)] == ["1", "2"]


def test_parquet_is_read_by_type(tmp_path):
    table = pa.table({"day": pa.array([20_000], pa.date32()), "who": [{"id": 5}], "tags": [["a", "b"]]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert rows(read_raw(tmp_path / "a.parquet")) == [{"day": "2024-10-04", "who.id": "5", "tags": '["a", "b"]'}]


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
REFUSED = {
    "empty.csv": (b"", "没有数据"),
    "blank.csv": (b"\n\n , ,\n", "没有数据"),
    "header_only.csv": ("编号,名称\n".encode(), "没有数据"),
    "zeros.csv": (b"\x00" * 500, "没有数据"),
    "wide.csv": (b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1\n", "列"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "PNG"),
    "paper.xlsx": (b"%PDF-1.7 ...", "PDF"),
    "torn.xlsx": (b"PK\x03\x04" + b"\x07" * 200, "损坏"),
    "old.xls": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "损坏"),
    "not_a_book.xlsx": (zipped({"readme.txt": b"hello"}), "损坏"),
    "bomb.xlsx": (zipped({"xl/worksheets/sheet1.xml": b"0" * (40 << 20)}), "解压后"),
    "far.xlsx": (zipped({"xl/worksheets/sheet1.xml": FAR}), "删去远处"),
    "torn.parquet": (b"PAR1" + b"\x00" * 64, "Parquet"),
    "torn.json": (b'[{"a": 1}, {"a"', "JSON"),
    "deep.json": (b"[" * 100_000, "JSON"),
    "no_objects.jsonl": (b"{\n", "JSON"),
    "quote.csv": (b'a,b\n1,"' + b"x" * (20 << 20), "引号"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_of_which_nothing_can_be_used_says_why(tmp_path, name):
    content, words = REFUSED[name]
    path = written(tmp_path / name, content)
    with pytest.raises(FileRefused) as refused:
        list(read_raw(path, limits=Limits(expanded_bytes=32 << 20)).sheets[0].batches())
    assert words in refused.value.text("zh")
    assert name in refused.value.text("zh")


def test_file_beyond_the_bound_is_not_opened(tmp_path):
    with pytest.raises(FileRefused, match="at most"):
        read_raw(written(tmp_path / "a.csv", LINES.encode()), limits=Limits(file_bytes=10))


def test_missing_file_says_so(tmp_path):
    with pytest.raises(FileRefused, match="no file"):
        read_raw(tmp_path / "nowhere.csv")


def test_object_nested_too_deeply_stays_outside(tmp_path):
    deep: object = 1
    for _ in range(30):
        deep = {"a": deep}
    raw = read_raw(written(tmp_path / "a.jsonl", b'{"a": {"a": 1}}\n' + json.dumps(deep).encode()))
    assert bad(raw) == [(2, "too_deep")]


def test_the_same_file_gives_the_same_rows_again(tmp_path):
    raw = read_raw(book(tmp_path / "a.xlsx"))
    assert rows(raw) == rows(raw)
