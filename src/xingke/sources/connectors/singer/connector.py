"""A file that a Singer tap has written, such as `tap-x --config c.json > rows.jsonl`."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from xingke.sources.connectors.contract import Batch, Checked, Cursor, Mode, Stream
from xingke.sources.connectors.errors import SourceUnreachable
from xingke.sources.connectors.rows import table_of_records
from xingke.sources.connectors.settings import Setting
from xingke.sources.connectors.singer.messages import SingerBatch, singer_batches
from xingke.words import both

LOOKED_AT = 20_000
"""How many lines a check reads: nobody waits on a page for the whole of a large file."""

SETTINGS = (
    Setting(
        name="path",
        label=both("文件", "File"),
        required=True,
        note=both("tap 标准输出写成的文件", "what a tap wrote to its standard output, as a file"),
    ),
)


class SingerConnector:
    """Reads one stream of the file; each new content of the file is read once."""

    kind = "singer"
    label = both("Singer tap", "Singer tap")
    note = both("读取任何 Singer tap 的输出，保存它的 STATE", "the output of any Singer tap; its state is kept")
    settings = SETTINGS
    modes = (Mode.FULL, Mode.INCREMENTAL)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The file; there is no secret."""
        return (settings["path"],)

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Read the first messages of the file."""
        counts: dict[str, int] = {}
        for batch in _batches(settings, most=LOOKED_AT):
            for stream, table in batch.tables.items():
                counts[stream] = counts.get(stream, 0) + table.num_rows
        said = ", ".join(f"{stream} {rows:,}" for stream, rows in counts.items()) or "-"
        looked = both(f"看了前 {LOOKED_AT:,} 行以内", f"looked at {LOOKED_AT:,} lines at most")
        return Checked(both(f"文件可读：{said}", f"the file can be read: {said}"), (looked,))

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The streams that have records, with their columns."""
        columns: dict[str, dict[str, None]] = {}
        for batch in _batches(settings, most=LOOKED_AT):
            for stream, table in batch.tables.items():
                columns.setdefault(stream, {}).update(dict.fromkeys(table.column_names))
        return tuple(Stream(name, tuple(found)) for name, found in columns.items())

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """The stream's records with the state behind them; nothing where the file is the one that was read last."""
        path = _path(settings)
        known = path.stat()
        mark = f"{known.st_size}-{known.st_mtime_ns}"
        if cursor and cursor.get("file") == mark:
            return
        for batch in _batches(settings):
            rows = batch.tables.get(stream, table_of_records([]))
            yield Batch(rows, None, batch.rejected.get(stream, ()))
        yield Batch(table_of_records([]), {"file": mark, "state": batch.state})


def _path(settings: Mapping[str, Any]) -> Path:
    path = Path(settings["path"])
    if not path.is_file():
        raise SourceUnreachable(zh=f"没有文件 {path}", en=f"there is no file {path}")
    return path


def _batches(settings: Mapping[str, Any], *, most: int | None = None) -> Iterator[SingerBatch]:
    with _path(settings).open(encoding="utf-8", errors="replace") as lines:
        yield from singer_batches(islice(lines, most))


CONNECTOR = SingerConnector()
