"""What the canonical tables take from the observed ones: customers from shops and licences, touches from messages and responses."""

OUTLET_CUSTOMERS = """
with latest as (
    select outlet_id, arg_max(licence_no, (issued_on, licence_no)) as licence_no, arg_max(status, (issued_on, licence_no)) as status,
           arg_max(valid_until, (issued_on, licence_no)) as valid_until
    from licence group by outlet_id
),
graded as (select outlet_id, arg_max(grade, from_on) as grade from grade_history where from_on <= $loaded_on group by outlet_id),
town as (select org_path, name from org_unit where level = 'city'),
county as (select org_path, name from org_unit where level = 'county')
select outlet.outlet_id as customer_id, coalesce(latest.licence_no, outlet.outlet_id::varchar) as source_key, 'outlet' as kind,
       outlet.name as display_name,
       case when closed_on <= $loaded_on then 'closed' when latest.status = 'paused' then 'paused' else 'active' end as status,
       outlet.org_path, format, market_type,
       coalesce((select max(town.name) from town where starts_with(outlet.org_path, town.org_path || '/')), '星城') as city,
       coalesce((select max(county.name) from county where starts_with(outlet.org_path || '/', county.org_path || '/')), outlet.county)
           as district,
       null::varchar as postcode, latitude, longitude, opened_on,
       case when latest.status is null then 'unknown' when latest.status = 'valid' and valid_until < $loaded_on then 'expired'
            else latest.status end as licence_status,
       valid_until as licence_valid_until, coalesce(graded.grade, outlet.grade) as grade,
       null::varchar as age_band, null::varchar as income_band, null::varchar as household_size
from outlet left join latest using (outlet_id) left join graded using (outlet_id) order by customer_id
"""

MEMBER_CUSTOMERS = """
select customer_id, customer_id::varchar as source_key, 'consumer' as kind, 'M-' || lpad(customer_id::varchar, 5, '0') as display_name,
       'active' as status, case when home_unit in (select org_path from org_unit) then home_unit else $root end as org_path,
       null::varchar as format, null::varchar as market_type, null::varchar as city, null::varchar as district, null::varchar as postcode,
       null::double as latitude, null::double as longitude, joined_on as opened_on, 'not_needed' as licence_status,
       null::date as licence_valid_until, null::bigint as grade, age_band, null::varchar as income_band, null::varchar as household_size
from member order by customer_id
"""

LEAD_CUSTOMERS = """
select customer_id, customer_id::varchar as source_key, 'lead' as kind, 'L-' || lpad(customer_id::varchar, 5, '0') as display_name,
       case when closed_on is not null and not coalesce(is_won, false) then 'closed' else 'active' end as status, $root as org_path,
       industry as format, null::varchar as market_type, region as city, null::varchar as district, null::varchar as postcode,
       null::double as latitude, null::double as longitude, (created_at at time zone 'Asia/Shanghai')::date as opened_on,
       'not_needed' as licence_status, null::date as licence_valid_until, null::bigint as grade, null::varchar as age_band,
       null::varchar as income_band, null::varchar as household_size
from lead order by customer_id
"""

# A message gives two touches, that it was sent and what became of it; a conversion is an answer of the customer.
TOUCHES = """
with named as (select campaign_key, name from campaign),
came as (
    select customer_id, sent_on as touched_on, sent_at as touched_at, 'm' || message_id || '-sent' as touch_id, 'sent' as kind,
           channel, campaign_key
    from message
    union all
    select customer_id, sent_on, sent_at, 'm' || message_id || '-arrival', case when is_delivered then 'delivered' else 'failed' end,
           channel, campaign_key
    from message
    union all
    select response.customer_id, responded_on, responded_at, 'm' || message_id || '-' || kind,
           case kind when 'converted' then 'replied' else kind end, channel, campaign_key
    from response join message using (message_id)
)
select customer_id, touched_on, touched_at, touch_id, kind,
       case channel when 'template' then 'wechat_template' when 'push' then 'app_push' else channel end as channel, campaign_key,
       named.name as detail
from came left join named using (campaign_key)
order by customer_id % $buckets, customer_id, touched_on, touch_id
"""
