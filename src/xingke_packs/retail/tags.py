"""Tags of retail to consumers."""

from xingke.tags.families.signal import signal
from xingke.words import both

TAGS = (
    signal(
        "is_weekly_shopper",
        both("每周到店", "Shops every week"),
        "active_weeks_90d >= 10",
        both("近 90 天的 13 个七天段中至少 10 段有购买", "bought in at least 10 of the 13 seven-day stretches of 90 days"),
    ),
    signal(
        "is_coupon_user",
        both("用券客户", "Uses coupons"),
        "redemption_count_365d >= 1",
        both("近一年至少核销过一次优惠券", "redeemed at least one coupon in the year"),
    ),
    signal(
        "is_big_basket",
        both("大篮子", "Big baskets"),
        "lines_per_order_90d >= 15",
        both("近 90 天每次购买 15 行以上", "15 or more lines a basket in the last 90 days"),
    ),
    signal(
        "is_top_up_shopper",
        both("随手补货", "Tops up"),
        "order_count_90d >= 20 and lines_per_order_90d < 6",
        both("近 90 天来得勤（20 次以上）而每次买得少（不足 6 行）", "comes often (20 or more in 90 days) and buys little (under 6 lines)"),
    ),
)
