"""Whose a row in quarantine is: the unit is read off its record, or is that of the customer that the record names.

A row of which neither can be told (a ragged line, a customer that was never loaded) belongs to no unit: only viewers of the whole
workspace see it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from xingke.engine import LakeReader
from xingke.expr import scope_sql
from xingke_web.accounts.facade import ROOT, Viewer, in_scope

NUMBERS: Final = ("customer_id", "outlet_id")
KEYS: Final = ("customer_key", "outlet_key", "source_key")


@dataclass(frozen=True)
class UnitCustomers:
    """The customers of a scope, by number and by what their source calls them."""

    numbers: frozenset[str]
    keys: frozenset[str]


def within_scope(viewer: Viewer, reader: LakeReader, rows: pa.Table) -> pa.Table:
    """The opened quarantine rows that belong to the viewer's scope."""
    if viewer.scope_path == ROOT:
        return rows
    known = _customers(reader, viewer.scope_path)
    tables, records = rows["table"].to_pylist(), rows["record"].to_pylist()
    keep = [_is_within(table, record, viewer.scope_path, known) for table, record in zip(tables, records, strict=True)]
    return rows.filter(pa.array(keep, pa.bool_()))


def _customers(reader: LakeReader, scope: str) -> UnitCustomers:
    if not reader.has("customer"):
        return UnitCustomers(frozenset(), frozenset())
    found = reader.query(f"select customer_id::varchar as number, source_key from customer where {scope_sql(scope)}")  # noqa: S608 - made by sqlglot
    return UnitCustomers(frozenset(found["number"].to_pylist()), frozenset(pc.drop_null(found["source_key"]).to_pylist()))


def _is_within(table: str, text: str, scope: str, known: UnitCustomers) -> bool:
    """Everything that the record says of a unit has to lie in the scope, and it has to say something."""
    try:
        record = json.loads(text)
    except ValueError:
        return False
    if not isinstance(record, Mapping):
        return False
    said = list(_said(table, record, scope, known))
    return bool(said) and all(said)


def _said(table: str, record: Mapping[str, Any], scope: str, known: UnitCustomers) -> Iterable[bool]:
    if record.get("org_path"):
        yield in_scope(str(record["org_path"]), scope)
    if table == "customer" and record.get("org_path"):
        return  # its own key may be the very thing that is wrong with it
    for names, inside in ((NUMBERS, known.numbers), (KEYS, known.keys)):
        for name in names:
            if record.get(name):
                yield str(record[name]) in inside
