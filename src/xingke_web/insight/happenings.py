"""What happened in the last year that sums of orders do not say: a route that ran late, outlets left without a manager, stocking-up.

Each is a query over tables that only some trades have; without them nothing is found. The customers of each can be listed
(`behind.group_of`), so what a condition says here is said once, as SQL that both use.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from xingke.engine import LakeReader
from xingke_web.insight.scope import scoped

YEAR: Final = timedelta(days=365)
WEEK: Final = timedelta(weeks=1)
LATE_MARGIN: Final = 0.10
"""A week of a route is bad where its share on time lies this far below that of the other routes."""
LATE_WEEKS: Final = 3
"""So many bad weeks in a row are an episode."""
FEWEST_DELIVERIES: Final = 20
COMPLAINT_DAYS: Final = 14
"""A complaint about a delivery may come this many days after the episode."""
HANDOVER_DAYS: Final = 7
STOCKING_WEEKS: Final = 5
USUAL_WEEKS: Final = 13
FEWEST_USUAL_WEEKS: Final = 4
STOCKED_UP_TIMES: Final = 2.2
EASED_OFF_TIMES: Final = 0.6
STILL_THERE_TIMES: Final = 0.15
"""Who orders less than this afterwards has left rather than eased off."""

ROUTE_NEEDS: Final = ("delivery",)
MANAGER_NEEDS: Final = ("staff", "assignment")
FESTIVAL_NEEDS: Final = ("calendar_day",)


@dataclass(frozen=True)
class LateRoute:
    """A route whose share on time fell well below the others for some weeks.

    Parameters
    ----------
    from_on, until_on
        Mondays `[from_on, until_on)`; `is_open` where it lasts until the last whole week.
    share, other_share
        On time, on this route and on the others in the same weeks.
    late_yuan
        Amount of the orders that came late.
    complaints
        About late delivery, from the outlets of the route.
    """

    route: int
    from_on: date
    until_on: date
    outlets: int
    share: float
    other_share: float
    late_yuan: Decimal
    complaints: int
    is_open: bool


@dataclass(frozen=True)
class LeftAlone:
    """Outlets whose manager left in the last year and was not followed within a week.

    Parameters
    ----------
    managers
        How many left so; `name`, `left_on` and `days` are of the one with the most outlets. `days` until somebody took over, None where
        nobody has.
    amount_yuan
        Ordered while nobody looked after them.
    """

    managers: int
    outlets: int
    amount_yuan: Decimal
    name: str
    left_on: date
    days: int | None

    @property
    def is_open(self) -> bool:
        """Whether outlets of that manager still have nobody."""
        return self.days is None


@dataclass(frozen=True)
class StockedUp:
    """Outlets that bought ahead before the last Spring Festival and eased off after it; the excess is stock, not growth."""

    festival_on: date
    outlets: int
    excess_yuan: Decimal


@dataclass(frozen=True)
class Season:
    """A peak season; both days belong to it."""

    name: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Happenings:
    """What stands out in the year of a scope."""

    routes: tuple[LateRoute, ...] = ()
    left_alone: LeftAlone | None = None
    stocked_up: StockedUp | None = None
    seasons: tuple[Season, ...] = ()


def happenings(reader: LakeReader, *, scope: str, as_of: date, first_on: date | None) -> Happenings:
    """Everything that the lake's tables show of the year before `as_of`, for the customers of a scope."""
    return Happenings(
        routes=_late_routes(reader, scope, as_of) if _has(reader, ROUTE_NEEDS) else (),
        left_alone=_left_alone(reader, scope, as_of) if _has(reader, MANAGER_NEEDS) else None,
        stocked_up=_stocked_up(reader, scope, as_of, first_on) if first_on and _has(reader, FESTIVAL_NEEDS) else None,
        seasons=_seasons(reader, as_of) if _has(reader, FESTIVAL_NEEDS) else (),
    )


def _has(reader: LakeReader, tables: tuple[str, ...]) -> bool:
    return all(reader.has(table) for table in tables)


