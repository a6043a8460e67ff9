"""The state's own text form: `;` between columns, `$` before amounts, month/day/year."""

from datetime import date
from pathlib import Path

import pyarrow as pa

from xingke.schema import Column, ColumnType
from xingke.sources.delimited import Field, Form, Typed, read_typed
from xingke.words import both

FORM = Form(delimiter=";", day_form="%m/%d/%Y", money_signs="$,")
T = ColumnType


def _field(header: str, name: str, kind: ColumnType, zh: str, *, required: bool = False) -> Field:
    return Field(header, Column(name, kind, both(zh, header), required=required))


LINE_FIELDS = (
    _field("Invoice/Item Number", "source_key", T.TEXT, "发票行号", required=True),
    _field("Date", "day", T.DAY, "日期", required=True),
    _field("Store Number", "outlet", T.INTEGER, "门店编号", required=True),
    _field("Item Number", "Item Number", T.TEXT, "商品编号", required=True),
    _field("Bottles Sold", "bottles", T.INTEGER, "瓶数", required=True),
    _field("Sale (Dollars)", "dollars", T.MONEY, "金额", required=True),
)
MASTER_FIELDS = (
    _field("Store Name", "Store Name", T.TEXT, "门店名称"),
    _field("City", "City", T.TEXT, "城市"),
    _field("Zip Code", "Zip Code", T.TEXT, "邮编"),
    _field("County", "County", T.TEXT, "县"),
    _field("Category Name", "Category Name", T.TEXT, "品类"),
    _field("Vendor Name", "Vendor Name", T.TEXT, "厂商"),
    _field("Item Description", "Item Description", T.TEXT, "品名"),
    _field("Pack", "Pack", T.TEXT, "每箱瓶数"),
    _field("State Bottle Cost", "cost", T.NUMBER, "进价"),
    _field("State Bottle Retail", "retail", T.NUMBER, "零售价"),
)
FIELDS = (*LINE_FIELDS, *MASTER_FIELDS)


def read_raw(path: Path, *, as_of: date | None = None) -> Typed:
    """The lines of a file in the state's form."""
    return read_typed(path, FIELDS, form=FORM, table="order_line", as_of=as_of)


def no_sample() -> pa.Table:
    """What is known from a sample where there is none."""
    return pa.schema([(field.column.name, field.column.type.arrow) for field in FIELDS]).empty_table()


SAMPLE_LINES = """
with line as (
    select outlet as customer_id, day as ordered_on, left(source_key, -5) as invoice, try_cast(right(source_key, 5) as bigint) as line_no,
           source_key, "Item Number" as item, bottles as quantity_units, dollars as amount_yuan, $file as file, place_in_file as place
    from sample where $bucket::bigint is null or outlet % $buckets = $bucket::bigint
),
"""
