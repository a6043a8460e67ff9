"""The ids of all events that ever came, on disk: a repeated one is told, however old it is.

An id is a 128-bit digest of (system, messageId). New ids are kept in memory and are also in the log, from which they are read again after a
crash. Each time `memory_ids` have gathered they are written as a sorted run; runs of similar size are merged, so that there are about
log2(ids / memory_ids) of them. A look-up is a binary search in files that are mapped into memory: what is held in memory does not grow with
the number of ids (the operating system keeps of the files what is used). 16 bytes an id on disk; two ids collide with a probability
of n^2 / 2^129 (10^-18 for 10^10 events).
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from xingke.durable import make_folder, whole_file, write_whole
from xingke.events.blocks import DIGEST, digests_of
from xingke.events.log import START, Position, segment_path, segments

MEMORY_IDS: Final = 200_000
_MERGE_ROWS: Final = 1_000_000
_Ids = np.ndarray[Any, np.dtype[np.uint64]]


def digest(system: str, event_id: str) -> bytes:
    """The 128-bit id of an event."""
    return blake2b(f"{system}\0{event_id}".encode(), digest_size=DIGEST).digest()


@dataclass(frozen=True, slots=True)
class Run:
    """A sorted file of ids: all high halves, then all low halves."""

    path: Path
    high: _Ids
    low: _Ids

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Map a run into memory."""
        ids = np.memmap(path, dtype=np.uint64, mode="r").view(np.ndarray)  # a plain array: asking a memmap costs ten times as much
        half = len(ids) // 2
        return cls(path, ids[:half], ids[half:])

    def __len__(self) -> int:
        return len(self.high)

    def has(self, high: _Ids, low: _Ids) -> list[int]:
        """Which of the ids, by index, are in the run."""
        first = np.searchsorted(self.high, high)
        close = np.flatnonzero(self.high[np.minimum(first, len(self) - 1)] == high)
        return [int(index) for index in close if self._at(int(first[index]), high[index], low[index])]

    def _at(self, place: int, high: np.uint64, low: np.uint64) -> bool:
        while place < len(self) and self.high[place] == high:
            if self.low[place] == low:
                return True
            place += 1
        return False


@dataclass(frozen=True, slots=True)
class Frozen:
    """Ids on their way to a run, and the position in the log before which all ids are in runs once it is written."""

    ids: frozenset[bytes]
    position: Position


class Seen:
    """The set of ids of one workspace. One thread asks and adds; `write` may run in another.

    Parameters
    ----------
    root
        Directory of the workspace's events, with its log recovered.
    """

    def __init__(self, root: Path, *, memory_ids: int = MEMORY_IDS) -> None:
        self._root, self._directory = root, root / "seen"
        make_folder(self._directory, mode=0o700)
        self._memory_ids = memory_ids
        names, self.position = _manifest(self._directory)
        self._runs = [Run.open(self._directory / name) for name in names]
        self._remove_others(names)
        self._fresh: set[bytes] = set()
        self._frozen: Frozen | None = None
        for number in segments(root):
            if number >= self.position.segment:
                start = self.position.offset if number == self.position.segment else 0
                for joined in digests_of(segment_path(root, number), start=start):
                    self._fresh.update(joined[at : at + DIGEST] for at in range(0, len(joined), DIGEST))

    def __len__(self) -> int:
        return len(self._fresh) + (len(self._frozen.ids) if self._frozen else 0) + sum(len(run) for run in self._runs)

    def known(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those of the ids that came before."""
        found = self._fresh.intersection(ids)
        if self._frozen is not None:
            found |= self._frozen.ids.intersection(ids)
        if self._runs and ids:
            pairs = np.frombuffer(b"".join(ids), dtype=">u8").astype(np.uint64).reshape(-1, 2)
            high, low = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
            for run in self._runs:
                found.update(ids[index] for index in run.has(high, low))
        return found

    def add(self, ids: Iterable[bytes]) -> None:
        """Remember ids that are in the log."""
        self._fresh.update(ids)

    def freeze(self, position: Position) -> Frozen | None:
        """Set the gathered ids apart to be written, when there are enough; all of them lie before `position`."""
        if self._frozen is not None or len(self._fresh) < self._memory_ids:
            return None
        self._frozen = Frozen(frozenset(self._fresh), position)
        self._fresh = set()
        return self._frozen

    def write(self, frozen: Frozen) -> list[Run]:
        """Write a run, merge it with those of its size, and make the result the one that counts after a restart."""
        joined = np.frombuffer(b"".join(frozen.ids), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        order = np.lexsort((joined[:, 1], joined[:, 0]))
        runs = [*self._runs, self._stored([joined[order]], len(joined))]
        while len(runs) > 1 and len(runs[-2]) <= 2 * len(runs[-1]):
            runs[-2:] = [self._merged(runs[-2], runs[-1])]
        self._state([run.path.name for run in runs], frozen.position)
        return runs

    def adopt(self, frozen: Frozen, runs: list[Run]) -> None:
        """Ask the new runs from now on; the files that they replace are removed."""
        self._runs, self._frozen, self.position = runs, None, frozen.position
        self._remove_others([run.path.name for run in runs])

    def thaw(self, frozen: Frozen) -> None:
        """Take the ids back that could not be written."""
        self._fresh |= frozen.ids
        self._frozen = None

    def _merged(self, left: Run, right: Run) -> Run:
        return self._stored(_merge(left, right), len(left) + len(right))

    def _stored(self, parts: Iterable["_Ids"], rows: int) -> Run:
        number = max((int(path.stem) for path in self._directory.glob("*.ids")), default=0) + 1
        path = self._directory / f"{number:012d}.ids"
        with whole_file(path) as file:
            file.truncate(rows * DIGEST)
            place = 0
            for part in parts:
                for column in (0, 1):
                    file.seek((column * rows + place) * 8)
                    file.write(np.ascontiguousarray(part[:, column]).tobytes())
                place += len(part)
        return Run.open(path)

    def _state(self, names: list[str], position: Position) -> None:
        content = json.dumps({"runs": names, "position": str(position)})
        write_whole(self._directory / "MANIFEST", f"{zlib.crc32(content.encode()):08x} {content}".encode("ascii"))

    def _remove_others(self, names: list[str]) -> None:
        for path in self._directory.glob("*.ids"):
            if path.name not in names:
                path.unlink()


def remembered_from(root: Path) -> Position:
    """The position from which the log is needed to know all ids: segments before it may go."""
    return _manifest(root / "seen")[1]


def _manifest(directory: Path) -> tuple[list[str], Position]:
    try:
        _, _, content = (directory / "MANIFEST").read_text(encoding="ascii").partition(" ")
    except FileNotFoundError:
        return [], START
    state = json.loads(content)
    return state["runs"], Position.parse(state["position"])


def _merge(left: Run, right: Run) -> Iterable["_Ids"]:
    """Both runs in order, in parts of about a million rows: equal ranges of the ids, which are spread evenly."""
    parts = max(1, (len(left) + len(right)) // _MERGE_ROWS)
    bounds = [np.uint64(((1 << 64) - 1) // parts * (index + 1)) for index in range(parts - 1)]
    cuts = [[0, *np.searchsorted(run.high, np.array(bounds, dtype=np.uint64)).tolist(), len(run)] for run in (left, right)]
    for index in range(parts):
        pieces = [
            np.column_stack((run.high[cut[index] : cut[index + 1]], run.low[cut[index] : cut[index + 1]]))
            for run, cut in zip((left, right), cuts, strict=True)
        ]
        both = np.concatenate(pieces)
        yield both[np.lexsort((both[:, 1], both[:, 0]))]
