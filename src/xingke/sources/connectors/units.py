"""What one order says in several messages or files, put one behind the other."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from xingke.sources.connectors.contract import Batch

Order = tuple[str | None, ...]


def in_turn(batches: Sequence[Batch], order: Iterable[str]) -> list[list[Batch]]:
    """The batches so that each order is in a part once: with what the first message or file says of it, then the second, and so on.

    Parameters
    ----------
    order
        The columns that name an order; a column that a batch lacks is empty in it.
    """
    if all(batch.units is None for batch in batches):
        return [list(batches)]
    names = tuple(order)
    last: dict[Order, tuple[str | int | None, int]] = {}
    turns: list[list[Batch]] = [[]]
    for batch in batches:
        found = [_turn(key, unit, last) for key, unit in zip(_orders(batch.rows, names), _units(batch), strict=True)]
        for turn in range(max(found, default=0) + 1):
            rows = batch.rows.filter(pa.array([one == turn for one in found], pa.bool_())) if any(found) else batch.rows
            if turn == len(turns):
                turns.append([])
            if turn == 0 or rows.num_rows:
                turns[turn].append(replace(batch, rows=rows, units=None, rejected=batch.rejected if turn == 0 else ()))
    return turns


def _turn(order: Order, unit: str | int | None, last: dict[Order, tuple[str | int | None, int]]) -> int:
    if None in order:
        return 0
    before, turn = last.get(order, (unit, 0))
    turn = turn if before == unit else turn + 1
    last[order] = (unit, turn)
    return turn


def _units(batch: Batch) -> Sequence[str | int | None]:
    return batch.units if batch.units is not None else (None,) * batch.rows.num_rows


def _orders(rows: pa.Table, names: Sequence[str]) -> Iterable[Order]:
    columns = [rows[name].to_pylist() if name in rows.column_names else [None] * rows.num_rows for name in names]
    return zip(*columns, strict=True) if columns else [()] * rows.num_rows
