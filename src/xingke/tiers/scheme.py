"""Tier schemes as declarations: which boundaries, in which order, with what strategy."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from xingke.errors import ConfigurationError
from xingke.words import Words, both


class ValueTier(StrEnum):
    """The internal service tier; it never changes supply, which follows the published grade."""

    VALUE = "value"
    POTENTIAL = "potential"
    BASE = "base"

    @property
    def label(self) -> Words:
        """The tier's name on screen."""
        return {
            ValueTier.VALUE: both("价值型", "Value"),
            ValueTier.POTENTIAL: both("潜力型", "Potential"),
            ValueTier.BASE: both("基础型", "Base"),
        }[self]


class RfmLevel(StrEnum):
    """Five levels by recency, frequency and money, and the residual one; listed in order of precedence."""

    NEW = "new"
    CHURN_WARNING = "churn_warning"
    DORMANT = "dormant"
    HIGH_VALUE = "high_value"
    POTENTIAL = "potential"
    ORDINARY = "ordinary"

    @property
    def label(self) -> Words:
        """The level's name on screen."""
        return {
            RfmLevel.NEW: both("新客", "New"),
            RfmLevel.CHURN_WARNING: both("流失预警", "Churn warning"),
            RfmLevel.DORMANT: both("沉睡", "Dormant"),
            RfmLevel.HIGH_VALUE: both("高价值", "High value"),
            RfmLevel.POTENTIAL: both("潜力", "Potential"),
            RfmLevel.ORDINARY: both("普通", "Ordinary"),
        }[self]


class Boundary(StrEnum):
    """How a pyramid draws its lines: at amounts, or at shares of the customers."""

    AMOUNT = "amount"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Value, potential and base by the amount of the last 365 days.

    Parameters
    ----------
    value_from_yuan, potential_from_yuan
        With `Boundary.AMOUNT`: an amount equal to the boundary belongs to the higher tier.
    value_share, potential_share
        With `Boundary.SHARE`: that share of the customers with orders, rounded to whole customers, ties by customer id.
    """

    boundary: Boundary = Boundary.SHARE
    value_from_yuan: Decimal = Decimal(100_000)
    potential_from_yuan: Decimal = Decimal(50_000)
    value_share: Decimal = Decimal("0.08")
    potential_share: Decimal = Decimal("0.22")

    def limits(self, customers: int) -> tuple[int, int]:
        """Of so many customers with orders, the last place in the value tier and the last one in the potential tier; halves round up."""
        shares = self.value_share, self.value_share + self.potential_share
        value, potential = (int((share * customers).quantize(Decimal(1), ROUND_HALF_UP)) for share in shares)
        return value, potential

    def tier_of(self, *, amount_yuan: Decimal, place: int, customers: int) -> ValueTier:
        """The tier of a customer with orders.

        Parameters
        ----------
        amount_yuan
            Of the last 365 days.
        place
            1 for the customer with the largest amount, ties by customer id.
        customers
            How many have orders.
        """
        if self.boundary is Boundary.AMOUNT:
            is_value, is_potential = amount_yuan >= self.value_from_yuan, amount_yuan >= self.potential_from_yuan
        else:
            value, potential = self.limits(customers)
            is_value, is_potential = place <= value, place <= potential
        return ValueTier.VALUE if is_value else ValueTier.POTENTIAL if is_potential else ValueTier.BASE

    def __post_init__(self) -> None:
        if self.potential_from_yuan >= self.value_from_yuan or self.value_share + self.potential_share > 1:
            raise ConfigurationError(
                zh="价值型的金额界限应高于潜力型，两个占比之和不超过 1",
                en="the value boundary must lie above the potential one, and the two shares must not exceed 1 together",
                value_from_yuan=self.value_from_yuan,
                potential_from_yuan=self.potential_from_yuan,
            )


@dataclass(frozen=True, slots=True)
class FiveLevels:
    """Five-level RFM with precedence new > churn warning > dormant > high value > potential > ordinary.

    Parameters
    ----------
    new_days
        First order at most this many days ago.
    warning_days, warning_top_share
        No order for this many days, and an order value among the top share of all customers.
    dormant_days
        No order for this many days.
    high_orders_30d, high_ticket_ratio
        At least so many orders in 30 days, and an order value of at least this ratio of the mean order value.
    potential_orders_90d, potential_interaction
        At least so many orders in 90 days and an interaction rate above this share.
    ticket_benchmark_yuan
        The mean order value of the trade; the own customers' mean where it is not given.
    """

    new_days: int = 30
    warning_days: int = 120
    warning_top_share: Decimal = Decimal("0.30")
    dormant_days: int = 180
    high_orders_30d: int = 3
    high_ticket_ratio: Decimal = Decimal("1.50")
    potential_orders_90d: int = 2
    potential_interaction: Decimal = Decimal("0.50")
    ticket_benchmark_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TierScheme:
    """What a workspace tiers by; a pack declares its default."""

    name: str
    label: Words
    pyramid: Pyramid = Pyramid()
    five_levels: FiveLevels = FiveLevels()
