"""Web pages and XML workbooks of 2003 that programs save as `.xls`: their tables are read as sheets."""

import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xingke.sources.files.encoding import encoding_of
from xingke.sources.files.grid import Grid, Merged, sheet_of
from xingke.sources.files.limits import FileRefused, Limits, nothing_in, too_large
from xingke.sources.files.raw import RawFile, RawSheet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
HTML_STARTS: Final = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style", b"<body", b"<!--")
CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
ENTITIES: Final = re.compile(rb"<!(DOCTYPE(?!\s+html)|ENTITY)", re.IGNORECASE)
MOST_SPAN: Final = 10_000


def is_markup(start: bytes) -> bool:
    """Whether a file begins like a web page, an XML document or a mail with a page in it."""
    text = start.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    return text.startswith((*HTML_STARTS, b"<?xml", b"<workbook", b"mime-version:"))


def read_markup(path: Path, *, limits: Limits, encoding: str = "") -> RawFile:
    """Open a web page or an XML workbook.

    Raises
    ------
    FileRefused
        It holds no table, is another kind of XML, or is damaged.
    """
    if path.stat().st_size > limits.expanded_bytes:
        raise too_large(path, path.stat().st_size, limits.expanded_bytes)
    content = path.read_bytes()
    head = content[:4096].lower()
    if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"mime-version:"):
        raise _other(path, "MHTML", "web page archive (MHTML)")
    if SPREADSHEET.encode() in head:
        return _file(path, "xml", "XML 2003", _workbook(path, content), limits)
    if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and b"<html" not in head:
        raise _other(path, "XML", "XML document")
    named = CHARSET.search(content[:4096])
    codec = encoding or (_known(named[1].decode()) if named else "") or encoding_of(path).codec
    page = _Page()
    page.feed(content.decode(codec, "replace").removeprefix("\ufeff"))
    page.close()
    tables = [table for table in page.tables if len(table.rows) > 1]
    if not tables:
        raise nothing_in(path)
    names = [path.stem if len(tables) == 1 else f"{path.stem} {place}" for place in range(1, len(tables) + 1)]
    return _file(path, "html", "HTML", list(zip(names, tables, strict=True)), limits)


