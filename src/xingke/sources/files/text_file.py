"""Text with a delimiter: sniffed, decoded and read in blocks by Arrow, every cell as text."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from xingke.sources.files.encoding import AsUtf8, Encoding, encoding_of
from xingke.sources.files.headers import LOOKED_AT, Header, header_of
from xingke.sources.files.limits import FileRefused, Limits, nothing_in, too_many_columns
from xingke.sources.files.quotes import Quotes, WithoutLines, quotes_of, usual_width
from xingke.sources.files.raw import BadRow, RawBatch, RawFile, RawSheet, without_blank_rows

DELIMITERS = {",": "逗号 ,", "\t": "制表符 TAB", ";": "分号 ;", "|": "竖线 |"}
NAMED_DELIMITER = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""The first line by which a spreadsheet program is told the delimiter."""

SUMMARY = re.compile(r"^[`'\s#*]*(合\s*计|总|小\s*计|共\s*[\d`]|累计|汇总|本页|笔数|total|sum|grand)", re.IGNORECASE)
RULED = re.compile(r"^\s*(#|[-=*_~\s]{3,}$)")
BLOCK = 8 << 20
SNIFFED = 1 << 20
NOTED_WIDTH = 4
"""A single text beside a table of fewer columns may be a row of which the rest was forgotten."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of a file before its rows are read; `pads` where its rows leave out blank cells at their end."""

    path: Path
    encoding: Encoding
    delimiter: str
    header: Header
    width: int
    pads: bool
    skip_lines: int
    first_row: int
    quotes: Quotes


def read_text(path: Path, *, limits: Limits, delimiter: str = "", encoding: str = "") -> RawFile:
    """Open a delimited text file; `delimiter` and `encoding` are found where they are not named.

    Raises
    ------
    FileRefused
        It is empty, it has too many columns, or it is no text.
    """
    known = Encoding(encoding, encoding) if encoding else encoding_of(path)
    text = _beginning(path, known)
    if not text.strip("\ufeff \t\r\n,;|\x00"):
        raise nothing_in(path)
    lines = text.splitlines()[:LOOKED_AT]
    named = NAMED_DELIMITER.match(text)
    mark = delimiter or (named[1] if named else _delimiter(lines))
    widest = max(line.count(mark) for line in lines) + 1
    if widest > limits.columns:
        raise too_many_columns(path, f"{widest:,}", limits)
    plan = _plan(path, known, mark, text)
    header = plan.header
    sheet = RawSheet(path.stem, header.names, header.data_at if header.lines else 0, header.lines, header.above, lambda: _batches(plan))
    notes = (*(("mixed_encoding",) if known.mixed else ()), *(("doubtful_encoding",) if known.doubtful else ()))
    return RawFile(path, "text", f"{known.label} · {DELIMITERS.get(mark, mark)}", (sheet,), notes)


def _plan(path: Path, known: Encoding, mark: str, text: str) -> _Plan:
    with _decoded(path, known) as stream:
        quotes = quotes_of(stream, mark, usual_width(text.splitlines()[:LOOKED_AT], mark))
    records, ends = _records(path, _without_torn(text, quotes), mark)
    widths = Counter(len(record) for record in records[1:] if any(record))
    usual = max(widths, key=lambda width: (widths[width], width), default=len(records[0]))
    header = header_of([record[: max(usual, len(record) if place == 0 else 0)] for place, record in enumerate(records)])
    is_whole = path.stat().st_size <= SNIFFED
    if (is_whole or quotes.torn) and not any(any(cell.strip() for cell in record) for record in records[header.data_at :]):
        raise _unclosed(path, min(quotes.torn)) if quotes.torn else nothing_in(path)
    named = max((len(record) for record in records[: header.data_at][-header.lines :]), default=usual) if header.lines else usual
    width = max(usual, named)
    header = replace(header, names=_within(header, header.names, width), places=_within(header, header.places, width))
    skip = ends[header.data_at - 1] if header.data_at else 0
    return _Plan(path, known, mark, header, width, usual < width, skip, header.data_at + 1, quotes)


