"""Workbooks: every visible sheet with its header found, cells as text, and nothing opened that would fill the memory."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from xingke.sources.files.grid import Grid, sheet_of
from xingke.sources.files.limits import FileRefused, Limits, expands_too_far, nothing_in
from xingke.sources.files.raw import RawFile, RawSheet

LARGEST_WHOLE = 1e15
"""From here on a spreadsheet has lost digits; the notation says so to whoever reads the cell as a number that is a name."""

SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
ROW_NUMBER = re.compile(rb'<(?:x:)?row [^>]*?r="(\d{1,9})"')
WIDE_CELL = re.compile(rb'r="([A-Z]{2,3})\d')
CHUNK = 1 << 20


def read_excel(path: Path, *, limits: Limits) -> RawFile:
    """Open a workbook.

    Raises
    ------
    FileRefused
        It is damaged, protected by a password, empty, or would unfold beyond the limits.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    if zipfile.is_zipfile(path):
        _measure(path, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except PasswordError as error:
        raise FileRefused(
            zh=f"文件 {path.name} 有密码保护，请先在表格软件中取消密码再上传",
            en=f"{path.name} is protected by a password; save it without one and upload it again",
            path=path,
        ) from error
    except (CalamineError, OSError) as error:
        raise _damaged(path, error) from error
    sheets, notes = [], []
    for meta in book.sheets_metadata:
        if meta.visible is not SheetVisibleEnum.Visible:
            notes.append(f"hidden_sheet:{meta.name}")
            continue
        try:
            sheet = _sheet(path, book, meta.name, limits)
        except CalamineError as error:
            raise _damaged(path, error) from error
        if sheet is None:
            notes.append(f"empty_sheet:{meta.name}")
        else:
            sheets.append(sheet)
    if not sheets:
        raise nothing_in(path)
    return RawFile(path, "xlsx", "Excel", tuple(sheets), tuple(notes))


def _damaged(path: Path, error: Exception) -> FileRefused:
    return FileRefused(
        zh=f"文件 {path.name} 已损坏或不是 Excel 工作簿（{error}），请在表格软件中重新另存为 .xlsx",
        en=f"{path.name} is damaged or no Excel workbook ({error}); open it in a spreadsheet program and save it as .xlsx again",
        path=path,
    )


def _measure(path: Path, limits: Limits) -> None:
    """Unfold the parts once without keeping them: their true size, whatever the directory of the archive says, and how far cells reach."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > limits.expanded_bytes:
                raise expands_too_far(path, limits)
            total = 0
            for part in archive.infolist():
                rows = columns = 0
                for chunk in _unfolded(archive, part):
                    total += len(chunk)
                    if total > limits.expanded_bytes:
                        raise expands_too_far(path, limits)
                    if SHEET_PART.fullmatch(part.filename):
                        rows = max(rows, *(int(found) for found in ROW_NUMBER.findall(chunk)), 0)
                        columns = max(columns, *(_column(found) for found in set(WIDE_CELL.findall(chunk))), 0)
                if rows * max(columns, 1) > limits.workbook_cells:
                    raise too_large_sheet(path, rows, columns, limits)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(path, error) from error


def _unfolded(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def too_large_sheet(path: Path, rows: int, columns: int, limits: Limits) -> FileRefused:
    """A sheet whose used area is far larger than its data, most likely one stray cell."""
    return FileRefused(
        zh=f"文件 {path.name} 的工作表用到第 {rows:,} 行、第 {columns:,} 列，超过 {limits.workbook_cells:,} 格；请删去远处的空白行列再保存",
        en=f"a sheet of {path.name} reaches row {rows:,} and column {columns:,}, beyond {limits.workbook_cells:,} cells; "
        "delete the far blank rows and columns and save it again",
        path=path,
    )


def _sheet(path: Path, book: Any, name: str, limits: Limits) -> RawSheet | None:
    source = book.get_sheet_by_name(name)
    if source.start is None or source.end is None:
        return None
    left = source.start[1]
    merged = [((a[0], a[1] - left), (b[0], b[1] - left)) for a, b in source.merged_cell_ranges or []]
    height = source.end[0] + 1  # rows before the used area count as well: numbers are those that the owner sees
    return sheet_of(path, Grid(name, source.iter_rows, height, source.width, cell_text, merged), limits)


def cell_text(value: object) -> str:
    """A typed cell as the text that a person would have typed; a whole number has no point, a day no midnight."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if abs(value) >= LARGEST_WHOLE:
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(round(value, 10))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
