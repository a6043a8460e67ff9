"""Rejected events on their way back into the log.

The process that writes the log may be another than the one that shows the page, so they go through sealed files in a directory. A file is
removed once its events are on disk; one that is read twice does no harm, because its events are then repeats.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from xingke.durable import make_folder, write_whole
from xingke.events.blocks import Sealer
from xingke.events.event import Rejected
from xingke_web.tracking.places import retry_directory

PLACE: Final = "event_retry"


def retry_write(root: Path, lines: Sequence[bytes], sealer: Sealer) -> Path:
    """Leave rejected events to be taken again."""
    directory = retry_directory(root)
    make_folder(directory, mode=0o700)
    path = directory / f"{uuid.uuid4().hex}.events"
    write_whole(path, sealer.seal_bytes(b"\n".join(lines), place=PLACE))
    return path


def retries_in(root: Path) -> list[Path]:
    """The files that wait."""
    return sorted(retry_directory(root).glob("*.events"))


def retry_read(path: Path, sealer: Sealer) -> list[Rejected]:
    """The rejected events of a file."""
    return [Rejected.from_line(line) for line in sealer.open_bytes(path.read_bytes(), place=PLACE).split(b"\n")]


def retry_done(path: Path) -> None:
    """Remove a file whose events are in the log."""
    path.unlink(missing_ok=True)
