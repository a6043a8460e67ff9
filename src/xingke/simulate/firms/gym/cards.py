"""Cards of a year: when they end, and whether they are renewed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.retail import RENEWAL
from xingke.simulate.firms.gym.activity import MONTHLY_ACTIVE, MONTHS, Training
from xingke.simulate.firms.horizon import DAYS, days_on, months_of
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.truth_tables import RENEWAL_TRUTH
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.store import yuan

CARD_DAYS = 365
CALM_CHURN = 0.12
RENEWAL_LEVEL, RENEWAL_ACTIVITY, RENEWAL_FRAILTY = 0.45, 1.6, -0.6
"""Log odds of renewing at average activity; what a whole active quarter adds over none; what the log of frailty adds."""
QUARTER = 3
RENEWAL_PRICE = 0.9
"""Price of a renewed card over that of a new one."""
ROUNDS = 3
"""No card comes to its end more often than this in the days of the world."""


@dataclass(frozen=True, slots=True)
class Cards:
    """One place a member: the day after the last card, possibly behind the end of the world; and the renewals that were paid."""

    ends_day: NDArray[np.int64]
    renewed_member: NDArray[np.int64]
    renewed_day: NDArray[np.int64]

    def is_valid(self, members: Members, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether a member has a card on a day: one row a day."""
        return np.asarray((members.joined_day[None, :] <= days[:, None]) & (days[:, None] < self.ends_day[None, :]))


def cards_of(shop: Workshop, members: Members, training: Training, price_fen: NDArray[np.int64]) -> Cards:
    """Draw the renewals; write `renewal` and the truth about it.

    The chance to renew follows the months with visits of the quarter before; a scenario of more churn raises the chance of not renewing.

    Parameters
    ----------
    price_fen
        Price of a new card in hundredths of a yuan, one place a member.
    """
    lots = shop.streams.of("renewals").random((ROUNDS, members.count))
    ends = members.joined_day + CARD_DAYS
    ends = np.where(ends <= 0, ends + CARD_DAYS * (-(ends) // CARD_DAYS + 1), ends)
    stays = np.ones(members.count, dtype=bool)
    rows: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]] = []
    for lot in lots:
        due = np.flatnonzero(stays & (ends < DAYS))
        chance = _chance(members, training, due, ends[due], shop.scenario.annual_churn / CALM_CHURN)
        is_renewed = lot[due] < chance
        rows.append((due, ends[due], is_renewed, chance))
        stays[due] = is_renewed
        ends[due[is_renewed]] += CARD_DAYS
    member, day = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    is_renewed, chance = np.concatenate([row[2] for row in rows]), np.concatenate([row[3] for row in rows])
    paid = np.where(is_renewed, np.round(price_fen[member] * RENEWAL_PRICE), 0)
    ids = members.customer_id[member]
    shop.observe(RENEWAL, {"customer_id": ids, "due_on": days_on(day), "is_renewed": is_renewed, "amount_yuan": yuan(paid)})
    shop.know(RENEWAL_TRUTH, {"customer_id": ids, "due_day": day, "chance": chance})
    return Cards(ends, member[is_renewed], day[is_renewed])


def _chance(
    members: Members, training: Training, due: NDArray[np.int64], day: NDArray[np.int64], churn_factor: float
) -> NDArray[np.float64]:
    month = months_of(day)
    recent = np.zeros(due.size)
    for back in range(1, QUARTER + 1):
        recent += training.is_active[due, np.clip(month - back, 0, MONTHS - 1)] / QUARTER
    odds = RENEWAL_LEVEL + RENEWAL_ACTIVITY * (recent - MONTHLY_ACTIVE) + RENEWAL_FRAILTY * np.log(members.frailty[due])
    return np.asarray(np.maximum(1 - churn_factor / (1 + np.exp(odds)), 0.02))
