"""One world laid out for scoring: ids, days that are judged, and what was observed and what is true as arrays."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.schema import Table
from xingke.schema.trade.supply import CITY_ORDER_LINE
from xingke.simulate.score.checking import Known
from xingke.simulate.score.observed import EPOCH, ObservedTables, integers, numbers, places
from xingke.simulate.score.orders import OrderPanel, order_panel
from xingke.simulate.store import WorldInfo
from xingke.simulate.truth import TruthReader

if TYPE_CHECKING:
    from xingke.simulate.score.signs import Signs

MARGIN_WEEKS = 8
"""Weeks behind the last judgement, in which its outcome shows."""
JUDGED_WEEKS, WARM_WEEKS = 52, 12
SLICE_WEEKS = 4
FORECAST_WEEKS, MONTH_WEEKS = 8, 4
LEFT_DAYS = 30
FAR = 1_000_000
"""A week, or a day, that no world reaches."""
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Days:
    """Which weeks of a world are judged; a judgement of week `w` sees all weeks before it.

    Parameters
    ----------
    weeks
        Weeks whose truth is known, those of the closed future included.
    last
        The last judged week: the end of history.
    seen
        Weeks that can be observed.
    """

    starts_on: date
    weeks: int
    last: int
    seen: int

    @classmethod
    def of(cls, info: WorldInfo) -> "Days":
        """The judged weeks of a world; in one whose end can be observed they end 8 weeks before it."""
        history = (info.history_ends_on - info.starts_on).days // 7
        weeks = info.weeks + MARGIN_WEEKS if has_closed_future(info) else info.weeks
        return cls(info.starts_on, weeks, min(history, weeks - MARGIN_WEEKS), info.weeks)

    @property
    def judged(self) -> Integers:
        """Every judged week of the last year, 12 weeks after the start at the earliest."""
        return np.arange(max(WARM_WEEKS, self.last - JUDGED_WEEKS), self.last + 1, dtype=np.int64)

    @property
    def slices(self) -> Integers:
        """Every fourth judged week, the last one among them."""
        return np.asarray(self.judged[(self.last - self.judged) % SLICE_WEEKS == 0])

    @property
    def forecast(self) -> Integers:
        """The weeks to be forecast: those behind the last judgement."""
        return np.arange(self.last, min(self.last + FORECAST_WEEKS, self.weeks))

    def on(self, week: int) -> date:
        """The Monday of a week."""
        return self.starts_on + timedelta(days=7 * int(week))

    def week_of(self, days: Integers) -> Integers:
        """The weeks of days that are counted from 1970."""
        return (days - (self.starts_on - EPOCH).days) // 7

    @property
    def festival_week(self) -> int | None:
        """The week after the last Spring Festival that lies eight weeks behind the start or later and is judged."""
        from xingke.calendar import festival_days

        end = self.on(self.last)
        weeks = [(day - self.starts_on).days // 7 + 1 for day in festival_days("spring_festival", self.starts_on.year, end.year)]
        return max((week for week in weeks if MARGIN_WEEKS <= week <= self.last), default=None)


def has_closed_future(info: WorldInfo) -> bool:
    """Whether the weeks to be judged lie behind what can be observed: in every city but those of format 1."""
    return info.kind == "city" and info.format > 1


class Scene:
    """A world as the scorer sees it.

    Parameters
    ----------
    world
        The folder of the world.
    """

    def __init__(self, world: Path) -> None:
        self.info = WorldInfo.read(world)
        self.days = Days.of(self.info)
        self.observed = ObservedTables(world)
        self._world = world

    def truth(self, table: Table) -> pa.Table:
        """A table of truth; `NotAWorld` where the world comes without it."""
        return TruthReader(self._world).table(table)

    @cached_property
    def outlets(self) -> Integers:
        """Ids of all outlets, sorted; arrays by outlet follow this order."""
        return np.unique(integers(self._outlet_table["outlet_id"]))

    @cached_property
    def products(self) -> Integers:
        """Ids of all SKUs, sorted."""
        return np.unique(integers(self.observed.table("product", ["product_id"])["product_id"]))

    @cached_property
    def wholesale_yuan(self) -> NDArray[np.float64]:
        """By SKU: the price of a carton."""
        table = self.observed.table("product", ["product_id", "wholesale_yuan"])
        price = np.zeros(self.products.size)
        price[places(integers(table["product_id"]), self.products)] = numbers(table["wholesale_yuan"])
        return price

    @cached_property
    def opened_week(self) -> Integers:
        """By outlet: the week in which it opened; negative before the world."""
        order = np.argsort(integers(self._outlet_table["outlet_id"]), kind="stable")
        return self.days.week_of(integers(self._outlet_table["opened_on"])[order])

    @cached_property
    def grade(self) -> Integers:
        """By outlet: its grade as the master says, 0 where empty."""
        order = np.argsort(integers(self._outlet_table["outlet_id"]), kind="stable")
        return integers(self._outlet_table["grade"], 0)[order]

    @cached_property
    def is_two_weekly(self) -> NDArray[np.bool_]:
        """By outlet: orders every other week."""
        order = np.argsort(integers(self._outlet_table["outlet_id"]), kind="stable")
        return np.asarray(integers(self._outlet_table["order_cycle_weeks"], 1)[order] == 2)

    @cached_property
    def _outlet_table(self) -> pa.Table:
        return self.observed.table("outlet", ["outlet_id", "opened_on", "closed_on", "grade", "order_cycle_weeks"])

    @cached_property
    def orders(self) -> OrderPanel:
        """What was ordered, by outlet, SKU and week."""
        return order_panel(self.observed, self.outlets, self.products, self.days.starts_on, self.days.weeks, self.days.last)

    def amount_ahead(self, weeks: int) -> NDArray[np.float64]:
        """By outlet: what it orders, in yuan, in so many weeks from the last judgement on."""
        last = self.days.last
        yuan = np.asarray(self.orders.amount_yuan[:, last : last + weeks].sum(axis=1, dtype=np.float64))
        if not has_closed_future(self.info):
            return yuan
        lines = TruthReader(self._world).future(CITY_ORDER_LINE)
        outlet, week = places(integers(lines["customer_id"]), self.outlets), self.days.week_of(integers(lines["ordered_on"]))
        ahead = (outlet >= 0) & (week >= last) & (week < last + weeks)
        return np.asarray(yuan + np.bincount(outlet[ahead], weights=numbers(lines["amount_yuan"])[ahead], minlength=self.outlets.size))

    @property
    def can_show_signs(self) -> bool:
        """Whether the world has the tables in which wrongdoing shows."""
        return bool(self.observed.files("inspection"))

    @cached_property
    def signs(self) -> "Signs":
        """What can be seen of each outlet that speaks for or against wrongdoing."""
        from xingke.simulate.score.signs import signs_of

        return signs_of(self)

    @cached_property
    def register_closed_week(self) -> Integers:
        """By outlet: the week from which the register shows it as closed, a far one for the others."""
        order = np.argsort(integers(self._outlet_table["outlet_id"]), kind="stable")
        days = integers(self._outlet_table["closed_on"], FAR)[order]
        return np.where(days == FAR, FAR, self.days.week_of(days))

    @cached_property
    def campaigns(self) -> pa.Table:
        """The campaigns, whether randomised and when."""
        return self.observed.table("campaign", ["campaign_key", "is_randomised", "started_on"]).sort_by("campaign_key")

    def known(self) -> Known:
        """What an answer may refer to."""
        days = self.days
        mondays = tuple(days.on(int(week)) for week in range(1, days.seen + 1))
        festival = days.festival_week
        records = self.observed.table("source_record", ["system", "source_id"])
        return Known(
            ids={
                "customer_id": pa.array(self.outlets),
                "product_id": pa.array(self.products),
                "campaign_key": self.campaigns["campaign_key"].combine_chunks(),
            },
            days={
                ("churn_score", "as_of"): tuple(days.on(int(week)) for week in days.judged),
                ("churn_cause", "as_of"): mondays,
                ("tier", "as_of"): () if festival is None else (days.on(festival),),
                ("forecast", "from_on"): tuple(days.on(int(week)) for week in days.forecast),
            },
            months=tuple(days.on(int(week)) for week in days.forecast[::MONTH_WEEKS] if week + MONTH_WEEKS <= days.forecast[-1] + 1),
            pairs={"entity_cluster": pc.binary_join_element_wise(records["system"], records["source_id"], "/").combine_chunks()},
        )
