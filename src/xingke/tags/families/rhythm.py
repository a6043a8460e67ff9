"""How often and how regularly a customer orders."""

from xingke.tags.families.build import YEAR, T, named, number_of_rows, ratio, share, total, windowed
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import DAYS, LINES, ORDERS, SHARE, WEEKS
from xingke.words import both


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
            "sqrt("
            + ratio("count(gap_days) * sum(gap_days * gap_days) - sum(gap_days) * sum(gap_days)", "count(gap_days) * (count(gap_days) - 1)")
            + ")",
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
    monday_based = "date_diff('day', cast('1900-01-01' as date), ordered_on) % 7"  # that day was a Monday, and no order is older
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
        Tag(
            "orders_per_week_90d",
            named("每周订货次数", "Orders per week", 90),
            Family.RHYTHM,
            T.NUMBER,
            Grain.PORTRAIT,
            ratio("order_count_90d * 7", "90"),
            both("近 90 天订货次数折算为每 7 天", "orders of the last 90 days for each 7 days"),
            ORDERS,
        ),
    )
