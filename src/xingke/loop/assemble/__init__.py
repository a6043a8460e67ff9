"""Canonical tables as a pure function of what the bulk sources brought, the pieces of loads, and the links of identity.

Because nothing is ever added to a table in place, undoing a load, and merging or parting two customers, give exactly the tables that there
would be without it.
"""

from xingke.loop.assemble.base import is_base
from xingke.loop.assemble.facts import Balance
from xingke.loop.assemble.records import assemble_records
from xingke.loop.assemble.tables import BALANCE, assemble

__all__ = ["BALANCE", "Balance", "assemble", "assemble_records", "is_base"]
