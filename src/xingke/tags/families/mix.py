"""What the money goes to: price classes, products, categories, brands."""

from xingke.tags.families.build import YEAR, T, concentration, named, ratio
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import SHARE
from xingke.words import both


def mix_tags() -> tuple[Tag, ...]:
    """What the money goes to: price classes, products, categories, brands."""
    classes = tuple(
        Tag(
            f"price_class_{price_class}_share_{days}d",
            named(f"{price_class} 类价位占比", f"Share of price class {price_class}", days),
            Family.MIX,
            T.NUMBER,
            Grain.CLASS,
            ratio(f"sum(case when price_class = {price_class} then amount_yuan_{days}d else 0 end)", f"sum(amount_yuan_{days}d)"),
            both(
                f"近 {days} 天订购额中价类为 {price_class} 的占比（1 最高）",
                f"share of price class {price_class} (1 is highest) in the amount of the last {days} days",
            ),
            SHARE,
        )
        for days in (90, YEAR)
        for price_class in range(1, 6)
    )
    mean_class = tuple(
        Tag(
            f"mean_price_class_{days}d",
            named("平均价类", "Mean price class", days),
            Family.MIX,
            T.NUMBER,
            Grain.CLASS,
            ratio(f"sum(price_class * amount_yuan_{days}d)", f"sum(case when price_class is not null then amount_yuan_{days}d end)"),
            both(f"近 {days} 天按金额加权的价类，越小越高端", f"price class weighted by amount of the last {days} days; smaller is higher"),
        )
        for days in (90, YEAR)
    )
    shift = Tag(
        "price_class_1_shift",
        both("高价类占比变化", "Shift to the highest price class"),
        Family.MIX,
        T.NUMBER,
        Grain.PORTRAIT,
        "price_class_1_share_90d - price_class_1_share_365d",
        both("近 90 天减近 365 天的 1 类占比", "share of class 1 in 90 days minus that in 365 days"),
        SHARE,
    )
    grains = ((Grain.CATEGORY, "category", "品类", "category"), (Grain.BRAND, "brand", "品牌", "brand"))
    dimensions: list[Tag] = []
    for grain, column, zh, en in grains:
        dimensions += [
            Tag(
                f"favourite_{column}",
                both(f"首选{zh}", f"Favourite {en}"),
                Family.MIX,
                T.TEXT,
                grain,
                f"arg_max({column}, place)",
                both(f"近 365 天订购额最大的{zh}", f"the {en} with the largest amount in the last 365 days"),
            ),
            Tag(
                f"favourite_{column}_share_365d",
                named(f"首选{zh}占比", f"Share of the favourite {en}", YEAR),
                Family.MIX,
                T.NUMBER,
                grain,
                ratio("max(amount_yuan_365d)", "sum(amount_yuan_365d)"),
                both(f"首选{zh}占近 365 天订购额的比例", f"share of the favourite {en} in the amount of the last 365 days"),
                SHARE,
            ),
            Tag(
                f"{column}_concentration_365d",
                named(f"{zh}集中度", f"Concentration on {en}", YEAR),
                Family.MIX,
                T.NUMBER,
                grain,
                concentration("amount_yuan_365d"),
                both(
                    f"近 365 天各{zh}占比的平方和（赫芬达尔指数）：1 表示只订一个",
                    f"sum of squared {en} shares of 365 days (Herfindahl index): 1 means only one",
                ),
            ),
        ]
    products = (
        Tag(
            "top_product_share_365d",
            named("第一商品占比", "Share of the top product", YEAR),
            Family.MIX,
            T.NUMBER,
            Grain.PRODUCT,
            ratio("max(amount_yuan_365d)", "sum(amount_yuan_365d)"),
            both("订购额最大的一个商品占近 365 天的比例", "share of the product with the largest amount in 365 days"),
            SHARE,
        ),
        Tag(
            "product_concentration_365d",
            named("商品集中度", "Concentration on products", YEAR),
            Family.MIX,
            T.NUMBER,
            Grain.PRODUCT,
            concentration("amount_yuan_365d"),
            both("近 365 天各商品占比的平方和", "sum of squared product shares of 365 days"),
        ),
    )
    return (*classes, *mean_class, shift, *dimensions, *products)
