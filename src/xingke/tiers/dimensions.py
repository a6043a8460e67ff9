"""The six dimensions of the value radar, each 0..100 against the customer's peers."""

from dataclasses import dataclass

from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of the radar.

    Parameters
    ----------
    measure
        An expression over portrait columns; more is better. Missing counts as least.
    """

    name: str
    label: Words
    measure: str
    meaning: Words

    @property
    def column(self) -> str:
        """The column of the tier table."""
        return f"{self.name}_dimension"


DIMENSIONS = (
    Dimension(
        "frequency",
        both("订购频次", "Frequency"),
        "order_count_90d",
        both("近 90 天订货次数在同类客户中的百分位", "percentile of the orders of 90 days among peers"),
    ),
    Dimension(
        "ticket",
        both("单次金额", "Order value"),
        "order_value_yuan_365d",
        both("近 365 天单次订购额在同类客户中的百分位", "percentile of the amount per order of 365 days among peers"),
    ),
    Dimension(
        "mix",
        both("结构高度", "Mix"),
        "-mean_price_class_365d",
        both("近 365 天平均价类（越高端越靠前）在同类客户中的百分位", "percentile of the mean price class of 365 days among peers"),
    ),
    Dimension(
        "breadth",
        both("经营宽度", "Breadth"),
        "product_count_365d",
        both("近 365 天订购品规数在同类客户中的百分位", "percentile of the products ordered in 365 days among peers"),
    ),
    Dimension(
        "loyalty",
        both("忠诚", "Loyalty"),
        "active_weeks_365d",
        both("近 365 天活跃周数在同类客户中的百分位", "percentile of the active weeks of 365 days among peers"),
    ),
    Dimension(
        "growth",
        both("成长", "Growth"),
        "coalesce(amount_growth_365d, amount_growth_90d)",
        both(
            "订购额年增长（不足一年用 90 天环比）在同类客户中的百分位",
            "percentile of growth over 365 days (90 where the year before is empty)",
        ),
    ),
)
