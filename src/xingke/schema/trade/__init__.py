"""Canonical tables of the trades: what a wholesaler's or a shop's systems know beyond customers, products and orders.

A source yields those that it has; a workspace holds no empty copies of the others.
"""

from xingke.schema.column import Table
from xingke.schema.trade import identity, market, marketing, people, retail, service, supply

MODULES = (people, market, supply, service, marketing, identity, retail)
TRADE_TABLES: dict[str, Table] = {table.name: table for module in MODULES for table in module.TABLES}
