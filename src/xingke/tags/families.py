"""The general tag library: families of metric x window x dimension over orders.

A window of n days holds the n business days before `as_of`; `as_of` itself is not seen. Sums are exact (integers and
decimals) and only divided at the end, so that the order in which an engine adds them cannot show.
"""

from collections.abc import Sequence

from xingke.schema import ColumnType
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import DAYS, LINES, MONTHS, ORDERS, PRODUCTS, SHARE, TIMES, UNITS, WEEKS, YUAN
from xingke.words import Words, both

T = ColumnType
YEAR = 365


def ratio(numerator: str, denominator: str) -> str:
    """A division that every engine answers alike: missing where the denominator is 0 or missing."""
    return f"cast({numerator} as double) / nullif(cast({denominator} as double), 0)"


def total(column: str, start: int, end: int) -> str:
    """The sum of a column over order ages `start..end` in days."""
    return f"sum(case when age_days between {start} and {end} then {column} else 0 end)"


def number_of_rows(start: int, end: int) -> str:
    """How many rows have an age of `start..end` days."""
    return f"count(case when age_days between {start} and {end} then 1 end)"


def last_days(days: int) -> Words:
    """A window in words."""
    return both(f"近 {days} 天", f"last {days} days")


def named(what_zh: str, what_en: str, days: int | None) -> Words:
    """A label: the window, then what is measured."""
    return both(what_zh, what_en) if days is None else both(f"近 {days} 天{what_zh}", f"{what_en}, last {days} days")


def windowed(
    stem: str, *, label: Words, family: Family, type_: ColumnType, column: str, meaning: Words, unit: Words, windows: Sequence[int]
) -> tuple[Tag, ...]:
    """One tag a window: the sum of an order column, or the number of orders where the column is `1`."""
    return tuple(
        Tag(
            name=f"{stem}_{days}d",
            label=named(label["zh"], label["en"], days),
            family=family,
            type=type_,
            grain=Grain.ORDER,
            sql=number_of_rows(1, days) if column == "1" else total(column, 1, days),
            meaning=both(f"{last_days(days)['zh']}{meaning['zh']}", f"{meaning['en']} in the {last_days(days)['en']}"),
            unit=unit,
            empty_is_zero=True,
        )
        for days in windows
    )


def share(name: str, label: Words, family: Family, numerator: str, denominator: str, meaning: Words) -> Tag:
    """A share of one tag in another, in 0..1."""
    return Tag(name, label, family, T.NUMBER, Grain.PORTRAIT, ratio(numerator, denominator), meaning, SHARE)


def growth(name: str, label: Words, now: str, before: str, meaning: Words) -> Tag:
    """The relative change of one tag against another one; missing where there was nothing before."""
    sql = f"case when {before} > 0 then {ratio(f'{now} - {before}', before)} end"
    return Tag(name, label, Family.GROWTH, T.NUMBER, Grain.PORTRAIT, sql, meaning, SHARE)


