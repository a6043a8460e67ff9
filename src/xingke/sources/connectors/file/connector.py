"""Files of a folder, each content once: CSV, Excel, JSON and Parquet as `xingke.sources.files` reads them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xingke.paths import matching
from xingke.sources.connectors.contract import Batch, Checked, Cursor, Mode, Rejected, Stream
from xingke.sources.connectors.errors import SourceUnreachable
from xingke.sources.connectors.rows import table_of_records
from xingke.sources.connectors.settings import Setting, SettingKind
from xingke.sources.files import RawSheet, read_raw
from xingke.words import both

SETTINGS = (
    Setting(name="folder", label=both("文件夹", "Folder"), required=True),
    Setting(name="pattern", label=both("文件名", "File names"), default="*", note=both("如 orders-*.csv", "such as orders-*.csv")),
    Setting(name="sheet", label=both("工作表", "Sheet"), note=both("留空为第一张", "empty for the first one")),
    Setting(
        name="settle_seconds",
        label=both("静置秒数", "Seconds to settle"),
        kind=SettingKind.NUMBER,
        default=30,
        minimum=0,
        maximum=86_400,
        note=both(
            "最后一次写入后等这么久才读，以免读到半个文件", "a file is read this long after it was last written, so that it is whole"
        ),
    ),
)


@dataclass(frozen=True)
class FileConnector:
    """Reads new and changed files of a folder in the order of their names; `now` is the time in seconds."""

    now: Callable[[], float] = time.time
    kind: str = field(default="file", init=False)
    label = both("文件夹", "Folder of files")
    note = both("定期放入文件夹的 CSV、Excel、JSON 或 Parquet", "CSV, Excel, JSON or Parquet that another system puts into a folder")
    settings = SETTINGS
    modes = (Mode.FULL, Mode.INCREMENTAL)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The folder; there is no secret."""
        return (settings["folder"],)

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Look whether the folder is there and its first file can be read."""
        found = _files(settings)
        if found:
            read_raw(found[0])
        return Checked(both(f"有 {len(found)} 个文件", f"there are {len(found)} files"))

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The one stream of the pattern, with the columns of its newest file."""
        found = _files(settings)
        sheet = _sheet(found[-1], settings["sheet"]) if found else None
        return (Stream(settings["pattern"], sheet.header if sheet else ()),)

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """Rows of each file that is new or has changed; the cursor moves on with a file's last row."""
        known: dict[str, str] = dict(cursor["files"]) if cursor else {}
        folder = Path(settings["folder"]).resolve()
        for path in _files(settings):
            status = path.stat()
            mark = f"{status.st_size}-{status.st_mtime_ns}"
            name = str(path.relative_to(folder))
            if known.get(name) == mark or self.now() - status.st_mtime < settings["settle_seconds"]:
                continue
            sheet = _sheet(path, settings["sheet"])
            for batch in sheet.batches() if sheet else ():
                odd = tuple(Rejected(f"{name}:{bad.row}", bad.reason, bad.text) for bad in batch.bad)
                yield Batch(batch.cells, None, odd, (name,) * batch.cells.num_rows)
            known[name] = mark
            yield Batch(table_of_records([]), {"files": dict(known)})


def _files(settings: Mapping[str, Any]) -> list[Path]:
    folder = Path(settings["folder"])
    if not folder.is_dir():
        raise SourceUnreachable(zh=f"没有文件夹 {folder}", en=f"there is no folder {folder}")
    return matching(settings["pattern"], folder)


def _sheet(path: Path, name: str) -> RawSheet | None:
    return read_raw(path).sheet(name)


CONNECTOR = FileConnector()
