"""Files in the clear that live in memory and end with their process, however it ends.

On Linux the memory is anonymous (`memfd_create`): no name leads to it, so nothing has to be removed and a killed process leaves nothing.
Elsewhere content stays in the process's own memory; a path to it is a file of the temporary folder, which the next opening removes where
its process is gone.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

_PREFIX: Final = "xingke-clear-"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - memory that looks like a directory


def memory_file() -> BinaryIO:
    """An empty file to write and read, in memory alone."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("xingke", os.MFD_CLOEXEC), "w+b")
    return io.BytesIO()


@contextmanager
def memory_path(name: str) -> Iterator[tuple[BinaryIO, Path]]:
    """A file in memory with a path under a name, for readers that want one; both are gone afterwards.

    Parameters
    ----------
    name
        The last part of the path, as messages should say it.

    Yields
    ------
    The open file, to be filled and flushed, and the path, good for this process.
    """
    folder = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
    _remove_orphans(folder)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=folder) as place:
        path = Path(place) / name
        if hasattr(os, "memfd_create"):
            with memory_file() as file:
                path.symlink_to(f"/proc/{os.getpid()}/fd/{file.fileno()}")
                yield file, path
        else:
            with path.open("w+b") as file:
                yield file, path


def memory_free() -> int | None:
    """Bytes of memory that may still be filled, as the system estimates them; nothing where it does not say."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _remove_orphans(folder: Path) -> None:
    """Remove what processes that were killed left: their link to nothing, or where the system has no anonymous memory, their file."""
    for place in folder.glob(f"{_PREFIX}*"):
        owner = place.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _is_running(int(owner)):
            shutil.rmtree(place, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