def _late_routes(reader: LakeReader, scope: str, as_of: date) -> tuple[LateRoute, ...]:
    """Runs of bad weeks, each route against the others of the scope in the same week; most late orders first."""
    last_end = as_of - timedelta(days=as_of.weekday())
    rows = reader.rows(
        f"""
        with week as (
            select route_id, cast(date_trunc('week', promised_on) as date) as week_on, count(*) as sent,
                   count(*) filter (is_on_time) as good
            from delivery join customer using (customer_id)
            where promised_on >= $first and promised_on < $last and {scoped(scope)} group by 1, 2
        ),
        beside as (
            select *, sum(sent) over (partition by week_on) - sent as other_sent, sum(good) over (partition by week_on) - good as other_good
            from week
        ),
        bad as (
            select *, week_on - cast(7 * row_number() over (partition by route_id order by week_on) as integer) as run
            from beside
            where sent >= {FEWEST_DELIVERIES} and other_sent >= {FEWEST_DELIVERIES}
              and good / nullif(sent, 0) < other_good / nullif(other_sent, 0) - {LATE_MARGIN}
        )
        select route_id as route, min(week_on) as from_on, max(week_on) + 7 as until_on,
               cast(sum(good) / nullif(sum(sent), 0) as double) as share,
               cast(sum(other_good) / nullif(sum(other_sent), 0) as double) as other_share
        from bad group by route_id, run having count(*) >= {LATE_WEEKS} order by sum(sent - good) desc, route_id
        """,  # noqa: S608 - numbers above, a scope made by sqlglot
        {"first": as_of - YEAR, "last": last_end},
    )
    return tuple(LateRoute(**row, **_of_route(reader, scope, row), is_open=row["until_on"] >= last_end) for row in rows)


def _of_route(reader: LakeReader, scope: str, found: dict[str, Any]) -> dict[str, Any]:
    asked = {name: found[name] for name in ("route", "from_on", "until_on")}
    row = reader.rows(
        f"""
        select count(distinct delivery.customer_id) as outlets,
               coalesce(sum(amount_yuan) filter (not is_on_time), 0) as late_yuan
        from delivery join customer using (customer_id)
        left join customer_order on customer_order.customer_id = delivery.customer_id and customer_order.order_id = delivery.order_id
        where route_id = $route and promised_on >= $from_on and promised_on < $until_on and {scoped(scope)}
        """,  # noqa: S608
        asked,
    )[0]
    complaints = (
        reader.value(
            f"""
        select count(*) from complaint join customer using (customer_id)
        where complaint.kind = 'late_delivery' and complaint.opened_on >= $from_on
          and complaint.opened_on < cast($until_on as date) + {COMPLAINT_DAYS} and {scoped(scope)}
          and customer_id in (
              select customer_id from delivery where route_id = $route and promised_on >= $from_on and promised_on < $until_on
          )
        """,  # noqa: S608
            asked,
        )
        if reader.has("complaint")
        else 0
    )
    return {**row, "complaints": complaints}


def of_route_sql(route: int, from_on: date, until_on: date) -> str:
    """The customers with a delivery on a route in these days."""
    days = f"promised_on >= date '{from_on}' and promised_on < date '{until_on}'"
    return f"customer.customer_id in (select customer_id from delivery where route_id = {route:d} and {days})"  # noqa: S608 - typed values


def left_alone_sql(as_of: date) -> str:
    """One row an outlet whose manager left in the year before a day and was not followed within a week.

    The new manager has taken over on the day of handing over, else on the day of the next assignment.
    """
    return f"""
        select outlet_id, gone.staff_id, gone.name, gone.left_on, taken_over_on
        from staff as gone
        join (
            select outlet_id, staff_id, from_on, until_on,
                   coalesce(case when handed_over_on > from_on then handed_over_on end,
                            lead(coalesce(handed_over_on, from_on)) over (partition by outlet_id order by from_on)) as taken_over_on
            from assignment where from_on < date '{as_of}'
        ) as held using (staff_id)
        where role = 'customer_manager' and left_on >= date '{as_of - YEAR}' and left_on < date '{as_of}'
          and held.from_on < left_on and (until_on is null or until_on >= left_on)
          and (taken_over_on is null or taken_over_on > left_on + {HANDOVER_DAYS})
    """  # noqa: S608 - days and numbers


