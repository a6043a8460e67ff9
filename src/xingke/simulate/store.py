"""The folder of one world: what can be observed as Parquet, the truth apart, and what the world is in `world.json`."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.schema import Table
from xingke.simulate.errors import NotAWorld
from xingke.words import both

FORMAT = 2
"""Since 2 what is observed ends with history. A world of format 1 can be loaded and scored, and neither lived in nor revealed."""
OLDEST_FORMAT = 1
DESCRIPTION = "world.json"
OBSERVED = "observed"
FUTURE = "truth/future/"


@dataclass(frozen=True, slots=True)
class WorldInfo:
    """What a world is; everybody may know it.

    Parameters
    ----------
    kind
        `city`, or the name of a firm's world.
    history_ends_on
        The first day that is not history.
    is_clean
        Whether the systems' dirt was left out.
    ends_on, weeks
        Where what can be observed ends: with history, or with the last week that a city has lived since.
    format
        Of the folder and of the generator behind it.
    """

    kind: str
    size: str
    scenario: str
    seed: int
    is_clean: bool
    starts_on: date
    history_ends_on: date
    ends_on: date
    weeks: int
    format: int = FORMAT

    def write(self, world: Path) -> None:
        """Write `world.json`."""
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}
        (world / DESCRIPTION).write_text(json.dumps({"format": values.pop("format"), **values}, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, world: Path) -> "WorldInfo":
        """Read `world.json`; `NotAWorld` where there is none of a known format."""
        try:
            values: dict[str, Any] = json.loads((world / DESCRIPTION).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NotAWorld(path=world) from None
        if values.get("format") not in range(OLDEST_FORMAT, FORMAT + 1):
            raise NotAWorld(path=world, reason=both(f"需要格式 {FORMAT}", f"format {FORMAT} expected"))
        days = {name: date.fromisoformat(values[name]) for name in ("starts_on", "history_ends_on", "ends_on")}
        return cls(**{**values, **days})


def require_present(world: Path, info: WorldInfo) -> None:
    """Refuse a world that an earlier generator made where it would have to go on.

    Raises
    ------
    NotAWorld
        Its chance would not be that of this generator.
    """
    if info.format != FORMAT:
        raise NotAWorld(
            path=world,
            reason=both(
                "它由旧版本生成：仍可导入和评分，但不能继续生活或揭示",
                "an earlier version made it: it can still be loaded and scored, but neither lived in nor revealed",
            ),
        )


class ObservedWriter:
    """Writes observed tables as they come: one Parquet file a table and block of weeks, a row group a call."""

    def __init__(self, world: Path) -> None:
        self._root = world / OBSERVED
        self._open: dict[str, pq.ParquetWriter] = {}
        self._block = 0
        self.rows: dict[str, int] = {}

    def put(self, table: Table, rows: pa.Table) -> None:
        """Add rows to the open block of a table, in its exact schema."""
        writer = self._open.get(table.name)
        if writer is None:
            place = self._root / table.name
            place.mkdir(parents=True, exist_ok=True)
            writer = pq.ParquetWriter(place / f"part-{self._block:03d}.parquet", table.arrow_schema, compression="zstd")
            self._open[table.name] = writer
        exact = rows.select(list(table.column_names)).cast(table.arrow_schema)
        if exact.num_rows:
            writer.write_table(exact, row_group_size=max(exact.num_rows, 1))
        self.rows[table.name] = self.rows.get(table.name, 0) + exact.num_rows

    def close_block(self) -> None:
        """Finish the files of this block and begin the next."""
        for writer in self._open.values():
            writer.close()
        self._open.clear()
        self._block += 1

    def start_at(self, block: int) -> None:
        """Go on at a block; files of this block and later ones, left by an interrupted run, are removed."""
        self._block = block
        for path in self._root.glob("*/part-*.parquet"):
            if int(path.stem.removeprefix("part-")) >= block:
                path.unlink()


@contextmanager
def made_whole(out: Path) -> Iterator[Path]:
    """A folder to fill that takes the name `out` at the end; nothing of it stays where the filling fails or is interrupted."""
    out.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield making
        making.chmod(0o755)
        making.replace(out)
    finally:
        shutil.rmtree(making, ignore_errors=True)  # not there any more where it has taken its name


def world_hash(world: Path) -> str:
    """A digest over the names and bytes of every file of a world but a revealed future; equal worlds have equal digests."""
    digest = hashlib.sha256()
    for path in sorted(path for path in world.rglob("*") if path.is_file()):
        name = path.relative_to(world).as_posix()
        if name.startswith(FUTURE):
            continue
        digest.update(name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def world_rows(world: Path) -> dict[str, int]:
    """Rows of every observed table of a world, by its name; `NotAWorld` where there is none."""
    WorldInfo.read(world)
    rows: dict[str, int] = {}
    for path in sorted((world / OBSERVED).glob("*/part-*.parquet")):
        rows[path.parent.name] = rows.get(path.parent.name, 0) + pq.read_metadata(path).num_rows
    return rows


def table_of(table: Table, columns: Mapping[str, Any]) -> pa.Table:
    """Arrays by column name as a table in the exact schema; columns that are not given are empty."""
    length = max((len(values) for values in columns.values()), default=0)
    unknown = set(columns) - set(table.column_names)
    if unknown:
        raise KeyError(f"{table.name}: {', '.join(sorted(unknown))}")
    arrays = []
    for column in table.columns:
        kind = column.type.arrow
        values = columns.get(column.name)
        if values is None:
            arrays.append(pa.nulls(length, kind))
        elif isinstance(values, pa.Array | pa.ChunkedArray):
            arrays.append(values.cast(kind))
        else:
            arrays.append(pa.array(values, type=kind, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=table.arrow_schema)


def yuan(fen: Any) -> pa.Array:
    """Whole fen (hundredths of a yuan) as money with two decimals, without passing through a float."""
    import numpy as np

    whole = np.ascontiguousarray(fen, dtype=np.int64)
    words = np.empty((whole.size, 2), dtype=np.int64)
    words[:, 0], words[:, 1] = whole, whole >> 63
    return pa.Array.from_buffers(pa.decimal128(14, 2), whole.size, [None, pa.py_buffer(words)])


def concatenated(table: Table, parts: Iterable[pa.Table]) -> pa.Table:
    """The parts one behind the other, an empty table without any."""
    return pa.concat_tables([table.arrow_schema.empty_table(), *parts]).combine_chunks()
