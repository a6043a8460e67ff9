"""Broken files of order lines: what is in them, and what becomes of them."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADER = "customer_key,order_key,ordered_on,product_key,quantity_units,amount_yuan"
GOOD = "C1,O1,2026-01-05,P1,3,30.00"
OTHER = "C2,O2,2026-01-06,P2,2,18.50"


@dataclass(frozen=True)
class Case:
    """One broken file.

    `rows` is how many rows reach the table, None where nothing of the file can be used; `reasons` are those for the others;
    either may be open (`ANY`), where the reader has a choice.
    """

    name: str
    file_name: str
    make: Callable[[Path], None]
    rows: int | str | None
    reasons: frozenset[str] = frozenset()


ANY = "any"


def text(*lines: str, encoding: str = "utf-8", end: str = "\n", bom: bytes = b"") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(bom + (end.join(lines) + end).encode(encoding)) and None


def raw(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def with_cell(column: int, value: str) -> Callable[[Path], None]:
    """A good line, and one with a broken cell."""
    cells = OTHER.split(",")
    cells[column] = value
    return text(HEADER, GOOD, ",".join(cells))


def cell(name: str, column: int, value: str, *reasons: str) -> Case:
    """A file with one broken cell: the good line is loaded, the other waits."""
    return Case(name, "orders.csv", with_cell(column, value), 1, frozenset(reasons))


def kept(name: str, column: int, value: str) -> Case:
    """A file with one odd cell that is data all the same."""
    return Case(name, "orders.csv", with_cell(column, value), 2)


def whole(name: str, file_name: str, make: Callable[[Path], None]) -> Case:
    """A file of which nothing can be used."""
    return Case(name, file_name, make, None)


def table(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in lines]


def xlsx(rows: list[list[object]] | None = None, prepare: Callable[..., None] | None = None) -> Callable[[Path], None]:
    """A workbook; `prepare` gets the book and its sheet."""

    def make(path: Path) -> None:
        import xlsxwriter

        book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        sheet = book.add_worksheet("orders")
        for number, row in enumerate(table(HEADER, GOOD, OTHER) if rows is None else rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
        if prepare:
            prepare(book, sheet)
        book.close()

    return make


def changed(make: Callable[[Path], None], change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The file of another case with its bytes changed."""

    def made(path: Path) -> None:
        make(path)
        path.write_bytes(change(path.read_bytes()))

    return made


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet(**columns: list[object]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), path)

    return make


PARQUET_COLUMNS = {name: [value, other] for name, value, other in zip(HEADER.split(","), GOOD.split(","), OTHER.split(","), strict=True)}


def zip_bomb(path: Path) -> None:
    """A workbook of 100 KB whose sheet unfolds to a quarter of a gigabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            block = b"<row>" + b" " * ((1 << 20) - 11) + b"</row>"
            for _ in range(256):
                sheet.write(block)
    path.write_bytes(buffer.getvalue())


def locked(path: Path) -> None:
    """The beginning of a workbook with a password: a compound file that names an encrypted package."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512)


