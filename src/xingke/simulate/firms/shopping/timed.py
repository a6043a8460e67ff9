"""Pushes about a category, sent shortly before the member's habitual hour or hours away from it; who gets one is drawn by lot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.firms.horizon import WEEKS
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.pushing import TREATED, Push
from xingke.simulate.firms.shopping.baskets import Lines, Tickets, chance_of_category
from xingke.simulate.firms.shopping.shoppers import Shoppers
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.truth_tables import MEMBER_OUTCOME
from xingke.simulate.firms.workshop import Workshop

IN_HABIT, OUTSIDE_HABIT = 0.031, 0.004
"""Mean effect on the chance to buy the category on the same day."""
AHEAD_MINUTES = 30.0
AWAY_MINUTES = (120.0, 300.0)
MIDDAY = 14.5 * 60
FIRST_WEEK = 6
MOST_CHANCE = 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """The campaigns of a world: number, day and category of each."""

    day: NDArray[np.int64]
    category: NDArray[np.int64]

    def of_week(self, week: int) -> list[int]:
        """Numbers of the campaigns of a week."""
        return np.flatnonzero(self.day // 7 == week).tolist()


def plan_of(trade: Trade) -> Plan:
    """Campaigns evenly over the world, on changing weekdays and in turn about the categories that are pushed."""
    week = np.round(np.linspace(FIRST_WEEK, WEEKS - 2, trade.pushes)).astype(np.int64)
    pushed = np.flatnonzero([category.is_pushed for category in trade.categories])
    number = np.arange(trade.pushes)
    return Plan(week * 7 + (number * 3) % 7, pushed[number % pushed.size])


def untreated_chance(
    trade: Trade, shoppers: Shoppers, visit_chance: NDArray[np.float64], category: int, is_hot: bool
) -> NDArray[np.float64]:
    """Chance of every member to buy the category on a day with that chance to come, without a message."""
    mix = shoppers.hot_mix if is_hot else shoppers.mix
    return visit_chance * chance_of_category(trade, mix[:, category])[shoppers.taste]


def push_of(
    shop: Workshop,
    trade: Trade,
    members: Members,
    shoppers: Shoppers,
    plan: Plan,
    number: int,
    *,
    visit_chance: NDArray[np.float64],
    is_member: NDArray[np.bool_],
    is_hot: bool,
    tickets: Tickets,
    lines: Lines,
) -> tuple[Push, Tickets, NDArray[np.float64]]:
    """One campaign: its members and outcomes, the tickets that it causes, and their minutes.

    Parameters
    ----------
    visit_chance
        Chance to come on the day of the campaign, one place a member.
    tickets, lines
        What is bought in that week without any message.
    """
    day, category = int(plan.day[number]), int(plan.category[number])
    drawn, arm, timing, away, lot, later = shop.streams.of("pushes", number).random((6, members.count))
    is_timed = timing < 0.5
    ahead = AHEAD_MINUTES * away
    gap = AWAY_MINUTES[0] + (AWAY_MINUTES[1] - AWAY_MINUTES[0]) * away
    minute = shoppers.habit_minute + np.where(is_timed, -ahead, np.where(shoppers.habit_minute < MIDDAY, gap, -gap))
    before = untreated_chance(trade, shoppers, visit_chance, category, is_hot)
    effect = np.where(is_timed, IN_HABIT, OUTSIDE_HABIT) * members.responsiveness * shop.scenario.effects
    after = np.minimum(before + effect, MOST_CHANCE)
    buys = np.zeros(members.count, dtype=bool)
    same_day = tickets.day[lines.ticket] == day
    buys[tickets.member[lines.ticket[same_day & (lines.category == category)]]] = True
    is_moved = ~buys & (lot < (after - before) / (1 - before))
    chosen = np.flatnonzero(is_member & (drawn < trade.push_share))
    treated = arm < TREATED
    push = Push(
        number, f"{trade.name}-push-{number:02d}", "timed", 1, members.customer_id[chosen],
        np.full(chosen.size, trade.categories[category].name), np.full(chosen.size, day), minute[chosen], treated[chosen],
        before[chosen], after[chosen], buys[chosen], (buys | is_moved)[chosen],
    )  # fmt: skip
    caused = chosen[treated[chosen] & is_moved[chosen]]
    ids = (day * members.count + caused) * 2 + 1
    extra = Tickets(caused, np.full(caused.size, day), ids, np.full(caused.size, category))
    return push, extra, minute[caused] + 5 + 50 * later[caused]


def write_outcomes(shop: Workshop, trade: Trade, members: Members, shoppers: Shoppers) -> None:
    """What a message in the member's hour and one outside of it do on an average day, as `member_outcome`."""
    first = next(index for index, category in enumerate(trade.categories) if category.is_pushed)
    before = untreated_chance(trade, shoppers, shoppers.daily_visits, first, is_hot=False)
    actions = (("push_in_habit", IN_HABIT), ("push_outside_habit", OUTSIDE_HABIT))
    for part, (action, effect) in enumerate(actions):
        after = np.minimum(before + effect * members.responsiveness * shop.scenario.effects, MOST_CHANCE)
        shop.know(
            MEMBER_OUTCOME,
            {
                "customer_id": members.customer_id,
                "action": np.full(members.count, action),
                "measure": np.full(members.count, "chance_same_day"),
                "untreated": before,
                "treated": after,
            },
            part=part,
        )
