"""Outlets, organisation and products of Iowa: the state's lists, completed by what the sample of its own format says."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from xingke.schema import CUSTOMER, ORG_UNIT, PRODUCT
from xingke.sources.iowa_liquor.formats import OTHER, brand_of, shop_format

URBAN_POPULATION = 2_500
MARK_UP = 1.5
PRICE_BANDS_DOLLARS = (30.0, 18.0, 12.0, 7.5)

# One spelling for "St. Ansgar" and "SAINT ANSGAR", "Clear Lake" and "CLEARLAKE".
CITY_KEY = r"regexp_replace(regexp_replace(regexp_replace(upper(city), '\bSAINT\b', 'ST'), '\bMOUNT\b', 'MT'), '[^A-Z]', '', 'g')"

OUTLETS = """
with city_in_sample as (
    select city_key, first(county order by lines desc, county) as county
    from (
        select city_key(city) as city_key, lower(trim(County)) as county, count(*) as lines
        from sample where County is not null group by all
    )
    group by city_key
),
city_in_census as (
    select city_key(city) as city_key, lower(County) as county, Estimate as people
    from population where Year = (select max(Year) from population)
),
census as (select city_key, sum(people) as people, first(county order by people desc, county) as county
           from city_in_census group by city_key),
seen as (
    select outlet, trim("Store Name") as name, trim(City) as city, left("Zip Code", 5) as postcode from sample
    qualify row_number() over (partition by outlet order by day desc, name, city, postcode) = 1
),
merged as (
    select chosen.customer_id, coalesce(trim(store.Name), seen.name) as name, coalesce(trim(store.City), seen.city) as city,
           left(coalesce(store."Zip Code", seen.postcode), 5) as postcode, store.latitude, store.longitude, store."Store Status" as standing
    from chosen left join store on store.Store = customer_id left join seen on outlet = customer_id
)
select customer_id, name, city, postcode, latitude, longitude, standing,
       coalesce(city_in_sample.county, census.county) as county, people
from merged
left join city_in_sample on city_in_sample.city_key = city_key(city)
left join census on census.city_key = city_key(city)
order by customer_id
""".replace("city_key(city)", CITY_KEY)

PRODUCTS = """
with listed as (
    select "Item Number" as item, trim("Item Description") as name, "Category Name" as category, trim("Vendor Name") as maker,
           "State Bottle Cost" as cost, "State Bottle Retail" as retail, Pack as pack_units,
           try_cast("List Date" as date) as listed_on, true as on_list
    from product_list
),
seen as (
    select "Item Number" as item, trim("Item Description") as name, "Category Name" as category, trim("Vendor Name") as maker, cost, retail,
           try_cast("Pack" as bigint) as pack_units, null::date as listed_on, false as on_list
    from sample qualify row_number() over (partition by item order by day desc, name, category, maker, cost, retail) = 1
),
known as (
    select * from listed union all select * from seen where item not in (select item from listed)
)
select case when regexp_full_match(item, '[0-9]+') then item::bigint
            else 10000000 + regexp_replace(item, '[^0-9]', '', 'g')::bigint end as product_id,
       item as source_key, known.name, category, maker,
       coalesce(cost, sold.unit_price / $mark_up)::double as cost, retail::decimal(14, 2) as retail,
       case when pack_units >= 1 then pack_units end as pack_units, listed_on, coalesce(on_list, false) as on_list
from known full join sold using (item)
order by product_id
"""


def price_class(cost_dollars: float | None) -> int:
    """1 for a bottle that the state buys at 30 dollars or more, 2 from 18, 3 from 12, 4 from 7.50, else 5; 3 where no price is known."""
    if cost_dollars is None:
        return 3
    return next((place for place, least in enumerate(PRICE_BANDS_DOLLARS, start=1) if cost_dollars >= least), 5)


def slug(name: str) -> str:
    """A name as a step of an organisation path."""
    return "-".join("".join(char if char.isalnum() else " " for char in name.replace("'", "").lower()).split())


def customers(outlets: pa.Table) -> pa.Table:
    """Outlets as customers.

    The list of outlets is of one later day. `A` there is an active outlet with a valid licence; `I` is inactive, without a reason: closed,
    its licence expired; who is not on it at all had closed before: licence unknown, which no rule takes for valid.
    """
    licence = {"A": "valid", "I": "expired"}
    rows = []
    for outlet in outlets.to_pylist():
        name, city, people = outlet["name"], outlet["city"], outlet["people"]
        rows.append(
            {
                "customer_id": outlet["customer_id"],
                "source_key": str(outlet["customer_id"]),
                "kind": "outlet",
                "display_name": name or f"Outlet {outlet['customer_id']}",
                "status": "active" if outlet["standing"] == "A" else "closed",
                "org_path": _org_path(outlet),
                "format": shop_format(name) if name else OTHER,
                "market_type": None if people is None else "urban" if people >= URBAN_POPULATION else "rural",
                "city": city.title() if city else None,
                "district": _county_name(outlet["county"]) if outlet["county"] else None,
                "postcode": outlet["postcode"],
                "latitude": outlet["latitude"],
                "longitude": outlet["longitude"],
                "licence_status": licence.get(outlet["standing"] or "", "unknown"),
            }
        )
    return pa.Table.from_pylist(rows, schema=CUSTOMER.arrow_schema)


def _county_name(county: str) -> str:
    return county.title().replace("'b", "'B")


def _org_path(outlet: Mapping[str, Any]) -> str:
    if not outlet["county"]:
        return "/ia/unknown"
    return f"/ia/{slug(outlet['county'])}/{slug(outlet['city'])}"


def org_units(outlets: pa.Table) -> pa.Table:
    """State, counties and cities of these outlets; `/ia/unknown` for those whose county nobody knows."""
    rows: dict[str, dict[str, str | None]] = {"/ia": {"org_path": "/ia", "parent_path": None, "level": "state", "name": "Iowa"}}
    for outlet in outlets.to_pylist():
        path = _org_path(outlet)
        if not outlet["county"]:
            rows[path] = {"org_path": path, "parent_path": "/ia", "level": "county", "name": "未知 · Unknown"}
            continue
        county = path.rsplit("/", 1)[0]
        rows[county] = {"org_path": county, "parent_path": "/ia", "level": "county", "name": _county_name(outlet["county"])}
        rows.setdefault(path, {"org_path": path, "parent_path": county, "level": "city", "name": outlet["city"].title()})
    return pa.Table.from_pylist([rows[path] for path in sorted(rows)], schema=ORG_UNIT.arrow_schema)


def products(answer: pa.Table) -> pa.Table:
    """The answer to `PRODUCTS` as canonical products."""
    rows = [
        {
            "product_id": row["product_id"],
            "source_key": row["source_key"],
            "name": row["name"] or f"Item {row['source_key']}",
            "category": row["category"] or "UNLISTED",
            "brand": brand_of(row["name"]) if row["name"] else "UNLISTED",
            "maker": row["maker"] or "UNLISTED",
            "price_class": price_class(row["cost"]),
            "pack_units": row["pack_units"],
            "list_price_yuan": row["retail"],
            "listed_on": row["listed_on"],
        }
        for row in answer.to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=PRODUCT.arrow_schema)
