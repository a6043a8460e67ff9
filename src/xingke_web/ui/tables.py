"""Data tables declared in Python: columns, sorting, server paging, phone fields and export columns; `ui/table.html` draws them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from operator import attrgetter
from typing import Any, Literal

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from xingke.words import Language
from xingke_web.ui.numbers import FORMATS, NUMERIC_FORMATS, active_language, day, format_value, stamp
from xingke_web.ui.viewer import viewer_of

Text = str | Promise
Phone = Literal["title", "sub", "value", "line", ""]
PAGE_SIZES = (25, 50, 100)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name
        Attribute or key of the row, and the sort key in the address.
    label
        Heading; the unit belongs into it when values are scaled.
    format
        Name in `xingke_web.ui.numbers.FORMATS`; numeric formats align right.
    value
        Reads the cell where `name` is not enough.
    sortable
        Whether the selector can sort by `name`.
    link
        Address of the cell, None for no link.
    template
        Draws the cell with `row`, `value` and `column`, e.g. chips.
    phone
        Place on the phone card: `title`, `sub`, `value`, `line`, or not shown.
    export
        Whether exports carry it. `hidden` columns are exported only.
    """

    name: str
    label: Text
    format: str = "text"
    value: Callable[[Any], Any] | None = None
    sortable: bool = False
    link: Callable[[Any], str | None] | None = None
    template: str = ""
    phone: Phone = ""
    export: bool = True
    hidden: bool = False
    hint: Text = ""

    def __post_init__(self) -> None:
        """Refuse a format that does not exist when the table is declared, not when it is drawn."""
        if self.format not in FORMATS:
            raise ValueError(f"column '{self.name}': no format '{self.format}'; known are {', '.join(sorted(FORMATS))}")

    @property
    def is_numeric(self) -> bool:
        """Whether the cells are figures, aligned right."""
        return self.format in NUMERIC_FORMATS

    def read(self, row: Any) -> Any:
        """The raw value of a row."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.name) if isinstance(row, Mapping) else attrgetter(self.name)(row)


@dataclass(frozen=True)
class BulkAction:
    """A button of the bulk bar; posts `keys` (or `all=1`) to `url`."""

    label: Text
    url: str
    icon: str = ""
    capability: str = ""


@dataclass(frozen=True)
class Window:
    """What a selector has to return: a sort key it declared, and a slice."""

    sort: str
    descending: bool
    page: int
    size: int

    @property
    def offset(self) -> int:
        """Rows to skip."""
        return (self.page - 1) * self.size

    @property
    def limit(self) -> int:
        """Rows to return."""
        return self.size


@dataclass(frozen=True)
class Heading:
    """A column heading with its sort link."""

    column: Column
    url: str
    direction: Literal["ascending", "descending", "none"]


@dataclass(frozen=True)
class Cell:
    """One formatted cell."""

    column: Column
    value: Any
    text: str
    exact: str
    url: str | None


@dataclass(frozen=True)
class Line:
    """One row of cells, and the cells by their place on the phone card."""

    key: str
    row: Any
    cells: tuple[Cell, ...]

    def phone(self, place: Phone) -> list[Cell]:
        """The cells for one place of the phone card."""
        return [cell for cell in self.cells if cell.column.phone == place]

    @property
    def phone_title(self) -> list[Cell]:
        """The name of the card."""
        return self.phone("title")

    @property
    def phone_sub(self) -> list[Cell]:
        """The line under the name."""
        return self.phone("sub")

    @property
    def phone_value(self) -> list[Cell]:
        """The figure on the right."""
        return self.phone("value")

    @property
    def phone_lines(self) -> list[Cell]:
        """Labelled lines below."""
        return self.phone("line")


@dataclass(frozen=True)
class BoundTable:
    """A table with the rows of one page; the context of `ui/table.html`."""

    table: "DataTable"
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]
    total: int
    window: Window
    actions: tuple[BulkAction, ...]
    previous_url: str | None
    next_url: str | None
    query: str
    dense: bool
    path: str

    @property
    def pages(self) -> int:
        """How many pages there are, 1 or more."""
        return max(1, ceil(self.total / self.window.size))

    @property
    def selectable(self) -> bool:
        """Whether rows can be chosen: there is something to do with them."""
        return bool(self.actions)


@dataclass(frozen=True)
class DataTable:
    """A declared table; `window()` reads the request, `bind()` adds the rows."""

    name: str
    columns: Sequence[Column]
    caption: Text
    row_key: str = "id"
    default_sort: str = ""
    page_size: int = 50
    noun: Text = ""
    actions: Sequence[BulkAction] = field(default_factory=tuple)

    def window(self, query: QueryDict) -> Window:
        """The sort and the page asked for; anything not declared falls back to the default."""
        sort = self._sort(query.get("sort", "")) or self._sort(self.default_sort) or ("", False)
        size = _positive(query.get("size"), self.page_size)
        return Window(sort[0], sort[1], _positive(query.get("page"), 1), size if size in PAGE_SIZES else self.page_size)

    def bind(self, request: HttpRequest, rows: Sequence[Any], total: int) -> BoundTable:
        """The table for one page of rows, `total` rows in all."""
        viewer, window = viewer_of(request), self.window(request.GET)
        language, currency = active_language(), viewer.workspace.currency if viewer else "CNY"
        shown = [column for column in self.columns if not column.hidden]
        pages = max(1, ceil(total / window.size))
        allowed = tuple(one for one in self.actions if not one.capability or (viewer is not None and viewer.can(one.capability)))
        return BoundTable(
            table=self,
            lines=tuple(self._line(row, shown, language, currency) for row in rows),
            headings=tuple(self._heading(column, window, request.GET) for column in shown),
            total=total,
            window=window,
            actions=allowed,
            previous_url=with_query(request.GET, page=window.page - 1) if window.page > 1 else None,
            next_url=with_query(request.GET, page=window.page + 1) if window.page < pages else None,
            query=without_query(request.GET, "page").lstrip("?"),
            dense=request.COOKIES.get("xk_density") == "dense",
            path=request.path,
        )

    def export_header(self) -> list[str]:
        """Headings of the exported columns."""
        return [str(column.label) for column in self.columns if column.export]

    def export_rows(self, rows: Sequence[Any]) -> Iterator[list[object]]:
        """Exact values of the exported columns; text that a spreadsheet would run as a formula is quoted."""
        columns = [column for column in self.columns if column.export]
        for row in rows:
            yield [export_cell(column.read(row)) for column in columns]

    def _sort(self, asked: str) -> tuple[str, bool] | None:
        name = asked.removeprefix("-")
        return (name, asked.startswith("-")) if any(one.sortable and one.name == name for one in self.columns) else None

    def _heading(self, column: Column, window: Window, query: QueryDict) -> Heading:
        if not column.sortable:
            return Heading(column, "", "none")
        if column.name != window.sort:
            first = f"-{column.name}" if column.is_numeric else column.name
            return Heading(column, with_query(query, sort=first, page=None), "none")
        other = column.name if window.descending else f"-{column.name}"
        return Heading(column, with_query(query, sort=other, page=None), "descending" if window.descending else "ascending")

    def _line(self, row: Any, columns: Sequence[Column], language: Language, currency: str) -> Line:
        key = row.get(self.row_key) if isinstance(row, Mapping) else getattr(row, self.row_key)
        return Line(str(key), row, tuple(_cell(column, row, language, currency) for column in columns))


def export_cell(value: object) -> object:
    """A value as a file carries it: exact numbers, ISO days, full stamps, and no text that starts a formula."""
    if value is None or isinstance(value, int | float | Decimal):
        return "" if value is None else value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return day(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def with_query(query: QueryDict, **changes: object) -> str:
    """The query string with some keys set, or left out where the value is None; starts with `?`."""
    copy = query.copy()
    for key, value in changes.items():
        if value is None:
            copy.pop(key, None)
        else:
            copy[key] = str(value)
    return f"?{copy.urlencode()}"


def without_query(query: QueryDict, *keys: str) -> str:
    """The query string without some keys."""
    return with_query(query, **dict.fromkeys(keys))


def _cell(column: Column, row: Any, language: Language, currency: str) -> Cell:
    value = column.read(row)
    text = format_value(column.format, value, language, currency)
    exact = "" if value is None or not column.is_numeric else f"{value:,}" if isinstance(value, int | float | Decimal) else ""
    return Cell(column, value, text, exact if exact != text else "", column.link(row) if column.link else None)


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and 0 < int(text) < 10**7 else default
