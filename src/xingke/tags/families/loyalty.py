"""Coming back: to the same products, month after month, without returns."""

from xingke.tags.families.build import YEAR, T, named, ratio, share, total
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import MONTHS, PRODUCTS, SHARE, YUAN
from xingke.words import both


def loyalty_tags() -> tuple[Tag, ...]:
    """Coming back: to the same products, month after month, without returns."""
    return (
        Tag(
            "repeat_product_count_365d",
            named("复购商品数", "Products ordered again", YEAR),
            Family.LOYALTY,
            T.INTEGER,
            Grain.PRODUCT,
            "count(case when first_age_days > last_age_days then 1 end)",
            both("近 365 天在两天及以上订过的商品数", "products ordered on two or more days of the last 365"),
            PRODUCTS,
            empty_is_zero=True,
        ),
        share(
            "repeat_product_rate_365d",
            named("商品复购率", "Rate of products ordered again", YEAR),
            Family.LOYALTY,
            "repeat_product_count_365d",
            "product_count_365d",
            both("复购商品数 ÷ 订购品规数", "products ordered again ÷ products ordered"),
        ),
        Tag(
            "repeat_amount_share_365d",
            named("复购商品金额占比", "Amount on products ordered again", YEAR),
            Family.LOYALTY,
            T.NUMBER,
            Grain.PRODUCT,
            ratio("sum(case when first_age_days > last_age_days then amount_yuan_365d else 0 end)", "sum(amount_yuan_365d)"),
            both("近 365 天订购额中复购商品的占比", "share of products ordered again in the amount of the last 365 days"),
            SHARE,
        ),
        Tag(
            "active_months_365d",
            named("活跃月数", "Active months", YEAR),
            Family.LOYALTY,
            T.INTEGER,
            Grain.GAP,
            "count(distinct case when age_days between 1 and 360 then (age_days - 1) // 30 end)",
            both("近 360 天按 30 天分段，有订货的段数（最多 12）", "30-day stretches with an order in the last 360 days (at most 12)"),
            MONTHS,
            empty_is_zero=True,
        ),
        Tag(
            "return_yuan_365d",
            named("退货额", "Returns", YEAR),
            Family.LOYALTY,
            T.MONEY,
            Grain.ORDER,
            total("return_yuan", 1, YEAR),
            both("近 365 天退货金额合计（正数）", "sum of returned amounts in the last 365 days (positive)"),
            YUAN,
            empty_is_zero=True,
        ),
        share(
            "return_share_365d",
            named("退货占比", "Share of returns", YEAR),
            Family.LOYALTY,
            "return_yuan_365d",
            "amount_yuan_365d + return_yuan_365d",
            both("退货额 ÷（订购额 + 退货额）", "returns ÷ (amount + returns)"),
        ),
        share(
            "recent_order_share_365d",
            both("近期订货集中度", "Recent share of the year's orders"),
            Family.LOYALTY,
            "order_count_90d",
            "order_count_365d",
            both(
                "近 90 天订货次数占近 365 天的比例；均匀订货约为 25%",
                "orders of 90 days ÷ orders of 365 days; an even pace gives about 25%",
            ),
        ),
    )
