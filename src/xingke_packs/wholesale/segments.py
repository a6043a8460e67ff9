"""Segments that wholesale of any trade starts with."""

from xingke.extensions import SegmentDeclaration
from xingke.words import both

SEGMENTS = (
    SegmentDeclaration(
        "late_reorder",
        both("逾期未订货", "Late to reorder"),
        both("超过自身订货周期一倍半仍未订货的常订网点", "regular outlets silent for one and a half of their own cycles"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_365d", "value": 6},
                {"op": "between", "attribute": "cycle_ratio", "low": 1.5, "high": 4},
            ],
        },
    ),
    SegmentDeclaration(
        "value_at_risk",
        both("高价值流失风险", "Valuable and at risk"),
        both("价值型网点，已超过自身订货周期两倍未订货", "outlets of the value tier, silent for two of their own cycles"),
        {
            "op": "all",
            "of": [
                {"op": "=", "attribute": "value_tier", "value": "value"},
                {"op": ">=", "attribute": "cycle_ratio", "value": 2},
            ],
        },
    ),
    SegmentDeclaration(
        "shrinking",
        both("订货额下滑", "Shrinking"),
        both("近 90 天订货额比前 90 天少三成以上，但仍在订货", "still ordering, yet at least 30 % less in 90 days than in the 90 before"),
        {
            "op": "all",
            "of": [
                {"op": "<=", "attribute": "amount_growth_90d", "value": -0.3},
                {"op": ">=", "attribute": "order_count_90d", "value": 1},
            ],
        },
    ),
    SegmentDeclaration(
        "narrow_range",
        both("品项偏少", "Narrow range"),
        both("常订但近 90 天订购不足 10 个商品，可扩充品类", "ordering regularly, fewer than 10 products in 90 days: room to widen"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_90d", "value": 3},
                {"op": "<", "attribute": "product_count_90d", "value": 10},
            ],
        },
    ),
    SegmentDeclaration(
        "premium_led",
        both("高价类主导", "Led by the top price class"),
        both("近 90 天一类商品占订货额三成以上", "at least 30 % of the 90-day amount in price class 1"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "price_class_1_share_90d", "value": 0.3},
                {"op": ">=", "attribute": "order_count_90d", "value": 2},
            ],
        },
    ),
    SegmentDeclaration(
        "licence_to_check",
        both("许可证待核查", "Licence to be checked"),
        both("近 90 天有订货而许可证状态不是有效", "ordered in the last 90 days while the licence is not known to be valid"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_90d", "value": 1},
                {"op": "!=", "attribute": "licence_status", "value": "valid"},
            ],
        },
    ),
)
