"""Canonical tables: their columns, grain, units and validation."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.events import TRACKED_EVENT
from xingke.schema.tables import CORE_TABLES, CUSTOMER, CUSTOMER_BUCKETS, ORDER_LINE, ORG_UNIT, PRODUCT, TOUCH, customer_bucket
from xingke.schema.trade import TRADE_TABLES

TABLES: dict[str, Table] = {**CORE_TABLES, **TRADE_TABLES}
"""Every canonical table by name."""

__all__ = [
    "CORE_TABLES",
    "CUSTOMER",
    "CUSTOMER_BUCKETS",
    "ORDER_LINE",
    "ORG_UNIT",
    "PRODUCT",
    "TABLES",
    "TOUCH",
    "TRACKED_EVENT",
    "TRADE_TABLES",
    "Column",
    "ColumnType",
    "Table",
    "customer_bucket",
]
