"""The tier step: pyramid, five levels, RFM scores and the six dimensions of every customer, in one query over the portrait."""

from decimal import Decimal

from xingke.engine import Step
from xingke.tiers.dimensions import DIMENSIONS
from xingke.tiers.scheme import Boundary, FiveLevels, Pyramid, RfmLevel, TierScheme, ValueTier

TIER = "tier"
TIER_TAGS = (
    "amount_yuan_365d", "order_count_30d", "order_count_90d", "order_count_365d", "order_value_yuan_365d",
    "days_since_last_order", "tenure_days", "amount_yuan_all", "order_count_all", "interaction_rate_90d",
    "mean_price_class_365d", "product_count_365d", "active_weeks_365d", "amount_growth_365d", "amount_growth_90d",
)  # fmt: skip
"""Portrait columns that the step reads; enough to tier an earlier day without its whole portrait."""


def tier_step(scheme: TierScheme, *, name: str = TIER, portrait: str = "portrait") -> Step:
    """Tiers of every customer.

    Returns
    -------
    Step
        Reads `customer` and the portrait. Writes one row a customer: `value_tier`, `rfm_level`, `recency_score`,
        `frequency_score`, `monetary_score` (1..5, quintiles of the customers with orders, 0 without), `monetary_rank`
        and a `<dimension>_dimension` of 0..100 for each axis of the radar. Customers without orders in 365 days are
        `base` and, unless a rule says otherwise, `ordinary`. Peers are the customers of the same format.
    """
    # floor and not round: the engines round binary fractions to places in different ways
    dimensions = ", ".join(
        f"floor(1000 * percent_rank() over (partition by peer_key order by coalesce({axis.measure}, -1e18)) + 0.5) / 10 as {axis.column}"
        for axis in DIMENSIONS
    )
    sql = f"""
        select customer_id, {_pyramid(scheme.pyramid)} as value_tier, {_five_levels(scheme.five_levels)} as rfm_level,
               case when has_orders then 6 - recency_quintile else 0 end as recency_score,
               case when has_orders then 6 - frequency_quintile else 0 end as frequency_score,
               case when has_orders then 6 - monetary_quintile else 0 end as monetary_score,
               amount_rank as monetary_rank, {", ".join(axis.column for axis in DIMENSIONS)}
        from (
            select ranked.*, {dimensions},
                   avg(cast(order_value_yuan_365d as decimal(18, 2))) over (partition by has_orders) as mean_ticket_yuan,
                   sum(case when has_orders then 1 else 0 end) over (partition by 1) as customers_with_orders
            from (
                select measured.*,
                       row_number() over (partition by has_orders order by amount_yuan_365d desc, customer_id) as amount_rank,
                       ntile(5) over (partition by has_orders order by coalesce(days_since_last_order, 0), customer_id) as recency_quintile,
                       ntile(5) over (partition by has_orders order by order_count_365d desc, customer_id) as frequency_quintile,
                       ntile(5) over (partition by has_orders order by amount_yuan_365d desc, customer_id) as monetary_quintile,
                       percent_rank() over (
                           partition by has_history order by coalesce(order_value_yuan_365d, historic_order_value_yuan, 0) desc
                       ) as ticket_share
                from (
                    select portrait.*, coalesce(customer.format, '-') as peer_key, order_count_365d > 0 as has_orders,
                           tenure_days is not null as has_history,
                           cast(amount_yuan_all as double) / nullif(order_count_all, 0) as historic_order_value_yuan
                    from {portrait} as portrait
                    join customer on customer.customer_id = portrait.customer_id
                ) as measured
            ) as ranked
        ) as scored
    """
    return Step(name=name, sql=sql)


def _pyramid(pyramid: Pyramid) -> str:
    """The tier by amount or by rank."""
    if pyramid.boundary is Boundary.AMOUNT:
        value = f"amount_yuan_365d >= {pyramid.value_from_yuan}"
        potential = f"amount_yuan_365d >= {pyramid.potential_from_yuan}"
    else:
        value = f"has_orders and amount_rank <= {_limit(pyramid.value_share)}"
        potential = f"has_orders and amount_rank <= {_limit(pyramid.value_share + pyramid.potential_share)}"
    return f"case when {value} then '{ValueTier.VALUE}' when {potential} then '{ValueTier.POTENTIAL}' else '{ValueTier.BASE}' end"


def _limit(share: Decimal) -> str:
    """`Pyramid.limits` in SQL: both engines round the halves of a decimal up."""
    return f"round({share} * customers_with_orders)"


def _five_levels(levels: FiveLevels) -> str:
    """The first rule that holds, in order of precedence."""
    benchmark = "mean_ticket_yuan" if levels.ticket_benchmark_yuan is None else str(levels.ticket_benchmark_yuan)
    rules = (
        (RfmLevel.NEW, f"tenure_days <= {levels.new_days}"),
        (RfmLevel.CHURN_WARNING, f"days_since_last_order >= {levels.warning_days} and ticket_share < {levels.warning_top_share}"),
        (RfmLevel.DORMANT, f"days_since_last_order >= {levels.dormant_days}"),
        (
            RfmLevel.HIGH_VALUE,
            f"order_count_30d >= {levels.high_orders_30d} and order_value_yuan_365d >= {levels.high_ticket_ratio} * {benchmark}",
        ),
        (
            RfmLevel.POTENTIAL,
            f"order_count_90d >= {levels.potential_orders_90d} and interaction_rate_90d > {levels.potential_interaction}",
        ),
    )
    return "case " + " ".join(f"when {rule} then '{level}'" for level, rule in rules) + f" else '{RfmLevel.ORDINARY}' end"
