"""Service tickets of members: complaints by kind, with handling time and rating."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.retail import TICKET
from xingke.simulate.firms.horizon import days_on
from xingke.simulate.firms.workshop import Workshop

HANDLING_MEAN_HOURS, HANDLING_SIGMA = 20.0, 0.8
SATISFIED_WITHIN = ((24.0, 0.95), (48.0, 0.85), (72.0, 0.70), (np.inf, 0.45))


def complain(
    shop: Workshop,
    customer_id: NDArray[np.int64],
    week: int,
    is_member: NDArray[np.bool_],
    *,
    rate: float,
    kinds: Sequence[tuple[str, float]],
    factor: float = 1.0,
    planted_kind: str = "",
) -> None:
    """Write the tickets of one week.

    Parameters
    ----------
    rate
        Tickets a member and week, ordinarily.
    kinds
        Kinds and their shares.
    factor, planted_kind
        Factor on the rate in this week, and the kind of the tickets that are there because of it.
    """
    draw = shop.streams.of("complaints", week).random((5, customer_id.size))
    rows = np.flatnonzero(is_member & (draw[0] < rate * factor))
    draw = draw[:, rows]
    names, shares = [name for name, _ in kinds], np.cumsum([share for _, share in kinds])
    kind = np.array(names)[np.minimum(np.searchsorted(shares / shares[-1], draw[1], side="right"), len(names) - 1)]
    hours = np.round(_hours(draw[2]), 1)
    satisfied = np.array([share for _, share in SATISFIED_WITHIN])[np.searchsorted([limit for limit, _ in SATISFIED_WITHIN], hours)]
    rating = np.where(draw[3] < satisfied, 4 + (draw[4] < 0.55), 1 + np.floor(3 * draw[4])).astype(np.int64)
    shop.observe(
        TICKET,
        {
            "customer_id": customer_id[rows],
            "ticket_id": week * (customer_id.size + 1) + customer_id[rows],
            "kind": np.where(draw[0] < rate, kind, planted_kind) if planted_kind else kind,
            "opened_on": days_on(week * 7 + (7 * draw[4]).astype(np.int64)),
            "handling_hours": hours,
            "rating": rating,
        },
    )


def _hours(uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri

    log_mean = np.log(HANDLING_MEAN_HOURS) - HANDLING_SIGMA**2 / 2
    return np.asarray(np.exp(log_mean + HANDLING_SIGMA * ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))))
