"""Rows with a key that an earlier row of the file has, found by a hash of the key that is kept for every row."""

from typing import Any

import numpy as np
import pyarrow as pa

from xingke.engine.duck import fetch

Numbers = np.ndarray[Any, np.dtype[Any]]


class Keys:
    """The keys seen so far, eight bytes each."""

    def __init__(self, connection: Any, columns: tuple[str, ...]) -> None:
        self._connection, self._columns = connection, columns
        self._hashes: list[Numbers] = []

    def add(self, rows: pa.Table) -> None:
        """Remember the keys of these rows."""
        self._hashes.append(hashed(self._connection, rows, self._columns))

    def repeated(self) -> Numbers:
        """Places, over all rows added, of those whose key an earlier one has; 64 bits make a false one as good as impossible."""
        if not self._hashes:
            return np.array([], np.int64)
        whole = np.concatenate(self._hashes)
        ordered = np.sort(whole)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return np.array([], np.int64)
        places = np.flatnonzero(np.isin(whole, twice))
        _, first = np.unique(whole[places], return_index=True)
        return np.delete(places, first)


def hashed(connection: Any, rows: pa.Table, columns: tuple[str, ...]) -> Numbers:
    """A number of 64 bits a row, the same for the same values within one process; a row that lacks a part of its key is like no other."""
    listed = ", ".join(f'"{name}"' for name in columns)
    lacking = [f'"{name}" is null' for name in columns if rows[name].null_count]
    number = f"case when {' or '.join(lacking)} then hash(uuid()) else hash({listed}) end" if lacking else f"hash({listed})"
    with connection.cursor() as cursor:
        cursor.register("keyed", rows.select(list(columns)))
        answer = fetch(cursor, f"select {number} as h from keyed", {})  # noqa: S608 - names of declared columns
    values: Numbers = answer["h"].combine_chunks().to_numpy(zero_copy_only=False)
    return values
