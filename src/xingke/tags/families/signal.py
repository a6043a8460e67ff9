"""Short yes-or-no readings that people put on a customer."""

from xingke.tags.families.build import T
from xingke.tags.tag import Family, Grain, Tag
from xingke.words import Words, both


def signal(name: str, label: Words, sql: str, meaning: Words) -> Tag:
    """A yes-or-no tag; a missing input means no."""
    return Tag(name, label, Family.SIGNAL, T.FLAG, Grain.PORTRAIT, f"coalesce({sql}, false)", meaning)


def signal_tags() -> tuple[Tag, ...]:
    """Short yes-or-no readings that people put on a customer."""
    return (
        signal(
            "is_active_30d",
            both("30 天活跃", "Active in 30 days"),
            "order_count_30d > 0",
            both("近 30 天有订货", "ordered in the last 30 days"),
        ),
        signal("is_new_90d", both("新客户", "New"), "tenure_days <= 90", both("首次订货在 90 天以内", "first order within 90 days")),
        signal(
            "is_late",
            both("该订未订", "Overdue"),
            "cycle_ratio >= 2 and order_count_365d >= 4",
            both("静默达到自己周期的 2 倍（一年至少 4 次订货）", "silent for twice the own cycle, with at least 4 orders in the year"),
        ),
        signal("is_silent", both("沉默", "Silent"), "days_since_last_order > 180", both("180 天没有订货", "no order for 180 days")),
        signal(
            "is_declining",
            both("持续下降", "Declining"),
            "months_declining >= 2 and amount_growth_90d < -0.2",
            both("连续两月下降且 90 天环比低于 −20%", "two months of decline and 90-day growth below −20%"),
        ),
        signal(
            "is_growing",
            both("快速成长", "Growing fast"),
            "amount_growth_90d > 0.2 and amount_growth_30d > 0",
            both("90 天环比高于 20% 且近 30 天仍在增长", "90-day growth above 20% and still growing in 30 days"),
        ),
        signal(
            "is_weekend_stockist",
            both("周末备货型", "Weekend stockist"),
            "weekend_order_share_365d >= 0.5",
            both("一半以上的订货在周五至周日", "half or more of the orders fall on Friday to Sunday"),
        ),
        signal(
            "is_steady",
            both("规律订货", "Steady rhythm"),
            "gap_irregularity <= 0.5 and order_count_365d >= 12",
            both("订货间隔稳定（不规律度不超过 0.5）", "steady gaps (irregularity of at most 0.5)"),
        ),
        signal(
            "is_premium_led",
            both("高价类主导", "Led by the highest price class"),
            "price_class_1_share_365d >= 0.4",
            both("近一年 1 类占比不低于 40%", "class 1 makes up 40% or more of the year's amount"),
        ),
        signal(
            "is_deal_seeker",
            both("优惠敏感", "Deal seeker"),
            "discount_share_365d >= 0.25",
            both("近一年优惠占比不低于 25%", "discounts make up 25% or more of the year"),
        ),
        signal(
            "is_explorer",
            both("新品尝试", "Explorer"),
            "new_product_share_90d >= 0.3 and product_count_90d >= 5",
            both("近 90 天三成以上金额花在新订商品上", "30% or more of the 90-day amount goes to new products"),
        ),
        signal(
            "is_narrow",
            both("品类单一", "Narrow range"),
            "category_concentration_365d >= 0.6",
            both("品类集中度不低于 0.6", "concentration on categories of 0.6 or more"),
        ),
    )
