"""What is in a basket: a lognormal ticket shared out over lines whose items follow taste, heat and price."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema import ORDER_LINE
from xingke.simulate.firms.goods import Catalogue
from xingke.simulate.firms.horizon import days_on
from xingke.simulate.firms.keys import opaque
from xingke.simulate.firms.shopping.shoppers import SPEND_SHARE, Shoppers
from xingke.simulate.firms.trade import Trade
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

MOST_LINES = 12
LINES_WITH_TICKET = 0.5
"""Correlation of the number of lines (as a normal score) and the log ticket."""
LEAST_FEN = 50
LEAST_WEIGHED_SHARE = 0.05
"""Weighed goods make up at least this share of a ticket that has any."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets to fill, one place a ticket.

    Parameters
    ----------
    member
        Index of the member.
    order_id
        Names the ticket in all worlds of one seed: chance follows from it. Odd for tickets that a message caused.
    wanted
        Category of the first line; -1 where taste decides.
    """

    member: NDArray[np.int64]
    day: NDArray[np.int64]
    order_id: NDArray[np.int64]
    wanted: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of tickets, one place a line; `ticket` is the place of its ticket."""

    ticket: NDArray[np.int64]
    line_no: NDArray[np.int64]
    category: NDArray[np.int64]
    item: NDArray[np.int64]
    units: NDArray[np.int64]
    amount_fen: NDArray[np.int64]
    discount_fen: NDArray[np.int64]


def fill(
    shop: Workshop, trade: Trade, shoppers: Shoppers, goods: Catalogue, tickets: Tickets, *, week: int, is_hot: NDArray[np.bool_]
) -> Lines:
    """The lines of tickets of one week.

    Parameters
    ----------
    is_hot
        Whether the ticket's day is above 33 degrees, one place a ticket.
    """
    from scipy.special import ndtri

    uniform = shop.chance("lines", tickets.order_id)
    count = 1 + np.minimum(np.searchsorted(_poisson_edges(trade.extra_lines), uniform, side="right"), MOST_LINES - 1)
    ticket = np.repeat(np.arange(count.size), count)
    line_no = np.arange(ticket.size) - np.repeat(np.cumsum(count) - count, count) + 1
    order = tickets.order_id[ticket]
    category = _categories(shoppers, tickets, ticket, is_hot, shop.chance("category", order, line_no))
    category = np.where((line_no == 1) & (tickets.wanted[ticket] >= 0), tickets.wanted[ticket], category)
    item = goods.items_of(week, category, shop.chance("item", order, line_no))
    score = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    own = ndtri(np.clip(shop.chance("ticket", tickets.order_id), 1e-9, 1 - 1e-9))
    z = LINES_WITH_TICKET * score + np.sqrt(1 - LINES_WITH_TICKET**2) * own
    log_mean = np.log(trade.ticket_yuan) - trade.ticket_sigma**2 / 2
    total = np.exp(log_mean + shoppers.spend[tickets.member] + trade.ticket_sigma * np.sqrt(1 - SPEND_SHARE) * z) * 100
    total /= trade.piece_factor
    part = goods.price_fen[item].astype(np.float64) * np.exp(0.5 * (2 * shop.chance("part", order, line_no) - 1))
    return _priced(goods, week, ticket, line_no, category, item, total, part)


def _categories(
    shoppers: Shoppers, tickets: Tickets, ticket: NDArray[np.int64], is_hot: NDArray[np.bool_], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    tables = np.concatenate([shoppers.mix, shoppers.hot_mix])
    edges = np.cumsum(tables, axis=1)
    edges = edges / edges[:, -1:] + np.arange(len(tables))[:, None]
    table = (shoppers.taste[tickets.member] + len(shoppers.mix) * is_hot)[ticket]
    place = np.searchsorted(edges.reshape(-1), table + uniform, side="right")
    return np.asarray(np.clip(place - table * edges.shape[1], 0, edges.shape[1] - 1), dtype=np.int64)


def _priced(
    goods: Catalogue,
    week: int,
    ticket: NDArray[np.int64],
    line_no: NDArray[np.int64],
    category: NDArray[np.int64],
    item: NDArray[np.int64],
    total: NDArray[np.float64],
    part: NDArray[np.float64],
) -> Lines:
    """Packed goods come in whole pieces near their part of the ticket; weighed goods take exactly what is left."""
    cut = goods.cut[week][item]
    price = goods.price_fen[item] * (1 - cut)
    is_weighed = goods.is_weighed[item]
    size = total.size
    share = part / np.bincount(ticket, weights=part, minlength=size)[ticket]
    pieces = np.maximum(np.round(total[ticket] * share / price), 1.0)
    packed = np.where(is_weighed, 0.0, pieces * price)
    left = np.maximum(total - np.bincount(ticket, weights=packed, minlength=size), LEAST_WEIGHED_SHARE * total)
    weight = np.where(is_weighed, part, 0.0)
    by_weight = weight / np.maximum(np.bincount(ticket, weights=weight, minlength=size), 1e-9)[ticket]
    amount = np.round(np.where(is_weighed, np.maximum(left[ticket] * by_weight, LEAST_FEN), packed)).astype(np.int64)
    units = np.where(is_weighed, np.maximum(np.round(amount / price), 1), pieces).astype(np.int64)
    discount = np.round(amount * cut / (1 - cut)).astype(np.int64)
    return Lines(ticket, line_no, category, item, units, amount, discount)


def write_lines(shop: Workshop, trade: Trade, goods: Catalogue, tickets: Tickets, lines: Lines, customer_id: NDArray[np.int64]) -> None:
    """Write the lines as `order_line`."""
    online = shop.chance("channel", tickets.order_id) < trade.online_share
    shop.observe(
        ORDER_LINE,
        {
            "customer_id": customer_id[tickets.member][lines.ticket],
            "ordered_on": days_on(tickets.day)[lines.ticket],
            "order_id": opaque(tickets.order_id)[lines.ticket],
            "line_no": lines.line_no,
            "product_id": lines.item,
            "price_class": goods.price_class[lines.item],
            "quantity_units": lines.units,
            "amount_yuan": yuan(lines.amount_fen),
            "discount_yuan": yuan(lines.discount_fen),
            "channel": np.where(online, "mini_program", "store")[lines.ticket],
        },
    )


def chance_of_category(trade: Trade, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that a basket has a category of that share of lines: 1 less the chance that none of its lines has it."""
    edges = np.concatenate([[0.0], _poisson_edges(trade.extra_lines)[: MOST_LINES - 1], [1.0]])
    weight = np.diff(edges)
    missing = (1 - share[..., None]) ** np.arange(1, MOST_LINES + 1)
    return np.asarray(1 - missing @ weight)


def _poisson_edges(mean: float) -> NDArray[np.float64]:
    counts = np.arange(MOST_LINES)
    factorial = np.cumprod(np.maximum(counts, 1).astype(np.float64))
    return np.asarray(np.cumsum(np.exp(-mean) * mean**counts / factorial))
