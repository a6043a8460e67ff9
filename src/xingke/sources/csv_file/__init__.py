"""Order lines from any delimited text file, by a declared mapping of its columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xingke.errors import ConfigurationError
from xingke.schema import CUSTOMER, CUSTOMER_BUCKETS, ORDER_LINE, ORG_UNIT, PRODUCT, Column, Table
from xingke.schema.findings import quarantine_joined, quarantine_of, record_text
from xingke.sources import reading
from xingke.sources.contract import DataNotFound, SourceTable
from xingke.sources.delimited import PLACE, Field, Form, read_typed
from xingke.words import both

NEEDED = ("customer_id", "ordered_on", "order_id", "product_id", "quantity_units", "amount_yuan")
DEFAULTS: Mapping[str, object] = {"price_class": 3, "discount_yuan": Decimal(0), "channel": None}

NUMBERED = """
with numbered as (
    select *, case when $number_lines then row_number() over (partition by order_id order by place_in_file) else line_no end as line
    from typed
)
select * exclude (line_no) replace (line as line), row_number() over (partition by order_id, line order by place_in_file) as turn
from numbered order by customer_id % $buckets, customer_id, ordered_on, order_id, line
"""


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """Which column of the file is which column of `order_line`.

    Parameters
    ----------
    columns
        Header by canonical name, where they differ. `customer_id`, `ordered_on`, `order_id`, `product_id`, `quantity_units` and
        `amount_yuan` must be in the file; without `line_no` the lines of an order are numbered as they come; without `price_class` it is 3,
        the middle; without `discount_yuan` it is 0.
    form
        Delimiter, encoding, how days and amounts are written.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns) - set(ORDER_LINE.column_names))
        if unknown:
            known = ", ".join(ORDER_LINE.column_names)
            raise ConfigurationError(
                zh=f"映射中有未知的列：{'、'.join(unknown)}；可用：{known}",
                en=f"the mapping names unknown column(s) {', '.join(unknown)}; known: {known}",
                unknown=unknown,
            )


class CsvFile:
    """One text file of order lines; customers and products are those that occur in it."""

    name = "csv_file"
    kind = "file"
    label = both("CSV 文件", "CSV file")
    note = both(
        "您自己的数据文件；只按映射读取，不推断、不改写。客户与商品以编号命名。",
        "A data file of your own; read by the mapping alone, nothing guessed or rewritten. Customers and products go by their number.",
    )

    def __init__(
        self, mapping: CsvMapping | None = None, *, pack: str = "retail", currency: str = "CNY", customer_kind: str = "consumer"
    ) -> None:
        self.mapping, self.pack, self.currency, self.customer_kind = mapping or CsvMapping(), pack, currency, customer_kind

    def default_location(self) -> Path | None:
        """A file of one's own has no default place."""
        return None

    def tables(self, location: Path, *, as_of: date | None = None, connection: Any) -> Iterator[SourceTable]:
        """Organisation, customers, products and order lines of one file.

        Raises
        ------
        DataNotFound, xingke.sources.delimited.EmptyFile, MissingHeader, UnreadableFile
            Nothing of the file can be used.
        """
        if not location.is_file():
            raise DataNotFound(source=self.name, path=location, expected="*.csv")
        fields = self._fields(location)
        read = read_typed(location, fields, form=self.mapping.form, table="order_line", as_of=as_of)
        lines, repeated = _numbered(connection, read.rows, location)
        yield _whole(ORG_UNIT, [{"org_path": "/all", "parent_path": None, "level": "company", "name": location.stem}])
        yield _whole(CUSTOMER, [self._customer(key) for key in _keys(lines, "customer_id")])
        yield _whole(PRODUCT, _products(lines))
        refused = quarantine_joined([read.quarantine, repeated]).sort_by("row")
        yield SourceTable(ORDER_LINE, reading.batches(ORDER_LINE, lines), refused, rows_read=read.rows_read, rows_loaded=lines.num_rows)

    def _fields(self, location: Path) -> list[Field]:
        from csv import reader

        form = self.mapping.form
        with location.open(encoding=form.encoding, errors="replace", newline="") as text:
            header = {name.removeprefix("\ufeff") for name in next(reader(text, delimiter=form.delimiter), [])}
        return [
            Field(
                self.mapping.columns.get(column.name, column.name),
                replace(column, required=column.required and column.name not in DEFAULTS),
            )
            for column in ORDER_LINE.columns
            if column.name in NEEDED or column.name in self.mapping.columns or column.name in header
        ]

    def _customer(self, key: int) -> dict[str, object]:
        licence = "not_needed" if self.customer_kind != "outlet" else "unknown"
        return {
            "customer_id": key,
            "source_key": str(key),
            "kind": self.customer_kind,
            "display_name": f"C-{key:05d}",
            "status": "active",
            "org_path": "/all",
            "licence_status": licence,
        }


def _numbered(connection: Any, typed: pa.Table, location: Path) -> tuple[pa.Table, pa.Table]:
    """The lines in stored order with every column there, and those that repeat the key of an earlier one."""
    given = "line_no" in typed.column_names
    full = typed if given else typed.append_column("line_no", pa.nulls(typed.num_rows, pa.int64()))
    answer = reading.arrow(connection, NUMBERED, {"number_lines": not given, "buckets": CUSTOMER_BUCKETS}, {"typed": full})
    repeats = answer.filter(pc.greater(answer["turn"], 1)).to_pylist()
    repeated = quarantine_of(
        {
            "table": "order_line",
            "file": location.name,
            "row": row[PLACE],
            "column": "order_id+line_no",
            "value": f"{row['order_id']}+{row['line']}",
            "reason": "duplicate_key",
            "record": record_text({name: value for name, value in row.items() if name not in (PLACE, "turn")}),
        }
        for row in repeats
    )
    lines = answer.filter(pc.equal(answer["turn"], 1)).rename_columns(
        ["line_no" if name == "line" else name for name in answer.column_names]
    )
    return _completed(lines), repeated


def _completed(lines: pa.Table) -> pa.Table:
    for column in ORDER_LINE.columns:
        default = DEFAULTS.get(column.name)
        if column.name not in lines.column_names:
            lines = lines.append_column(column.name, _repeated(default, column, lines.num_rows))
        elif default is not None:
            place = lines.column_names.index(column.name)
            lines = lines.set_column(place, column.name, pc.fill_null(lines[column.name], pa.scalar(default, column.type.arrow)))
    return lines.select(list(ORDER_LINE.column_names))


def _repeated(value: object, column: Column, rows: int) -> pa.Array:
    return pa.nulls(rows, column.type.arrow) if value is None else pa.repeat(pa.scalar(value, column.type.arrow), rows)


def _keys(lines: pa.Table, column: str) -> list[int]:
    return sorted(pc.unique(lines[column]).to_pylist())


def _products(lines: pa.Table) -> list[dict[str, object]]:
    classes = lines.group_by("product_id").aggregate([("price_class", "min")]).sort_by("product_id").to_pylist()
    return [
        {
            "product_id": row["product_id"],
            "source_key": str(row["product_id"]),
            "name": f"P-{row['product_id']:05d}",
            "category": "UNLISTED",
            "brand": "UNLISTED",
            "maker": "UNLISTED",
            "price_class": row["price_class_min"],
        }
        for row in classes
    ]


def _whole(table: Table, rows: list[dict[str, Any]]) -> SourceTable:
    answer = pa.Table.from_pylist(rows, schema=table.arrow_schema)
    return SourceTable(table, reading.batches(table, answer), quarantine_of(), rows_read=len(rows), rows_loaded=len(rows))


SOURCE = CsvFile()