def value_tags() -> tuple[Tag, ...]:
    """Money, quantity and order value."""
    amounts = windowed(
        "amount_yuan",
        label=both("订购额", "Amount"),
        family=Family.VALUE,
        type_=T.MONEY,
        column="amount_yuan",
        meaning=both("的订购金额合计（退货为负）", "sum of order amounts (returns negative)"),
        unit=YUAN,
        windows=(30, 90, 180, YEAR),
    )
    quantities = windowed(
        "quantity_units",
        label=both("订购量", "Quantity"),
        family=Family.VALUE,
        type_=T.INTEGER,
        column="quantity_units",
        meaning=both("的订购数量合计", "sum of ordered quantity"),
        unit=UNITS,
        windows=(30, 90, YEAR),
    )
    discounts = windowed(
        "discount_yuan",
        label=both("优惠额", "Discount"),
        family=Family.VALUE,
        type_=T.MONEY,
        column="discount_yuan",
        meaning=both("享受的优惠合计", "sum of discounts taken"),
        unit=YUAN,
        windows=(90, YEAR),
    )
    per_window: list[Tag] = []
    for days in (90, YEAR):
        order_value = ratio(f"amount_yuan_{days}d", f"order_count_{days}d")
        unit_price = ratio(f"amount_yuan_{days}d", f"quantity_units_{days}d")
        per_window += [
            Tag(
                f"order_value_yuan_{days}d",
                named("单次订购额", "Amount per order", days),
                Family.VALUE,
                T.NUMBER,
                Grain.PORTRAIT,
                order_value,
                both(f"近 {days} 天订购额 ÷ 订货次数", f"amount ÷ orders of the last {days} days"),
                YUAN,
            ),
            Tag(
                f"unit_price_yuan_{days}d",
                named("件均价", "Amount per unit", days),
                Family.VALUE,
                T.NUMBER,
                Grain.PORTRAIT,
                unit_price,
                both(f"近 {days} 天订购额 ÷ 订购量", f"amount ÷ quantity of the last {days} days"),
                YUAN,
            ),
            share(
                f"discount_share_{days}d",
                named("优惠占比", "Discount share", days),
                Family.VALUE,
                f"discount_yuan_{days}d",
                f"amount_yuan_{days}d + discount_yuan_{days}d",
                both(f"近 {days} 天优惠额 ÷（订购额 + 优惠额）", f"discount ÷ (amount + discount) of the last {days} days"),
            ),
        ]
    lifetime = Tag(
        "amount_yuan_all",
        both("累计订购额", "Amount, all time"),
        Family.VALUE,
        T.MONEY,
        Grain.ORDER,
        "sum(amount_yuan)",
        both("全部历史的订购金额合计", "sum of order amounts over all history"),
        YUAN,
        empty_is_zero=True,
    )
    largest = Tag(
        "largest_order_yuan_365d",
        named("最大单次订购额", "Largest order", YEAR),
        Family.VALUE,
        T.MONEY,
        Grain.ORDER,
        f"max(case when age_days between 1 and {YEAR} then amount_yuan end)",
        both("近 365 天金额最大的一次订货", "the largest order amount in the last 365 days"),
        YUAN,
    )
    monthly = Tag(
        "amount_per_month_yuan",
        both("月均订购额", "Amount per month"),
        Family.VALUE,
        T.NUMBER,
        Grain.PORTRAIT,
        ratio("amount_yuan_365d * 30", "least(tenure_days, 365)"),
        both("近 365 天订购额按在网天数折算为每 30 天", "amount of the last 365 days for each 30 days of tenure"),
        YUAN,
    )
    return (*amounts, lifetime, *quantities, *discounts, *per_window, largest, monthly)


