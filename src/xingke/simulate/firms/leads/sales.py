"""Which leads are won: fit, intent and channel, and how long the first answer took."""

import numpy as np
from numpy.typing import NDArray

from xingke.schema import CUSTOMER, ORDER_LINE, PRODUCT
from xingke.schema.trade.retail import LEAD, LEAD_COST
from xingke.simulate.firms.horizon import DAYS, FIRST_DAY, WEEKS, days_on, instants_at
from xingke.simulate.firms.leads.profiles import CHANNEL_SHARES, CHANNELS, COST_YUAN, INDUSTRIES, LEADS, REGIONS, TITLES, Leads, leads_of
from xingke.simulate.firms.truth_tables import LEAD_OUTCOME, LEAD_TRUTH
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

WIN_SHARE, VERTICAL_FACTOR = 0.12, 2.3
"""Share of leads won, and by how much leads of the vertical platform are won more often than others."""
HOUR_FACTOR, HOURS_COUNTED = 0.93, 24.0
"""Factor on the odds of winning for every hour until the first answer, and the hours after which no more is lost."""
SPREAD, TOGETHER = 1.05, 0.3
"""Weight of fit and of intent in the log odds, and of their product."""
CHANNEL_SHIFT = (0.0, 0.0, 0.1, 0.3, -0.3)
CYCLE_SHAPE, CYCLE_MEAN_DAYS = 2.2, 21.0
DEAL_YUAN, DEAL_SIGMA = 68_000.0, 0.6
DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 48.0)
"""Hours for which the potential outcomes are written down."""
PACKAGES = (("云策 CRM 企业版", 1), ("云策 CRM 专业版", 3), ("云策 CRM 基础版", 5))


def make_sales(shop: Workshop, path: str) -> dict[str, float]:
    """Write leads, their customers, orders and costs, and the truth; returns the figures planted."""
    leads = leads_of(shop)
    lot, cycle, deal = shop.streams.of("wins").random((3, leads.count))
    at_once, chance = chances(leads, shop.scenario.effects)
    is_won = lot < chance
    closed = leads.day + 1 + _cycle_days(cycle)
    amount_fen = _deal_fen(leads, deal)
    _write_customers(shop, leads, path)
    _write_leads(shop, leads, is_won, closed, amount_fen)
    _write_orders(shop, leads, is_won & (closed < DAYS), closed, amount_fen)
    _write_costs(shop, leads)
    shop.know(
        LEAD_TRUTH,
        {
            "customer_id": leads.customer_id, "fit": leads.fit, "intent": leads.intent, "chance_at_once": at_once, "chance": chance,
            "would_win_at_once": lot < at_once, "is_won": is_won,
        },
    )  # fmt: skip
    _write_outcomes(shop, leads, at_once, lot)
    return {
        "win_share": WIN_SHARE, "vertical_factor": VERTICAL_FACTOR, "vertical_share": CHANNEL_SHARES[0],
        "hour_odds_factor": HOUR_FACTOR**shop.scenario.effects, "cycle_days": CYCLE_MEAN_DAYS,
    }  # fmt: skip


