"""What a Singer tap writes to its standard output, loaded like a file of each of its streams.

The state behind the last loaded row is handed back, so that whoever runs the tap keeps it and starts the tap with it the next time: a state
is only told once every row before it is stored.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

from xingke.privacy.memory import memory_file
from xingke.sources.connectors.singer.messages import SingerBatch, singer_load
from xingke.sources.mapping import Mapping as ColumnsMapping
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.imports import import_add, mapping_of, require_answered, require_whole
from xingke_web.ingest.models import Import


@dataclass(frozen=True)
class TapLoaded:
    """One import a stream, records that did not fit their own schema by stream, and the state to start the tap with next time."""

    imports: tuple[Import, ...]
    rejected: Mapping[str, int]
    state: Mapping[str, Any] | None


def tap_load(lines: Iterable[str], *, workspace: WorkspaceInfo, mapping: ColumnsMapping | None = None) -> TapLoaded:
    """Read a tap to its end and load each stream.

    Parameters
    ----------
    mapping
        For taps of one stream; each stream keeps or gets a mapping by its columns otherwise, as files do.

    Raises
    ------
    xingke.sources.connectors.singer.messages.BadTap
        A line is no message of a tap; nothing is loaded.
    UserFacingError
        A stream cannot be mapped whole; streams before it are loaded, and no state is told.
    """
    with ExitStack() as held:
        files: dict[str, BinaryIO] = {}

        def write(batch: SingerBatch) -> None:
            for stream, table in batch.tables.items():
                if not table.num_rows:
                    continue
                if stream not in files:
                    files[stream] = held.enter_context(memory_file())
                for row in table.to_pylist():
                    files[stream].write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")

        result = singer_load(lines, write=write)
        imports = tuple(_load(file, stream, workspace, mapping) for stream, file in files.items())
    return TapLoaded(imports, result.rejected, result.state)


def _load(file: BinaryIO, stream: str, workspace: WorkspaceInfo, mapping: ColumnsMapping | None) -> Import:
    file.seek(0)
    kept = import_add(workspace=workspace, file=file, name=f"{stream}.jsonl", origin=Import.Origin.COMMAND, mapping=mapping)
    require_whole(mapping_of(kept))
    require_answered(kept)
    return load_now(kept.pk)
