"""The figures of the cockpit: few queries over one snapshot, kept in the process by snapshot, scope and period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from xingke.calendar import FIRST_YEAR, LAST_YEAR, week_year_before
from xingke.engine import LakeReader
from xingke.metrics import GENERAL_METRICS, Period
from xingke.metrics.query import By, metric_query
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.insight.happenings import Happenings, happenings
from xingke_web.insight.kept import Kept
from xingke_web.insight.periods import DAY, YEAR_OF_WEEKS, Chosen
from xingke_web.insight.scope import scoped
from xingke_web.loop.facade import lake_reader

Value = TypeVar("Value")
WEEKS_SHOWN: Final = 52
"""A whole year, so that its festivals are in it."""
LUNAR_SHIFT: Final = timedelta(weeks=4)
"""Spring Festival moves by less than this from year to year."""
SPARK_WEEKS: Final = 13
BEFORE_DAYS: Final = 91
"""The earlier tiers are those of 13 weeks before, as the loop derives them."""
_BY_NAME: Final = {metric.name: metric for metric in GENERAL_METRICS}
_TOTALS: Final = tuple(_BY_NAME[name] for name in ("amount", "orders", "active_customers", "active_rate", "amount_per_customer"))
_WEEKLY: Final = tuple(_BY_NAME[name] for name in ("amount", "active_rate", "amount_per_customer"))
_UNITS: Final = tuple(_BY_NAME[name] for name in ("amount", "active_rate"))
_NOTHING: Final[Mapping[str, Any]] = {"amount": Decimal(0), "orders": 0, "active_customers": 0}


@dataclass(frozen=True)
class Unit:
    """An organisation unit directly below the scope; rates are None without customers."""

    path: str
    name: str
    customers: int
    amount: Decimal
    amount_base: Decimal
    active_rate: float
    active_rate_base: float

    @property
    def change(self) -> float | None:
        """Relative change of the amount."""
        return float(self.amount / self.amount_base) - 1 if self.amount_base > 0 else None

    @property
    def lost_yuan(self) -> Decimal:
        """How much less than in the period compared with."""
        return self.amount_base - self.amount


@dataclass(frozen=True)
class Move:
    """How many customers went from one tier to another in 13 weeks."""

    before: str
    after: str
    customers: int


@dataclass(frozen=True)
class Standing:
    """Customers of the scope on the business day: how many, of what tier, and who needs somebody."""

    customers: int = 0
    value_customers: int = 0
    overdue_customers: int = 0
    overdue_yuan: Decimal = Decimal(0)
    shrinking_customers: int = 0
    shrinking_yuan: Decimal = Decimal(0)
    licence_customers: int = 0
    licence_yuan: Decimal = Decimal(0)
    value_share: float | None = None
    value_share_before: float | None = None


@dataclass(frozen=True)
class Freshness:
    """What the figures stand on; `is_lunar` where the trade keeps the Chinese calendar."""

    as_of: date
    snapshot: int
    first_on: date | None
    last_on: date | None
    is_lunar: bool = False


@dataclass(frozen=True)
class Figures:
    """Everything that the cockpit shows of the lake."""

    fresh: Freshness
    scope_path: str
    units_path: str
    now: Mapping[str, Any]
    base: Mapping[str, Any]
    weeks: Mapping[date, Mapping[str, Any]]
    last_week: date
    value_weeks: Mapping[date, float]
    units: tuple[Unit, ...]
    moves: tuple[Move, ...]
    standing: Standing
    happenings: Happenings

    @property
    def is_lunar(self) -> bool:
        """Whether weeks about Spring Festival compare by their distance from it."""
        return self.fresh.is_lunar

    def weekly(self, name: str, *, weeks: int = WEEKS_SHOWN) -> list[float | None]:
        """A weekly figure of the last complete weeks; None where there were no orders."""
        return self._of_weeks(name, self.week_starts(weeks))

    def weekly_before(self, name: str) -> list[float | None]:
        """The same of the weeks a year before, those about Spring Festival by their distance from it where the trade has that calendar."""
        starts = self.week_starts()
        return self._of_weeks(name, [week_year_before(start) if self.is_lunar else start - YEAR_OF_WEEKS for start in starts])

    def _of_weeks(self, name: str, starts: list[date]) -> list[float | None]:
        found = [self.weeks.get(start, {}).get(name) for start in starts]
        return [None if value is None else float(value) for value in found]

    def week_starts(self, weeks: int = WEEKS_SHOWN) -> list[date]:
        """Mondays of the last complete weeks."""
        return [self.last_week - timedelta(weeks=number) for number in reversed(range(weeks))]


_kept: Kept[Any] = Kept(most=256)


def freshness(workspace: WorkspaceInfo) -> Freshness:
    """The business day of the derived tables and the days that the facts span.

    Raises
    ------
    LakeEmpty
        Nothing was published yet.
    """
    reader = lake_reader(workspace)
    snapshot = reader.snapshot

    def read() -> Freshness:
        row = reader.rows("select min(ordered_on) as first_on, max(ordered_on) as last_on from customer_order")[0]
        as_of = snapshot.tables["customer_order"].as_of or workspace.as_of
        is_lunar = reader.has("calendar_day") and FIRST_YEAR + 2 <= as_of.year <= LAST_YEAR
        return Freshness(as_of, snapshot.sequence, row["first_on"], row["last_on"], is_lunar)

    return once(reader, ("freshness",), read)


def cockpit_figures(workspace: WorkspaceInfo, *, scope_path: str, chosen: Chosen) -> Figures:
    """The figures of a scope and a period; computed once for a snapshot."""
    reader = lake_reader(workspace)
    key = ("cockpit", scope_path, chosen.period, chosen.base)
    return once(reader, key, lambda: _figures(reader, freshness(workspace), scope_path, chosen))


def tier_moves(workspace: WorkspaceInfo, scope_path: str) -> tuple[Move, ...]:
    """From which tier to which the customers of a scope went; computed once for a snapshot."""
    reader = lake_reader(workspace)
    return once(reader, ("moves", scope_path), lambda: moves(reader, scope_path))


def unit_names(workspace: WorkspaceInfo) -> Mapping[str, str]:
    """Name of each organisation unit by its path."""
    reader = lake_reader(workspace)
    return once(reader, ("units",), lambda: {row["org_path"]: row["name"] for row in reader.rows("select org_path, name from org_unit")})


def once(reader: LakeReader, key: tuple[object, ...], make: Callable[[], Value]) -> Value:
    """What a key stands for in the live snapshot, made once a process."""
    snapshot = reader.snapshot
    found: Value = _kept.get((snapshot.root, snapshot.sequence, snapshot.created_at, *key), make)
    return found


def _figures(reader: LakeReader, fresh: Freshness, scope: str, chosen: Chosen) -> Figures:
    names = {row["org_path"]: row["name"] for row in reader.rows("select org_path, name from org_unit")}
    where = units_path(names, scope)
    last_week = fresh.as_of - timedelta(days=fresh.as_of.weekday()) - timedelta(weeks=1)
    made = partial(happenings, reader, scope=scope, as_of=fresh.as_of, first_on=fresh.first_on)
    return Figures(
        fresh=fresh,
        scope_path=scope,
        units_path=where,
        now=_total(reader, chosen.period, scope),
        base=_total(reader, chosen.base, scope),
        weeks=_weeks(reader, scope, last_week),
        last_week=last_week,
        value_weeks=_value_weeks(reader, scope, last_week),
        units=_units(reader, chosen, where, names),
        moves=moves(reader, scope),
        standing=_standing(reader, scope),
        happenings=once(reader, ("happenings", scope), made),
    )


def units_path(names: Mapping[str, str], scope: str) -> str:
    """The unit whose children are compared: the scope, or further down while there is only one child."""
    below = _children(tuple(sorted(names)))
    path = scope
    while len(children := below.get(path, [])) == 1:
        path = children[0]
    return path


@lru_cache(maxsize=32)
def _children(paths: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[0] or "/", []).append(path)
    return found


def _total(reader: LakeReader, period: Period, scope: str) -> Mapping[str, Any]:
    rows = reader.rows(metric_query(_TOTALS, period, scope_path=scope))
    return rows[0] if rows else _NOTHING


def _weeks(reader: LakeReader, scope: str, last_week: date) -> dict[date, Mapping[str, Any]]:
    end = last_week + timedelta(weeks=1)
    whole = Period(last_week - timedelta(weeks=WEEKS_SHOWN - 1) - YEAR_OF_WEEKS - LUNAR_SHIFT, end)
    found = {row["bucket"]: row for row in reader.rows(metric_query((_BY_NAME["amount"],), whole, scope_path=scope, by=By.WEEK))}
    # Counting customers once is what takes time, and only the small lines of the last weeks show it.
    recent = Period(end - timedelta(weeks=SPARK_WEEKS), end)
    return found | {row["bucket"]: row for row in reader.rows(metric_query(_WEEKLY, recent, scope_path=scope, by=By.WEEK))}


def _value_weeks(reader: LakeReader, scope: str, last_week: date) -> dict[date, float]:
    rows = reader.rows(
        f"""
        select cast(date_trunc('week', ordered_on) as date) as week,
               cast(sum(case when value_tier = 'value' then amount_yuan end) as double)
                   / nullif(cast(sum(amount_yuan) as double), 0) as share
        from customer_order join customer using (customer_id) join tier using (customer_id)
        where ordered_on >= $start_on and ordered_on < $end_on and {scoped(scope)} group by 1
        """,  # noqa: S608  # the scope is a literal made by sqlglot
        {"start_on": last_week - timedelta(weeks=12), "end_on": last_week + timedelta(weeks=1)},
    )
    return {row["week"]: row["share"] for row in rows if row["share"] is not None}


def _units(reader: LakeReader, chosen: Chosen, where: str, names: Mapping[str, str]) -> tuple[Unit, ...]:
    depth = len([part for part in where.split("/") if part]) + 2
    people = reader.rows(
        f"select split_part(org_path, '/', {depth}) as bucket, count(*) as customers from customer where {scoped(where)} group by 1"  # noqa: S608
    )
    now, base = (
        {row["bucket"]: row for row in reader.rows(metric_query(_UNITS, period, scope_path=where, by=By.UNIT))}
        for period in (chosen.period, chosen.base)
    )
    found = []
    for row in people:
        key = row["bucket"]
        path = f"{where.rstrip('/')}/{key}" if key else where
        one, other = now.get(key, {}), base.get(key, {})
        found.append(
            Unit(
                path=path,
                name=names.get(path, path),
                customers=row["customers"],
                amount=one.get("amount", Decimal(0)),
                amount_base=other.get("amount", Decimal(0)),
                active_rate=one.get("active_rate") or 0.0,
                active_rate_base=other.get("active_rate") or 0.0,
            )
        )
    return tuple(sorted(found, key=lambda unit: unit.path))


def moves(reader: LakeReader, scope: str) -> tuple[Move, ...]:
    """From which tier to which the customers of a scope went in 13 weeks."""
    rows = reader.rows(
        f"""
        select tier_before.value_tier as before, tier.value_tier as after, count(*) as customers
        from customer join tier using (customer_id) join tier_before using (customer_id)
        where {scoped(scope)} group by 1, 2
        """  # noqa: S608
    )
    order = {"value": 0, "potential": 1, "base": 2}
    return tuple(sorted((Move(**row) for row in rows), key=lambda move: (order[move.before], order[move.after])))


OVERDUE: Final = "tier.value_tier = 'value' and portrait.is_late"
SHRINKING: Final = "tier.value_tier in ('value', 'potential') and portrait.is_declining"
UNLICENSED: Final = "customer.licence_status in ('paused', 'expired', 'revoked') and portrait.order_count_90d > 0"
LOSS: Final = "portrait.amount_yuan_90d / (1 + portrait.amount_growth_90d) - portrait.amount_yuan_90d"
"""How much less in 90 days than in the 90 before, from the growth that the portrait holds."""


def _standing(reader: LakeReader, scope: str) -> Standing:
    row = reader.rows(
        f"""
        select count(*) as customers, count(*) filter (tier.value_tier = 'value') as value_customers,
               count(*) filter ({OVERDUE}) as overdue_customers,
               coalesce(sum(amount_yuan_365d) filter ({OVERDUE}), 0) as overdue_yuan,
               count(*) filter ({SHRINKING}) as shrinking_customers,
               cast(coalesce(sum({LOSS}) filter ({SHRINKING} and amount_growth_90d > -1), 0) as decimal(18, 2)) as shrinking_yuan,
               count(*) filter ({UNLICENSED}) as licence_customers,
               coalesce(sum(amount_yuan_90d) filter ({UNLICENSED}), 0) as licence_yuan
        from customer join tier using (customer_id) join portrait using (customer_id) where {scoped(scope)}
        """  # noqa: S608
    )[0]
    shares = reader.rows(
        f"""
        select cast(sum(case when tier.value_tier = 'value' and age_days <= 365 then amount_yuan end) as double)
                   / nullif(cast(sum(case when age_days <= 365 then amount_yuan end) as double), 0) as value_share,
               cast(sum(case when tier_before.value_tier = 'value' and age_days > {BEFORE_DAYS} then amount_yuan end) as double)
                   / nullif(cast(sum(case when age_days > {BEFORE_DAYS} then amount_yuan end) as double), 0) as value_share_before
        from customer_order join customer using (customer_id) join tier using (customer_id) join tier_before using (customer_id)
        where age_days between 1 and {365 + BEFORE_DAYS} and {scoped(scope)}
        """  # noqa: S608
    )[0]
    return replace(Standing(**row), **shares)


def complete_until(fresh: Freshness) -> date | None:
    """The last day with facts before the business day."""
    return None if fresh.last_on is None else min(fresh.last_on, fresh.as_of - DAY)
