"""Spark, for facts beyond one machine: the same steps, each persisted and read back."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from xingke.engine.dialect import SPARK, for_spark
from xingke.engine.duck import DuckEngine
from xingke.engine.lake import ROW_GROUP_ROWS
from xingke.engine.step import DIALECT
from xingke.errors import MissingExtra, QueryFailed

HUGE = "HUGEINT"
"""DuckDB's sum of integers: a decimal without places in Arrow and on Spark, a double in a file."""

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.adaptive.enabled": "true",
}
LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def spark_session(*, master: str = "", memory_mb: int = 2048) -> Any:
    """The Spark session of this process, started where there is none; it ends with the process.

    Parameters
    ----------
    master
        Where Spark runs; the environment's, or all cores of this machine, where it is empty.

    Raises
    ------
    MissingExtra
        PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtra(feature="Spark", extra="spark") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    cores = os.cpu_count() or 1
    builder = SparkSession.builder.appName("xingke").master(master or os.environ.get("SPARK_MASTER", f"local[{cores}]"))
    settings = {**SETTINGS, **LOCAL, "spark.driver.memory": f"{memory_mb}m", "spark.sql.shuffle.partitions": str(2 * cores)}
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


class SparkEngine:
    """Queries on Spark, printed from the canonical tree.

    Every defined name is written to a scratch directory and read back, so that two readers do not compute it twice. What types a
    result has, DuckDB says, which plans the same query over empty tables: integers, decimals and days come out as it stores them.

    Parameters
    ----------
    session
        A session to work in; the one of the process otherwise, which stays when the engine is closed.
    scratch
        A directory that driver and workers share; below the system's temporary directory if not given.
    """

    name = "spark"
    chunk_rows: int | None = 2**62
    composes = False
    """Everything at once: Spark spills by itself, and each chunk would cost a second or two of planning a step."""

    def __init__(self, *, session: Any = None, memory_mb: int = 2048, scratch: Path | None = None) -> None:
        self._session = (session or spark_session(memory_mb=memory_mb)).newSession()
        for key, value in SETTINGS.items():
            self._session.conf.set(key, value)
        self._scratch = (scratch or Path(tempfile.gettempdir())) / f"xingke-spark-{uuid.uuid4().hex[:8]}"
        self._scratch.mkdir(parents=True)
        self._planner = DuckEngine(memory_mb=256, threads=1)
        self._stored: dict[str, Path] = {}

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name."""
        directory = self._scratch / f"{name}-{uuid.uuid4().hex[:8]}"
        directory.mkdir()
        pq.write_table(table, directory / "part-0.parquet", compression="zstd")
        self.scan(name, [str(directory / "part-0.parquet")])
        self._replace(name, directory)

    def scan(self, name: str, files: Sequence[str], where: str = "") -> None:
        """Make Parquet files readable under a name, or those of their rows that a condition keeps, without reading them now."""
        self._planner.drop(name)
        self._planner.scan(name, files)
        rows = self._session.read.parquet(*files)
        if where:
            rows = rows.where(parse_one(where, read=DIALECT).sql(SPARK))
        rows.createOrReplaceTempView(name)
        self._replace(name, None)

    def define(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""
        unordered = query.copy()
        unordered.set("order", None)
        directory = self._scratch / f"{name}-{uuid.uuid4().hex[:8]}"
        types = self._run(unordered, directory, name=name)
        columns = ", ".join(f'cast(null as {type_}) as "{column}"' for column, type_ in types.items())
        self._planner.drop(name)
        self._planner.query(f'create table "{name}" as select {columns} where false')
        self._session.read.parquet(str(directory)).createOrReplaceTempView(name)
        self._replace(name, directory)

    def query(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows."""
        directory = self._scratch / f"query-{uuid.uuid4().hex[:8]}"
        types = self._run(query, directory, name="query")
        try:
            schema = self._arrow_schema(types)
            return pa.Table.from_batches(_batches(directory, schema), schema=schema)
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def write(self, query: exp.Query, path: Path) -> None:
        """Run a query and store its rows, in order, as one Parquet file."""
        directory = self._scratch / f"write-{uuid.uuid4().hex[:8]}"
        types = self._run(query, directory, name=path.name)
        schema = self._arrow_schema({column: "DOUBLE" if type_ == HUGE else type_ for column, type_ in types.items()})
        try:
            with pq.ParquetWriter(path, schema, compression="zstd", store_decimal_as_integer=True) as file:
                for batch in _batches(directory, schema):
                    file.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def drop(self, name: str) -> None:
        """Forget a name; nothing happens where it is unknown."""
        self._session.catalog.dropTempView(name)
        self._planner.drop(name)
        self._replace(name, None)

    def close(self) -> None:
        """Remove what was persisted; Spark itself stays for the next engine of the process."""
        for view in self._session.catalog.listTables():
            self._session.catalog.dropTempView(view.name)
        self._planner.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _replace(self, name: str, directory: Path | None) -> None:
        """Remember where a name's rows are kept, and remove the rows it had before."""
        before = self._stored.pop(name, None)
        if before is not None:
            shutil.rmtree(before, ignore_errors=True)
        if directory is not None:
            self._stored[name] = directory

    def _types(self, query: exp.Query) -> dict[str, str]:
        """The canonical type of every column, as DuckDB plans it."""
        described = self._planner.query(f"describe {query.sql(DIALECT)}")
        return dict(zip(described["column_name"].to_pylist(), described["column_type"].to_pylist(), strict=True))

    def _arrow_schema(self, types: dict[str, str]) -> pa.Schema:
        columns = ", ".join(f'cast(null as {type_}) as "{name}"' for name, type_ in types.items())
        schema: pa.Schema = self._planner.query(f"select {columns} where false").schema
        return schema

    def _run(self, query: exp.Query, directory: Path, *, name: str) -> dict[str, str]:
        """Run a query into a directory, every column in its canonical type."""
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql import functions

        types = self._types(query)
        sql = for_spark(query).sql(SPARK)
        try:
            rows = self._session.sql(sql)
            typed = [functions.col(f"`{column}`").cast(_spark_type(type_)).alias(column) for column, type_ in types.items()]
            rows.select(*typed).write.parquet(str(directory))
        except (PySparkException, Py4JJavaError) as error:
            raise QueryFailed(name=name, sql=sql, reason=str(error)) from error
        return types


def _spark_type(type_: str) -> str:
    return "DECIMAL(38, 0)" if type_ == HUGE else exp.DataType.build(type_, dialect=DIALECT).sql(SPARK)


def _batches(directory: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """What Spark wrote, in the order of its numbered parts."""
    for part in sorted(directory.glob("part-*.parquet")):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(batch_size=ROW_GROUP_ROWS):
                yield batch.cast(schema)
