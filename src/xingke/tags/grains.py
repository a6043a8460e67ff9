"""The rows between order lines and the portrait: orders, gaps between them, products of the last year.

Each is a named step, computed once and read by all tags of its grain. Two scans of the order lines are enough: one by
order, one by product; everything else is made from their much smaller results.
"""

from collections.abc import Mapping

from xingke.engine.step import Step
from xingke.tags.tag import Grain

PRODUCT_DAYS = 365
"""Products are looked at over one year: long enough for a season, and it halves the widest grouping."""

CUSTOMER_ORDER = Step(
    name=Grain.ORDER,
    sql="""
        select customer_id, ordered_on, order_id,
               date_diff('day', ordered_on, $as_of) as age_days,
               line_count, quantity_units, amount_yuan, discount_yuan, return_yuan
        from (
            select customer_id, ordered_on, order_id,
                   count(*) as line_count,
                   cast(sum(quantity_units) as bigint) as quantity_units,
                   cast(sum(amount_yuan) as decimal(18, 2)) as amount_yuan,
                   cast(sum(discount_yuan) as decimal(18, 2)) as discount_yuan,
                   cast(-sum(least(amount_yuan, cast(0 as decimal(14, 2)))) as decimal(18, 2)) as return_yuan
            from order_line
            where ordered_on < $as_of
            group by customer_id, ordered_on, order_id
        ) as orders
    """,
    order_by=("customer_id", "ordered_on", "order_id"),
)

CUSTOMER_GAP = Step(
    name=Grain.GAP,
    sql="""
        select customer_id, ordered_on, age_days,
               case when age_days <= 365 then date_diff('day', previous_on, ordered_on) end as gap_days
        from (
            select customer_id, ordered_on, age_days,
                   lag(ordered_on) over (partition by customer_id order by ordered_on) as previous_on
            from (select distinct customer_id, ordered_on, age_days from customer_order) as order_days
        ) as ordered_days
    """,
    order_by=("customer_id", "ordered_on"),
)

PRODUCT_CODE = Step(
    name="product_code",
    sql="""
        select product_id, price_class, category, brand,
               dense_rank() over (order by category) as category_code,
               dense_rank() over (order by brand) as brand_code
        from product
    """,
    order_by=("product_id",),
)
"""Texts as small numbers in the order of the texts: grouping millions of rows by a number is quicker."""

CUSTOMER_PRODUCT = Step(
    name=Grain.PRODUCT,
    sql="""
        select bought.customer_id, bought.product_id, price_class, category_code, brand_code,
               date_diff('day', last_on, $as_of) as last_age_days,
               date_diff('day', first_on, $as_of) as first_age_days,
               coalesce(amount_yuan_90d, cast(0 as decimal(18, 2))) as amount_yuan_90d, amount_yuan_365d
        from (
            select customer_id, product_id,
                   min(ordered_on) as first_on,
                   max(ordered_on) as last_on,
                   cast(sum(case when ordered_on >= cast($as_of - interval 90 day as date) then amount_yuan end) as decimal(18, 2))
                       as amount_yuan_90d,
                   cast(sum(amount_yuan) as decimal(18, 2)) as amount_yuan_365d
            from order_line
            where ordered_on < $as_of and ordered_on >= cast($as_of - interval 365 day as date)
            group by customer_id, product_id
        ) as bought
        left join product_code on product_code.product_id = bought.product_id
    """,
    order_by=("customer_id", "product_id"),
)

CUSTOMER_CLASS = Step(
    name=Grain.CLASS,
    sql="""
        select customer_id, price_class, sum(amount_yuan_90d) as amount_yuan_90d, sum(amount_yuan_365d) as amount_yuan_365d
        from customer_product
        group by customer_id, price_class
    """,
    order_by=("customer_id", "price_class"),
)


MOST_CODES = 2**20
"""A code fits below this, so that an amount in cents and a code share one 64-bit number."""


def _by_dimension(grain: Grain, column: str) -> Step:
    """Products summed up to one of their attributes.

    `place` orders a customer's rows by amount, ties by the text, and is different for each: its largest names the favourite
    without sorting anything.
    """
    return Step(
        name=grain,
        sql=f"""
            select customer_id, names.{column}, last_age_days, amount_yuan_365d,
                   cast(greatest(amount_yuan_365d, 0) * 100 as bigint) * {MOST_CODES} + {MOST_CODES} - summed.{column}_code as place
            from (
                select customer_id, {column}_code,
                       min(last_age_days) as last_age_days,
                       cast(sum(amount_yuan_365d) as decimal(18, 2)) as amount_yuan_365d
                from customer_product
                group by customer_id, {column}_code
            ) as summed
            join (select distinct {column}_code, {column} from product_code) as names on names.{column}_code = summed.{column}_code
        """,
        order_by=("customer_id", "place"),
    )


CUSTOMER_TOUCH = Step(
    name=Grain.TOUCH,
    sql="""
        select customer_id, kind, campaign_key, date_diff('day', touched_on, $as_of) as age_days
        from touch
        where touched_on < $as_of
    """,
    order_by=(),
)

CUSTOMER_EVENT = Step(
    name=Grain.EVENT,
    sql="""
        select customer_id, kind, name, date_diff('day', happened_on, $as_of) as age_days
        from tracked_event
        where happened_on < $as_of
    """,
    order_by=(),
)

GRAIN_STEPS: Mapping[Grain, Step] = {
    Grain.ORDER: CUSTOMER_ORDER,
    Grain.GAP: CUSTOMER_GAP,
    Grain.PRODUCT: CUSTOMER_PRODUCT,
    Grain.CLASS: CUSTOMER_CLASS,
    Grain.CATEGORY: _by_dimension(Grain.CATEGORY, "category"),
    Grain.TOUCH: CUSTOMER_TOUCH,
    Grain.EVENT: CUSTOMER_EVENT,
    Grain.BRAND: _by_dimension(Grain.BRAND, "brand"),
}
