"""Paths that come from a form, a setting, a mapping or an archive: resolved, and held inside their root.

A link that lies directly in the root is the administrator's, and leads to a folder that is a root of its own. A link deeper down may not
lead out: whoever may write files into a folder must not choose which files of the machine are read.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from xingke.errors import ConfigurationError

MOST_FILES = 10_000
_NAME_BYTES = 200
_WINDOWS = re.compile(r"^[A-Za-z]:|\\")
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


class OutsideRoot(ConfigurationError):
    """A path that leads out of the folder that it belongs to."""

    def __init__(self, path: str, root: Path) -> None:
        shown = path.replace("\x00", "\\0")[:120]
        super().__init__(
            zh=f"「{shown}」不在目录 {root} 之内；请写该目录内的相对路径，不含 ..、~、盘符和反斜杠",
            en=f"'{shown}' is not inside {root}; write a path below it, without '..', '~', a drive or backslashes",
        )


class TooManyFiles(ConfigurationError):
    """More files than are listed."""


def held(path: str | Path, root: Path) -> Path:
    """The path with its links resolved, if it lies in the root; it need not exist.

    Parameters
    ----------
    path
        Relative to the root, or absolute and inside it.

    Raises
    ------
    OutsideRoot
        It leads out, by whatever spelling or link.
    """
    text = str(path)
    parts = Path(text).parts
    if "\x00" in text or _WINDOWS.search(text) or ".." in parts or text.startswith("~"):
        raise OutsideRoot(text, root)
    whole = root / text
    if not whole.is_relative_to(root) and not whole.is_relative_to(root.resolve()):
        raise OutsideRoot(text, root)
    resolved = whole.resolve()
    if not any(resolved.is_relative_to(one) for one in _roots(root)):
        raise OutsideRoot(text, root)
    return resolved


def _roots(root: Path) -> Iterator[Path]:
    yield root.resolve()
    if root.is_dir():
        yield from (one.resolve() for one in root.iterdir() if one.is_symlink())


def matching(pattern: str, folder: Path) -> list[Path]:
    """Files of a folder by a pattern such as `orders-*.csv`, `*/orders.csv` or `**/*.xlsx`, by name; hidden ones are left out.

    Raises
    ------
    OutsideRoot
        The pattern leads out of the folder, or a file that it finds is a link that does.
    TooManyFiles
        It finds more than are listed.
    """
    parts = pattern.split("/")
    if "\x00" in pattern or _WINDOWS.search(pattern) or {"", ".", ".."} & set(parts) or pattern.startswith("~"):
        raise OutsideRoot(pattern, folder)
    if any("**" in part and part != "**" for part in parts):
        raise OutsideRoot(pattern, folder)
    inside, found = folder.resolve(), []
    for path in inside.glob(pattern):
        if any(part.startswith(".") for part in path.relative_to(inside).parts) or not path.is_file():
            continue
        if not path.resolve().is_relative_to(inside):
            raise OutsideRoot(str(path.relative_to(inside)), folder)
        found.append(path)
        if len(found) > MOST_FILES:
            raise TooManyFiles(
                zh=f"「{pattern}」匹配超过 {MOST_FILES:,} 个文件；请写得更窄，或把旧文件移走",
                en=f"'{pattern}' matches more than {MOST_FILES:,} files; make it narrower, or move old files away",
            )
    return sorted(found)


def file_name(text: str, *, otherwise: str = "file") -> str:
    """A name that a browser or an archive gives, as a file of one folder may be called: the last part, in whatever system's spelling."""
    last = re.split(r"[/\\]", text.replace("\x00", ""))[-1].strip()
    last = "".join(letter for letter in last if letter.isprintable() and letter not in ':*?"<>|').strip(". ")
    if len(last.encode()) > _NAME_BYTES:  # file systems count bytes, and a Chinese character has three; the ending is what readers go by
        last = last.encode()[-_NAME_BYTES:].decode("utf-8", "ignore").strip(". ")
    return last if last and not _DEVICES.match(last) else otherwise
