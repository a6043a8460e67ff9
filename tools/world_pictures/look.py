"""A made city to be looked at: its observed tables and its truth in one DuckDB connection."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from xingke.calendar import festival_days
from xingke.simulate.sizes import size_named
from xingke.simulate.store import OBSERVED, WorldInfo
from xingke.simulate.truth import TRUTH_TABLES, TruthReader

TRUTH = ("churn_truth", "demand_truth", "hoarder_truth", "latent_outlet", "outlet_week", "tier_truth")
Columns = Mapping[str, NDArray[Any]]


class Look:
    """A city and questions to it.

    Parameters
    ----------
    world
        Its folder; the truth has to be in it.
    """

    def __init__(self, world: Path) -> None:
        self.info = WorldInfo.read(world)
        self.size = size_named(self.info.size)
        self._connection = duckdb.connect()
        self._connection.execute("set memory_limit = '3GB'")
        for folder in sorted((world / OBSERVED).iterdir()):
            self._connection.read_parquet(str(folder / "*.parquet"), hive_partitioning=False).create_view(folder.name)
        reader = TruthReader(world)
        for name in TRUTH:
            self._connection.register(name, reader.table(TRUTH_TABLES[name]))

    @property
    def source(self) -> str:
        """Which world this is, in small print."""
        return f"星城 {self.info.size.upper()} · {self.info.scenario} · seed {self.info.seed}"

    def ask(self, sql: str, **values: Any) -> Columns:
        """The columns of an answer; `$starts_on` in the question is the first day of the world."""
        if "$starts_on" in sql:
            values["starts_on"] = self.size.starts_on
        found: Columns = self._connection.execute(sql, values or None).fetchnumpy()
        return found

    def week_of(self, day: date) -> float:
        """A day on the scale of weeks, with its fraction."""
        return (day - self.size.starts_on).days / 7

    def springs(self) -> list[float]:
        """Spring Festivals within the world, on the scale of weeks."""
        return self._festivals("spring_festival")

    def autumns(self) -> list[float]:
        """Mid-Autumn festivals within the world, on the scale of weeks."""
        return self._festivals("mid_autumn")

    def _festivals(self, name: str) -> list[float]:
        days = festival_days(name, self.size.starts_on.year, self.size.history_ends_on.year)
        return [self.week_of(day) for day in days if self.size.starts_on <= day < self.size.history_ends_on]

    def month_ticks(self, first: float, last: float, every: int = 3) -> list[tuple[float, str]]:
        """The first days of months on the scale of weeks: the year where one begins, else the month."""
        ticks = []
        for year in range(self.size.starts_on.year, self.size.history_ends_on.year + 1):
            for month in range(1, 13, every):
                week = self.week_of(date(year, month, 1))
                if first <= week <= last or (month == 1 and first <= week + 1 / 7 <= last):
                    ticks.append((max(week, first), str(year) if month == 1 else f"{month} 月"))
        return ticks


def spread(values: Columns, row: str, column: str, cell: str, rows: int, columns: int) -> NDArray[np.float64]:
    """A long answer as a matrix; cells without an answer are 0. `row` and `column` count from 0."""
    matrix = np.zeros((rows, columns))
    matrix[values[row].astype(np.int64), values[column].astype(np.int64)] = values[cell]
    return matrix
