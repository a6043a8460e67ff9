"""Orders of which a line is new or has changed, read again with all their lines: what was deleted in them is seen as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xingke.schema.business_day import BUSINESS_ZONE
from xingke.sources.connectors.contract import BATCH_ROWS
from xingke.sources.connectors.database.query import Reading

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql import ColumnElement

Row = Sequence[Any]
Order = tuple[Any, ...]
MOST_ORDERS: Final = 200
"""Asked for in one statement; every database takes so many values."""

_LOCAL: Final = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
"""A day, or a time without a zone, as databases write it; so written, days are in the order of the texts."""


class WholeOrders:
    """Reads orders as a whole, each once in a reading.

    Parameters
    ----------
    connection
        Another one than that which the lines are streamed over.
    by
        The columns of the source that name an order.
    day
        The column whose business day belongs to the name, where orders have no number; empty otherwise.
    """

    def __init__(self, connection: Connection, source: Reading, by: Sequence[str], day: str = "") -> None:
        self._connection, self._source, self._day = connection, source, day
        self._by = (*by, *([day] if day else ()))
        self._places = [source.columns.index(name) for name in self._by]
        self._read: set[Order] = set()

    def of(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """All lines of the orders that these rows belong to, which were not read before."""
        named = (self._order(row) for row in rows)
        wanted = list(dict.fromkeys(order for order in named if order is not None and order not in self._read))
        self._read.update(wanted)
        for start in range(0, len(wanted), MOST_ORDERS):
            yield from self._asked(wanted[start : start + MOST_ORDERS])

    def without_order(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that name no order."""
        return [row for row in rows if self._order(row) is None]

    def _order(self, row: Row) -> Order | None:
        """The name of a row's order; its day, where that belongs to it, as the two ends of the day in the form of the column."""
        values = [row[place] for place in self._places]
        if self._day:
            values[-1] = _ends(values[-1])
        return None if None in values else tuple(values)

    def _asked(self, orders: Sequence[Order]) -> Iterator[list[Row]]:
        from sqlalchemy import select

        relation = self._source.relation
        asked = select(*self._source.selected()).where(self._one_of(orders))
        asked = asked.order_by(*(relation.c[name] for name in dict.fromkeys((*self._by, *self._source.key))))
        for some in self._connection.execute(asked).partitions(BATCH_ROWS):
            yield list(some)

    def _one_of(self, orders: Sequence[Order]) -> ColumnElement[bool]:
        from sqlalchemy import and_, or_

        columns: list[ColumnElement[Any]] = [self._source.relation.c[name] for name in self._by]
        if len(columns) == 1 and not self._day:
            return columns[0].in_([order[0] for order in orders])
        return or_(*(and_(*self._is(columns, order)) for order in orders))

    def _is(self, columns: Sequence[ColumnElement[Any]], order: Order) -> Iterator[ColumnElement[bool]]:
        for name, column, value in zip(self._by, columns, order, strict=True):
            if name == self._day and isinstance(value, tuple):
                yield column >= value[0]
                yield column < value[1]
            else:
                yield column == value


def _ends(value: Any) -> Any:
    """Where a value's business day begins and ends, in the form of the value; a plain day itself; None for what is neither."""
    if isinstance(value, datetime):
        local = value.astimezone(BUSINESS_ZONE) if value.tzinfo else value
        start = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return start, start + timedelta(days=1)
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (found := _LOCAL.fullmatch(value)):
        return found[1], (date.fromisoformat(found[1]) + timedelta(days=1)).isoformat()
    return None
