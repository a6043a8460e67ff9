"""How many different things a customer orders, and what is new or gone."""

from xingke.tags.families.build import YEAR, T, named, ratio
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import PRODUCTS, SHARE
from xingke.words import both


def breadth_tags() -> tuple[Tag, ...]:
    """How many different things a customer orders, and what is new or gone."""
    counts = tuple(
        Tag(
            f"product_count_{days}d",
            named("订购品规数", "Products ordered", days),
            Family.BREADTH,
            T.INTEGER,
            Grain.PRODUCT,
            f"count(case when last_age_days <= {days} then 1 end)",
            both(f"近 {days} 天订过的不同商品数", f"different products ordered in the last {days} days"),
            PRODUCTS,
            empty_is_zero=True,
        )
        for days in (30, 90, YEAR)
    )
    categories = tuple(
        Tag(
            f"{column}_count_{days}d",
            named(f"订购{zh}数", f"{en} ordered", days),
            Family.BREADTH,
            T.INTEGER,
            grain,
            f"count(case when last_age_days <= {days} then 1 end)",
            both(f"近 {days} 天订过的不同{zh}数", f"different {en.lower()} ordered in the last {days} days"),
            PRODUCTS,
            empty_is_zero=True,
        )
        for grain, column, zh, en in ((Grain.CATEGORY, "category", "品类", "Categories"), (Grain.BRAND, "brand", "品牌", "Brands"))
        for days in (90, YEAR)
    )
    return (
        *counts,
        *categories,
        Tag(
            "new_product_count_90d",
            named("新订商品数", "New products", 90),
            Family.BREADTH,
            T.INTEGER,
            Grain.PRODUCT,
            "count(case when first_age_days <= 90 then 1 end)",
            both("近 90 天订过、此前 275 天没有订过的商品数", "products ordered in the last 90 days and not in the 275 days before"),
            PRODUCTS,
            empty_is_zero=True,
        ),
        Tag(
            "lost_product_count_90d",
            named("停订商品数", "Products given up", 90),
            Family.BREADTH,
            T.INTEGER,
            Grain.PRODUCT,
            "count(case when last_age_days between 91 and 180 then 1 end)",
            both("前 90 天订过、近 90 天没有再订的商品数", "products ordered in the 90 days before and not in the last 90 days"),
            PRODUCTS,
            empty_is_zero=True,
        ),
        Tag(
            "new_product_share_90d",
            named("新订商品占比", "Share of new products", 90),
            Family.BREADTH,
            T.NUMBER,
            Grain.PRODUCT,
            ratio("sum(case when first_age_days <= 90 then amount_yuan_90d else 0 end)", "sum(amount_yuan_90d)"),
            both("近 90 天订购额中新订商品的占比", "share of new products in the amount of the last 90 days"),
            SHARE,
        ),
    )
