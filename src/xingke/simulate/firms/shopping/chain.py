"""A chain of shops from its first week to its last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.retail import MEMBER_VISIT
from xingke.simulate.firms.complaints import complain
from xingke.simulate.firms.goods import Catalogue, stock_up
from xingke.simulate.firms.horizon import DAYS, WEEKS, days_on, instants_at
from xingke.simulate.firms.keys import opaque
from xingke.simulate.firms.leaving import Leaving, leaving_of
from xingke.simulate.firms.members import Members, members_of, write_members
from xingke.simulate.firms.pushing import write_push
from xingke.simulate.firms.records import write_records
from xingke.simulate.firms.shopping import timed
from xingke.simulate.firms.shopping.baskets import Lines, Tickets, fill, write_lines
from xingke.simulate.firms.shopping.footfall import RAIN_FACTOR, footfall_of
from xingke.simulate.firms.shopping.shoppers import HABIT_SD_MINUTES, Shoppers, shoppers_of
from xingke.simulate.firms.sites import sites_of
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.truth_tables import CAUSED_TICKET
from xingke.simulate.firms.weather import weather_of
from xingke.simulate.firms.workshop import Workshop

BLOCK_WEEKS = 13
MOST_A_DAY = 0.9
AWAY_FROM_HOME = 0.08
"""Share of visits to another shop than the member's own."""
OPENS_MINUTE, CLOSES_MINUTE = 6.5 * 60, 22.5 * 60
CALM_CHURN = 0.12
"""Yearly churn of the scenario that leaves the trade's own as declared."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The unchanging parts of a chain in the making."""

    shop: Workshop
    trade: Trade
    paths: list[str]
    members: Members
    shoppers: Shoppers
    goods: Catalogue
    leaving: Leaving
    footfall: NDArray[np.float64]
    is_hot: NDArray[np.bool_]
    plan: timed.Plan


def run_chain(shop: Workshop, trade: Trade) -> NDArray[np.int64]:
    """Make the world of a chain of shops.

    Returns
    -------
    NDArray
        Amount sold in hundredths of a yuan by site, category and day.
    """
    chain = _opened(shop, trade)
    sold = np.zeros((len(trade.sites), len(trade.categories), DAYS), dtype=np.int64)
    for week in range(WEEKS):
        _run_week(chain, week, sold)
        if (week + 1) % BLOCK_WEEKS == 0:
            shop.close_block()
        shop.progress(week + 1, WEEKS)
    return sold


def _opened(shop: Workshop, trade: Trade) -> Chain:
    weather = weather_of(shop)
    footfall = footfall_of(shop, trade, weather)
    paths = sites_of(shop, trade.name, trade.title, trade.sites)
    members = members_of(shop, trade.members, paths, joined_before=trade.joined_before, site_skew=trade.site_skew)
    shoppers = shoppers_of(shop, members, trade)
    goods = stock_up(shop, trade.categories, trade.items, makers=trade.makers)
    annual = min(trade.annual_leaving * shop.scenario.annual_churn / CALM_CHURN, 0.95)
    leaving = leaving_of(shop, members, annual_share=annual, week_factor=_leaving_factor(shop, trade))
    write_members(shop, members, paths, firm_format=trade.firm_format, left_day=np.full(members.count, DAYS))
    write_records(shop, members)
    timed.write_outcomes(shop, trade, members, shoppers)
    shop.plant(_figures(shop, trade, annual))
    return Chain(shop, trade, paths, members, shoppers, goods, leaving, footfall, weather.is_hot, timed.plan_of(trade))


def _figures(shop: Workshop, trade: Trade, annual: float) -> dict[str, float]:
    # Where nothing is weighed, tickets are sums of whole prices and only near to their mean.
    ticket = {"ticket_yuan": trade.ticket_yuan} if any(category.is_weighed for category in trade.categories) else {}
    return {
        **ticket,
        "monthly_visits": trade.monthly_visits,
        "habit_sd_minutes": HABIT_SD_MINUTES,
        "rain_footfall_factor": RAIN_FACTOR,
        "hot_factor": max(category.hot_factor for category in trade.categories),
        "push_in_habit_effect": timed.IN_HABIT * shop.scenario.effects,
        "push_outside_habit_effect": timed.OUTSIDE_HABIT * shop.scenario.effects,
        "annual_leaving": annual,
    }


