"""The customers behind a figure: who is overdue, who moved between two tiers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xingke.engine import LakeReader
from xingke.tiers import ValueTier
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.insight.figures import OVERDUE, SHRINKING, UNLICENSED, Freshness, once
from xingke_web.insight.happenings import (
    EASED_OFF_TIMES,
    FESTIVAL_NEEDS,
    HANDOVER_DAYS,
    MANAGER_NEEDS,
    ROUTE_NEEDS,
    STOCKED_UP_TIMES,
    STOCKING_WEEKS,
    has_usual,
    left_alone_sql,
    of_route_sql,
    stocked_up_sql,
)
from xingke_web.insight.periods import DAY
from xingke_web.insight.scope import scoped
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.numbers import active_language, fixed, percent
from xingke_web.ui.tables import Column, DataTable, Window

MOST_EXPORTED: Final = 50_000
_FROM: Final = "from customer join tier using (customer_id) join tier_before using (customer_id) join portrait using (customer_id)"
_SORTS: Final = {
    "name": "display_name",
    "tier": "tier.value_tier",
    "amount": "amount_yuan_365d",
    "last_ordered_on": "last_ordered_on",
    "cycle": "cycle_ratio",
}


@dataclass(frozen=True)
class Group:
    """A group of customers: a key for the address, a name, why they are in it, its condition in SQL, and the tables that it needs."""

    key: str
    title: str
    why: str
    where: str
    condition: Mapping[str, Any] | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One customer of a group."""

    number: int
    name: str
    place: str
    tier: str
    tier_before: str
    amount: Decimal
    growth: float | None
    last_ordered_on: date | None
    days_since: int | None
    cycle: float | None
    url: str = ""


def group_of(asked: Mapping[str, str], fresh: Freshness | None = None) -> Group:
    """The group that an address names; 404 for a name that is none. `fresh` is what the groups of a year's happenings stand on."""
    kind = asked.get("group", "")
    if fresh and (found := _of_year(kind, asked, fresh)):
        return found
    if kind == "overdue":
        condition = _both({"op": "=", "attribute": "value_tier", "value": "value"}, {"op": "=", "attribute": "is_late", "value": True})
        why = gettext("silent for twice their own cycle or longer, with at least 4 orders in the year")
        return Group(kind, gettext("Overdue customers of the value tier"), why, OVERDUE, condition)
    if kind == "shrinking":
        tiers = {"op": "in", "attribute": "value_tier", "values": ["value", "potential"]}
        why = gettext("two months of decline and at least 20% less in 90 days than in the 90 before")
        condition = _both(tiers, {"op": "=", "attribute": "is_declining", "value": True})
        return Group(kind, gettext("Declining customers of the upper tiers"), why, SHRINKING, condition)
    if kind == "licence":
        states = {"op": "in", "attribute": "licence_status", "values": ["paused", "expired", "revoked"]}
        condition = _both(states, {"op": ">", "attribute": "order_count_90d", "value": 0})
        why = gettext("ordered in the last 90 days while the licence is paused, expired or revoked")
        return Group(kind, gettext("Orders without a valid licence"), why, UNLICENSED, condition)
    if kind == "move" and {asked.get("before"), asked.get("after")} <= set(ValueTier):
        return _moved(ValueTier(asked["before"]), ValueTier(asked["after"]))
    raise Http404


def _of_year(kind: str, asked: Mapping[str, str], fresh: Freshness) -> Group | None:
    if kind == "route":
        route, since, before = _number(asked.get("route")), _day(asked.get("since")), _day(asked.get("before"))
        title = gettext("Deliveries on route %(route)s") % {"route": f"R{route:03d}"}
        why = gettext("had a delivery on this route from %(first)s to %(last)s") % {"first": since, "last": before - DAY}
        return Group(kind, title, why, of_route_sql(route, since, before), needs=ROUTE_NEEDS)
    if kind == "left_alone":
        why = gettext("their manager left in the last year and was not followed within %(days)s days") % {"days": HANDOVER_DAYS}
        where = f"customer.customer_id in (select outlet_id from ({left_alone_sql(fresh.as_of)}))"  # noqa: S608 - a day
        return Group(kind, gettext("Left without a manager"), why, where, needs=MANAGER_NEEDS)
    if kind == "stocked_up":
        day = _day(asked.get("day"))
        if fresh.first_on is None or not has_usual(day, fresh.first_on):
            raise Http404
        why = gettext("at least %(times)s times their usual in the %(weeks)s weeks before %(day)s, at most %(eased)s of it after")
        values = {"times": fixed(STOCKED_UP_TIMES, 1), "weeks": STOCKING_WEEKS, "day": day, "eased": percent(EASED_OFF_TIMES, 0)}
        where = f"customer.customer_id in (select customer_id from ({stocked_up_sql(day, fresh.first_on)}))"  # noqa: S608 - days
        return Group(kind, gettext("Stocked up before Spring Festival"), why % values, where, needs=FESTIVAL_NEEDS)
    return None


