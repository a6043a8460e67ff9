"""Documents that came twice under two numbers, and amounts that do not fit their quantities."""

from typing import Final

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.quality.declared import Document, Price, named
from xingke.quality.flags import FLAG_SCHEMA
from xingke.schema import Table

_LEAST_LINES: Final = 3
"""Fewer equal lines are no sign of a repetition: many people buy the same two things every day."""
_LEAST_PRICES: Final = 10
_TIGHT: Final = 0.35
"""Prices of a product that scatter by more than this (standard deviation of the logarithm) say nothing about a factor."""


def sent_again(engine: DuckEngine, relation: str, *, schema: Table, document: Document, key: str) -> pa.Table:
    """Every line of the later one of two equal documents of the same customer, in `FLAG_SCHEMA`.

    Equal are documents with the same lines, three or more, in any order, `within_days` of each other, under two numbers.
    """
    number, who = named(schema, document.document), named(schema, document.who)
    lines = [named(schema, name) for name in document.lines]
    if number is None or who is None or schema.day is None or None in lines:
        return FLAG_SCHEMA.empty_table()
    same = ", ".join(f'"{name}"' for name in lines)
    return engine.query(f"""
        with document as (
            select "{who}" as who, "{number}" as number, min("{schema.day}") as "day", max(place) as place,
                   count(*) as lines, sum(hash({same})::hugeint) as mark
            from {relation} where "{who}" is not null group by all having count(*) >= {_LEAST_LINES}
        ),
        beside as (
            select *, lag(number) over earlier as first_number, lag("day") over earlier as first_on
            from document window earlier as (partition by who, lines, mark order by "day", place > 0, abs(place), number)
        )
        select '{schema.name}' as "table", line.place as "row", '{number}' as "column", 'sent_again' as "check",
               line."{number}"::varchar as value, first_number::varchar as usual, null::double as factor, 0.95 as certainty,
               null::varchar as proposal, {key} as key
        from beside join {relation} as line on line."{who}" = beside.who and line."{number}" = beside.number
        where line.place > 0 and date_diff('day', first_on, beside."day") <= {document.within_days}
    """)


def price_off(engine: DuckEngine, relation: str, *, schema: Table, price: Price, key: str) -> pa.Table:
    """Lines whose price a unit is ten or a hundred times that of the product, or a tenth or a hundredth, in `FLAG_SCHEMA`."""
    what = named(schema, price.what)
    if what is None or {price.amount, price.quantity} - set(schema.column_names):
        return FLAG_SCHEMA.empty_table()
    return engine.query(f"""
        with priced as (
            select place, "{what}" as what, ln(abs("{price.amount}"::double / "{price.quantity}")) as height
            from {relation} where "{price.amount}" <> 0 and "{price.quantity}" <> 0
        ),
        usual as (
            select what, median(height) as middle, mad(height) * 1.4826 as spread
            from priced group by what having count(*) >= {_LEAST_PRICES}
        ),
        far as (
            select place, middle, round((height - middle) / ln(10)) as tens, (height - middle) / ln(10) as apart
            from priced join usual using (what) where spread <= {_TIGHT}
        )
        select '{schema.name}' as "table", place as "row", '{price.amount}' as "column", 'price_off' as "check",
               "{price.amount}"::varchar as value, round(abs("{price.quantity}") * exp(middle), 2)::varchar as usual,
               power(10, tens) as factor, 0.9 as certainty, null::varchar as proposal, {key} as key
        from far join {relation} using (place) where place > 0 and abs(tens) in (1, 2) and abs(apart - tens) < 0.15
    """)