def rhythm_tags() -> tuple[Tag, ...]:
    """How often and how regularly a customer orders."""
    counts = windowed(
        "order_count",
        label=both("订货次数", "Orders"),
        family=Family.RHYTHM,
        type_=T.INTEGER,
        column="1",
        meaning=both("的订货次数", "number of orders"),
        unit=ORDERS,
        windows=(30, 90, 180, YEAR),
    )
    gaps = (
        ("gap_days_median", "median(gap_days)", both("订货间隔中位数", "Median days between orders"), both("中位数", "median")),
        (
            "gap_days_mean",
            ratio("sum(gap_days)", "count(gap_days)"),
            both("平均订货间隔", "Mean days between orders"),
            both("平均值", "mean"),
        ),
        ("gap_days_largest", "max(gap_days)", both("最长订货间隔", "Longest gap between orders"), both("最大值", "maximum")),
        (
            "gap_days_deviation",
            "sqrt(greatest("
            + ratio("count(gap_days) * sum(gap_days * gap_days) - sum(gap_days) * sum(gap_days)", "count(gap_days) * (count(gap_days) - 1)")
            + ", 0))",
            both("订货间隔标准差", "Standard deviation of gaps"),
            both("样本标准差", "sample standard deviation"),
        ),
    )
    gap_tags = tuple(
        Tag(
            name,
            label,
            Family.RHYTHM,
            T.NUMBER,
            Grain.GAP,
            sql,
            both(f"近 365 天相邻两次订货间隔天数的{word['zh']}", f"{word['en']} of the days between orders in the last 365 days"),
            DAYS,
        )
        for name, sql, label, word in gaps
    )
    monday_based = "date_diff('day', cast('2001-01-01' as date), ordered_on) % 7"
    return (
        *counts,
        Tag(
            "order_count_all",
            both("累计订货次数", "Orders, all time"),
            Family.RHYTHM,
            T.INTEGER,
            Grain.ORDER,
            "count(*)",
            both("全部历史的订货次数", "number of orders over all history"),
            ORDERS,
            empty_is_zero=True,
        ),
        *gap_tags,
        share(
            "gap_irregularity",
            both("订货不规律度", "Irregularity of ordering"),
            Family.RHYTHM,
            "gap_days_deviation",
            "gap_days_mean",
            both("订货间隔标准差 ÷ 平均值，越小越规律", "deviation ÷ mean of the gaps; smaller is steadier"),
        ),
        *(
            Tag(
                f"order_days_{days}d",
                named("订货天数", "Days with orders", days),
                Family.RHYTHM,
                T.INTEGER,
                Grain.GAP,
                number_of_rows(1, days),
                both(f"近 {days} 天中有订货的天数", f"days with at least one order in the last {days} days"),
                DAYS,
                empty_is_zero=True,
            )
            for days in (90, YEAR)
        ),
        *(
            Tag(
                f"active_weeks_{days}d",
                named("活跃周数", "Active weeks", days),
                Family.RHYTHM,
                T.INTEGER,
                Grain.GAP,
                f"count(distinct case when age_days between 1 and {days} then (age_days - 1) // 7 end)",
                both(f"近 {days} 天按 7 天分段，有订货的段数", f"7-day stretches with an order in the last {days} days"),
                WEEKS,
                empty_is_zero=True,
            )
            for days in (90, YEAR)
        ),
        *(
            Tag(
                f"lines_per_order_{days}d",
                named("每次订货行数", "Lines per order", days),
                Family.RHYTHM,
                T.NUMBER,
                Grain.ORDER,
                ratio(total("line_count", 1, days), number_of_rows(1, days)),
                both(f"近 {days} 天订单行数 ÷ 订货次数", f"order lines ÷ orders of the last {days} days"),
                LINES,
            )
            for days in (90, YEAR)
        ),
        Tag(
            "weekend_order_share_365d",
            named("周五至周日订货占比", "Share of orders on Friday to Sunday", YEAR),
            Family.RHYTHM,
            T.NUMBER,
            Grain.ORDER,
            ratio(f"count(case when age_days between 1 and {YEAR} and {monday_based} >= 4 then 1 end)", number_of_rows(1, YEAR)),
            both("近 365 天周五、周六、周日的订货次数占比", "share of orders placed on Friday, Saturday or Sunday in the last 365 days"),
            SHARE,
        ),
        Tag(
            "month_end_order_share_365d",
            named("月末订货占比", "Share of orders at month end", YEAR),
            Family.RHYTHM,
            T.NUMBER,
            Grain.ORDER,
            ratio(
                f"count(case when age_days between 1 and {YEAR} and extract(day from ordered_on) > 24 then 1 end)", number_of_rows(1, YEAR)
            ),
            both("近 365 天每月 25 日及以后的订货次数占比", "share of orders on the 25th of a month or later in the last 365 days"),
            SHARE,
        ),
        share(
            "orders_per_week_90d",
            named("每周订货次数", "Orders per week", 90),
            Family.RHYTHM,
            "order_count_90d * 7",
            "90",
            both("近 90 天订货次数折算为每 7 天", "orders of the last 90 days for each 7 days"),
        ),
    )


