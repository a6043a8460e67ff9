"""How the files of Complete Journey become canonical tables.

The files write instants in UTC; the shops are in the east of the United States, and the file's own week numbers turn at midnight there. A
business day is therefore the date in New York.
"""

SMALL_STORE_HOUSEHOLDS = 10

PRODUCTS = """
with sold as (
    select product_id, sum(sales_value::decimal(14, 2)) / sum(quantity) as unit_price,
           sum((sales_value + retail_disc + coupon_match_disc)::decimal(14, 2)) / sum(quantity) as regular_price
    from read_parquet($transactions) where quantity > 0 group by product_id
),
listed as (
    select product_id, coalesce(product_category, department) as category, product_type, package_size, brand,
           'M-' || lpad(manufacturer_id::varchar, 4, '0') as maker, department,
           coalesce(product_category in ('COUPON/MISC ITEMS', 'COUPON', 'COUPONS/STORE & MFG', 'FUEL'), false)
               or department in ('FUEL', 'COUPON') as aside
    from read_parquet($products)
),
every as (
    select * from listed
    union all by name
    select product_id, 'UNLISTED' as category, 'UNLISTED' as brand, 'UNLISTED' as maker, 'UNLISTED' as department, false as aside
    from sold where product_id not in (select product_id from listed)
),
ranked as (
    select product_id, row_number() over (partition by category order by unit_price desc, product_id) as place,
           count(*) over (partition by category) as total
    from every join sold using (product_id) where not aside and every.category <> 'UNLISTED'
)
select product_id, product_id::varchar as source_key,
       coalesce(nullif(trim(concat_ws(' ', product_type, package_size)), ''), 'Product ' || product_id) as name,
       category, brand, maker,
       coalesce(1 + floor(5 * (place - 0.5) / total), 3)::bigint as price_class,
       null::bigint as pack_units, regular_price::decimal(14, 2) as list_price_yuan, null::date as listed_on,
       aside, category = 'UNLISTED' as unlisted
from every left join sold using (product_id) left join ranked using (product_id)
order by product_id
"""

# A date follows from the hour, and there are a hundred times fewer hours than lines to convert.
LINES = """
with calendar as (
    select instant_hour, timezone('America/New_York', timezone('UTC', instant_hour))::date as ordered_on
    from (select distinct date_trunc('hour', transaction_timestamp) as instant_hour from read_parquet($transactions))
),
numbered as (
    select household_id as customer_id, ordered_on,
           basket_id as order_id,
           row_number() over (partition by basket_id order by product_id) as line_no,
           line.product_id, quantity as quantity_units, coalesce(price_class, 3) as price_class,
           sales_value::decimal(14, 2) as amount_yuan,
           (retail_disc + coupon_disc + coupon_match_disc)::decimal(14, 2) as discount_yuan,
           'store' as channel, file_row_number + 1 as place, store_id, coalesce(aside, false) as aside
    from read_parquet($transactions, file_row_number = true) as line
        join calendar on instant_hour = date_trunc('hour', transaction_timestamp) left join product using (product_id)
),
judged as (
    select *, case when quantity_units <= 0 then 'no_quantity'
                   when aside then 'not_merchandise'
                   when $as_of::date is not null and ordered_on > $as_of::date then 'future_day' end as reason
    from numbered
)
"""

GOOD_LINES = (
    LINES
    + """
select * from judged where reason is null order by customer_id % $buckets, customer_id, ordered_on, order_id, line_no
"""
)

REFUSED_LINES = (
    LINES
    + """
select 'order_line' as "table", 'transactions.parquet' as file, place as "row",
       case reason when 'no_quantity' then 'quantity' when 'not_merchandise' then 'product_id' else 'transaction_timestamp' end as "column",
       case reason when 'no_quantity' then quantity_units::varchar when 'not_merchandise' then product_id::varchar
                   else ordered_on::varchar end as "value",
       reason,
       to_json({household_id: customer_id, store_id: store_id, basket_id: order_id, product_id: product_id, quantity: quantity_units,
                sales_value: amount_yuan, discount: discount_yuan, day: ordered_on})::varchar as record
from judged where reason is not null and $buckets > 0 order by place
"""
)

