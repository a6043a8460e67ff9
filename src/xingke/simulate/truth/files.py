"""Files of truth: a form of their own, so that no reader of the product opens one, by intent or by a careless pattern.

Each file is eight bytes of magic and a compressed Arrow stream, named `*.truth`. A file `TRUTH` marks the folder; `load_source` and every
connector refuse a location that lies in such a folder (`xingke.sources.closed`).
"""

import io
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

from xingke.schema import Table
from xingke.simulate.errors import NotAWorld
from xingke.sources.closed import TRUTH_MARK
from xingke.words import both

MAGIC = b"XKTRUTH1"
__all__ = ["TRUTH_MARK", "TruthFolder", "TruthReader", "TruthWriter"]


class TruthFolder:
    """The folder of truth of one world."""

    def __init__(self, world: Path) -> None:
        self.path = world / "truth"

    def make(self) -> None:
        """Make the folder and mark it."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / TRUTH_MARK).write_text("真相：仅评分程序可读。Truth: for the scorer alone.\n", encoding="utf-8")


class TruthWriter:
    """Writes tables of truth in numbered parts."""

    def __init__(self, folder: TruthFolder) -> None:
        self._folder = folder

    def put(self, table: Table, part: int, rows: Iterable[pa.Table]) -> None:
        """Store the rows as one part of a table, replacing that part."""
        place = self._folder.path / table.name
        place.mkdir(parents=True, exist_ok=True)
        sink = io.BytesIO()
        with ipc.new_stream(sink, table.arrow_schema, options=ipc.IpcWriteOptions(compression="zstd")) as stream:
            for piece in rows:
                stream.write_table(piece.select(list(table.column_names)).cast(table.arrow_schema).combine_chunks())
        (place / f"part-{part:03d}.truth").write_bytes(MAGIC + sink.getvalue())


class TruthReader:
    """Reads tables of truth; for the scorer."""

    def __init__(self, world: Path) -> None:
        self._folder = TruthFolder(world)
        if not (self._folder.path / TRUTH_MARK).is_file():
            raise NotAWorld(path=world, reason=both("没有真相目录", "no truth folder"))

    def table(self, table: Table) -> pa.Table:
        """All parts of a table, in order; empty where the world has none."""
        parts = [self._part(path) for path in sorted((self._folder.path / table.name).glob("part-*.truth"))]
        return pa.concat_tables([table.arrow_schema.empty_table(), *parts]).combine_chunks()

    def _part(self, path: Path) -> pa.Table:
        content = path.read_bytes()
        if content[: len(MAGIC)] != MAGIC:
            raise NotAWorld(path=path, reason=both("不是真相文件", "not a file of truth"))
        return ipc.open_stream(pa.BufferReader(content[len(MAGIC) :])).read_all()