def recency_tags() -> tuple[Tag, ...]:
    """How long ago, against the calendar and against the customer's own cycle."""
    return (
        Tag(
            "days_since_last_order",
            both("距上次订货天数", "Days since last order"),
            Family.RECENCY,
            T.INTEGER,
            Grain.ORDER,
            "min(age_days)",
            both("截止日与最近一次订货相隔的天数", "days from the last order to the reference day"),
            DAYS,
        ),
        Tag(
            "tenure_days",
            both("在网天数", "Days since first order"),
            Family.RECENCY,
            T.INTEGER,
            Grain.ORDER,
            "max(age_days)",
            both("截止日与第一次订货相隔的天数", "days from the first order to the reference day"),
            DAYS,
        ),
        Tag(
            "last_order_on",
            both("最近订货日期", "Last order on"),
            Family.RECENCY,
            T.DAY,
            Grain.ORDER,
            "max(ordered_on)",
            both("最近一次订货的日期", "day of the last order"),
        ),
        Tag(
            "first_order_on",
            both("首次订货日期", "First order on"),
            Family.RECENCY,
            T.DAY,
            Grain.ORDER,
            "min(ordered_on)",
            both("第一次订货的日期", "day of the first order"),
        ),
        Tag(
            "cycle_ratio",
            both("静默周期倍数", "Silence in own cycles"),
            Family.RECENCY,
            T.NUMBER,
            Grain.PORTRAIT,
            ratio("days_since_last_order", "gap_days_median"),
            both("距上次订货天数 ÷ 该客户自己的订货间隔中位数", "days since the last order ÷ the customer's own median gap"),
            TIMES,
        ),
        Tag(
            "missed_cycles",
            both("已错过的订货周期", "Missed order cycles"),
            Family.RECENCY,
            T.INTEGER,
            Grain.PORTRAIT,
            "greatest(floor(cycle_ratio) - 1, 0)",
            both("静默周期倍数取整后减一，最小为 0", "whole own cycles passed since the last order, beyond the first"),
            TIMES,
        ),
        Tag(
            "days_beyond_longest_gap",
            both("超出最长间隔天数", "Days beyond the longest gap"),
            Family.RECENCY,
            T.NUMBER,
            Grain.PORTRAIT,
            "greatest(days_since_last_order - gap_days_largest, 0)",
            both("距上次订货天数超出近一年最长间隔的部分", "days since the last order beyond the longest gap of the year"),
            DAYS,
        ),
    )