LINE_COUNT = "select count(*) from read_parquet($transactions)"

HOUSEHOLDS = """
with spent as (
    select household_id, store_id, sum(sales_value::decimal(14, 2)) as spent from read_parquet($transactions) group by all
),
main as (
    select household_id, store_id from spent
    qualify row_number() over (partition by household_id order by spent desc, store_id) = 1
),
large as (select store_id from main group by store_id having count(*) >= $small_store_households)
select household_id as customer_id, household_id::varchar as source_key, 'consumer' as kind,
       'H-' || lpad(household_id::varchar, 5, '0') as display_name, 'active' as status,
       case when store_id in (from large) then '/cj/s-' || lpad(store_id::varchar, 5, '0') else '/cj/small-stores' end as org_path,
       null::varchar as format, null::varchar as market_type, null::varchar as city, null::varchar as district, null::varchar as postcode,
       null::double as latitude, null::double as longitude, null::date as opened_on, 'not_needed' as licence_status,
       null::date as licence_valid_until, null::bigint as grade,
       age as age_band, income as income_band, household_size
from main left join read_parquet($demographics) using (household_id)
order by customer_id
"""

TOUCHES = """
with sent as (
    select household_id, start_date::date as day, 'sent' as kind, 'mailer' as channel, campaign_id, campaign_type as detail,
           'cj-' || campaign_id || '-' || household_id || '-sent' as touch_id,
           'campaigns.parquet' as file, campaigns.file_row_number + 1 as place
    from read_parquet($campaigns, file_row_number = true) as campaigns join read_parquet($campaign_descriptions) using (campaign_id)
),
redeemed as (
    select household_id, redemption_date::date as day, 'redeemed' as kind, 'coupon' as channel, campaign_id,
           campaign_type || '; coupon ' || coupon_upc as detail,
           'cj-' || campaign_id || '-' || household_id || '-' || coupon_upc || '-' || strftime(redemption_date, '%Y%m%d') as touch_id,
           'coupon_redemptions.parquet' as file, coupon.file_row_number + 1 as place
    from read_parquet($coupon_redemptions, file_row_number = true) as coupon join read_parquet($campaign_descriptions) using (campaign_id)
),
judged as (
    select household_id as customer_id, day as touched_on,
           timezone('UTC', timezone('America/New_York', day::timestamp)) as touched_at,
           touch_id, kind, channel, 'cj-' || campaign_id as campaign_key, detail, file, place,
           case when household_id not in (select customer_id from customer) then 'unknown_reference'
                when row_number() over (partition by touch_id order by file, place) > 1 then 'duplicate_key'
                when $as_of::date is not null and day > $as_of::date then 'future_day' end as reason
    from (from sent union all from redeemed)
)
"""

GOOD_TOUCHES = (
    TOUCHES
    + """
select * from judged where reason is null order by customer_id % $buckets, customer_id, touched_on, touch_id
"""
)

REFUSED_TOUCHES = (
    TOUCHES
    + """
select 'touch' as "table", file, place as "row",
       case reason when 'future_day' then 'touched_on' when 'duplicate_key' then 'touch_id' else 'customer_id' end as "column",
       case reason when 'future_day' then touched_on::varchar when 'duplicate_key' then touch_id else customer_id::varchar end as "value",
       reason, to_json({touch_id: touch_id, customer_id: customer_id, day: touched_on, kind: kind})::varchar as record
from judged where reason is not null and $buckets > 0 order by file, place
"""
)

TOUCH_COUNT = "select (select count(*) from read_parquet($campaigns)) + (select count(*) from read_parquet($coupon_redemptions))"
