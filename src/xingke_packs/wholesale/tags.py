"""Tags of regulated wholesale: the order cycle is the unit of time."""

from xingke.schema import ColumnType
from xingke.tags import Family, Grain, Tag
from xingke.tags.families.build import ratio
from xingke.tags.families.signal import signal
from xingke.tags.units import SHARE
from xingke.words import both

TAGS = (
    Tag(
        "upper_class_share_90d",
        both("近 90 天一二类占比", "Share of price classes 1 and 2, last 90 days"),
        Family.MIX,
        ColumnType.NUMBER,
        Grain.PORTRAIT,
        "price_class_1_share_90d + price_class_2_share_90d",
        both("近 90 天订购额中价类 1 与 2 的占比", "share of price classes 1 and 2 in the amount of the last 90 days"),
        SHARE,
    ),
    Tag(
        "cycle_adherence_90d",
        both("近 90 天按期订货率", "Adherence to the own cycle, last 90 days"),
        Family.RHYTHM,
        ColumnType.NUMBER,
        Grain.PORTRAIT,
        f"least({ratio('order_days_90d * gap_days_median', '90')}, 1)",
        both("实际订货天数 ÷ 按自己周期应订货的天数，最高 100%", "days with orders ÷ days expected by the own cycle, at most 100%"),
        SHARE,
    ),
    signal(
        "has_missed_a_cycle",
        both("漏订一期", "Missed an order"),
        "missed_cycles >= 1 and order_count_365d >= 12",
        both(
            "至少错过一个自己的订货周期（一年至少 12 次订货）",
            "at least one own cycle passed without an order (12 or more orders in the year)",
        ),
    ),
    signal(
        "is_moving_up",
        both("结构上移", "Moving up"),
        "mean_price_class_90d < mean_price_class_365d - 0.2",
        both("近 90 天平均价类比全年高 0.2 级以上", "the mean price class of 90 days is above the year's by more than 0.2"),
    ),
    signal(
        "is_moving_down",
        both("结构下移", "Moving down"),
        "mean_price_class_90d > mean_price_class_365d + 0.2",
        both("近 90 天平均价类比全年低 0.2 级以上", "the mean price class of 90 days is below the year's by more than 0.2"),
    ),
)