class _Cells:
    """The rows of one table, merged areas beside them."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merged: list[Merged] = []
        self._below: dict[int, set[int]] = {}
        self._place = 0

    def begin(self, row: int | None = None) -> None:
        """A new row, or the row of that number from 1."""
        while row is not None and len(self.rows) < row - 1:
            self.rows.append([])
        self.rows.append([])
        self._place = 0

    def add(self, text: str, *, across: int = 1, down: int = 1, at: int | None = None) -> None:
        """A cell, at the next free place or at this one from 1."""
        if not self.rows:
            self.begin()
        row, line = len(self.rows) - 1, self.rows[-1]
        self._place = at - 1 if at is not None else self._place
        while self._place in self._below.get(row, ()):
            self._place += 1
        across, down = max(1, min(across, MOST_SPAN)), max(1, min(down, MOST_SPAN))
        line += [""] * (self._place + across - len(line))
        line[self._place] = " ".join(text.split())
        if across > 1 or down > 1:
            self.merged.append(((row, self._place), (row + down - 1, self._place + across - 1)))
            for below in range(row + 1, row + down):
                self._below.setdefault(below, set()).update(range(self._place, self._place + across))
        self._place += across

    def grid(self, name: str) -> Grid:
        """The table as a grid."""
        width = max((len(row) for row in self.rows), default=0)
        rows: list[Sequence[object]] = [row + [""] * (width - len(row)) for row in self.rows]
        return Grid(name, lambda: iter(rows), len(rows), width, str, self.merged)


class _Page(HTMLParser):
    """Gathers the tables of a page; a table within a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Cells] = []
        self._open: list[_Cells] = []
        self._cell: list[tuple[list[str], int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag == "table":
            self._open.append(_Cells())
            self.tables.append(self._open[-1])
            self._cell.append(([], 0, 0))
        elif not self._open:
            return
        elif tag == "tr":
            self._end_cell()
            self._open[-1].begin()
        elif tag in ("td", "th"):
            self._end_cell()
            named = dict(attrs)
            self._cell[-1] = ([], _span(named.get("colspan")), _span(named.get("rowspan")))
        elif tag == "br":
            self._cell[-1][0].append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or a table."""
        if self._open and tag in ("td", "th", "tr", "table"):
            self._end_cell()
            if tag == "table":
                self._open.pop()
                self._cell.pop()

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._cell:
            self._cell[-1][0].append(data)

    def _end_cell(self) -> None:
        text, across, down = self._cell[-1]
        if across:
            self._open[-1].add("".join(text), across=across, down=down)
        self._cell[-1] = ([], 0, 0)


def _workbook(path: Path, content: bytes) -> list[tuple[str, _Cells]]:
    from xml.etree import ElementTree

    if ENTITIES.search(content):
        raise _other(path, "XML", "XML document with entities")
    mark = f"{{{SPREADSHEET}}}"
    found: list[tuple[str, _Cells]] = []
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(content), events=("end",)):  # noqa: S314 - no entities, see above
            if element.tag == f"{mark}Worksheet":
                found.append((element.get(f"{mark}Name", f"Sheet{len(found) + 1}"), _worksheet(element, mark)))
                element.clear()
    except ElementTree.ParseError as error:
        raise FileRefused(
            zh=f"文件 {path.name} 是 XML 2003 工作簿，但已损坏（{error}）；请用表格软件打开并另存为 .xlsx",
            en=f"{path.name} is an XML workbook of 2003 and damaged ({error}); open it in a spreadsheet program and save it as .xlsx",
            path=path,
        ) from error
    return found


def _worksheet(sheet: "Element", mark: str) -> _Cells:
    cells = _Cells()
    for row in sheet.iter(f"{mark}Row"):
        cells.begin(_number(row.get(f"{mark}Index")))
        for cell in row.iter(f"{mark}Cell"):
            data = cell.find(f"{mark}Data")
            kind = data.get(f"{mark}Type") if data is not None else ""
            cells.add(
                _value("".join(data.itertext()) if data is not None else "", kind or ""),
                across=(_number(cell.get(f"{mark}MergeAcross")) or 0) + 1,
                down=(_number(cell.get(f"{mark}MergeDown")) or 0) + 1,
                at=_number(cell.get(f"{mark}Index")),
            )
    return cells


def _value(text: str, kind: str) -> str:
    from datetime import datetime

    from xingke.sources.files.excel import cell_text

    try:
        if kind == "Number":
            return cell_text(float(text))
        if kind == "DateTime":
            return cell_text(datetime.fromisoformat(text))
    except ValueError:
        return text
    return text


def _file(path: Path, kind: str, form: str, tables: "list[tuple[str, _Cells]]", limits: Limits) -> RawFile:
    sheets: list[RawSheet] = []
    notes: list[str] = []
    for name, cells in tables:
        sheet = sheet_of(path, cells.grid(name), limits)
        if sheet is None:
            notes.append(f"empty_sheet:{name}")
        else:
            sheets.append(sheet)
    if not sheets:
        raise nothing_in(path)
    return RawFile(path, kind, form, tuple(sheets), tuple(notes))


def _known(name: str) -> str:
    import codecs

    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return ""
    return "gb18030" if codec in ("gb2312", "gbk") else codec


def _span(text: str | None) -> int:
    return _number(text) or 1


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _other(path: Path, zh: str, en: str) -> FileRefused:
    return FileRefused(
        zh=f"{path.name} 实际上是 {zh} 文件，不是表格；请用表格软件打开并另存为 .xlsx 或 CSV",
        en=f"{path.name} is in truth a {en} and no table; open it in a spreadsheet program and save it as .xlsx or CSV",
        path=path,
    )
