"""Canonical tables: their columns, grain, units and validation."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.tables import CUSTOMER, CUSTOMER_BUCKETS, ORDER_LINE, ORG_UNIT, PRODUCT, TABLES, TOUCH, customer_bucket

__all__ = [
    "CUSTOMER",
    "CUSTOMER_BUCKETS",
    "ORDER_LINE",
    "ORG_UNIT",
    "PRODUCT",
    "TABLES",
    "TOUCH",
    "Column",
    "ColumnType",
    "Table",
    "customer_bucket",
]
