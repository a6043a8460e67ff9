"""Self-checks of a made city: what it is drawn from comes out of its tables again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from xingke.calendar import festival_days
from xingke.schema import TABLES
from xingke.simulate.city.habits import CAUSE_SHARES, CAUSES, YEARLY_YUAN
from xingke.simulate.city.trade import GRADE_SHARES
from xingke.simulate.scenarios import Scenario, scenario_named
from xingke.simulate.sizes import Size, size_named
from xingke.simulate.store import OBSERVED, WorldInfo
from xingke.simulate.truth import TRUTH_TABLES, TruthReader

SLACK = {"xs": 7.0, "m": 2.2, "l": 1.0, "xl": 1.0}
"""Factor on the width of the tolerances that narrow with the number of outlets; that of 15,000 is 1."""
CALIBRATED, OUTLETS_CV = 0.01, 1.12
"""How near the mean amount is calibrated, and how much the yearly amounts of the outlets vary around it, as shares of it."""
CERTAIN, CERTAIN_OF_FIVE = 3.29, 3.72
"""Standard errors that one figure, and the largest of five, exceeds by chance in one world of a thousand."""
READ = ("org_unit", "product", "outlet", "order_line", "allocation", "delivery", "stock_snapshot", "licence")


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of a world and where it has to lie."""

    name: str
    value: float
    low: float
    high: float

    @property
    def ok(self) -> bool:
        """Whether it lies there."""
        return self.low <= self.value <= self.high


def check_world(world: Path) -> list[Check]:
    """All self-checks of a city; tolerances are wider in small ones, where chance weighs more.

    Raises
    ------
    NotAWorld
        There is no city.
    """
    info = WorldInfo.read(world)
    size, scenario = size_named(info.size), scenario_named(info.scenario)
    import duckdb

    with duckdb.connect() as connection:
        for name in READ:
            files = str(world / OBSERVED / name / "*.parquet").replace("'", "''")
            connection.execute(f"create view \"{name}\" as select * from read_parquet('{files}', hive_partitioning = false)")  # noqa: S608
        reader = TruthReader(world)
        for name in ("outlet_week", "churn_truth", "tier_truth", "demand_truth"):
            connection.register(name, reader.table(TRUTH_TABLES[name]))

        def ask(sql: str, **values: Any) -> float:
            found = connection.execute(sql, values or None).fetchall()[0][0]
            return float("nan") if found is None else float(found)

        checks = [*_amounts(ask, size, scenario), *_leaving(ask, size, scenario), *_supply(ask), *_delivery(ask, size, scenario)]
        checks += [*_festival(ask, size, scenario), *_whole(ask)]
    return [
        *checks,
        Check("truth_columns_in_observed", float(len(_leaks(world))), 0, 0),
        Check("truth_files_readable", _readable(world), 0, 0),
    ]


def _amounts(ask: Callable[..., float], size: Size, scenario: Scenario) -> Iterator[Check]:
    slack = SLACK[size.name]
    mean = YEARLY_YUAN * scenario.amounts
    near = CALIBRATED + CERTAIN * OUTLETS_CV / sqrt(size.outlets)
    yield Check(
        "mean_yearly_yuan", ask("select sum(ordered_yuan) / count(*) * 52.18 from outlet_week"), mean * (1 - near), mean * (1 + near)
    )
    trapezoid = ", ".join(str(share / sum(GRADE_SHARES)) for share in reversed(GRADE_SHARES))
    gap = f"""
        with found as (select grade, count(*) / sum(count(*)) over () as share from outlet group by grade)
        select max(abs(coalesce(share, 0) - wanted)) * 100
        from (select unnest([{trapezoid}]) as wanted, unnest(range(1, 31)) as grade) left join found using (grade)
    """  # noqa: S608
    yield Check("grade_histogram_gap_points", ask(gap), 0, 0.3 * slack)
    share = """
        with year as (select year, count(*) as n, sum(lasting_yuan) as yuan from tier_truth group by year order by yuan desc limit 1)
        select sum(case when tier = $tier then profit_yuan end) / sum(profit_yuan) from tier_truth join year using (year)
    """
    if scenario.amounts != 1.0:  # the cost to serve stays, so other amounts give other shares of profit
        return
    for tier, wanted in (("value", 0.38), ("potential", 0.37), ("base", 0.25)):
        yield Check(f"profit_share_{tier}", ask(share, tier=tier), wanted - 0.03 * min(slack, 3), wanted + 0.03 * min(slack, 3))


def _leaving(ask: Callable[..., float], size: Size, scenario: Scenario) -> Iterator[Check]:
    slack = SLACK[size.name]
    last = size.history_weeks
    start = max(last - 52, 4)
    share = """
        with gone as (select outlet_id from churn_truth where left_week >= $start and left_week < $last)
        select avg(case when outlet_id in (select outlet_id from gone) then 1 else 0 end) from outlet_week where week = $start
    """
    wanted = 1 - (1 - scenario.annual_churn) ** ((last - start) / 52)
    if scenario.name in ("manager_exit", "route_failure", "tax_shock", "supply_crunch"):
        slack *= 3  # these raise complaints, and with them the hazard
    yield Check("left_in_a_year", ask(share, start=start, last=last), wanted - 0.007 * slack, wanted + 0.007 * slack)
    mix = ", ".join(f"('{name}', {wanted})" for name, wanted in zip(CAUSES, CAUSE_SHARES, strict=True))
    gap = f"""
        with found as (select cause, count(*) / sum(count(*)) over () as share from churn_truth where cause <> 'early' group by cause)
        select max(abs(coalesce(share, 0) - wanted)) * 100 from (values {mix}) as wish (cause, wanted) left join found using (cause)
    """  # noqa: S608
    leavers = max(ask("select count(*) from churn_truth where cause <> 'early'"), 1.0)
    widest = max(100 * sqrt(share * (1 - share) / leavers) for share in CAUSE_SHARES)
    yield Check("cause_mix_gap_points", ask(gap), 0, CERTAIN_OF_FIVE * widest)


