"""The general metrics; packs add theirs."""

from xingke.metrics.metric import Direction, Metric, MetricKind
from xingke.words import both

AMOUNT = Metric(
    "amount",
    both("订购额", "Amount"),
    MetricKind.MONEY,
    "coalesce(sum(amount_yuan), 0)",
    both("本期订单金额合计，退货为负", "sum of the order amounts of the period, returns negative"),
    additive=True,
)
ORDERS = Metric(
    "orders", both("订货次数", "Orders"), MetricKind.COUNT, "count(*)", both("本期订单数", "orders of the period"), additive=True
)
QUANTITY = Metric(
    "quantity",
    both("订购量", "Quantity"),
    MetricKind.COUNT,
    "coalesce(cast(sum(quantity_units) as bigint), 0)",
    both("本期订购数量合计", "sum of the ordered quantity of the period"),
    additive=True,
)
ACTIVE_CUSTOMERS = Metric(
    "active_customers",
    both("活跃客户数", "Active customers"),
    MetricKind.COUNT,
    "count(distinct customer_id)",
    both("本期至少订货一次的客户数", "customers with at least one order in the period"),
)
ACTIVE_RATE = Metric(
    "active_rate",
    both("客户活跃率", "Active rate"),
    MetricKind.SHARE,
    "cast(count(distinct customer_id) as double) / nullif(population, 0)",
    both("活跃客户数 ÷ 范围内全部客户数", "active customers ÷ all customers in scope"),
)
ORDER_VALUE = Metric(
    "order_value",
    both("单次订购额", "Amount per order"),
    MetricKind.MONEY,
    "cast(sum(amount_yuan) as double) / nullif(count(*), 0)",
    both("订购额 ÷ 订货次数", "amount ÷ orders"),
)
AMOUNT_PER_CUSTOMER = Metric(
    "amount_per_customer",
    both("户均订购额", "Amount per active customer"),
    MetricKind.MONEY,
    "cast(sum(amount_yuan) as double) / nullif(count(distinct customer_id), 0)",
    both("订购额 ÷ 活跃客户数", "amount ÷ active customers"),
)
RETURN_SHARE = Metric(
    "return_share",
    both("退货占比", "Share of returns"),
    MetricKind.SHARE,
    "cast(sum(return_yuan) as double) / nullif(cast(sum(amount_yuan) + sum(return_yuan) as double), 0)",
    both("退货额 ÷（订购额 + 退货额）", "returns ÷ (amount + returns)"),
    direction=Direction.DOWN,
)

GENERAL_METRICS = (AMOUNT, ORDERS, QUANTITY, ACTIVE_CUSTOMERS, ACTIVE_RATE, ORDER_VALUE, AMOUNT_PER_CUSTOMER, RETURN_SHARE)