def chances(leads: Leads, effects: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chance to win when answered at once, and at the delay that happened.

    The level, and what the vertical platform adds, are set so that with the effect of the delay the mean chance of these leads is
    `WIN_SHARE` and that of the platform `VERTICAL_FACTOR` times that of the others. Without the effect more of them are won.
    """
    base = SPREAD * (leads.fit + leads.intent + TOGETHER * leads.fit * leads.intent) + np.array(CHANNEL_SHIFT)[leads.channel]
    lost = np.log(HOUR_FACTOR) * np.minimum(leads.delay_hours, HOURS_COUNTED)
    is_vertical = leads.channel == 0
    share = is_vertical.mean()
    others = WIN_SHARE / (1 + (VERTICAL_FACTOR - 1) * share)
    level = np.where(
        is_vertical,
        _level((base + lost)[is_vertical], VERTICAL_FACTOR * others) if is_vertical.any() else 0.0,
        _level((base + lost)[~is_vertical], others),
    )
    return _logistic(base + level), _logistic(base + level + effects * lost)


def _level(log_odds: NDArray[np.float64], mean: float) -> float:
    """What to add to log odds so that the mean chance is as given."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _logistic(log_odds + middle).mean() < mean else (low, middle)
    return (low + high) / 2


def _logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _cycle_days(uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.special import gammaincinv

    days: NDArray[np.int64] = np.floor(gammaincinv(CYCLE_SHAPE, uniform) * CYCLE_MEAN_DAYS / CYCLE_SHAPE).astype(np.int64)
    return days


def _deal_fen(leads: Leads, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.special import ndtri

    size = (leads.staff_count / 60.0) ** 0.3
    deal = DEAL_YUAN * size * np.exp(DEAL_SIGMA * ndtri(np.clip(uniform, 1e-6, 1 - 1e-6)))
    return np.asarray(np.round(deal), dtype=np.int64) * 100


def _write_customers(shop: Workshop, leads: Leads, path: str) -> None:
    kinds = zip(leads.region, leads.industry, leads.customer_id, strict=True)
    names = [f"{REGIONS[region][0]}{INDUSTRIES[industry][0]}企业 {number:05d}" for region, industry, number in kinds]
    shop.observe(
        CUSTOMER,
        {
            "customer_id": leads.customer_id,
            "source_key": [f"L{number:06d}" for number in leads.customer_id],
            "kind": np.full(leads.count, "lead"),
            "display_name": names,
            "status": np.full(leads.count, "active"),
            "org_path": np.full(leads.count, path),
            "opened_on": days_on(leads.day),
            "licence_status": np.full(leads.count, "not_needed"),
        },
    )


def _write_leads(shop: Workshop, leads: Leads, is_won: NDArray[np.bool_], closed: NDArray[np.int64], amount_fen: NDArray[np.int64]) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_open = closed >= DAYS
    answered = leads.day + (leads.minute / 60 + leads.delay_hours) / 24
    amounts = pc.if_else(pa.array(is_won & ~is_open), yuan(amount_fen), pa.scalar(None, pa.decimal128(14, 2)))
    shop.observe(
        LEAD,
        {
            "customer_id": leads.customer_id,
            "created_at": instants_at(leads.day, leads.minute),
            "channel": np.array(CHANNELS)[leads.channel],
            "industry": np.array([entry[0] for entry in INDUSTRIES])[leads.industry],
            "staff_count": leads.staff_count,
            "title_level": np.array([entry[0] for entry in TITLES])[leads.title],
            "region": np.array([entry[0] for entry in REGIONS])[leads.region],
            "pages_viewed": leads.pages_viewed,
            "price_page_views": leads.price_page_views,
            "asked_for_demo": leads.asked_for_demo,
            "mails_opened": leads.mails_opened,
            "responded_after_hours": pa.array(leads.delay_hours, mask=answered >= DAYS),
            "closed_on": pa.array(days_on(closed), mask=is_open),
            "is_won": pa.array(is_won, mask=is_open),
            "amount_yuan": amounts,
        },
    )


def _write_orders(
    shop: Workshop, leads: Leads, is_paid: NDArray[np.bool_], closed: NDArray[np.int64], amount_fen: NDArray[np.int64]
) -> None:
    ids = np.arange(len(PACKAGES))
    shop.observe(
        PRODUCT,
        {
            "product_id": ids,
            "source_key": [f"S{number}" for number in ids],
            "name": [name for name, _ in PACKAGES],
            "category": np.full(ids.size, "软件"),
            "brand": np.full(ids.size, "云策"),
            "maker": np.full(ids.size, "云策软件"),
            "price_class": [price_class for _, price_class in PACKAGES],
            "listed_on": np.full(ids.size, FIRST_DAY),
        },
    )
    rows = np.flatnonzero(is_paid)
    package = np.digitize(-amount_fen[rows], [-12_000_000, -5_000_000])
    shop.observe(
        ORDER_LINE,
        {
            "customer_id": leads.customer_id[rows],
            "ordered_on": days_on(closed[rows]),
            "order_id": leads.customer_id[rows],
            "line_no": np.ones(rows.size, dtype=np.int64),
            "product_id": package,
            "price_class": np.array([price_class for _, price_class in PACKAGES])[package],
            "quantity_units": np.ones(rows.size, dtype=np.int64),
            "amount_yuan": yuan(amount_fen[rows]),
            "discount_yuan": yuan(np.zeros(rows.size, dtype=np.int64)),
            "channel": np.full(rows.size, "sales"),
        },
    )


def _write_costs(shop: Workshop, leads: Leads) -> None:
    channel, week = (index.reshape(-1) for index in np.indices((len(CHANNELS), WEEKS)))
    came = np.zeros((len(CHANNELS), WEEKS), dtype=np.int64)
    np.add.at(came, (leads.channel, leads.day // 7), 1)
    noise = np.exp(0.15 * shop.streams.of("lead_cost").standard_normal(channel.size))
    usual = shop.count(LEADS) * np.array(CHANNEL_SHARES)[channel] / WEEKS
    shop.observe(
        LEAD_COST,
        {
            "channel": np.array(CHANNELS)[channel],
            "week_on": days_on(week * 7),
            "spend_yuan": yuan(np.round(usual * np.array(COST_YUAN)[channel] * noise * 100).astype(np.int64)),
            "leads": came.reshape(-1),
        },
    )


def _write_outcomes(shop: Workshop, leads: Leads, at_once: NDArray[np.float64], lot: NDArray[np.float64]) -> None:
    odds = at_once / (1 - at_once)
    for part, hours in enumerate(DELAYS):
        later = odds * HOUR_FACTOR ** (shop.scenario.effects * min(hours, HOURS_COUNTED))
        chance = later / (1 + later)
        shop.know(
            LEAD_OUTCOME,
            {"customer_id": leads.customer_id, "delay_hours": np.full(leads.count, hours), "chance": chance, "is_won": lot < chance},
            part=part,
        )
