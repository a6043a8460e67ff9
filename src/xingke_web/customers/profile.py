"""One customer from the lake, as the 360-degree page shows it; a handful of small queries, each by the customer's own number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any, Final

from xingke.engine import LakeReader
from xingke.expr import scope_sql
from xingke.tiers import DIMENSIONS, Boundary, TierScheme, ValueTier
from xingke_web.accounts.facade import ROOT
from xingke_web.customers.rising import Rise, rise_of

MONTHS: Final = 13
LEEWAY_DAYS: Final = 7
_ROW: Final = """
    select customer.*, portrait.* exclude (customer_id), tier.* exclude (customer_id), org_unit.name as org_name,
           (select min(ordered_on) from customer_order) as facts_from
    from customer
    join portrait on portrait.customer_id = customer.customer_id
    join tier on tier.customer_id = customer.customer_id
    left join org_unit on org_unit.org_path = customer.org_path
    where customer.customer_id = $number
"""
_BEFORE: Final = "select * from tier_before where customer_id = $number"
_PEERS: Final = f"""
    select count(*) as customers, {", ".join(f"median(tier.{axis.column}) as {axis.column}" for axis in DIMENSIONS)}
    from tier join customer on customer.customer_id = tier.customer_id
    where coalesce(customer.format, '-') = $format and
"""  # noqa: S608 - names of columns from declarations
_ORDERS: Final = """
    select ordered_on, order_id, line_count, quantity_units, amount_yuan from customer_order
    where customer_id = $number and ordered_on >= $first and ordered_on < $as_of
    order by ordered_on desc, order_id desc
"""
_PRODUCTS: Final = """
    select product.name, product.category, lines.amount_yuan, lines.quantity_units, lines.orders
    from (
        select product_id, sum(amount_yuan) as amount_yuan, sum(quantity_units) as quantity_units, count(distinct order_id) as orders
        from order_line
        where customer_id = $number and ordered_on >= $first and ordered_on < $as_of
        group by product_id
    ) as lines
    left join product on product.product_id = lines.product_id
    order by lines.amount_yuan desc, lines.product_id
"""
_TOUCHES: Final = """
    select touched_at, kind, channel, campaign_key, detail from touch
    where customer_id = $number and touched_on < $as_of
    order by touched_at desc, touch_id desc
    limit 400
"""

_SERVICE: Final = {
    "complaint": "select kind, opened_at, closed_at, handling_hours, rating from complaint where opened_on",
    "visit": "select visited_on, mode, minutes, found_closed from visit where visited_on",
    "delivery": "select delivered_on, promised_on, route_id from delivery where not is_on_time and delivered_on",
}
"""Each up to its day column, which the business day cuts."""
_SERVICE_LIMIT: Final = 200
_MANAGERS: Final = """
    select staff.name, assignment.from_on, case when staff.left_on < $as_of then staff.left_on end as left_on,
           case when assignment.until_on < $as_of then assignment.until_on end as until_on,
           case when assignment.handed_over_on < $as_of then assignment.handed_over_on end as handed_over_on
    from assignment join staff using (staff_id)
    where outlet_id = $number and assignment.from_on < $as_of order by assignment.from_on
"""
_PEAK: Final = """
    select cast(date_trunc('month', day) as date) as month from calendar_day
    where season is not null and day >= $first and day < $as_of group by 1 having count(*) >= $days
