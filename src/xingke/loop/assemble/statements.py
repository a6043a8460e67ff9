"""The statements that turn pieces into canonical rows. Names in them come from declared tables; values are bound or joined.

Relations they read: `piece` (rows of one table in intake form with `load_id`, `load_order`, `part_order`, `file_row_number`), `link_of`
(system, source_id, customer_id; of customers that there are), `customer_of` (source_key, customer_id), `product_of` (product_key,
product_id, price_class).
"""

from collections.abc import Mapping

from xingke.engine.duck import quoted
from xingke.loop.assemble.lines import OWN
from xingke.schema import Column, Table
from xingke.schema.intake import CUSTOMER_KEYS, INTAKE_DEFAULTS, intake_form

ANCHOR_SYSTEM = "ordering"
"""Whole numbers of this system are ids already: it is the one that bulk sources speak for."""

WHOLE_NUMBER = "[1-9][0-9]{0,14}"
PRODUCT_IDS = 1 << 50
"""Ids made from product codes stay below this, so that every client can hold them exactly."""

PRODUCT_DIGEST = f"cast(md5_number_lower('product/' || {{key}}) % {PRODUCT_IDS} as bigint)"
DIGEST = "cast(md5_number_lower('{kind}/' || piece.system || '/' || {key}) & 9223372036854775807 as bigint)"


def key_digest(kind: str, key: str) -> str:
    """The id of a thing that its system names by `key`: the number itself where the anchor system numbers it, a digest otherwise.

    63 bits: among ten million orders two share an id with a chance of about 5 in a million.
    """
    digest = DIGEST.format(kind=kind, key=key)
    number = f"case when regexp_full_match({key}, '{WHOLE_NUMBER}') then cast({key} as bigint) end"
    return f"case when piece.system = '{ANCHOR_SYSTEM}' then coalesce({number}, {digest}) else {digest} end"


def resolved_sql(table: Table, own: Mapping[str, str], marks: str = "") -> str:
    """Every row of the pieces with ids in place of keys; a customer that nobody knows is null.

    Parameters
    ----------
    own
        Columns of the base beyond the canonical ones, with their types: filled where the intake form has them, empty otherwise.
    marks
        What else is selected of each row.
    """
    form = intake_form(table)
    defaults = INTAKE_DEFAULTS.get(table.name, {})
    columns = [
        f"{_value(column, form, defaults.get(column.name))} as {column.name}" for column in table.columns if column.name != "source_key"
    ]
    for name, kind in own.items():
        columns.append(f"{f'piece.{name}' if name in form.column_names else f'cast(null as {kind})'} as {quoted(name)}")
    joins = []
    for key in (name for name in form.column_names if name in CUSTOMER_KEYS):
        joins.append(f"left join link_of as {key}_link on {key}_link.system = piece.system and {key}_link.source_id = piece.{key}")
        joins.append(f"left join customer_of as {key}_base on {key}_base.source_key = piece.{key}")
    if "product_key" in form.column_names and table.name != "product":
        joins.append("left join product_of on product_of.product_key = piece.product_key")
    return f"""
        select {", ".join(columns)}, piece.load_id, piece.load_order, piece.part_order, piece.file_row_number as piece_row, piece.emptied
               {f", {marks}" if marks else ""}
        from piece {" ".join(joins)}
    """


def _value(column: Column, form: Table, default: object) -> str:
    if column.name == "line_no":
        return OWN
    if column.name in form.column_names and form.column(column.name).type is column.type:
        return _defaulted(column, form, default)
    name = f"{column.name.removesuffix('_id').removesuffix('_key')}_key"
    if name in CUSTOMER_KEYS:
        return f"coalesce({name}_link.customer_id, {name}_base.customer_id)"
    if name == "product_key":
        return f"coalesce(product_of.product_id, {PRODUCT_DIGEST.format(key='piece.product_key')})"
    return key_digest(name.removesuffix("_key"), f"piece.{name}")


def _defaulted(column: Column, form: Table, default: object) -> str:
    if column.name == "price_class" and "product_key" in form.column_names and form.name != "product":
        return f"coalesce(piece.price_class, product_of.price_class, {default or 3})"
    if default is None:
        return f"piece.{column.name}"
    literal = f"'{default}'" if isinstance(default, str) else str(default)
    return f"coalesce(piece.{column.name}, {literal})"


def last_said_sql(column: str, window: str) -> str:
    """The last value of a column in a window over loads: an empty one says nothing, unless its load empties what is known."""
    said = f"case when {column} is not null or list_contains(emptied, '{column}') then struct_pack(said := {column}) end"
    return f"struct_extract(last_value({said} ignore nulls) over {window}, 'said')"


