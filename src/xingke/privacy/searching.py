"""Looking for texts in every file below a directory: the proof that something is gone.

Parquet files are compressed, so that a search of their bytes proves nothing: their text columns are read. All other files are searched byte
by byte, for the text in UTF-8, UTF-16 and GB 18030.
"""

import mmap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def files_with(root: Path, texts: Iterable[str], *, leave_out: Iterable[Path] = ()) -> dict[str, list[str]]:
    """For every text that is found, the files below a root that hold it (relative); empty where there are none."""
    patterns = {text: tuple(dict.fromkeys(text.encode(encoding) for encoding in ENCODINGS)) for text in texts if text}
    left_out = tuple(path.resolve() for path in leave_out)
    found: dict[str, list[str]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(path.resolve().is_relative_to(each) for each in left_out):
            for text in _held(path, patterns):
                found.setdefault(text, []).append(str(path.relative_to(root)))
    return found


def _held(path: Path, patterns: Mapping[str, tuple[bytes, ...]]) -> list[str]:
    try:
        contents = list(_parquet_texts(path)) if path.suffix == ".parquet" else list(_bytes(path))
    except FileNotFoundError:  # a writer has just replaced it
        return []
    return [text for text, encoded in patterns.items() if any(_contains(content, each) for content in contents for each in encoded)]


def _contains(content: "bytes | mmap.mmap | memoryview", pattern: bytes) -> bool:
    if isinstance(content, memoryview):
        return pattern in bytes(content)
    return content.find(pattern) >= 0


def _bytes(path: Path) -> Iterator[mmap.mmap]:
    if path.stat().st_size:
        with path.open("rb") as file:
            yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _parquet_texts(path: Path) -> Iterator[bytes]:
    """The distinct texts of every text column, one behind the other."""
    schema = pq.read_schema(path)
    names = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    if not names:
        return
    for column in pq.read_table(path, columns=names, partitioning=None, read_dictionary=names).columns:
        for chunk in column.chunks:
            values = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
            yield "\0".join(text for text in values.to_pylist() if text).encode("utf-8")