def _decoded(path: Path, known: Encoding) -> Any:
    """The bytes of the file as UTF-8."""
    file = path.open("rb")
    return file if known.is_utf8 else AsUtf8(file, known.codec)


def _without_torn(text: str, quotes: Quotes) -> str:
    if not quotes.torn:
        return text
    lines = text.split("\n")
    for number in quotes.torn:
        if number <= len(lines):
            lines[number - 1] = ""
    return "\n".join(lines)


def _within(header: Header, values: tuple[T, ...], width: int) -> tuple[T, ...]:
    return tuple(value for value, place in zip(values, header.places, strict=True) if place < width)


def _beginning(path: Path, encoding: Encoding) -> str:
    with path.open("rb") as file:
        part = file.read(SNIFFED)
    text = part.decode(encoding.codec, errors="replace").removeprefix("\ufeff")
    return text if len(part) < SNIFFED else text[: text.rfind("\n") + 1] or text


def _delimiter(lines: list[str]) -> str:
    """The mark that cuts most lines into the same number of cells, more than one."""

    def worth(mark: str) -> tuple[float, int]:
        whole = [line for line in lines if line.count('"') % 2 == 0]
        widths = [len(cells) for cells in csv.reader(whole, delimiter=mark) if any(cells)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    try:
        return max(DELIMITERS, key=worth)
    except csv.Error:
        return ","


def _records(path: Path, text: str, mark: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    records: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in reader:
            records.append(record)
            ends.append(reader.line_num)
            if len(records) > LOOKED_AT:
                break
    except csv.Error as error:
        if not records:
            raise FileRefused(
                zh=f"无法把 {path.name} 分成行与列：{error}；请检查引号是否成对",
                en=f"{path.name} cannot be cut into rows and columns ({error}); check that its quotes come in pairs",
                path=path,
            ) from error
    return records, ends


def _batches(plan: _Plan) -> Iterator[RawBatch]:
    from pyarrow import csv as arrow_csv

    bad: list[Any] = []

    def keep(row: Any) -> str:
        bad.append(row)
        return "skip"

    names = [f"c{place}" for place in range(plan.width)]
    last = plan.first_row - 1
    torn = sorted(one for one in plan.quotes.torn.values() if one[0] >= plan.first_row)
    plain = plan.encoding.is_utf8 and not plan.quotes.torn
    with _decoded(plan.path, plan.encoding) as file:
        source = WithoutLines(file, plan.quotes.torn) if plan.quotes.torn else file
        try:
            reader = arrow_csv.open_csv(
                str(plan.path) if plain else pa.PythonFile(source, mode="r"),
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, skip_rows=plan.skip_lines, column_names=names),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=plan.delimiter,
                    quote_char='"' if plan.quotes.any else False,
                    newlines_in_values=plan.quotes.spans,
                    ignore_empty_lines=False,
                    invalid_row_handler=keep,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=True, null_values=[""]
                ),
            )
            for batch in reader:
                rows, last = _numbers(plan, last, batch.num_rows, bad)
                taken = [row for row in bad if _number(plan, row) <= last]
                del bad[: len(taken)]
                here = [one for one in torn if one[0] <= last]
                del torn[: len(here)]
                yield _batch(plan, batch, rows, taken, here)
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise _torn(plan.path, error) from error
        if bad or torn:
            nothing = pa.record_batch([pa.nulls(0, pa.binary()) for _ in names], names=names)
            yield _batch(plan, nothing, pa.array([], pa.int64()), bad, torn)


def _number(plan: _Plan, row: Any) -> int:
    """The number of a row that Arrow refused; it counts lines that were skipped where a record above may have taken several."""
    return int(row.number) - plan.skip_lines + plan.first_row - 1