def _supply(ask: Callable[..., float]) -> Iterator[Check]:
    filled = """
        with need as (select product_id, week, sum(asked_cartons) as asked, sum(ordered_cartons) as ordered from demand_truth group by all),
             class as (select distinct product_id, supply_class from product)
        select sum(ordered) / nullif(sum(asked), 0) from need join class using (product_id) where supply_class = $class
    """
    for name, low, high in (("tight", 0.38, 0.66), ("balanced", 0.78, 0.96), ("full", 0.97, 1.0)):
        yield Check(f"order_fill_{name}", ask(filled, **{"class": name}), low, high)
    rising = """
        select count(*) from (
            select cap_cartons - lag(cap_cartons) over (partition by week_on, product_id, tag_value, supply_cartons order by grade) as step
            from allocation
        ) where step < 0
    """
    yield Check("caps_that_fall_with_grade", ask(rising), 0, 0)
    unlike = """
        select count(*) from order_line
        where delivered_cartons > quantity_units or quantity_units > cap_cartons or quantity_units > asked_cartons
    """
    yield Check("lines_above_their_cap", ask(unlike), 0, 0)
    yield Check("stock_below_zero", ask("select count(*) from stock_snapshot where stock_cartons < 0"), 0, 0)
    yield Check("packs_a_carton_other_than_10", ask("select count(*) from product where pack_units <> 10"), 0, 0)


def _delivery(ask: Callable[..., float], size: Size, scenario: Scenario) -> Iterator[Check]:
    first, last = (size.week_on(week) for week in size.bad_route_weeks)
    worst = """
        select min(share) from (
            select route_id, avg(case when is_on_time then 1.0 else 0.0 end) as share from delivery
            where promised_on >= $first and promised_on < $last group by route_id having count(*) >= 40
        )
    """
    slack = min(SLACK[size.name], 3)
    wanted = scenario.route_on_time
    yield Check("on_time_worst_route", ask(worst, first=first, last=last), wanted - 0.05 * slack, wanted + 0.05 * slack)
    whole = ask("select avg(case when is_on_time then 1.0 else 0.0 end) from delivery where promised_on < $first", first=first)
    yield Check("on_time_all", whole, 0.93 - 0.012 * slack, 0.93 + 0.012 * slack)


def _festival(ask: Callable[..., float], size: Size, scenario: Scenario) -> Iterator[Check]:
    springs = festival_days("spring_festival", size.starts_on.year, size.history_ends_on.year)
    weeks = [-(-((spring - size.starts_on).days - scenario.festival_days) // 7) for spring in springs]
    weeks = [week for week in weeks if 6 <= week < size.history_weeks - 4]
    peak = """
        with class1 as (
            select week, sum(demand_cartons) as cartons from demand_truth
            where product_id in (select product_id from product where price_class = 1) group by week
        )
        select (select avg(cartons) from class1 where week >= $week - 3 and week < $week)
             / (select median(cartons) from class1 where abs(week - $week) between 4 and 26)
    """
    for week in weeks[:1]:
        yield Check("festival_peak_class_1", ask(peak, week=week), 2.0, 2.4)


def _whole(ask: Callable[..., float]) -> Iterator[Check]:
    lost = """
        select count(*) from order_line left join outlet on outlet_id = customer_id left join org_unit using (org_path)
        where org_unit.org_path is null
    """
    yield Check("lines_outside_the_organisation", ask(lost), 0, 0)
    orphans = "select count(*) from org_unit where parent_path is not null and parent_path not in (select org_path from org_unit)"
    yield Check("units_without_parent", ask(orphans), 0, 0)
    yield Check("outlets_without_licence", ask("select count(*) from outlet where outlet_id not in (select outlet_id from licence)"), 0, 0)


def _leaks(world: Path) -> set[str]:
    """Columns of truth that no canonical table has, found in an observed file."""
    import pyarrow.parquet as pq

    public = {column for table in TABLES.values() for column in table.column_names}
    secret = {column for table in TRUTH_TABLES.values() for column in table.column_names} - public
    seen: set[str] = set()
    for path in (world / OBSERVED).glob("*/*.parquet"):
        seen |= set(pq.read_schema(path).names)
    return seen & secret


def _readable(world: Path) -> float:
    """How many files of truth a reader of Parquet, CSV or JSON lines can open; a sample of each table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = 0
    for folder in sorted((world / "truth").glob("*_truth")):
        for path in sorted(folder.glob("*.truth"))[:1]:
            try:
                pq.read_schema(path)
            except pa.ArrowInvalid:
                continue
            opened += 1
    return float(opened)
