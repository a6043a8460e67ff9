"""Change against the period before and against the same season of last year."""

from xingke.tags.families.build import T, growth, number_of_rows, share, total
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import MONTHS, ORDERS, YUAN
from xingke.words import both


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
            "case when amount_yuan_30d >= amount_yuan_prior_30d then 0 "
            "when amount_yuan_prior_30d >= amount_yuan_prior_60d then 1 else 2 end",
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
