"""Which order line a row speaks of, so that it counts once however often and in whatever parts it comes.

A line is known, within its order, by the key that its source gives it. Where the source gives none, by its content and how many such lines
the reading has before it: in an order with a number by product and direction (a return is another line than the sale), so that a changed
amount replaces the earlier one; in the purchases of one customer and day, which no number holds together, by product, quantity and amount.

A later reading replaces the lines that it speaks of; one that read its orders whole replaces these orders. The parts of one reading, and
the corrections of its rows, are counted through together. ADR 0026.
"""

from typing import Final

LINE_NUMBERS: Final = 1 << 50
"""Numbers made from keys and contents stay below this, so that every client can hold them exactly."""

OWN: Final = f"""case when regexp_full_match(piece.line_no, '[0-9]{{1,15}}([.]0+)?') then cast(split_part(piece.line_no, '.', 1) as bigint)
         when piece.line_no is not null then cast(md5_number_lower('line/' || piece.line_no) % {LINE_NUMBERS} as bigint) end"""
"""The source's own key of a line: whole numbers as they are, anything else by digest; nothing where it gives none."""

HAS_NO_NUMBER: Final = "piece.order_key = concat_ws('-', piece.customer_key, cast(piece.ordered_on as varchar))"
"""An order that nothing but its customer and day make one."""

_RETURNED: Final = "(quantity_units < 0 or (quantity_units = 0 and amount_yuan < 0))"
_IN_ORDER: Final = f"concat_ws('/', product_id, {_RETURNED})"
_ALONE: Final = "concat_ws('/', product_id, quantity_units, amount_yuan)"

MARKS: Final = f"piece.is_numbered, piece.is_whole, coalesce({HAS_NO_NUMBER}, false) as has_no_number"
"""What the statements below need to know of each row beside its values."""

ON_BASE: Final = f"""
    select order_id, content, row_number() over (partition by order_id, content order by line_no) as nth
    from (select order_id, line_no, {_IN_ORDER} as content from base_table semi join resolved using (order_id))
"""
"""The lines that the base has of the orders that loads speak of."""


def identified_sql(*, numbered: bool) -> str:
    """The rows of `resolved` with what tells each line apart: `own`, and `content` with its occurrence `nth`.

    Parameters
    ----------
    numbered
        Whether there are pieces of an earlier version, which numbered the lines of a load as they came; such a number is no key.
    """
    counted = "select *, false as is_loose from resolved"
    if numbered:
        counted = """
            select * exclude (in_part, in_reading), is_numbered and line_no in (in_part, in_reading) as is_loose from (
                select *, row_number() over (partition by load_id, order_id order by piece_row) as in_part,
                       row_number() over (partition by load_order, order_id order by part_order, piece_row) as in_reading
                from resolved
            )
        """
    return f"""
        with told as (
            select *, line_no as own, line_no is not null and not is_loose as is_keyed,
                   case when has_no_number then {_ALONE} else {_IN_ORDER} end as content
            from ({counted})
        ), occurring as (
            select *, row_number() over (partition by load_order, order_id, content order by part_order, piece_row) as nth from told
        )
        select * replace (
                   case when is_keyed then own else cast(md5_number_lower('line/' || content || '/' || nth) % {LINE_NUMBERS} as bigint) end
                   as line_no
               )
        from occurring
    """


def fate_sql(unknown: str) -> str:
    """Each row of `identified` with what becomes of it.

    A line that the base has is the base's: told by its key, where the load gives one, else by its content. A line whose customer nobody
    knows waits, and replaces nothing meanwhile.

    Parameters
    ----------
    unknown
        The condition of a row that waits.
    """
    return f"""
        with ranked as (
            select *,
                   case when is_keyed then row_number() over one_key > 1
                        else own is not null and coalesce(max(load_order) filter (is_keyed) over any_key > load_order, false)
                        end as is_replaced,
                   coalesce(max(load_order) filter (not is_keyed) over same > load_order, false)
                       or (not is_keyed and max(load_order) over same > load_order) as is_repeated,
                   coalesce(max(load_order) filter (is_whole) over (partition by order_id) > load_order, false) as is_read_again
            from identified where not ({unknown})
            window same as (partition by order_id, content, nth),
                   any_key as (partition by order_id, own),
                   one_key as (partition by is_keyed, order_id, own order by load_order desc, part_order desc, piece_row desc)
        )
        select ranked.* exclude (is_replaced, is_repeated, is_read_again),
               case when is_replaced or is_repeated or is_read_again or line.order_id is not null or known.order_id is not null
                    then 'duplicate' else 'loaded' end as fate
        from ranked
        left join known_key as line on line.order_id = ranked.order_id and line.line_no = ranked.own
        left join known_line as known on not is_keyed
            and known.order_id = ranked.order_id and known.content = ranked.content and known.nth = ranked.nth
        union all by name
        select *, 'waiting' as fate from identified where {unknown}
    """
