"""DuckDB in this process: the default engine."""

import errno
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from sqlglot import exp

from xingke.engine.step import DIALECT
from xingke.errors import QueryFailed

ROW_GROUP_ROWS = 122_880
PARQUET_OPTIONS = f"format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS}"


def quoted(name: str) -> str:
    """An identifier as the engine reads it."""
    return '"' + name.replace('"', '""') + '"'


def file_list(files: Sequence[str]) -> str:
    """A list of paths as a literal of the canonical dialect."""
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in files) + "]"


class DuckEngine:
    """One DuckDB database in memory, with a limit on memory and a directory to spill into.

    Parameters
    ----------
    memory_mb
        Upper bound of DuckDB's own buffers, in MB.
    threads
        0 leaves the choice to DuckDB (all cores).
    """

    name = "duckdb"
    chunk_rows: int | None = None
    composes = True

    def __init__(self, *, memory_mb: int = 1024, threads: int = 0) -> None:
        import duckdb

        directory = Path(tempfile.gettempdir()) / f"xingke-spill-{uuid.uuid4().hex[:8]}"
        config: dict[str, Any] = {"memory_limit": f"{memory_mb}MB", "preserve_insertion_order": False}
        # What does not fit into memory may hold opened values, so it reaches the disk encrypted.
        config |= {"temp_directory": str(directory), "temp_file_encryption": True}
        if threads:
            config["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("set timezone = 'UTC'")
        self._last: tuple[exp.Query, str] | None = None

    @property
    def connection(self) -> Any:
        """The raw connection, for the sources, which read foreign files with DuckDB's own readers."""
        return self._connection

    def cursor(self) -> Any:
        """A second connection to the same database, for another thread."""
        return self._connection.cursor()

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name."""
        self.drop(name)
        self._connection.register(name, table)

    def scan(self, name: str, files: Sequence[str], where: str = "", *, by_name: bool = False) -> None:
        """Make Parquet files readable under a name, or those of their rows that a condition keeps, without reading them now.

        Parameters
        ----------
        by_name
            The files may differ in their columns: one that a file lacks is empty there.
        """
        self.drop(name)  # a view does not replace a table
        options = ", union_by_name = true" if by_name else ""
        source = f"select * from read_parquet({file_list(files)}, hive_partitioning = false{options})"
        self._run(name, f"create or replace view {quoted(name)} as {source}{f' where {where}' if where else ''}")

    def view(self, name: str, sql: str) -> None:
        """Make a query readable under a name, in place of what was there."""
        self._run(name, f"create or replace view {quoted(name)} as {sql}")

    def define(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""
        unordered = query.copy()
        unordered.set("order", None)  # rows of a table in memory have no order to keep
        if name not in {table.name for table in query.find_all(exp.Table)}:
            self.drop(name)  # a table does not replace a view
        self._run(name, f"create or replace temp table {quoted(name)} as {unordered.sql(DIALECT)}")

    def query(self, query: exp.Query | str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run a query and return its rows."""
        sql = query if isinstance(query, str) else query.sql(DIALECT)
        return fetch(self._connection, sql, parameters)

    def write(self, query: exp.Query | str, path: Path) -> None:
        """Run a query and store its rows, in order, as one Parquet file."""
        target = str(path).replace("'", "''")
        printed = query if isinstance(query, str) else self._printed(query)
        self._run(path.name, f"copy ({printed}) to '{target}' ({PARQUET_OPTIONS})")

    def drop(self, name: str) -> None:
        """Forget a name; nothing happens where it is unknown."""
        # Written out and not bound: binding a value makes DuckDB import pandas where it is installed, which takes half a second.
        literal = "'" + name.replace("'", "''") + "'"
        where = f"select table_type, table_catalog, table_schema from information_schema.tables where table_name = {literal}"
        for kind, *place in self._connection.execute(where).fetchall():
            whole = ".".join(quoted(part) for part in (*place, name))
            self._connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} if exists {whole}")

    def _printed(self, query: exp.Query) -> str:
        """The text of a query; the same tree comes again with each chunk of customers and is printed once."""
        if self._last is None or self._last[0] is not query:
            self._last = (query, query.sql(DIALECT))
        return self._last[1]

    def close(self) -> None:
        """Free memory; DuckDB removes what it spilled."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, name: str, sql: str) -> None:
        import duckdb

        try:
            self._connection.execute(sql)
        except duckdb.IOException as error:
            raise as_os_error(error) from error
        except duckdb.Error as error:
            raise QueryFailed(name=name, sql=sql, reason=str(error)) from error


def as_os_error(error: Exception) -> OSError:
    """A full disk or a missing file is not the query's fault; the lake says what to do about an OSError."""
    text = str(error)
    full = "no space left" in text.lower() or "max_temp_directory_size" in text
    return OSError(errno.ENOSPC if full else errno.EIO, text)


def fetch(connection: Any, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
    """Run one query on a connection and read it whole, on DuckDB 1.5 and 2.0 alike."""
    import duckdb

    try:
        # 2.0 hands rows over as Arrow without a copy only through a relation; on 1.5 a relation takes five times as long.
        if duckdb.__version__ >= "2":
            result = connection.sql(sql, params=dict(parameters) if parameters else None)
        else:
            result = connection.execute(sql, dict(parameters) if parameters else None)
        return result.to_arrow_table()
    except duckdb.IOException as error:
        raise as_os_error(error) from error
    except duckdb.Error as error:
        raise QueryFailed(name="query", sql=sql, reason=str(error)) from error
