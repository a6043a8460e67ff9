"""Segments that a retailer starts with."""

from xingke.extensions import SegmentDeclaration
from xingke.words import both

SEGMENTS = (
    SegmentDeclaration(
        "lapsing_members",
        both("临近流失会员", "Lapsing members"),
        both("常来的会员，已超过自身购物周期两倍未到店", "regular members, away for two of their own cycles"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_365d", "value": 10},
                {"op": "between", "attribute": "cycle_ratio", "low": 2, "high": 8},
            ],
        },
    ),
    SegmentDeclaration(
        "best_members",
        both("核心会员", "Best members"),
        both("价值型会员，近 90 天至少 12 次到店", "members of the value tier with 12 or more visits in 90 days"),
        {
            "op": "all",
            "of": [
                {"op": "=", "attribute": "value_tier", "value": "value"},
                {"op": ">=", "attribute": "order_count_90d", "value": 12},
            ],
        },
    ),
    SegmentDeclaration(
        "growing_members",
        both("成长会员", "Growing members"),
        both("近 90 天消费比前 90 天多三成以上", "spent at least 30 % more in 90 days than in the 90 before"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "amount_growth_90d", "value": 0.3},
                {"op": ">=", "attribute": "order_count_90d", "value": 4},
            ],
        },
    ),
    SegmentDeclaration(
        "narrow_baskets",
        both("品类单一", "Narrow baskets"),
        both("经常到店但近 90 天购买不足 30 种商品", "frequent visitors who bought fewer than 30 products in 90 days"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_90d", "value": 6},
                {"op": "<", "attribute": "product_count_90d", "value": 30},
            ],
        },
    ),
    SegmentDeclaration(
        "dormant_members",
        both("沉睡会员", "Dormant members"),
        both("超过 90 天未购物", "no purchase for more than 90 days"),
        {"op": ">", "attribute": "days_since_last_order", "value": 90},
    ),
    SegmentDeclaration(
        "coupon_users",
        both("用券会员", "Coupon users"),
        both("近 180 天至少用券一次", "redeemed at least one coupon in 180 days"),
        {
            "op": "event",
            "fact": "touch",
            "measure": "count",
            "within_days": 180,
            "where": [{"op": "=", "attribute": "kind", "value": "redeemed"}],
            "compare": ">=",
            "value": 1,
        },
    ),
)
