"""What the maker of a firm's world works with: its chance, its scenario, its size and where rows go."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema import TABLES, Table
from xingke.simulate.draws import uniform_of_keys
from xingke.simulate.firms.truth_tables import PLANTED
from xingke.simulate.scenarios import Scenario
from xingke.simulate.store import ObservedWriter, concatenated, table_of
from xingke.simulate.streams import Streams
from xingke.simulate.truth import TruthWriter

GROUP_ROWS = 65_536
Progress = Callable[[int, int], None]
"""Called with the weeks done and the weeks in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The surroundings of one world in the making.

    Parameters
    ----------
    share
        Share of the full firm's members, 0..1.
    is_clean
        Whether source systems hold everything as it is.
    waiting
        Rows of small worlds, kept until there are enough of them for a row group.
    """

    streams: Streams
    scenario: Scenario
    share: float
    is_clean: bool
    observed: ObservedWriter
    truth: TruthWriter
    progress: Progress
    waiting: dict[str, list[pa.Table]] = field(default_factory=dict)

    def count(self, full: int) -> int:
        """How many of something that grows with the members."""
        return max(round(full * self.share), 1)

    def chance(self, what: str, *keys: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """A uniform in [0, 1) for every row, which depends on what it is for and on the row's key alone."""
        word = int.from_bytes(hashlib.blake2b(f"firms.{what}".encode(), digest_size=8).digest(), "big")
        return uniform_of_keys((self.streams.seed, self.streams.city, word), *keys)

    def observe(self, table: Table, columns: Mapping[str, Any]) -> None:
        """Add rows to an observed table; columns that are not given are empty."""
        rows = self.waiting.setdefault(table.name, [])
        rows.append(table_of(table, columns))
        if sum(part.num_rows for part in rows) >= GROUP_ROWS:
            self._hand_over(table)

    def close_block(self) -> None:
        """Finish the files of this block of weeks."""
        for name in list(self.waiting):
            self._hand_over(TABLES[name])
        self.observed.close_block()

    def _hand_over(self, table: Table) -> None:
        self.observed.put(table, concatenated(table, self.waiting.pop(table.name)))

    def know(self, table: Table, columns: Mapping[str, Any], *, part: int = 0) -> None:
        """Store one part of a table of truth."""
        self.know_rows(table, [table_of(table, columns)], part=part)

    def know_rows(self, table: Table, rows: Iterable[pa.Table], *, part: int = 0) -> None:
        """Store tables as one part of a table of truth."""
        self.truth.put(table, part, rows)

    def plant(self, figures: Mapping[str, float]) -> None:
        """Write down the figures that were planted."""
        self.know(PLANTED, {"name": list(figures), "value": [float(value) for value in figures.values()]})
