"""Tables as a source system can fill them: its own keys where the canonical table has the product's surrogate ids.

A row of a canonical table refers to customers, products and orders by surrogate ids, which no source knows. The intake form of a table has
the same columns with a text key in place of each id. The ids are put in when the loads are assembled (`xingke.loop`), so that merging two
customers moves their facts without touching a load.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.tables import CORE_TABLES, ORDER_LINE, CustomerKind, LicenceStatus
from xingke.schema.trade import TRADE_TABLES
from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.schema.trade.supply import CITY_ORDER_LINE
from xingke.words import both

T = ColumnType

CUSTOMER_KEYS = ("customer_key", "outlet_key", "from_customer_key", "to_customer_key")
"""Keys that name a customer of the row's system; they are found through the links of identity, the others by digest."""

SYSTEM = Column("system", T.TEXT, both("来源系统", "System"), required=True, choices=SYSTEMS)

RECORD = SOURCE_RECORD.extended(
    Column("kind", T.TEXT, both("客户类别", "Kind of customer"), choices=tuple(CustomerKind)),
    Column("uscc", T.TEXT, both("统一社会信用代码", "Unified social credit code")),
    Column("id_number", T.TEXT, both("证件号", "Identity number"), personal=True, identifies=True),
    Column("email", T.TEXT, both("邮箱", "E-mail"), personal=True, identifies=True),
    Column("open_id", T.TEXT, both("开放平台编号", "Platform id"), personal=True, identifies=True),
    Column("org_path", T.TEXT, both("组织路径", "Organisation path")),
    Column("market_type", T.TEXT, both("市场类型", "Market type")),
    Column("grade", T.INTEGER, both("档位", "Grade"), minimum=1, maximum=30),
    Column("licence_status", T.TEXT, both("许可证状态", "Licence status"), choices=tuple(LicenceStatus)),
    Column("licence_valid_until", T.DAY, both("许可证有效期至", "Licence valid until")),
    Column("updated_on", T.DAY, both("更新日期", "Updated on")),
)
"""A source record with what files and interfaces can say beyond the registers: the form in which they are kept."""

INTAKE_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "order_line": {"line_no": None, "price_class": 3, "discount_yuan": Decimal(0)},
    "product": {"name": None, "category": "UNLISTED", "brand": "UNLISTED", "maker": "UNLISTED", "price_class": 3},
}
"""Columns that a source may leave out, and what they are then; a name becomes the key."""

LINE_KEY = Column("line_no", T.TEXT, both("行号", "Line number"))
"""The source's own key of an order line, as it writes it; empty where it has none, and then lines are told apart by what they say."""

EXTRA: Mapping[str, tuple[Column, ...]] = {
    "order_line": (
        Column("product_name", T.TEXT, both("品名", "Product name")),
        *(replace(column, required=False) for column in CITY_ORDER_LINE.columns if column.name not in ORDER_LINE.column_names),
    ),
}
"""What a row may say beyond its canonical table: the name of its product, and the trade's own columns, kept where the base has them."""


def intake_form(table: Table) -> Table:
    """The table as a source fills it.

    Returns
    -------
    Table
        Same name, grain and order of columns, `system` first. Integer columns named `*_id`, and the integer columns of the key, are text
        columns named `*_key`; columns with a default may be empty.
    """
    if table.name == SOURCE_RECORD.name:
        return RECORD
    if table.name == ORDER_LINE.name:
        table = replace(table, columns=tuple(LINE_KEY if column.name == LINE_KEY.name else column for column in table.columns))
    free = INTAKE_DEFAULTS.get(table.name, {})
    columns = [_keyed(column, table) for column in table.columns if column.name != "source_key" or table.name != "product"]
    loose = [replace(column, required=column.required and column.name not in free) for column in columns]
    key = tuple(_key_name(name, table) for name in table.key)
    return Table(table.name, table.label, table.grain, (SYSTEM, *loose, *EXTRA.get(table.name, ())), ("system", *key), day=table.day)


def _keyed(column: Column, table: Table) -> Column:
    name = _key_name(column.name, table)
    return column if name == column.name else replace(column, name=name, type=T.TEXT, minimum=None, maximum=None)


def _key_name(name: str, table: Table) -> str:
    column = table.column(name)
    is_key = column.type is T.INTEGER and (name.endswith("_id") or (name in table.key and name != "line_no"))
    return f"{name.removesuffix('_id').removesuffix('_key')}_key" if is_key else name


DERIVED = ("org_unit", "customer")
"""Made from the records of the systems; no source fills them."""

INTAKE_TABLES: dict[str, Table] = {
    name: intake_form(table) for name, table in {**CORE_TABLES, **TRADE_TABLES}.items() if name not in DERIVED
}
"""Every table that a source can fill, in intake form."""

assert ORDER_LINE.name in INTAKE_TABLES  # noqa: S101 - the first table that anybody loads
