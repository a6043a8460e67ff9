"""Segments of tobacco wholesale; those of wholesale come along. None of them steers supply, which follows the published grade."""

from xingke.extensions import SegmentDeclaration
from xingke.words import both

SEGMENTS = (
    SegmentDeclaration(
        "premium_led",
        both("一类烟主导", "Led by class 1"),
        both(
            "近 90 天一类烟占订货额三成以上，适合新品信息告知",
            "at least 30 % of the 90-day amount in class 1; suited to facts about new products",
        ),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "price_class_1_share_90d", "value": 0.3},
                {"op": ">=", "attribute": "order_count_90d", "value": 2},
            ],
        },
    ),
    SegmentDeclaration(
        "high_grade_declining",
        both("高档位下滑户", "High grade, shrinking"),
        both("20 档及以上、近 90 天订货额下滑两成以上", "grade 20 or above, 90-day amount at least 20 % down"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "grade", "value": 20},
                {"op": "<=", "attribute": "amount_growth_90d", "value": -0.2},
            ],
        },
    ),
    SegmentDeclaration(
        "rural_base",
        both("乡村基础户", "Rural base"),
        both("乡村市场的基础型零售户，以服务和培训为主", "retailers of the base tier in rural markets, for service and training"),
        {
            "op": "all",
            "of": [
                {"op": "=", "attribute": "market_type", "value": "rural"},
                {"op": "=", "attribute": "value_tier", "value": "base"},
            ],
        },
    ),
    SegmentDeclaration(
        "missed_order_day",
        both("漏订提醒", "Missed the order day"),
        both("常订零售户，距上次订货超过自身周期但不足两倍", "regular retailers, past their own cycle but not yet twice"),
        {
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_90d", "value": 6},
                {"op": "between", "attribute": "cycle_ratio", "low": 1.2, "high": 2},
            ],
        },
    ),
)
