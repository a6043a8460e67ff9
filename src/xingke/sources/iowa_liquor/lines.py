"""Order lines of Iowa: bucket by bucket, so that fourteen million of them need the memory of one."""

# Invoice numbers come in five forms over the years (INV-123, S123, S123-456, 12S345, 123); a line number of five digits follows. The order
# id keeps form, length and digits apart, so that no two invoices share one: form * 10^14 + digits written * 10^12 + the digits as a number.
INVOICE = """
piece as (
    select *, case when starts_with(invoice, 'INV-') then 1 when contains(invoice, '-') then 3 when starts_with(invoice, 'S') then 2
                   when contains(invoice, 'S') then 4 else 5 end as form,
           case when starts_with(invoice, 'INV-') then substr(invoice, 5)
                when starts_with(invoice, 'S') and not contains(invoice, '-') then substr(invoice, 2)
                when contains(invoice, '-') or contains(invoice, 'S') then replace(replace(invoice, '-', ''), 'S', '')
                else invoice end as digits
    from line
),
numbered as (
    select *, case when length(digits) between 1 and 12 and try_cast(digits as bigint) >= 0
                   then form * 100000000000000 + length(digits) * 1000000000000 + digits::bigint end as order_id
    from piece
)
"""

PARQUET = """
with line as (
    select "Store Number"::bigint as customer_id, "Date"::date as ordered_on,
           left("Invoice/Item Number", -5) as invoice, try_cast(right("Invoice/Item Number", 5) as bigint) as line_no,
           "Invoice/Item Number" as source_key, "Item Number" as item, "Bottles Sold"::bigint as quantity_units,
           "Sale (Dollars)"::decimal(14, 2) as amount_yuan, parse_filename(filename) as file, file_row_number + 1 as place
    from read_parquet($sales, filename = true, file_row_number = true)
    where ($bucket::bigint is null or coalesce("Store Number", 0) % $buckets = $bucket::bigint)
      and ("Store Number" is null or "Store Number" in (select customer_id from chosen))
),
"""
PARQUET_LINES = "".join((PARQUET, INVOICE))

REFUSED = """
, judged as (
    select *, case when customer_id is null or ordered_on is null or quantity_units is null or amount_yuan is null or item is null
                       then 'required_missing'
                   when order_id is null or line_no is null then 'wrong_type'
                   when quantity_units = 0 then 'no_quantity'
                   when abs(quantity_units) > 1000000 then 'out_of_bounds'
                   when $as_of::date is not null and ordered_on > $as_of::date then 'future_day'
                   when row_number() over (partition by order_id, line_no order by file, place) > 1 then 'duplicate_key' end as reason
    from numbered
)
select 'order_line' as "table", file, place as "row",
       case reason when 'required_missing' then
                case when customer_id is null then 'Store Number' when ordered_on is null then 'Date'
                     when quantity_units is null then 'Bottles Sold' when amount_yuan is null then 'Sale (Dollars)' else 'Item Number' end
            when 'no_quantity' then 'Bottles Sold' when 'out_of_bounds' then 'Bottles Sold' when 'future_day' then 'Date'
            else 'Invoice/Item Number' end as "column",
       case reason when 'required_missing' then null when 'no_quantity' then quantity_units::varchar
                   when 'out_of_bounds' then quantity_units::varchar when 'future_day' then ordered_on::varchar
                   else source_key end as "value",
       reason,
       to_json({invoice: source_key, day: ordered_on, outlet: customer_id, item: item, bottles: quantity_units,
                dollars: amount_yuan})::varchar as record
from judged where reason is not null order by file, place
"""

GOOD = """
select customer_id, ordered_on, order_id, line_no, product.product_id, product.price_class, quantity_units, amount_yuan,
       0::decimal(14, 2) as discount_yuan, null::varchar as channel
from numbered join product on product.source_key = item
anti join refused on refused.file = numbered.file and refused."row" = place
order by customer_id % $buckets, customer_id, ordered_on, order_id, line_no
"""

COUNT = """
select count(*) from read_parquet($sales) where "Store Number" is null or "Store Number" in (select customer_id from chosen)
"""

CHOSEN = """
select customer_id from (select distinct "Store Number"::bigint as customer_id from read_parquet($sales) where "Store Number" is not null)
order by md5(customer_id::varchar) limit $outlets
"""

SOLD = """
select "Item Number" as item, sum("Sale (Dollars)"::decimal(14, 2)) / nullif(sum("Bottles Sold"), 0) as unit_price
from read_parquet($sales) where "Item Number" is not null group by all
"""
