"""Which reading the rows of a pull belong to, so that lines of orders are told apart as `xingke.loop.assemble.lines` does it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from xingke.loop.pieces import PieceStore
from xingke.sources.connectors import Batch, Cursor, Mode
from xingke.sources.connectors.units import in_turn
from xingke.sources.mapping import Mapping, TableMap, emptied_by
from xingke_web.ingest.models import Connection, Pull

LINES: Final = "order_line"


class Readings:
    """The readings of one run of a connection.

    Parameters
    ----------
    cursor
        From where the run goes on; None where it reads from the beginning.
    first
        The first pull of the run: what is read from the beginning is one reading, however many pulls it becomes.
    """

    def __init__(self, connection: Connection, mapping: Mapping, mode: Mode, cursor: Cursor | None, first: Pull) -> None:
        self._lines = next((table for table in mapping.tables if table.table == LINES), None)
        self._connection, self._mode, self._first = connection, mode, first.reading
        self._emptied = emptied_by(mapping)
        self._begins = mode is Mode.INCREMENTAL and not cursor

    def settings(self) -> dict[str, Any]:
        """What a connector that can read orders as a whole needs to know: the columns that name one."""
        if self._lines is None:
            return {}
        number = self._lines.column("order_key")
        if number is not None:
            return {"whole_by": number.source}
        customer, day = _made_of(self._lines)
        return {"whole_by": customer, "whole_day": day[0]} if customer and len(day) == 1 else {}

    def apart(self, chunk: Sequence[Batch]) -> Iterator[list[Batch]]:
        """The batches in parts, of which each says one thing about an order, and says it of whole orders or not."""
        if self._lines is None:
            yield list(chunk)
            return
        for is_whole in (False, True):
            some = [batch for batch in chunk if batch.is_whole is is_whole]
            if some and self._adds_up:
                yield some
            elif some:
                yield from in_turn(some, self._order_columns())

    def begin(self, store: PieceStore, load_id: str, pull: Pull, part: Sequence[Batch], *, in_units: bool) -> None:
        """Say of a part among the pieces what it is."""
        reading = self._first if self._begins else pull.reading
        if self._adds_up:
            reading = f"pull-{self._connection.pk}-stream"
        elif in_units:
            reading = load_id
        store.begin(load_id, reading=reading, is_whole=any(batch.is_whole for batch in part), emptied=self._emptied)

    @property
    def _adds_up(self) -> bool:
        """Messages about purchases that have no number: each came once, and none speaks of an earlier one."""
        return self._mode is Mode.STREAM and self._lines is not None and self._lines.column("order_key") is None

    def _order_columns(self) -> tuple[str, ...]:
        assert self._lines is not None  # noqa: S101 - asked for lines only
        number = self._lines.column("order_key")
        return number.source if number is not None else tuple(name for part in _made_of(self._lines) for name in part)


def _made_of(lines: TableMap) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of the source for customer and day, which stand for the number that an order does not have."""
    customer, day = lines.column("customer_key"), lines.column("ordered_on")
    return customer.source if customer else (), day.source if day else ()
