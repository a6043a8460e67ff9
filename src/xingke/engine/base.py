"""What every engine can do; the rest of the library asks for nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from sqlglot import exp


class Engine(Protocol):
    """A place where queries run. Names are those of tables and steps; rows travel as Arrow.

    Attributes
    ----------
    chunk_rows
        Rows of the largest input that are worked on together; nothing leaves it to the runner.
    composes
        Whether a graph of steps runs best as few large statements, whose `with` clauses are kept for all their readers.
    """

    name: str
    chunk_rows: int | None
    composes: bool

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name."""

    def scan(self, name: str, files: Sequence[str], where: str = "") -> None:
        """Make Parquet files readable under a name, or those of their rows that a condition keeps, without reading them now."""

    def define(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""

    def query(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows."""

    def write(self, query: exp.Query, path: Path) -> None:
        """Run a query and store its rows, in order, as one Parquet file."""

    def drop(self, name: str) -> None:
        """Forget a name; nothing happens where it is unknown."""

    def close(self) -> None:
        """Free what the engine holds."""
