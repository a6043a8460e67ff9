"""Rows of randomised pushes: who was drawn, in which arm, what was sent and what came of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema import TOUCH
from xingke.schema.trade.retail import PUSH
from xingke.simulate.firms.horizon import days_on, instants_at
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.truth.tables import EFFECT_TRUTH

DELIVERED = 0.97
OPENED = 0.11
REDEEMED = 0.5
"""Share of those who would have bought anyway and use the coupon that they were sent."""
TREATED = 0.5


@dataclass(frozen=True, slots=True)
class Push:
    """One campaign with its outcomes; arrays have one place a member drawn.

    Parameters
    ----------
    subject
        Category or course, one a member.
    chance_untreated, chance_treated
        Chance to convert without and with the message.
    converts_untreated, converts_treated
        What happens without and with it.
    """

    number: int
    key: str
    kind: str
    outcome_days: int
    customer_id: NDArray[np.int64]
    subject: NDArray[np.str_]
    day: NDArray[np.int64]
    minute: NDArray[np.float64]
    is_treated: NDArray[np.bool_]
    chance_untreated: NDArray[np.float64]
    chance_treated: NDArray[np.float64]
    converts_untreated: NDArray[np.bool_]
    converts_treated: NDArray[np.bool_]

    @property
    def converted(self) -> NDArray[np.bool_]:
        """What did happen."""
        return np.where(self.is_treated, self.converts_treated, self.converts_untreated)


def write_push(shop: Workshop, push: Push) -> None:
    """Write `push`, the touches of the campaign and `effect_truth`."""
    at = instants_at(push.day, push.minute)
    shop.observe(
        PUSH,
        {
            "customer_id": push.customer_id,
            "campaign_key": np.full(push.customer_id.size, push.key),
            "kind": np.full(push.customer_id.size, push.kind),
            "arm": np.where(push.is_treated, "treated", "control"),
            "subject": push.subject,
            "planned_on": days_on(push.day),
            "planned_at": at,
            "outcome_days": np.full(push.customer_id.size, push.outcome_days),
            "converted": push.converted,
        },
    )
    shop.know(
        EFFECT_TRUTH,
        {
            "campaign_key": np.full(push.customer_id.size, push.key),
            "customer_id": push.customer_id,
            "chance_untreated": push.chance_untreated,
            "chance_treated": push.chance_treated,
            "converts_untreated": push.converts_untreated,
            "converts_treated": push.converts_treated,
        },
        part=push.number,
    )
    _write_touches(shop, push)


def _write_touches(shop: Workshop, push: Push) -> None:
    number = np.full(push.customer_id.size, push.number)
    is_moved = push.is_treated & push.converts_treated & ~push.converts_untreated
    is_coupon_used = push.is_treated & push.converts_treated & (shop.chance("redeemed", push.customer_id, number) < REDEEMED)
    is_opened = shop.chance("opened", push.customer_id, number) < OPENED
    is_delivered = is_moved | is_opened | is_coupon_used | (shop.chance("delivered", push.customer_id, number) < DELIVERED)
    _touches(shop, push, "withheld", ~push.is_treated, 0.0)
    _touches(shop, push, "sent", push.is_treated, 0.0)
    _touches(shop, push, "delivered", push.is_treated & is_delivered, 0.1)
    _touches(shop, push, "opened", push.is_treated & (is_opened | is_moved | is_coupon_used), 2.0)
    _touches(shop, push, "redeemed", is_moved | is_coupon_used, 45.0)


def _touches(shop: Workshop, push: Push, kind: str, chosen: NDArray[np.bool_], minutes_later: float) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.flatnonzero(chosen)
    ids = pc.binary_join_element_wise(pa.scalar(push.key), pa.array(push.customer_id[rows]).cast(pa.string()), pa.scalar(kind), "-")
    shop.observe(
        TOUCH,
        {
            "customer_id": push.customer_id[rows],
            "touched_on": days_on(push.day[rows]),
            "touched_at": instants_at(push.day[rows], push.minute[rows] + minutes_later),
            "touch_id": ids,
            "kind": np.full(rows.size, kind),
            "channel": np.full(rows.size, "push"),
            "campaign_key": np.full(rows.size, push.key),
            "detail": push.subject[rows],
        },
    )
