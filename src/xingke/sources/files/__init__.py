"""Files of people: text with any delimiter and encoding, Excel, JSON and Parquet, read as text with row numbers and within bounds."""

from pathlib import Path

from xingke.sources.files.limits import FileRefused, Limits, nothing_in, too_large
from xingke.sources.files.markup import is_markup
from xingke.sources.files.raw import BadRow, RawBatch, RawFile, RawSheet

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".jsonl", ".ndjson", ".parquet")
STRANGERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x7fELF": "ELF",
}

__all__ = ["SUFFIXES", "BadRow", "FileRefused", "Limits", "RawBatch", "RawFile", "RawSheet", "read_raw"]


def read_raw(path: Path, *, limits: Limits | None = None, delimiter: str = "", encoding: str = "") -> RawFile:
    """Open a file by what it holds, not by its name.

    Parameters
    ----------
    delimiter, encoding
        For a text file whose own are known; found otherwise.

    Returns
    -------
    RawFile
        Nothing but the beginning was read; rows come from `RawSheet.batches()`.

    Raises
    ------
    FileRefused
        Nothing of it can be used; says why and what would do.
    """
    bounds = limits or Limits()
    if not path.is_file():
        raise FileRefused(zh=f"没有找到文件 {path.name}", en=f"there is no file {path.name}", path=path)
    size = path.stat().st_size
    if not size:
        raise nothing_in(path)
    if size > bounds.file_bytes:
        raise too_large(path, size, bounds.file_bytes)
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, kind in STRANGERS.items():
        if start.startswith(mark):
            raise _stranger(path, kind)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        from xingke.sources.files.excel import read_excel

        return read_excel(path, limits=bounds)
    if start.startswith(b"PAR1"):
        from xingke.sources.files.parquet_file import read_parquet

        return read_parquet(path, limits=bounds)
    if _is_json(path, start):
        from xingke.sources.files.json_file import read_json

        return read_json(path, limits=bounds)
    if is_markup(start):
        from xingke.sources.files.markup import read_markup

        return read_markup(path, limits=bounds, encoding=encoding)
    from xingke.sources.files.text_file import read_text

    return read_text(path, limits=bounds, delimiter=delimiter, encoding=encoding)


def _is_json(path: Path, start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"{" or (
        text[:1] == b"[" and (path.suffix.lower().startswith((".json", ".ndjson")) or text[1:].lstrip()[:1] in b"{]")
    )


def _stranger(path: Path, kind: str) -> FileRefused:
    return FileRefused(
        zh=f"{path.name} 是 {kind} 文件，不是数据表；可以上传 CSV、Excel（.xlsx）、JSON 或 Parquet",
        en=f"{path.name} is a {kind} file and no table; CSV, Excel (.xlsx), JSON and Parquet can be read",
        path=path,
    )