def lying_zip(content: bytes) -> bytes:
    """An archive whose directory says that its entries are small."""
    place = content.rfind(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", 10) + content[place + 28 :]


LONG = "长" * 65_536
CELLS = (
    cell("day of year 0", 2, "0000-01-01", "wrong_type", "out_of_bounds"),
    cell("31 February", 2, "2026-02-31", "wrong_type"),
    cell("29 February of a common year", 2, "2025-02-29", "wrong_type"),
    cell("day of year 9999", 2, "9999-12-31", "future_day", "out_of_bounds"),
    cell("month 13", 2, "2026-13-01", "wrong_type"),
    cell("day in words", 2, "next Tuesday", "wrong_type"),
    cell("no day", 2, "", "required_missing"),
    cell("day of next year", 2, "2027-06-01", "future_day"),
    cell("not a number", 4, "NaN", "wrong_type", "required_missing"),
    cell("infinity", 4, "inf", "wrong_type"),
    cell("minus infinity", 5, "-Infinity", "wrong_type"),
    cell("hexadecimal", 4, "0x1F", "wrong_type"),
    cell("half a carton", 4, "2.5", "wrong_type"),
    cell("beyond 64 bits", 4, "99999999999999999999999", "wrong_type", "out_of_bounds"),
    cell("beyond the bounds", 4, "1000001", "out_of_bounds"),
    cell("far below the bounds", 4, "-1000001", "out_of_bounds"),
    cell("amount of a thousand digits", 5, "9" * 1000, "wrong_type", "too_long", "out_of_bounds"),
    cell("exponent beyond reason", 5, "1e999", "wrong_type"),
    cell("words for a quantity", 4, "three", "wrong_type"),
    cell("no customer", 0, "", "required_missing"),
    cell("customer of blanks", 0, "   ", "required_missing"),
    cell("quantity missing", 4, "", "required_missing"),
    cell("spreadsheet error in a quantity", 4, "#REF!", "wrong_type"),
    cell("spreadsheet error in a day", 2, "#N/A", "wrong_type", "required_missing"),
    cell("NUL in a number", 4, "2\x003", "wrong_type", "control_characters"),
    cell("bell in a number", 4, "2\x07", "wrong_type", "control_characters"),
    cell("text of 64 kB in a number", 4, LONG, "wrong_type", "too_long"),
    cell("text of 64 kB in a key", 0, LONG, "too_long"),
    kept("a return", 4, "-2"),
    kept("full-width digits", 4, "２"),
    kept("Chinese day", 2, "2026年1月6日"),
    kept("day with slashes", 2, "2026/1/6"),
    kept("HTML in a key", 3, "<script>alert(1)</script>"),
    kept("SQL in a key", 3, "P2'; drop table order_line; --"),
    kept("template in a key", 3, "{{7*7}}${7*7}"),
    kept("path in a key", 3, "../../etc/passwd"),
    kept("emoji in a key", 3, "P🚬"),
    kept("right-to-left mark in a key", 3, "P\u202e2"),
)

FORMULAS = tuple(
    Case(
        f"formula that begins with {sign!r}",
        "orders.csv",
        with_cell(3, f"{sign}cmd|' /C calc'!A0"),
        ANY,
        frozenset({"formula", "control_characters"}),
    )
    for sign in ("=", "+", "-", "@", "\t=")
)

TEXTS = (
    whole("empty", "orders.csv", raw(b"")),
    whole("blanks only", "orders.csv", raw(b"   \n \n\n")),
    whole("header only", "orders.csv", text(HEADER)),
    whole("only a byte-order mark", "orders.csv", raw(b"\xef\xbb\xbf")),
    whole("zeros", "orders.csv", raw(b"\x00" * 4096)),
    whole("random bytes", "orders.csv", raw(bytes((place * 197 + place // 7) % 256 for place in range(8192)))),
    Case("UTF-8 with its mark", "orders.csv", text(HEADER, GOOD, OTHER, bom=b"\xef\xbb\xbf"), 2),
    Case("mark of UTF-8 before UTF-16", "orders.csv", text(HEADER, GOOD, encoding="utf-16-le", bom=b"\xef\xbb\xbf"), ANY),
    Case("UTF-16 with its mark", "orders.csv", text(HEADER, GOOD, OTHER, encoding="utf-16"), ANY),
    Case("GBK", "orders.csv", text(HEADER, "客一,单一,2026-01-05,货一,3,30", encoding="gbk"), 1),
    Case("GB18030", "orders.csv", text(HEADER, "㐀客,单一,2026-01-05,货一,3,30", encoding="gb18030"), 1),
    Case(
        "two encodings in one file",
        "orders.csv",
        raw(f"{HEADER}\n客一,单一,2026-01-05,货一,3,30\n".encode() + "客二,单二,2026-01-06,货二,2,18\n".encode("gbk")),
        ANY,
        frozenset({"undecodable", "lost_characters"}),
    ),
    Case(
        "half a character at the end",
        "orders.csv",
        raw(f"{HEADER}\n{GOOD}\nC2,O2,2026-01-06,P".encode() + "货".encode()[:2] + b",2,18.50\n"),
        ANY,
        frozenset({"undecodable", "lost_characters"}),
    ),
    Case("line ends of old Macs", "orders.csv", text(HEADER, GOOD, OTHER, end="\r"), ANY),
    Case("line ends of two kinds", "orders.csv", raw(f"{HEADER}\r\n{GOOD}\n{OTHER}\r\n".encode()), 2),
    Case("no end of the last line", "orders.csv", raw(f"{HEADER}\n{GOOD}\n{OTHER}".encode()), 2),
    Case("a line too short", "orders.csv", text(HEADER, GOOD, "C2,O2,2026-01-06"), 1, frozenset({"ragged_row", "required_missing"})),
    Case("a line too long", "orders.csv", text(HEADER, GOOD, OTHER + ",9,9,9"), 1, frozenset({"ragged_row"})),
    Case("blank lines between", "orders.csv", text(HEADER, "", GOOD, "", "", OTHER), 2),
    Case(
        "a quote that never ends",
        "orders.csv",
        text(HEADER, GOOD, 'C2,"O2,2026-01-06,P2,2,18.50', "C3,O3,2026-01-07,P3,1,9"),
        ANY,
        frozenset({"ragged_row", "required_missing", "wrong_type", "open_quote"}),
    ),
    Case(
        "a quote inside a cell",
        "orders.csv",
        text(HEADER, GOOD, 'C2,O2,2026-01-06,P"2,2,18.50'),
        ANY,
        frozenset({"ragged_row", "wrong_type"}),
    ),
    Case("a line break inside quotes", "orders.csv", text(HEADER, GOOD, 'C2,O2,2026-01-06,"P\n2",2,18.50'), 2),
    Case("the same key twice", "orders.csv", text(HEADER + ",line_no", GOOD + ",1", GOOD + ",1"), 1, frozenset({"duplicate_key"})),
    Case(
        "a total below",
        "orders.csv",
        text(HEADER, GOOD, OTHER, "合计,,,,5,48.50"),
        2,
        frozenset({"required_missing", "totals_row"}),
    ),
    Case(
        "a total that is wrong",
        "orders.csv",
        text(HEADER, GOOD, OTHER, "合计,,,,999,1.00"),
        2,
        frozenset({"required_missing", "totals_row"}),
    ),
    Case("tabs for commas", "orders.csv", text(*(line.replace(",", "\t") for line in (HEADER, GOOD, OTHER))), 2),
    Case("semicolons for commas", "orders.csv", text(*(line.replace(",", ";") for line in (HEADER, GOOD, OTHER))), 2),
    Case("named .xlsx, is text", "orders.xlsx", text(HEADER, GOOD, OTHER), 2),
    Case("one header twice", "orders.csv", text(HEADER + ",quantity_units", GOOD + ",7"), ANY),
    Case("a header without names", "orders.csv", text(HEADER + ",,", GOOD + ",1,2", OTHER + ",3,4"), 2),
    Case("a title above the header", "orders.csv", text("星城 2026 年 1 月订单,,,,,", HEADER, GOOD, OTHER), ANY),
    whole("a column is missing", "orders.csv", text(HEADER.replace(",amount_yuan", ""), "C1,O1,2026-01-05,P1,3")),
    whole("a million columns", "orders.csv", text(",".join(f"c{place}" for place in range(1_000_000)), "1")),
    Case(
        "a line of two million characters",
        "orders.csv",
        text(HEADER, GOOD, f"C2,O2,2026-01-06,P2,2,{'1' * 2_000_000}"),
        ANY,
        frozenset({"too_long", "wrong_type", "ragged_row", "long_line"}),
    ),
    Case("five thousand bad lines", "orders.csv", text(HEADER, GOOD, *["C2,O2,never,P2,2,1"] * 5_000), 1, frozenset({"wrong_type"})),
    Case(
        "NUL between the lines",
        "orders.csv",
        raw(f"{HEADER}\n{GOOD}\n\x00\x00\x00\n{OTHER}\n".encode()),
        ANY,
        frozenset({"ragged_row", "control_characters", "wrong_type", "required_missing"}),
    ),
    whole("HTML for a table", "orders.csv", text("<html><body><table><tr><td>1</td></tr></table></body></html>")),
    whole("a picture", "orders.csv", raw(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)),
    whole("a PDF", "orders.xlsx", raw(b"%PDF-1.7\n1 0 obj\n")),
    whole("a program", "orders.csv", raw(b"\x7fELF\x02\x01\x01" + b"\x00" * 200)),
    whole("gzip, whole", "orders.csv.gz", raw(gzip.compress(f"{HEADER}\n{GOOD}\n".encode()))),
    whole("gzip, cut off", "orders.csv.gz", raw(gzip.compress(f"{HEADER}\n{GOOD}\n".encode() * 100)[:60])),
)

WORKBOOKS = (
    Case("a good workbook", "orders.xlsx", xlsx(), 2),
    Case("a workbook named .csv", "orders.csv", xlsx(), 2),
    whole("a workbook cut off", "orders.xlsx", changed(xlsx(), lambda content: content[: len(content) // 2])),
    whole("a workbook of its first bytes", "orders.xlsx", raw(b"PK\x03\x04")),
    whole("an archive that is no workbook", "orders.xlsx", raw(zipped({"readme.txt": b"hello"}))),
    whole("a zip bomb", "orders.xlsx", zip_bomb),
    whole("a workbook with a password", "orders.xlsx", locked),
    whole("an archive that lies about its size", "orders.xlsx", raw(lying_zip(zipped({"xl/worksheets/sheet1.xml": b"<row/>" * 100_000})))),
    whole(
        "XML that refers to files",
        "orders.xlsx",
        raw(
            zipped(
                {
                    "[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><Types>&y;</Types>",
                    "xl/workbook.xml": b"<workbook/>",
                }
            )
        ),
    ),
    whole(
        "XML that unfolds without end",
        "orders.xlsx",
        raw(
            zipped(
                {
                    "[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><Types>&b;</Types>",
                    "xl/workbook.xml": b"<workbook/>",
                }
            )
        ),
    ),
    whole("a workbook without a cell", "orders.xlsx", xlsx([])),
    whole("a workbook with a header only", "orders.xlsx", xlsx(table(HEADER))),
    Case("a hidden sheet beside", "orders.xlsx", xlsx(None, lambda book, sheet: book.add_worksheet("hidden").hide()), 2),
    Case(
        "merged cells in the title",
        "orders.xlsx",
        xlsx([[], *table(HEADER, GOOD, OTHER)], lambda book, sheet: sheet.merge_range(0, 0, 0, 5, "星城订单")),
        ANY,
    ),
    Case(
        "an error in a cell",
        "orders.xlsx",
        xlsx(table(HEADER, GOOD, OTHER), lambda book, sheet: sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")),
        1,
        frozenset({"wrong_type", "cell_error", "required_missing"}),
    ),
    Case(
        "a formula with its result",
        "orders.xlsx",
        xlsx(table(HEADER, GOOD, OTHER), lambda book, sheet: sheet.write_formula(2, 4, "=1+1", None, 2)),
        2,
    ),
    Case("days as serial numbers", "orders.xlsx", xlsx([*table(HEADER), ["C1", "O1", 46027, "P1", 3, 30.0]]), ANY),
    Case(
        "a serial number beyond the calendar",
        "orders.xlsx",
        xlsx([*table(HEADER, GOOD), ["C1", "O1", 9e9, "P1", 3, 30.0]]),
        1,
        frozenset({"wrong_type", "future_day"}),
    ),
    Case("numbers as text", "orders.xlsx", xlsx(table(HEADER, GOOD, OTHER)), 2),
    Case(
        "a flag for a quantity",
        "orders.xlsx",
        xlsx([*table(HEADER, GOOD), ["C2", "O2", "2026-01-06", "P2", True, 18.5]]),
        ANY,
        frozenset({"wrong_type"}),
    ),
    Case(
        "data far below",
        "orders.xlsx",
        xlsx(table(HEADER, GOOD, OTHER), lambda book, sheet: sheet.write(60_000, 0, "C9")),
        ANY,
        frozenset({"required_missing", "note_row"}),
    ),
)

PARQUETS = (
    Case("good Parquet", "orders.parquet", parquet(**PARQUET_COLUMNS), 2),
    whole("Parquet cut off", "orders.parquet", changed(parquet(**PARQUET_COLUMNS), lambda content: content[:-40])),
    whole("Parquet of its first bytes", "orders.parquet", raw(b"PAR1")),
    whole(
        "Parquet with a damaged footer",
        "orders.parquet",
        changed(parquet(**PARQUET_COLUMNS), lambda content: content[:-30] + b"\xff" * 22 + content[-8:]),
    ),
    whole("Parquet without a row", "orders.parquet", parquet(**{name: [] for name in PARQUET_COLUMNS})),
    whole("Parquet of other columns", "orders.parquet", parquet(x=[1], y=[2])),
    Case("Parquet named .csv", "orders.csv", parquet(**PARQUET_COLUMNS), 2),
    Case(
        "numbers that are none",
        "orders.parquet",
        parquet(**{**PARQUET_COLUMNS, "amount_yuan": [float("nan"), float("inf")]}),
        0,
        frozenset({"wrong_type", "required_missing"}),
    ),
    Case(
        "lists in a column",
        "orders.parquet",
        parquet(**{**PARQUET_COLUMNS, "quantity_units": [[1], [2, 3]]}),
        ANY,
        frozenset({"wrong_type"}),
    ),
)

RECORD = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))


def lines_of(*records: object) -> Callable[[Path], None]:
    return text(*(record if isinstance(record, str) else json.dumps(record) for record in records))


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


JSONS = (
    Case("good JSON lines", "orders.jsonl", lines_of(RECORD, RECORD | {"order_key": "O2"}), 2),
    Case("a line that breaks off", "orders.jsonl", lines_of(RECORD, '{"customer_key": "C2", "order'), 1, frozenset({"bad_json"})),
    Case("an array on a line", "orders.jsonl", lines_of(RECORD, "[1, 2]"), 1, frozenset({"bad_json"})),
    Case("JSON of a hundred thousand levels", "orders.jsonl", lines_of(RECORD, nested(100_000)), 1, frozenset({"bad_json", "too_deep"})),
    Case("nine levels", "orders.jsonl", lines_of(RECORD, nested(9)), 1, frozenset({"too_deep", "bad_json", "required_missing"})),
    Case(
        "half a surrogate pair",
        "orders.jsonl",
        lines_of(RECORD, json.dumps(RECORD | {"order_key": "O2"}).replace("P1", "\\ud800")),
        ANY,
        frozenset({"bad_json", "undecodable", "control_characters", "lost_characters"}),
    ),
    Case(
        "NaN in JSON",
        "orders.jsonl",
        lines_of(RECORD, json.dumps(RECORD | {"amount_yuan": float("nan")})),
        1,
        frozenset({"bad_json", "wrong_type", "required_missing"}),
    ),
    Case(
        "a number of a thousand digits",
        "orders.jsonl",
        lines_of(RECORD, json.dumps(RECORD).replace('"3"', "9" * 1000)),
        1,
        frozenset({"wrong_type", "out_of_bounds", "bad_json"}),
    ),
    Case(
        "the same name twice in an object",
        "orders.jsonl",
        lines_of(RECORD, json.dumps(RECORD)[:-1] + ', "quantity_units": "9", "order_key": "O2"}'),
        ANY,
        frozenset({"bad_json"}),
    ),
    whole("an array that breaks off", "orders.json", raw(b'[{"customer_key": "C1"}, {"cust')),
    whole("JSON without records", "orders.json", raw(b"[]")),
    whole("a JSON text", "orders.json", raw(b'"hello"')),
    whole("null for a table", "orders.json", raw(b"null")),
)

CASES = (*CELLS, *FORMULAS, *TEXTS, *WORKBOOKS, *PARQUETS, *JSONS)
