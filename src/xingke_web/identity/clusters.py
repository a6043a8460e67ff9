"""Customers with the number of their records, read from the lake within the viewer's scope."""

from typing import Any, Final

from xingke.expr import scope_sql
from xingke_web.accounts.facade import Viewer
from xingke_web.customers.facade import customers_searched
from xingke_web.identity.records import has_identity
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.tables import Window

SORTS: Final = {"records": "records", "systems": "systems", "weakest": "weakest", "amount": "amount"}

_GROUPS: Final = """
    from (
        select link.customer_id, count(*) as records, count(distinct system) as systems,
               min(case when link.probability < 1 then link.probability end) as weakest
        from identity_link as link group by link.customer_id
    ) as groups
    join customer on customer.customer_id = groups.customer_id
    left join portrait on portrait.customer_id = groups.customer_id
    where (not $searched or groups.customer_id in (select unnest($numbers::bigint[])))
"""


def customers_with_records(viewer: Viewer, search: str, window: Window) -> tuple[list[dict[str, Any]], int]:
    """A page of customers and how many there are; the search finds names, numbers and keys of records."""
    reader = lake_reader(viewer.workspace)
    if not has_identity(reader):
        return [], 0
    groups = f"{_GROUPS} and {scope_sql(viewer.scope_path)}"
    bound: dict[str, object] = {"searched": bool(search), "numbers": _numbers(viewer, search)}
    total = int(reader.value(f"select count(*) {groups}", bound) or 0)
    order = f"{SORTS.get(window.sort, 'records')} {'desc' if window.descending else 'asc'} nulls last, number"
    rows = reader.rows(
        f"""
        select groups.customer_id as number, customer.display_name as name, records, systems, weakest, customer.district,
               portrait.amount_yuan_365d as amount
        {groups} order by {order} limit {window.limit:d} offset {window.offset:d}
        """,
        bound,
    )
    return rows, total


def _numbers(viewer: Viewer, search: str) -> list[int]:
    if not search:
        return []
    found = customers_searched(viewer, search)
    if search.isdecimal() and len(search) < 19:
        found.append(int(search))
    rows = lake_reader(viewer.workspace).rows(
        "select distinct customer_id from identity_link where source_id = $key limit 50", {"key": search}
    )
    return [*found, *(row["customer_id"] for row in rows)]