def _numbers(plan: _Plan, last: int, count: int, bad: list[Any]) -> tuple[pa.Array, int]:
    """Numbers for the next rows, without those that refused rows have."""
    import numpy as np

    rows = np.arange(last + 1, last + 1 + count + len(bad), dtype=np.int64)
    rows = rows[~np.isin(rows, [_number(plan, row) for row in bad])][:count] if bad else rows
    return pa.array(rows), int(rows[-1]) if count else last


def _batch(plan: _Plan, batch: pa.RecordBatch, rows: pa.Array, refused: list[Any], torn: list[tuple[int, str]]) -> RawBatch:
    columns = [_text(batch.column(place)) for place in plan.header.places]
    table = pa.table(dict(zip(plan.header.names, columns, strict=True)))
    mended, bad = _mended(plan, refused)
    bad += [BadRow(number, "open_quote", text[:60], text) for number, text in torn]
    if mended:
        more = pa.table({name: pa.array([cells[place] or None for _, cells in mended], pa.string()) for name, place in _named_places(plan)})
        table, rows = pa.concat_tables([table, more]), pa.concat_arrays([rows, pa.array([row for row, _ in mended], pa.int64())])
    return without_blank_rows(rows, table, tuple(bad))


def _named_places(plan: _Plan) -> Iterator[tuple[str, int]]:
    return zip(plan.header.names, plan.header.places, strict=True)


def _mended(plan: _Plan, refused: list[Any]) -> tuple[list[tuple[int, list[str]]], list[BadRow]]:
    """Rows of another width that differ in blank cells at their end alone, and the others: summaries below the table, notes, torn ones."""
    mended: list[tuple[int, list[str]]] = []
    bad: list[BadRow] = []
    headed = 0
    for row in refused:
        number, text = _number(plan, row), str(row.text)
        cells = next(csv.reader([text], delimiter=plan.delimiter), []) if "\x00" not in text else []
        if len(cells) > plan.width and not any(cell.strip() for cell in cells[plan.width :]):
            mended.append((number, cells[: plan.width]))
        elif plan.pads and cells and len(cells) < plan.width:
            mended.append((number, cells + [""] * (plan.width - len(cells))))
        else:
            reason = _reason(cells, plan.width, text, follows=0 < headed == len(cells))
            headed = len(cells) if reason == "totals_row" and len(cells) > 1 else 0
            bad.append(BadRow(number, reason, f"{row.actual_columns} / {row.expected_columns}", text))
    return mended, bad


def _reason(cells: list[str], width: int, text: str, *, follows: bool) -> str:
    """Why a row of another width stays outside; `follows` the header of a summary of its width."""
    if RULED.match(text):
        return "note_row"
    if len(cells) < width and (follows or SUMMARY.match(cells[0] if cells else "")):
        return "totals_row"
    filled = [cell for cell in cells if cell.strip()]
    is_note = len(filled) == 1 and width >= NOTED_WIDTH and not any(letter.isdigit() for letter in filled[0])
    return "note_row" if is_note else "ragged_row"


def _text(column: pa.Array) -> pa.Array:
    """The bytes as text; a cell that is none in this encoding keeps a mark, which keeps its row outside."""
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if cell is None else cell.decode("utf-8", "replace") for cell in column.to_pylist()], pa.string())


def _torn(path: Path, error: Exception) -> FileRefused:
    return FileRefused(
        zh=f"文件 {path.name} 中有一条记录没有结尾，多半是引号不成对：{error}",
        en=f"a record of {path.name} has no end, most likely a quote that is not closed: {error}",
        path=path,
    )


def _unclosed(path: Path, line: int) -> FileRefused:
    return FileRefused(
        zh=f"文件 {path.name} 第 {line:,} 行的引号没有结尾，其后没有可用的行；请补上引号",
        en=f"a quote in line {line:,} of {path.name} is not closed and nothing usable is left; close it",
        path=path,
    )
