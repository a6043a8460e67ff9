"""What was forced to the disk, and in which order: the calls of the operating system while a test runs.

A power cut keeps what was forced and may keep or lose anything else. So at every move of a file to its name its content has to be forced,
and at the end everything that was written, and every folder that names it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Forced:
    """The files and folders below a root whose present state was forced to the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._forced: dict[int, tuple[int, int]] = {}
        self.moves: list[tuple[str, list[str]]] = []
        """Each move to a name below the root, with what was not forced at that moment."""

    def unforced(self) -> list[str]:
        """What a power cut might lose now, by path; locks and what is being moved hold nothing."""
        places = [self._root, *self._root.rglob("*")]
        return sorted(str(place.relative_to(self._root)) for place in places if not self._is_safe(place))

    def note(self, descriptor: int) -> None:
        """A file or folder was forced."""
        status = os.fstat(descriptor)
        self._forced[status.st_ino] = (status.st_mtime_ns, status.st_size)

    def move(self, source: Any, target: Any) -> None:
        """Something takes its name."""
        if self._root in Path(target).parents:
            lost = [source for source in [Path(source)] if source.is_file() and not self._is_safe(source)]
            self.moves.append((Path(target).name, [place.name for place in lost]))

    def _is_safe(self, place: Path) -> bool:
        if not place.exists() or (place.is_file() and not place.stat().st_size):
            return True  # an empty file is a lock
        status = place.stat()
        return self._forced.get(status.st_ino) == (status.st_mtime_ns, status.st_size)


@contextmanager
def watched(root: Path) -> Iterator[Forced]:
    """Watch what is forced below a root while the block runs."""
    forced = Forced(root)
    fsync, fdatasync, replace, rename = os.fsync, os.fdatasync, os.replace, os.rename

    def noted(call: Any) -> Any:
        def run(file: Any) -> None:
            call(file)
            forced.note(file if isinstance(file, int) else file.fileno())

        return run

    def moved(call: Any) -> Any:
        def run(source: Any, target: Any, **more: Any) -> None:
            forced.move(source, target)
            call(source, target, **more)

        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", noted(fsync))
        patch.setattr(os, "fdatasync", noted(fdatasync))
        patch.setattr(os, "replace", moved(replace))
        patch.setattr(os, "rename", moved(rename))
        yield forced
