"""Canonical tables of the trades: what a wholesaler's or a shop's systems know beyond customers, products and orders.

A source yields those that it has; a workspace holds no empty copies of the others.
"""

from xingke.schema.trade import identity, market, marketing, people, retail, service, supply

TRADE_TABLES = {
    table.name: table
    for module in (people, market, supply, service, marketing, identity, retail)
    for table in module.TABLES
}
