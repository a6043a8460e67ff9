"""Tags of the tobacco trade, beside those of wholesale."""

from xingke.tags.families.signal import signal
from xingke.words import both

TAGS = (
    signal(
        "is_first_class_store",
        both("一类烟主销店", "Store led by class 1"),
        "price_class_1_share_365d >= 0.3 and amount_yuan_365d > 0",
        both("近一年一类烟占订购额三成以上", "class 1 makes up 30% or more of the year's amount"),
    ),
    signal(
        "is_festival_stocker",
        both("节前备货型", "Stocks up before festivals"),
        "largest_order_yuan_365d >= 3 * order_value_yuan_365d and order_count_365d >= 12",
        both("最大一次订货是平时的 3 倍以上", "the largest order is three times the usual one or more"),
    ),
)
