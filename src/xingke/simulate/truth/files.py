"""Files of truth: a form of their own, so that no reader of the product opens one, by intent or by a careless pattern.

Each file is eight bytes of magic and a compressed Arrow stream, named `*.truth`. A file `TRUTH` marks the folder; `load_source` and every
connector refuse a location that lies in such a folder (`xingke.sources.closed`).
"""

import io
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

from xingke.schema import Table
from xingke.simulate.errors import NotAWorld
from xingke.sources.closed import TRUTH_MARK
from xingke.words import both

MAGIC = b"XKTRUTH1"
OBSERVED = "observed"
__all__ = ["TRUTH_MARK", "TruthFolder", "TruthReader", "TruthWriter", "forget_future", "future_of"]


class TruthFolder:
    """The folder of truth of one world."""

    def __init__(self, world: Path) -> None:
        self.path = world / "truth"

    def make(self) -> None:
        """Make the folder and mark it."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / TRUTH_MARK).write_text("真相：仅评分程序可读。Truth: for the scorer alone.\n", encoding="utf-8")


FUTURE = "future"
"""Below the folder of truth: what comes after what can be observed, observed tables included."""


def future_of(world: Path) -> Path:
    """Where the closed future of a world lies, once it was revealed to the scorer."""
    return TruthFolder(world).path / FUTURE


def forget_future(world: Path) -> None:
    """Remove a future that is none any more, because the city has lived on otherwise."""
    shutil.rmtree(future_of(world), ignore_errors=True)


class TruthWriter:
    """Writes tables of truth in numbered parts, to the folder of truth or to another in its form."""

    def __init__(self, folder: TruthFolder | Path) -> None:
        self._path = folder if isinstance(folder, Path) else folder.path

    def put(self, table: Table, part: int, rows: Iterable[pa.Table]) -> None:
        """Store the rows as one part of a table, replacing that part."""
        place = self._path / table.name
        place.mkdir(parents=True, exist_ok=True)
        sink = io.BytesIO()
        with ipc.new_stream(sink, table.arrow_schema, options=ipc.IpcWriteOptions(compression="zstd")) as stream:
            for piece in rows:
                stream.write_table(piece.select(list(table.column_names)).cast(table.arrow_schema).combine_chunks())
        (place / f"part-{part:03d}.truth").write_bytes(MAGIC + sink.getvalue())


class TruthReader:
    """Reads tables of truth; for the scorer."""

    def __init__(self, world: Path) -> None:
        self._folder, self._future = TruthFolder(world).path, future_of(world)
        if not (self._folder / TRUTH_MARK).is_file():
            raise NotAWorld(path=world, reason=both("没有真相目录", "no truth folder"))

    def table(self, table: Table) -> pa.Table:
        """All parts of a table, in order, those of a revealed future behind; empty where the world has none."""
        return self._read(table, self._folder / table.name, self._future / table.name)

    def future(self, table: Table) -> pa.Table:
        """What would have been observed after the end, of a table that is observed up to it."""
        return self._read(table, self._future / OBSERVED / table.name)

    def _read(self, table: Table, *folders: Path) -> pa.Table:
        parts = [self._part(path) for folder in folders for path in sorted(folder.glob("part-*.truth"))]
        return pa.concat_tables([table.arrow_schema.empty_table(), *parts]).combine_chunks()

    def _part(self, path: Path) -> pa.Table:
        content = path.read_bytes()
        if content[: len(MAGIC)] != MAGIC:
            raise NotAWorld(path=path, reason=both("不是真相文件", "not a file of truth"))
        return ipc.open_stream(pa.BufferReader(content[len(MAGIC) :])).read_all()
