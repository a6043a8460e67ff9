"""The files of a table as they are worked through: all at once, or, where they do not fit into memory, laid out by customer bucket first.

Laying out reads the files once and writes them once; every bucket is then read by itself, instead of all files again for each.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xingke.engine.duck import file_list
from xingke.schema import CUSTOMER_BUCKETS
from xingke.sources import reading
from xingke.sources.xingcheng.folder import ObservedTable

RAW = """
    select * exclude (filename, file_row_number), parse_filename(parse_dirpath(filename)) || '/' || parse_filename(filename) as file,
           file_row_number + 1 as place
    from read_parquet({files}, filename = true, file_row_number = true)
"""
LAID_OUT = "select * from read_parquet({files}, hive_partitioning = false)"


class Layout:
    """One table laid out; what was written for it is gone when nobody holds it any more."""

    def __init__(self, connection: Any, observed: ObservedTable) -> None:
        self.observed = observed
        self._parts: list[list[str]] = [list(observed.files)]
        self._form = RAW
        if observed.table.bucketed and observed.rows > reading.ONE_PASS_ROWS:
            self._lay_out(connection)

    def lines(self) -> Iterator[str]:
        """For each pass, the query of its rows with `file` and `place`, where they stand in the observed files."""
        for files in self._parts:
            yield self._form.format(files=file_list(files))

    def _lay_out(self, connection: Any) -> None:
        place = Path(tempfile.mkdtemp(prefix="xingke-layout-"))
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        rows = RAW.format(files=file_list(self.observed.files))
        with connection.cursor() as cursor:
            cursor.execute(
                f"copy (select *, coalesce(customer_id, 0) % {CUSTOMER_BUCKETS} as bucket from ({rows})) "
                f"to {file_list([str(place)])[1:-1]} (format parquet, compression snappy, partition_by (bucket), overwrite_or_ignore)"
            )
        folders = sorted(place.iterdir(), key=lambda folder: int(folder.name.partition("=")[2]))
        self._parts = [sorted(str(path) for path in folder.glob("*.parquet")) for folder in folders]
        self._form = LAID_OUT