def _left_alone(reader: LakeReader, scope: str, as_of: date) -> LeftAlone | None:
    rows = reader.rows(
        f"""
        with alone as ({left_alone_sql(as_of)})
        select staff_id, name, left_on, count(distinct customer.customer_id) as outlets, max(taken_over_on) as taken_over_on,
               bool_or(taken_over_on is null) as is_open, coalesce(sum(ordered_yuan), 0) as amount_yuan
        from alone join customer on customer.customer_id = outlet_id
        left join lateral (
            select sum(amount_yuan) as ordered_yuan from customer_order
            where customer_order.customer_id = outlet_id and ordered_on >= left_on and ordered_on < coalesce(taken_over_on, $as_of)
        ) as meanwhile on true
        where {scoped(scope)} group by staff_id, name, left_on order by outlets desc, staff_id
        """,  # noqa: S608
        {"as_of": as_of},
    )
    if not rows:
        return None
    first = rows[0]
    return LeftAlone(
        managers=len(rows),
        outlets=sum(row["outlets"] for row in rows),
        amount_yuan=sum((row["amount_yuan"] for row in rows), Decimal(0)),
        name=first["name"],
        left_on=first["left_on"],
        days=None if first["is_open"] else (first["taken_over_on"] - first["left_on"]).days,
    )


def stocked_up_sql(festival_on: date, first_on: date) -> str:
    """One row an outlet that stocked up before a festival, with what it ordered beyond its usual.

    The usual is the weekly mean of the 13 weeks before the five, fewer where the facts begin later.
    """
    stocking, after = festival_on - STOCKING_WEEKS * WEEK, festival_on + STOCKING_WEEKS * WEEK
    weeks = min(USUAL_WEEKS, (stocking - first_on).days // 7)
    usual_from = stocking - weeks * WEEK
    return f"""
        select customer_id, before_yuan - {STOCKING_WEEKS} * usual_yuan as excess_yuan
        from (
            select customer_id, cast(sum(amount_yuan) filter (ordered_on < date '{stocking}') as double) / {weeks} as usual_yuan,
                   coalesce(sum(amount_yuan) filter (ordered_on >= date '{stocking}' and ordered_on < date '{festival_on}'), 0)
                       as before_yuan,
                   coalesce(sum(amount_yuan) filter (ordered_on >= date '{festival_on}'), 0) as after_yuan
            from customer_order where ordered_on >= date '{usual_from}' and ordered_on < date '{after}' group by 1
        )
        where usual_yuan > 0 and before_yuan >= {STOCKED_UP_TIMES * STOCKING_WEEKS} * usual_yuan
          and after_yuan between {STILL_THERE_TIMES * STOCKING_WEEKS} * usual_yuan and {EASED_OFF_TIMES * STOCKING_WEEKS} * usual_yuan
    """  # noqa: S608 - days and numbers


def festival_seen(reader: LakeReader, as_of: date, first_on: date) -> date | None:
    """The last Spring Festival of the year before a day with enough weeks on either side of it."""
    day: date | None = reader.value(
        "select max(day) from calendar_day where festival = 'spring_festival' and day > $first and day <= $last",
        {"first": as_of - YEAR, "last": as_of - STOCKING_WEEKS * WEEK},
    )
    return day if day is not None and has_usual(day, first_on) else None


def has_usual(festival_on: date, first_on: date) -> bool:
    """Whether the facts begin early enough before a festival to know what is usual."""
    return first_on <= festival_on - (STOCKING_WEEKS + FEWEST_USUAL_WEEKS) * WEEK


def _stocked_up(reader: LakeReader, scope: str, as_of: date, first_on: date) -> StockedUp | None:
    festival_on = festival_seen(reader, as_of, first_on)
    if festival_on is None:
        return None
    row = reader.rows(
        f"""
        select count(*) as outlets, cast(coalesce(sum(excess_yuan), 0) as decimal(18, 2)) as excess_yuan
        from ({stocked_up_sql(festival_on, first_on)}) join customer using (customer_id) where {scoped(scope)}
        """  # noqa: S608
    )[0]
    return StockedUp(festival_on, row["outlets"], row["excess_yuan"]) if row["outlets"] else None


def _seasons(reader: LakeReader, as_of: date) -> tuple[Season, ...]:
    """Peak seasons of the last two years: runs of days with one season."""
    rows = reader.rows(
        """
        select season as name, min(day) as first_on, max(day) as last_on
        from (select *, day - cast(row_number() over (partition by season order by day) as integer) as run from calendar_day
              where season is not null and day >= $first and day < $as_of)
        group by season, run order by first_on
        """,
        {"first": as_of - 2 * YEAR, "as_of": as_of},
    )
    return tuple(Season(**row) for row in rows)
