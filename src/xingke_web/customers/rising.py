"""How far a customer is from the next tier, by the tier scheme's own boundary and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from xingke.tiers import Boundary, Pyramid, ValueTier

CENT: Final = Decimal("0.01")
_ABOVE: Final = {ValueTier.BASE: ValueTier.POTENTIAL, ValueTier.POTENTIAL: ValueTier.VALUE}


@dataclass(frozen=True)
class Rise:
    """The way to the next tier.

    Parameters
    ----------
    to
        The tier above; None at the top.
    line_yuan
        The amount of 365 days at which the tier above begins today.
    missing_yuan
        What the customer's own amount lacks to it; 0 where only the order of equal amounts keeps it below.
    moves
        Whether the line is drawn by rank and so moves with the other customers.
    """

    to: ValueTier | None
    line_yuan: Decimal | None
    missing_yuan: Decimal | None
    moves: bool
    amount_yuan: Decimal

    @property
    def share_reached(self) -> float | None:
        """The own amount as a part of the line, 0..1."""
        return float(self.amount_yuan / self.line_yuan) if self.line_yuan else None


def rise_of(row: Mapping[str, Any], pyramid: Pyramid, last_above: tuple[Decimal, int] | None) -> Rise:
    """What is missing, from the customer's row of portrait and tier.

    Parameters
    ----------
    last_above
        With a pyramid by shares: amount and number of the last customer above the line. Equal amounts rank by customer number, so an own
        number above theirs has to surpass the amount by a cent.
    """
    tier = ValueTier(row["value_tier"])
    amount, to = row["amount_yuan_365d"] or Decimal(0), _ABOVE.get(tier)
    moves = pyramid.boundary is Boundary.SHARE
    if to is None:
        return Rise(None, None, None, moves, amount)
    if not moves:
        line = pyramid.value_from_yuan if to is ValueTier.VALUE else pyramid.potential_from_yuan
    elif last_above is None:
        return Rise(to, None, None, moves, amount)
    else:
        line = last_above[0] + (CENT if row["customer_id"] > last_above[1] else 0)
    return Rise(to, line, max(Decimal(0), line - amount), moves, amount)