"""
PEAK_DAYS: Final = 10
"""A month with so many days of a peak season is one of stocking up, no usual month."""


@dataclass(frozen=True)
class Month:
    """A calendar month; `is_part` where the business day lies inside it or the year begins there, `is_peak` in a peak season."""

    first: date
    amount_yuan: Decimal
    orders: int
    is_part: bool
    is_peak: bool


@dataclass(frozen=True)
class Share:
    """A product or category of the last year with its part of the amount."""

    name: str
    sub: str
    amount_yuan: Decimal
    share: float | None
    orders: int


class Profile:
    """The lake's knowledge of one customer; queries run when first asked for and once."""

    def __init__(self, reader: LakeReader, scheme: TierScheme, number: int, as_of: date, scope_path: str = ROOT) -> None:
        self._reader, self._scheme = reader, scheme
        self.number, self.as_of, self.scope_path = number, as_of, scope_path

    @cached_property
    def row(self) -> Mapping[str, Any]:
        """Master data, portrait and tier in one row; empty for a customer that the lake does not hold."""
        rows = self._reader.rows(_ROW, {"number": self.number})
        return rows[0] if rows else {}

    @cached_property
    def before(self) -> Mapping[str, Any]:
        """The tier of 13 weeks earlier; empty where there was none."""
        if not self._reader.has("tier_before"):
            return {}
        rows = self._reader.rows(_BEFORE, {"number": self.number})
        return rows[0] if rows else {}

    @cached_property
    def peers(self) -> Mapping[str, Any]:
        """How many customers of the reader's scope share the format, and the median of each dimension among them."""
        return self._reader.rows(f"{_PEERS} {scope_sql(self.scope_path)}", {"format": self.row.get("format") or "-"})[0]

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The orders of the last 13 months, newest first."""
        first = _month_back(self.as_of - timedelta(days=1), MONTHS - 1)
        return self._reader.rows(_ORDERS, {"number": self.number, "first": first, "as_of": self.as_of})

    @cached_property
    def months(self) -> list[Month]:
        """Thirteen calendar months up to the one of the business day, those without orders too."""
        totals: dict[date, tuple[Decimal, int]] = {}
        for order in self.orders:
            first = order["ordered_on"].replace(day=1)
            amount, orders = totals.get(first, (Decimal(0), 0))
            totals[first] = (amount + order["amount_yuan"], orders + 1)
        last_seen = self.as_of - timedelta(days=1)
        firsts = [_month_back(last_seen, back) for back in range(MONTHS - 1, -1, -1)]
        whole_end = self.as_of.replace(day=1)
        return [
            Month(first, *totals.get(first, (Decimal(0), 0)), is_part=first >= whole_end, is_peak=first in self.peak_months)
            for first in firsts
        ]

    @cached_property
    def peak_months(self) -> frozenset[date]:
        """First days of the months of stocking up for a festival, in trades that have such a calendar."""
        if not self._reader.has("calendar_day"):
            return frozenset()
        first = _month_back(self.as_of - timedelta(days=1), MONTHS - 1)
        rows = self._reader.rows(_PEAK, {"first": first, "as_of": self.as_of, "days": PEAK_DAYS})
        return frozenset(row["month"] for row in rows)

    @property
    def usual_month_yuan(self) -> Decimal | None:
        """The median of the whole months since the first order, months of stocking up apart; None with fewer than three."""
        begun = self.row.get("first_order_on")
        usual = [month for month in self.months if not month.is_part and not month.is_peak]
        whole = [month.amount_yuan for month in usual if begun and month.first >= begun.replace(day=1)]
        return Decimal(median(whole)) if len(whole) >= 3 else None

    @cached_property
    def products(self) -> list[dict[str, Any]]:
        """What was ordered in the last 365 days, by amount."""
        return self._reader.rows(_PRODUCTS, {"number": self.number, "first": self.as_of - timedelta(days=365), "as_of": self.as_of})

    @property
    def knows_two_years(self) -> bool:
        """Whether the facts of everybody reach back two years: growth over a year means nothing before."""
        first = self.row.get("facts_from")
        return first is not None and first <= self.as_of - timedelta(days=2 * 365 - LEEWAY_DAYS)

    def top_products(self, most: int = 6) -> list[Share]:
        """The products with the largest amounts."""
        total = sum((row["amount_yuan"] for row in self.products), Decimal(0))
        return [_share(row["name"], row["category"] or "", row["amount_yuan"], total, row["orders"]) for row in self.products[:most]]

    def top_categories(self, most: int = 6) -> list[Share]:
        """The categories with the largest amounts; `orders` counts products here."""
        totals: dict[str, Decimal] = {}
        kinds: dict[str, int] = {}
        for row in self.products:
            name = row["category"] or "—"
            totals[name] = totals.get(name, Decimal(0)) + row["amount_yuan"]
            kinds[name] = kinds.get(name, 0) + 1
        total = sum(totals.values(), Decimal(0))
        ranked = sorted(totals, key=lambda name: (-totals[name], name))[:most]
        return [_share(name, "", totals[name], total, kinds[name]) for name in ranked]

    @cached_property
    def touches(self) -> list[dict[str, Any]]:
        """Touches and responses, newest first."""
        return self._reader.rows(_TOUCHES, {"number": self.number, "as_of": self.as_of}) if self._reader.has("touch") else []

    def service_rows(self, table: str) -> list[dict[str, Any]]:
        """Complaints, visits or late deliveries, newest first; none where the trade has no such table."""
        if not self._reader.has(table):
            return []
        chosen = _SERVICE[table]
        day = chosen.rpartition(" ")[2]
        sql = f"{chosen} < $as_of and customer_id = $number order by {day} desc limit {_SERVICE_LIMIT}"
        return self._reader.rows(sql, {"number": self.number, "as_of": self.as_of})

    @cached_property
    def managers(self) -> list[dict[str, Any]]:
        """Who looked after the customer, one behind the other."""
        if not (self._reader.has("assignment") and self._reader.has("staff")):
            return []
        return self._reader.rows(_MANAGERS, {"number": self.number, "as_of": self.as_of})

    @cached_property
    def with_orders(self) -> int:
        """How many customers of the workspace ordered in the last 365 days: those whom the value rank counts."""
        return int(self._reader.value("select count(*) from tier where monetary_score > 0"))

    @property
    def rank_share(self) -> float | None:
        """The value rank as a share of those with orders: 0.08 means among the top 8 %."""
        return self.row["monetary_rank"] / self.with_orders if self.row and self.row["monetary_score"] > 0 and self.with_orders else None

    @cached_property
    def rise(self) -> Rise | None:
        """What is missing to the next tier."""
        if not self.row:
            return None
        tier, pyramid = ValueTier(self.row["value_tier"]), self._scheme.pyramid
        line = None
        if tier is not ValueTier.VALUE and pyramid.boundary is Boundary.SHARE:
            share = pyramid.value_share + (0 if tier is ValueTier.POTENTIAL else pyramid.potential_share)
            line = self._amount_at(share)
        return rise_of(self.row, pyramid, line)

    def _amount_at(self, share: Decimal) -> tuple[Decimal, int] | None:
        """Amount and number of the last customer above a line drawn at a share of those with orders."""
        rows = self._reader.rows(
            f"""
            select portrait.amount_yuan_365d, tier.customer_id
            from tier join portrait on portrait.customer_id = tier.customer_id
            where tier.monetary_score > 0 and tier.monetary_rank = round({share} * $customers)
            """,  # noqa: S608 - a Decimal of the scheme
            {"customers": self.with_orders},
        )
        return (rows[0]["amount_yuan_365d"], rows[0]["customer_id"]) if rows else None


def _share(name: str | None, sub: str, amount: Decimal, total: Decimal, orders: int) -> Share:
    return Share(name or "—", sub, amount, float(amount / total) if total > 0 else None, orders)


def _month_back(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
