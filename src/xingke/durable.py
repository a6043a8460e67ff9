"""Files that survive a crash: each is whole or not there, and on the disk when the call returns.

One order everywhere: write beside the target, force the content to the disk, move it into place, force the folder that names it. A file
that is replaced without the first force can be empty after a power cut, and without the last it can be the old one again.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_UNFINISHED: Final = ".tmp"


def sync(path: Path) -> None:
    """Force a file's content, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unfinished(path: Path) -> Path:
    """A name beside `path` for a writer of its own; hand the written file to `put_in_place`."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{_UNFINISHED}")


def put_in_place(temporary: Path, path: Path) -> None:
    """Move a written file, or a folder whose files were forced before, to its name; it is on the disk afterwards."""
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Write a file that takes the place of `path` when the block ends well, and leaves what was there when it does not.

    Parameters
    ----------
    path
        In an existing folder.
    mode
        Permissions of the new file, less the process's mask.
    """
    temporary = unfinished(path)
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a small file whole."""
    with whole_file(path, mode=mode) as file:
        file.write(content)


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those above it, each named on the disk; nothing where it is there."""
    if path.is_dir():
        return
    make_folder(path.parent, mode=mode)
    path.mkdir(exist_ok=True, mode=mode)
    sync(path.parent)


def remove_folder(path: Path) -> bool:
    """Take a folder away at once, however long its files take to go; whether there was one."""
    gone = path.with_name(f".gone-{uuid.uuid4().hex[:8]}")
    try:
        path.rename(gone)
    except FileNotFoundError:
        return False
    sync(path.parent)
    shutil.rmtree(gone)
    return True
