"""How long ago, against the calendar and against the customer's own cycle."""

from xingke.tags.families.build import T, ratio
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import CYCLES, DAYS, TIMES
from xingke.words import both


def recency_tags() -> tuple[Tag, ...]:
    """How long ago, against the calendar and against the customer's own cycle."""
    return (
        Tag(
            "days_since_last_order",
            both("距上次订货天数", "Days since last order"),
            Family.RECENCY,
            T.INTEGER,
            Grain.ORDER,
            "min(age_days)",
            both("截止日与最近一次订货相隔的天数", "days from the last order to the reference day"),
            DAYS,
        ),
        Tag(
            "tenure_days",
            both("在网天数", "Days since first order"),
            Family.RECENCY,
            T.INTEGER,
            Grain.ORDER,
            "max(age_days)",
            both("截止日与第一次订货相隔的天数", "days from the first order to the reference day"),
            DAYS,
        ),
        Tag(
            "last_order_on",
            both("最近订货日期", "Last order on"),
            Family.RECENCY,
            T.DAY,
            Grain.ORDER,
            "max(ordered_on)",
            both("最近一次订货的日期", "day of the last order"),
        ),
        Tag(
            "first_order_on",
            both("首次订货日期", "First order on"),
            Family.RECENCY,
            T.DAY,
            Grain.ORDER,
            "min(ordered_on)",
            both("第一次订货的日期", "day of the first order"),
        ),
        Tag(
            "cycle_ratio",
            both("静默周期倍数", "Silence in own cycles"),
            Family.RECENCY,
            T.NUMBER,
            Grain.PORTRAIT,
            ratio("days_since_last_order", "gap_days_median"),
            both("距上次订货天数 ÷ 该客户自己的订货间隔中位数", "days since the last order ÷ the customer's own median gap"),
            TIMES,
        ),
        Tag(
            "missed_cycles",
            both("已错过的订货周期", "Missed order cycles"),
            Family.RECENCY,
            T.INTEGER,
            Grain.PORTRAIT,
            "case when cycle_ratio >= 2 then floor(cycle_ratio) - 1 when cycle_ratio is not null then 0 end",
            both("静默周期倍数取整后减一，最小为 0", "whole own cycles passed since the last order, beyond the first"),
            CYCLES,
        ),
        Tag(
            "days_beyond_longest_gap",
            both("超出最长间隔天数", "Days beyond the longest gap"),
            Family.RECENCY,
            T.NUMBER,
            Grain.PORTRAIT,
            "case when days_since_last_order > gap_days_largest then days_since_last_order - gap_days_largest "
            "when gap_days_largest is not null then 0 end",
            both("距上次订货天数超出近一年最长间隔的部分", "days since the last order beyond the longest gap of the year"),
            DAYS,
        ),
    )