def _number(text: str | None) -> int:
    if not text or not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise Http404 from None
    if not 1990 <= day.year <= 2100:
        raise Http404
    return day


def _moved(before: ValueTier, after: ValueTier) -> Group:
    language = active_language()
    title = gettext("From %(before)s to %(after)s") % {"before": before.label[language], "after": after.label[language]}
    where = f"tier_before.value_tier = '{before}' and tier.value_tier = '{after}'"
    return Group("move", title, gettext("tier of 13 weeks before and tier now"), where)


def _both(*conditions: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"op": "all", "of": list(conditions)}


TABLE: Final = DataTable(
    name="behind",
    caption=_("Customers"),
    row_key="number",
    default_sort="-amount",
    columns=(
        Column("name", _("Customer"), sortable=True, phone="title", link=lambda row: row.url or None),
        Column("number", _("Number"), export=True, hidden=True),
        Column("place", _("Unit"), phone="line"),
        Column("tier_before", _("13 weeks earlier"), phone="line"),
        Column("tier", _("Tier"), sortable=True, phone="sub"),
        Column("amount", _("Amount in 365 days"), format="money", sortable=True, phone="value"),
        Column("growth", _("Growth in 90 days"), format="change", phone="line"),
        Column("last_ordered_on", _("Last order"), format="day", sortable=True, phone="sub"),
        Column("days_since", _("Days since"), format="integer"),
        Column("cycle", _("Own cycles since"), format="decimal1", sortable=True, phone="line"),
    ),
)


def count_behind(workspace: WorkspaceInfo, group: Group, scope_path: str) -> int:
    """How many customers of the scope are in the group."""
    reader = _reader_with(workspace, group)
    sql = f"select count(*) {_FROM} where {group.where} and {scoped(scope_path)}"
    found: int = once(reader, ("behind", sql), lambda: reader.value(sql))
    return found


def rows_behind(workspace: WorkspaceInfo, group: Group, scope_path: str, window: Window, names: Mapping[str, str]) -> list[Row]:
    """A page of the group; `names` are those of the organisation units."""
    order = _SORTS.get(window.sort, _SORTS["amount"])
    direction = "desc" if window.descending else "asc"
    rows = _reader_with(workspace, group).rows(
        f"""
        select customer.customer_id as number, display_name as name, org_path as place, tier.value_tier as tier,
               tier_before.value_tier as tier_before, amount_yuan_365d as amount, amount_growth_90d as growth,
               cast($as_of as date) - cast(days_since_last_order as integer) as last_ordered_on,
               days_since_last_order as days_since, cycle_ratio as cycle
        {_FROM} where {group.where} and {scoped(scope_path)}
        order by {order} {direction} nulls last, customer.customer_id limit {window.limit:d} offset {window.offset:d}
        """,  # names above, a scope made by sqlglot
        {"as_of": _as_of(workspace)},
    )
    language = active_language()
    tiers = {tier.value: tier.label[language] for tier in ValueTier}
    return [
        Row(**{**row, "place": names.get(row["place"], row["place"]), "tier": tiers[row["tier"]], "tier_before": tiers[row["tier_before"]]})
        for row in rows
    ]


def _reader_with(workspace: WorkspaceInfo, group: Group) -> LakeReader:
    """The lake; 404 where it does not have the tables of the group."""
    reader = lake_reader(workspace)
    if not all(reader.has(table) for table in group.needs):
        raise Http404
    return reader


def _as_of(workspace: WorkspaceInfo) -> date:
    return lake_reader(workspace).snapshot.tables["portrait"].as_of or workspace.as_of