def split_sql(table: Table) -> str:
    """Each resolved row with what becomes of it: `waiting` for its customer, `duplicate` of a base row or a later load, or `loaded`.

    Of a table of masters, which has no day, the row that is loaded knows what earlier loads said and it leaves empty.
    """
    key = ", ".join(table.key)
    unknown = unknown_sql(table)
    on_base = " and ".join(f"known.{name} is not distinct from ranked.{name}" for name in table.key)
    columns = "*"
    if table.day is None:
        optional = [column.name for column in table.columns if not column.required and column.name not in table.key]
        known = ", ".join(f"{last_said_sql(name, 'earlier')} as {name}" for name in optional)
        columns = f"* replace ({known})" if known else "*"
    return f"""
        with ranked as (
            select {columns}, {unknown} as waits,
                   row_number() over (partition by {unknown}, {key} order by load_order desc, part_order desc, piece_row desc) as turn
            from resolved
            window earlier as (
                partition by {unknown}, {key} order by load_order, part_order, piece_row rows between unbounded preceding and current row
            )
        )
        select ranked.* exclude (waits, turn),
               case when waits then 'waiting' when turn > 1 or known.{table.key[0]} is not null then 'duplicate' else 'loaded' end as fate
        from ranked left join known_key as known on {on_base}
    """


def unknown_sql(table: Table) -> str:
    """The condition of a row whose customer nobody knows."""
    return " or ".join(f"{column.name} is null" for column in _customer_columns(table)) or "false"


def _customer_columns(table: Table) -> list[Column]:
    form = intake_form(table)
    keys = {key.removesuffix("_key") for key in CUSTOMER_KEYS if key in form.column_names}
    return [column for column in table.columns if column.name.removesuffix("_id") in keys]


def key_of(table: Table) -> str:
    """The intake column that names the customer; empty where rows name none."""
    return next((name for name in intake_form(table).column_names if name in CUSTOMER_KEYS), "")


def order_of(table: Table) -> str:
    """How rows of a table lie in a file: by customer, day and key."""
    wanted = ["customer_id", table.day, *table.key]
    return ", ".join(dict.fromkeys(name for name in wanted if name and name in table.column_names))


PRODUCTS = f"""
    with said as (
        select piece.product_key, piece.name, piece.category, piece.brand, piece.maker, piece.price_class, piece.pack_units,
               piece.list_price_yuan, piece.listed_on, 0 as level, load_order, part_order, file_row_number
        from piece_product as piece
        union all
        select product_key, product_name, null, null, null, price_class, null, null, null, 1, load_order, part_order, file_row_number
        from piece_order_line
    ), best as (
        select product_key, arg_min(level, rank) as level,
               arg_min(name, rank) filter (where name is not null) as name,
               arg_min(category, rank) filter (where category is not null) as category,
               arg_min(brand, rank) filter (where brand is not null) as brand,
               arg_min(maker, rank) filter (where maker is not null) as maker,
               arg_min(price_class, rank) filter (where price_class is not null) as price_class,
               arg_min(pack_units, rank) filter (where pack_units is not null) as pack_units,
               arg_min(list_price_yuan, rank) filter (where list_price_yuan is not null) as list_price_yuan,
               arg_min(listed_on, rank) filter (where listed_on is not null) as listed_on
        from (select *, row_number() over (order by level, load_order desc, part_order, file_row_number, product_key) as rank from said)
        where product_key is not null
        group by product_key
    )
    select {PRODUCT_DIGEST.format(key="best.product_key")} as product_id, best.product_key as source_key,
           coalesce(best.name, best.product_key) as name, coalesce(best.category, 'UNLISTED') as category,
           coalesce(best.brand, 'UNLISTED') as brand, coalesce(best.maker, 'UNLISTED') as maker,
           coalesce(best.price_class, 3) as price_class, best.pack_units, best.list_price_yuan, best.listed_on
    from best
    where best.product_key not in (select source_key from base_product)
    order by product_id
"""
"""Products that the loads speak of and the base does not know: from product lists first, else from the order lines that name them."""

CUSTOMERS = """
    with first_key as (
        select customer_id, min_by(source_id, system || '/' || source_id) as source_key from linked group by customer_id
    ), said as (
        select distinct linked.customer_id from linked join loaded_record using (system, source_id)
    ), root as (
        select org_path from unit order by length(org_path), org_path limit 1
    ), county as (
        select name, min(org_path) as org_path from unit group by name
    )
    select golden.customer_id, first_key.source_key, golden.kind, golden.display_name, 'active' as status,
           coalesce(unit.org_path, county.org_path, (select org_path from root)) as org_path,
           golden.format, golden.market_type, null as city, golden.county as district, null as postcode, null as latitude,
           null as longitude, golden.registered_on as opened_on,
           case when golden.kind = 'outlet' then coalesce(golden.licence_status, 'unknown') else 'not_needed' end as licence_status,
           golden.licence_valid_until, golden.grade, null as age_band, null as income_band, null as household_size
    from golden
    join first_key on first_key.customer_id = golden.customer_id
    left join unit on unit.org_path = golden.org_path
    left join county on county.name = golden.county
    where golden.customer_id not in (select customer_id from base_customer)
      and golden.customer_id not in (select from_customer_id from redirect)
      and (golden.customer_id in (select customer_id from said) or not exists (select 1 from base_customer))
    order by golden.customer_id
"""
"""Customers that the records of the systems speak of and no bulk source has.

A bulk source lists its customers itself: what its registers hold beyond the list (forged, stale, of nobody) is looked at by a steward and
becomes no customer. What a load brings does.
"""