def _is_cold_failure(shop: Workshop, trade: Trade) -> bool:
    return shop.scenario.cold_chain and trade.cold_weeks is not None


def _leaving_factor(shop: Workshop, trade: Trade) -> NDArray[np.float64]:
    factor = np.ones(WEEKS)
    if trade.cold_weeks is not None and _is_cold_failure(shop, trade):
        factor[trade.cold_weeks[0] : trade.cold_weeks[0] + trade.cold_memory_weeks] = trade.cold_leaving
    return factor


def _run_week(chain: Chain, week: int, sold: NDArray[np.int64]) -> None:
    shop, members, shoppers = chain.shop, chain.members, chain.shoppers
    days = np.arange(week * 7, week * 7 + 7)
    is_member = members.joined_day[None, :] <= days[:, None]
    chance = shoppers.daily_visits * chain.leaving.visit_factor(week) * chain.footfall[days][:, None]
    chance = np.where(is_member, np.minimum(chance, MOST_A_DAY), 0.0)
    place, member = np.nonzero(shop.streams.of("visits", week).random(chance.shape) < chance)
    tickets = Tickets(member, days[place], (days[place] * members.count + member) * 2, np.full(member.size, -1))
    lines = fill(shop, chain.trade, shoppers, chain.goods, tickets, week=week, is_hot=chain.is_hot[tickets.day])
    late = shop.streams.of("arrival", week).standard_normal(chance.shape)[place, member]
    _book(chain, tickets, lines, shoppers.habit_minute[member] + HABIT_SD_MINUTES * late, sold)
    still_here = chain.leaving.left_week > week
    for number in chain.plan.of_week(week):
        on = int(chain.plan.day[number]) - week * 7
        push, extra, minute = timed.push_of(
            shop, chain.trade, members, shoppers, chain.plan, number, visit_chance=chance[on],
            is_member=is_member[on] & still_here, is_hot=bool(chain.is_hot[days[on]]), tickets=tickets, lines=lines,
        )  # fmt: skip
        write_push(shop, push)
        more = fill(shop, chain.trade, shoppers, chain.goods, extra, week=week, is_hot=chain.is_hot[extra.day])
        _book(chain, extra, more, minute, sold)
        caused = {"order_id": opaque(extra.order_id), "campaign_key": np.full(extra.member.size, push.key)}
        shop.know(CAUSED_TICKET, caused, part=number)
    _complain(chain, week, is_member[0] & still_here)


def _complain(chain: Chain, week: int, is_member: NDArray[np.bool_]) -> None:
    trade, weeks = chain.trade, chain.trade.cold_weeks
    fails = weeks is not None and weeks[0] <= week <= weeks[1] and _is_cold_failure(chain.shop, trade)
    complain(
        chain.shop, chain.members.customer_id, week, is_member, rate=trade.complaints, kinds=trade.complaint_kinds,
        factor=trade.cold_complaints if fails else 1.0, planted_kind=trade.cold_complaint if fails else "",
    )  # fmt: skip


def _book(chain: Chain, tickets: Tickets, lines: Lines, minute: NDArray[np.float64], sold: NDArray[np.int64]) -> None:
    """Write lines and visits of tickets, and add up what was sold."""
    shop, goods, members = chain.shop, chain.goods, chain.members
    write_lines(shop, chain.trade, goods, tickets, lines, members.customer_id)
    away, where = shop.chance("away", tickets.order_id), shop.chance("where", tickets.order_id)
    other = np.floor(where * len(chain.paths)).astype(np.int64)
    site = np.where(away < AWAY_FROM_HOME, other, members.home[tickets.member])
    np.add.at(sold, (site[lines.ticket], lines.category, tickets.day[lines.ticket]), lines.amount_fen)
    shop.observe(
        MEMBER_VISIT,
        {
            "customer_id": members.customer_id[tickets.member],
            "visit_id": opaque(tickets.order_id),
            "visited_on": days_on(tickets.day),
            "visited_at": instants_at(tickets.day, np.clip(minute, OPENS_MINUTE, CLOSES_MINUTE)),
            "unit": np.array(chain.paths, dtype=object)[site],
        },
    )