def mix_tags() -> tuple[Tag, ...]:
    """What the money goes to: price classes, products, categories, brands."""
    classes = tuple(
        Tag(
            f"price_class_{price_class}_share_{days}d",
            named(f"{price_class} 类价位占比", f"Share of price class {price_class}", days),
            Family.MIX,
            T.NUMBER,
            Grain.PRODUCT,
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
            Grain.PRODUCT,
            ratio(f"sum(price_class * amount_yuan_{days}d)", f"sum(amount_yuan_{days}d)"),
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
                f"max(case when rank = 1 then {column} end)",
                both(f"近 365 天订购额最大的{zh}", f"the {en} with the largest amount in the last 365 days"),
            ),
            Tag(
                f"favourite_{column}_share_365d",
                named(f"首选{zh}占比", f"Share of the favourite {en}", YEAR),
                Family.MIX,
                T.NUMBER,
                grain,
                ratio("max(case when rank = 1 then amount_yuan_365d end)", "sum(amount_yuan_365d)"),
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


def concentration(column: str) -> str:
    """The Herfindahl index of a money column, with exact sums."""
    squares = f"sum(cast({column} as decimal(18, 2)) * cast({column} as decimal(18, 2)))"
    return ratio(squares, f"sum({column}) * cast(sum({column}) as double)")


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


def loyalty_tags() -> tuple[Tag, ...]:
    """Coming back: to the same products, month after month, without returns."""
    return (
        Tag(
            "repeat_product_count_365d",
            named("复购商品数", "Products ordered again", YEAR),
            Family.LOYALTY,
            T.INTEGER,
            Grain.PRODUCT,
            "count(case when line_count >= 2 then 1 end)",
            both("近 365 天订过两次及以上的商品数", "products on two or more order lines in the last 365 days"),
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
            ratio("sum(case when line_count >= 2 then amount_yuan_365d else 0 end)", "sum(amount_yuan_365d)"),
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


def growth_tags() -> tuple[Tag, ...]:
    """Change against the period before and against the same season of last year."""
    earlier = (
        ("amount_yuan_prior_30d", 31, 60, both("上一个 30 天订购额", "Amount, the 30 days before")),
        ("amount_yuan_prior_60d", 61, 90, both("再上一个 30 天订购额", "Amount, 61 to 90 days ago")),
        ("amount_yuan_prior_90d", 91, 180, both("上一个 90 天订购额", "Amount, the 90 days before")),
        ("amount_yuan_year_ago_90d", 365, 454, both("去年同期 90 天订购额", "Amount, the same 90 days a year ago")),
        ("amount_yuan_prior_365d", 366, 730, both("上一个 365 天订购额", "Amount, the 365 days before")),
    )
    amounts = tuple(
        Tag(
            name,
            label,
            Family.GROWTH,
            T.MONEY,
            Grain.ORDER,
            total("amount_yuan", start, end),
            both(f"截止日前第 {start} 至 {end} 天的订购额", f"amount of the days {start} to {end} before the reference day"),
            YUAN,
            empty_is_zero=True,
        )
        for name, start, end, label in earlier
    )
    orders_before = Tag(
        "order_count_prior_90d",
        both("上一个 90 天订货次数", "Orders, the 90 days before"),
        Family.GROWTH,
        T.INTEGER,
        Grain.ORDER,
        number_of_rows(91, 180),
        both("截止日前第 91 至 180 天的订货次数", "orders of the days 91 to 180 before the reference day"),
        ORDERS,
        empty_is_zero=True,
    )
    return (
        *amounts,
        orders_before,
        growth(
            "amount_growth_30d",
            both("订购额环比（30 天）", "Growth of amount, 30 days"),
            "amount_yuan_30d",
            "amount_yuan_prior_30d",
            both("近 30 天订购额较前 30 天的变化", "change of amount against the 30 days before"),
        ),
        growth(
            "amount_growth_90d",
            both("订购额环比（90 天）", "Growth of amount, 90 days"),
            "amount_yuan_90d",
            "amount_yuan_prior_90d",
            both("近 90 天订购额较前 90 天的变化", "change of amount against the 90 days before"),
        ),
        growth(
            "amount_growth_year_90d",
            both("订购额同比（90 天）", "Growth of amount on a year ago"),
            "amount_yuan_90d",
            "amount_yuan_year_ago_90d",
            both("近 90 天订购额较去年同期的变化", "change of amount against the same 90 days a year ago"),
        ),
        growth(
            "amount_growth_365d",
            both("订购额年增长", "Growth of amount, 365 days"),
            "amount_yuan_365d",
            "amount_yuan_prior_365d",
            both("近 365 天订购额较上一年的变化", "change of amount against the 365 days before"),
        ),
        growth(
            "order_growth_90d",
            both("订货次数环比（90 天）", "Growth of orders, 90 days"),
            "order_count_90d",
            "order_count_prior_90d",
            both("近 90 天订货次数较前 90 天的变化", "change of orders against the 90 days before"),
        ),
        Tag(
            "months_declining",
            both("连续下降月数", "Months of decline in a row"),
            Family.GROWTH,
            T.INTEGER,
            Grain.PORTRAIT,
            "case when amount_yuan_30d >= amount_yuan_prior_30d then 0 when amount_yuan_prior_30d >= amount_yuan_prior_60d then 1 else 2 end",
            both("以 30 天为一月，订购额连续下降的月数（最多数到 2）", "30-day months of falling amount in a row, counted up to 2"),
            MONTHS,
        ),
        share(
            "recent_amount_share_365d",
            both("近期金额集中度", "Recent share of the year's amount"),
            Family.GROWTH,
            "amount_yuan_90d",
            "amount_yuan_365d",
            both("近 90 天订购额占近 365 天的比例", "amount of 90 days ÷ amount of 365 days"),
        ),
    )


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


def general_tags() -> tuple[Tag, ...]:
    """The whole general library, in catalogue order."""
    return (
        *value_tags(),
        *rhythm_tags(),
        *recency_tags(),
        *mix_tags(),
        *breadth_tags(),
        *loyalty_tags(),
        *growth_tags(),
        *signal_tags(),
    )
