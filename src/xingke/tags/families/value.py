"""Money, quantity and order value."""

from xingke.tags.families.build import YEAR, T, named, ratio, share, windowed
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import UNITS, YUAN
from xingke.words import both


def value_tags() -> tuple[Tag, ...]:
    """Money, quantity and order value."""
    amounts = windowed(
        "amount_yuan",
        label=both("订购额", "Amount"),
        family=Family.VALUE,
        type_=T.MONEY,
        column="amount_yuan",
        meaning=both("的订购金额合计（退货为负）", "sum of order amounts (returns negative)"),
        unit=YUAN,
        windows=(30, 90, 180, YEAR),
    )
    quantities = windowed(
        "quantity_units",
        label=both("订购量", "Quantity"),
        family=Family.VALUE,
        type_=T.INTEGER,
        column="quantity_units",
        meaning=both("的订购数量合计", "sum of ordered quantity"),
        unit=UNITS,
        windows=(30, 90, YEAR),
    )
    discounts = windowed(
        "discount_yuan",
        label=both("优惠额", "Discount"),
        family=Family.VALUE,
        type_=T.MONEY,
        column="discount_yuan",
        meaning=both("享受的优惠合计", "sum of discounts taken"),
        unit=YUAN,
        windows=(90, YEAR),
    )
    per_window: list[Tag] = []
    for days in (90, YEAR):
        order_value = ratio(f"amount_yuan_{days}d", f"order_count_{days}d")
        unit_price = ratio(f"amount_yuan_{days}d", f"quantity_units_{days}d")
        per_window += [
            Tag(
                f"order_value_yuan_{days}d",
                named("单次订购额", "Amount per order", days),
                Family.VALUE,
                T.NUMBER,
                Grain.PORTRAIT,
                order_value,
                both(f"近 {days} 天订购额 ÷ 订货次数", f"amount ÷ orders of the last {days} days"),
                YUAN,
            ),
            Tag(
                f"unit_price_yuan_{days}d",
                named("件均价", "Amount per unit", days),
                Family.VALUE,
                T.NUMBER,
                Grain.PORTRAIT,
                unit_price,
                both(f"近 {days} 天订购额 ÷ 订购量", f"amount ÷ quantity of the last {days} days"),
                YUAN,
            ),
            share(
                f"discount_share_{days}d",
                named("优惠占比", "Discount share", days),
                Family.VALUE,
                f"discount_yuan_{days}d",
                f"amount_yuan_{days}d + discount_yuan_{days}d",
                both(f"近 {days} 天优惠额 ÷（订购额 + 优惠额）", f"discount ÷ (amount + discount) of the last {days} days"),
            ),
        ]
    lifetime = Tag(
        "amount_yuan_all",
        both("累计订购额", "Amount, all time"),
        Family.VALUE,
        T.MONEY,
        Grain.ORDER,
        "sum(amount_yuan)",
        both("全部历史的订购金额合计", "sum of order amounts over all history"),
        YUAN,
        empty_is_zero=True,
    )
    largest = Tag(
        "largest_order_yuan_365d",
        named("最大单次订购额", "Largest order", YEAR),
        Family.VALUE,
        T.MONEY,
        Grain.ORDER,
        f"max(case when age_days between 1 and {YEAR} then amount_yuan end)",
        both("近 365 天金额最大的一次订货", "the largest order amount in the last 365 days"),
        YUAN,
    )
    monthly = Tag(
        "amount_per_month_yuan",
        both("月均订购额", "Amount per month"),
        Family.VALUE,
        T.NUMBER,
        Grain.PORTRAIT,
        ratio("amount_yuan_365d * 30", "case when tenure_days is not null then least(tenure_days, 365) end"),
        both("近 365 天订购额按在网天数折算为每 30 天", "amount of the last 365 days for each 30 days of tenure"),
        YUAN,
    )
    return (*amounts, lifetime, *quantities, *discounts, *per_window, largest, monthly)
