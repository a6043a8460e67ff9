"""The gym chain from its first week to its last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.calendar import calendar_days
from xingke.schema import ORDER_LINE, PRODUCT
from xingke.schema.trade.market import CALENDAR_DAY
from xingke.schema.trade.retail import MEMBER_VISIT
from xingke.simulate.firms.complaints import complain
from xingke.simulate.firms.gym import activity, offers
from xingke.simulate.firms.gym.activity import COURSES, Training, activities, training_of
from xingke.simulate.firms.gym.cards import RENEWAL_PRICE, Cards, cards_of
from xingke.simulate.firms.horizon import DAYS, ENDS_ON, FIRST_DAY, STARTS_ON, WEEKS, days_on, instants_at
from xingke.simulate.firms.keys import opaque
from xingke.simulate.firms.members import Members, members_of, write_members
from xingke.simulate.firms.pushing import write_push
from xingke.simulate.firms.records import write_records
from xingke.simulate.firms.sites import sites_of
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

MEMBERS, JOINED_BEFORE = 9_000, 0.5
CLUBS = ("湖滨", "古柳", "北关", "南门桥", "西苑", "科创", "钟台", "星潭", "莲塘", "石鼓", "白杨渡", "桃溪")
PRODUCTS = (
    ("年卡·标准", "会员卡", 3, 198_000), ("年卡·全城通", "会员卡", 2, 268_000), ("年卡·尊享", "会员卡", 1, 368_000),
    ("私教课 10 节", "私教", 1, 320_000), ("团课 10 次包", "团课包", 3, 49_900), ("运动饮料", "饮品", 5, 800),
)  # fmt: skip
"""Name, category, price class and price in hundredths of a yuan; the place is the product id."""
CARD_SHARES = (0.6, 0.9, 1.0)
PERSONAL, PACK, DRINK = 3, 4, 5
PERSONAL_SHARE, DRINK_SHARE, PACK_DISCOUNT = 0.012, 0.15, 0.2
"""Personal lessons bought a visit, drinks bought a visit, and the discount on packs."""
ARRIVAL_SD_MINUTES = 35.0
COMPLAINTS = 0.003
COMPLAINT_KINDS = (("crowded", 0.30), ("equipment", 0.26), ("trainer", 0.16), ("hygiene", 0.16), ("billing", 0.12))
ORDINARY, TRIAL = 0, 1
CARD_SALE, VISIT_SALE, PACK_SALE = 0, 1, 2
KINDS_A_DAY = 4


@dataclass(frozen=True, slots=True)
class Gym:
    """The unchanging parts of the gym in the making."""

    shop: Workshop
    paths: list[str]
    members: Members
    training: Training
    cards: Cards


def make_gym(shop: Workshop) -> None:
    """Make the world of the gym chain."""
    shop.observed.put(CALENDAR_DAY, calendar_days(STARTS_ON, ENDS_ON))
    paths = sites_of(shop, "gym", "星跃健身", [f"星跃健身{name}店" for name in CLUBS], level="club")
    members = members_of(shop, MEMBERS, paths, joined_before=JOINED_BEFORE, site_skew=0.5)
    training = training_of(shop, members)
    kind = np.searchsorted(CARD_SHARES, shop.chance("card", members.customer_id), side="right")
    price = np.array([entry[3] for entry in PRODUCTS])[kind]
    cards = cards_of(shop, members, training, price)
    left = np.where(cards.ends_day < DAYS, cards.ends_day, DAYS)
    write_members(shop, members, paths, firm_format="gym", left_day=left, expires_day=cards.ends_day - 1)
    write_records(shop, members)
    offers.write_outcomes(shop, members)
    _write_products(shop)
    gym = Gym(shop, paths, members, training, cards)
    _write_cards(gym, kind, price)
    shop.plant(
        {
            "monthly_active": activity.MONTHLY_ACTIVE,
            "course_matched_effect": offers.MATCHED_EFFECT * shop.scenario.effects,
            "course_other_effect": offers.OTHER_EFFECT * shop.scenario.effects,
            "discount_effect_7_days": offers.DISCOUNT_EFFECT * shop.scenario.effects,
            "discount_effect_day_8_to_28": 0.0,
        }
    )
    for week in range(WEEKS):
        _run_week(gym, week)
        if (week + 1) % 26 == 0:
            shop.close_block()
        shop.progress(week + 1, WEEKS)


def _write_products(shop: Workshop) -> None:
    ids = np.arange(len(PRODUCTS))
    shop.observe(
        PRODUCT,
        {
            "product_id": ids,
            "source_key": [f"G{number:03d}" for number in ids],
            "name": [entry[0] for entry in PRODUCTS],
            "category": [entry[1] for entry in PRODUCTS],
            "brand": np.full(ids.size, "星跃"),
            "maker": np.full(ids.size, "星跃健身"),
            "price_class": [entry[2] for entry in PRODUCTS],
            "pack_units": np.ones(ids.size, dtype=np.int64),
            "list_price_yuan": yuan([entry[3] for entry in PRODUCTS]),
            "listed_on": np.full(ids.size, FIRST_DAY),
        },
    )


def _write_cards(gym: Gym, kind: NDArray[np.int64], price: NDArray[np.int64]) -> None:
    joined = np.flatnonzero(gym.members.joined_day >= 0)
    member = np.concatenate([joined, gym.cards.renewed_member])
    day = np.concatenate([gym.members.joined_day[joined], gym.cards.renewed_day])
    factor = np.repeat([1.0, RENEWAL_PRICE], [joined.size, gym.cards.renewed_member.size])
    _sell(gym, member, day, kind[member], np.round(price[member] * factor).astype(np.int64), CARD_SALE)


def _run_week(gym: Gym, week: int) -> None:
    shop, members = gym.shop, gym.members
    days = np.arange(week * 7, week * 7 + 7)
    valid = gym.cards.is_valid(members, days)
    comes = gym.training.comes(days, shop.streams.of("visits", week).random(valid.shape)) & valid
    place, member = np.nonzero(comes)
    ids = (days[place] * members.count + member) * KINDS_A_DAY + ORDINARY
    done = activities(gym.training.taste[member], shop.chance("activity", ids), shop.chance("course", ids))
    _visit(gym, member, days[place], ids, done)
    bought = shop.chance("bought", ids)
    is_personal = bought < PERSONAL_SHARE
    buys = np.flatnonzero(bought < PERSONAL_SHARE + DRINK_SHARE)
    item = np.where(is_personal, PERSONAL, DRINK)[buys]
    _sell(gym, member[buys], days[place][buys], item, np.array([entry[3] for entry in PRODUCTS])[item], VISIT_SALE)
    _run_offers(gym, week)
    complain(shop, members.customer_id, week, valid[0], rate=COMPLAINTS, kinds=COMPLAINT_KINDS)


def _run_offers(gym: Gym, week: int) -> None:
    shop, members = gym.shop, gym.members
    can = (members.joined_day <= week * 7) & (gym.cards.ends_day > week * 7 + offers.LATER_DAYS)
    if week in offers.COURSE_WEEKS:
        push, trials = offers.course_push(shop, members, gym.training, offers.COURSE_WEEKS.index(week), week, can)
        write_push(shop, push)
        ids = (trials.day * members.count + trials.member) * KINDS_A_DAY + TRIAL
        _visit(gym, trials.member, trials.day, ids, np.array([f"{course}体验" for course in COURSES])[trials.subject])
    if week in offers.DISCOUNT_WEEKS:
        push, packs = offers.discount_push(shop, members, offers.DISCOUNT_WEEKS.index(week), week, can)
        write_push(shop, push)
        full = np.full(packs.member.size, PRODUCTS[PACK][3])
        paid = np.round(full * (1 - PACK_DISCOUNT)).astype(np.int64)
        _sell(gym, packs.member, packs.day, np.full(packs.member.size, PACK), paid, PACK_SALE)


def _visit(gym: Gym, member: NDArray[np.int64], day: NDArray[np.int64], ids: NDArray[np.int64], done: NDArray[np.str_]) -> None:
    from scipy.special import ndtri

    late = ARRIVAL_SD_MINUTES * ndtri(np.clip(gym.shop.chance("arrival", ids), 1e-9, 1 - 1e-9))
    gym.shop.observe(
        MEMBER_VISIT,
        {
            "customer_id": gym.members.customer_id[member],
            "visit_id": opaque(ids),
            "visited_on": days_on(day),
            "visited_at": instants_at(day, np.clip(gym.training.habit_minute[member] + late, 6 * 60, 22.5 * 60)),
            "unit": np.array(gym.paths, dtype=object)[gym.members.home[member]],
            "activity": done,
        },
    )


def _sell(
    gym: Gym, member: NDArray[np.int64], day: NDArray[np.int64], item: NDArray[np.int64], paid_fen: NDArray[np.int64], sale: int
) -> None:
    """Write order lines, one an order."""
    full = np.array([entry[3] for entry in PRODUCTS])[item]
    gym.shop.observe(
        ORDER_LINE,
        {
            "customer_id": gym.members.customer_id[member],
            "ordered_on": days_on(day),
            "order_id": opaque((day * gym.members.count + member) * KINDS_A_DAY + sale),
            "line_no": np.ones(member.size, dtype=np.int64),
            "product_id": item,
            "price_class": np.array([entry[2] for entry in PRODUCTS])[item],
            "quantity_units": np.ones(member.size, dtype=np.int64),
            "amount_yuan": yuan(paid_fen),
            "discount_yuan": yuan(full - paid_fen),
            "channel": np.full(member.size, "club"),
        },
    )
