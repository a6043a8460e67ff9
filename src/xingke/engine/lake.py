"""The lake: immutable table versions, published together by moving one pointer.

Layout below the root::

    <table>/v=<sequence>-<random>/part-*.parquet, _manifest.json   one version of one table
    snapshots/<sequence>.json                                      which version of each table belongs together
    CURRENT                                                        the name of the live snapshot file
    .writer                                                        held by the one writer while it lives

A reader follows CURRENT once and keeps what it found. A writer that dies leaves directories that no snapshot names; the
next writer removes them. Nothing that a snapshot names is ever changed.
"""

import errno
import fcntl
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.durable import make_folder, sync, write_whole
from xingke.engine.snapshot import MANIFEST, Snapshot, StoredFile, TableVersion, read_snapshot
from xingke.errors import ConfigurationError, TransientError, UserFacingError

FORMAT = 1
KEEP_SNAPSHOTS = 4
KEEP_FOR = timedelta(hours=1)
ROW_GROUP_ROWS = 122_880


class LakeEmpty(UserFacingError):
    """Nothing has been published in this lake yet."""


class LakeDamaged(ConfigurationError):
    """The pointer to the current snapshot, or the snapshot, cannot be read."""


class LakeTooNew(UserFacingError):
    """The lake was written by a newer version of the product."""


class LakeBusy(UserFacingError, TransientError):
    """Another writer holds the lake."""


class LakeWriteFailed(UserFacingError):
    """Writing failed (full disk, no permission); the last snapshot is still the current one."""


def _write_durably(path: Path, value: object) -> None:
    """Write JSON whole."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"))


def write_failed(error: OSError, root: Path) -> LakeWriteFailed:
    """Say what a failed write means: nothing is lost, and what to do."""
    if error.errno == errno.ENOSPC or "no space" in str(error).lower():
        zh, en = "磁盘空间不足，请清理后重试", "the disk is full; free some space and run it again"
    elif isinstance(error, PermissionError):
        zh, en = "没有写入权限，请检查目录属主与权限", "no permission to write; check the owner and mode of the directory"
    else:
        zh, en = f"写入失败：{error}", f"writing failed: {error}"
    return LakeWriteFailed(
        zh=f"数据湖 {root} {zh}；上一个快照仍然有效，没有数据丢失",
        en=f"lake {root}: {en}; the last snapshot is still current, nothing was lost",
        path=str(root),
    )


class TableDraft:
    """A table version being written; it counts only once its writer publishes."""

    def __init__(self, root: Path, name: str, sequence: int) -> None:
        self.name = name
        self.directory = f"{name}/v={sequence:06d}-{uuid.uuid4().hex[:8]}"
        self._root = root
        self._files: list[StoredFile] = []
        make_folder((root / self.directory).parent)
        (root / self.directory).mkdir()

    @property
    def has_files(self) -> bool:
        """Whether a file was counted in."""
        return bool(self._files)

    def path(self, file_name: str) -> Path:
        """Where to write a file of this version."""
        return self._root / self.directory / file_name

    def add(self, file_name: str, *, buckets: tuple[int, ...] = ()) -> None:
        """Count a written file in, after forcing it to disk."""
        path = self.path(file_name)
        sync(path)
        self._files.append(StoredFile(file_name, path.stat().st_size, pq.read_metadata(path).num_rows, buckets))

    def finish(
        self,
        *,
        now: datetime,
        seconds: float,
        engine: str,
        as_of: date | None = None,
        inputs: Mapping[str, str] | None = None,
        definitions: Mapping[str, str] | None = None,
    ) -> TableVersion:
        """Write the manifest; from here on the version is complete on disk."""
        schema = pq.read_schema(self.path(self._files[0].path)) if self._files else pa.schema([])
        version = TableVersion(
            name=self.name,
            directory=self.directory,
            files=tuple(self._files),
            rows=sum(file.rows for file in self._files),
            schema_fingerprint=";".join(f"{field.name}:{field.type}" for field in schema),
            created_at=now,
            seconds=round(seconds, 3),
            engine=engine,
            as_of=as_of,
            inputs=dict(inputs or {}),
            definitions=dict(definitions or {}),
        )
        _write_durably(self.path(MANIFEST), version.to_json())
        return version


class LakeWriter:
    """Collects new table versions and publishes them together."""

    def __init__(self, lake: "Lake", base: Snapshot | None, now: datetime) -> None:
        self._lake = lake
        self.now = now
        self._tables: dict[str, TableVersion] = dict(base.tables) if base else {}
        self.sequence = (base.sequence if base else 0) + 1

    @property
    def root(self) -> Path:
        """The lake's directory, which the directories of versions are relative to."""
        return self._lake.root

    @property
    def tables(self) -> Mapping[str, TableVersion]:
        """What the snapshot would hold if it were published now."""
        return self._tables

    @property
    def view(self) -> Snapshot:
        """The tables written so far, for the steps that read them before they are published."""
        return Snapshot(self._lake.root, self.sequence, self.now, dict(self._tables))

    def draft(self, name: str) -> TableDraft:
        """Begin a new version of a table."""
        return TableDraft(self._lake.root, name, self.sequence)

    def take(self, version: TableVersion) -> None:
        """Make a finished version part of the snapshot to come."""
        self._tables[version.name] = version

    def forget(self, name: str) -> None:
        """Leave a table out of the snapshot to come; its files are collected with the next retention."""
        self._tables.pop(name, None)

    def put(
        self, name: str, table: pa.Table, *, as_of: date | None = None, inputs: Mapping[str, str] | None = None, definition: str = "arrow"
    ) -> TableVersion:
        """Store an Arrow table as the new version of a small table."""
        draft = self.draft(name)
        pq.write_table(table, draft.path("part-0.parquet"), compression="zstd", row_group_size=ROW_GROUP_ROWS)
        draft.add("part-0.parquet")
        version = draft.finish(now=self.now, seconds=0.0, engine="arrow", as_of=as_of, inputs=inputs, definitions={name: definition})
        self.take(version)
        return version

    def publish(self) -> Snapshot:
        """Make everything taken so far current, in one move of the pointer."""
        for version in self._tables.values():
            sync(self._lake.root / version.directory)
            sync((self._lake.root / version.directory).parent)
        name = f"{self.sequence:06d}.json"
        content = {
            "format": FORMAT,
            "sequence": self.sequence,
            "created_at": self.now.isoformat(),
            "tables": {table: version.directory for table, version in self._tables.items()},
        }
        _write_durably(self._lake.root / "snapshots" / name, content)
        _write_durably(self._lake.root / "CURRENT", {"format": FORMAT, "snapshot": name})
        self._lake.collect(now=self.now)
        self.sequence += 1
        return self._lake.current()


class Lake:
    """A directory of immutable snapshots: any number of readers, one writer."""

    def __init__(self, root: Path, *, keep_snapshots: int = KEEP_SNAPSHOTS, keep_for: timedelta = KEEP_FOR) -> None:
        self.root = root
        self._keep_snapshots = keep_snapshots
        self._keep_for = keep_for

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not (self.root / "CURRENT").exists()

    def current_name(self) -> str:
        """The name of the live snapshot file.

        Raises
        ------
        LakeEmpty
            Nothing was published.
        LakeTooNew
            A newer version of the product wrote it.
        """
        try:
            pointer = json.loads((self.root / "CURRENT").read_text(encoding="utf-8"))
            named: str = pointer["snapshot"]
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged("CURRENT") from error
        except FileNotFoundError:
            raise LakeEmpty(
                zh=f"数据湖 {self.root} 中还没有数据，请先运行 `xingke run`",
                en=f"lake {self.root} holds nothing yet; run `xingke run` first",
                path=str(self.root),
            ) from None
        if pointer["format"] > FORMAT:
            raise LakeTooNew(
                zh=f"数据湖 {self.root} 由更新的版本写成（格式 {pointer['format']}，本程序支持到 {FORMAT}），请升级程序",
                en=f"lake {self.root} was written by a newer version (format {pointer['format']}, this one reads up to {FORMAT}); upgrade",
                path=str(self.root),
            )
        return named

    def current(self) -> Snapshot:
        """The live snapshot, pinned: what it names stays readable for the retention time."""
        name = self.current_name()
        try:
            return read_snapshot(self.root, name)
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(f"snapshots/{name}") from error

    @contextmanager
    def writer(self, *, now: datetime) -> Iterator[LakeWriter]:
        """Hold the lake for writing.

        Raises
        ------
        LakeBusy
            Another process or thread is writing.
        LakeWriteFailed
            The disk is full or the directory cannot be written; the last snapshot stays current.
        """
        try:
            make_folder(self.root / "snapshots")
            with (self.root / ".writer").open("a+") as lock:
                self._hold(lock)
                base = None if self.is_empty else self.current()
                self._remove_unnamed()
                yield LakeWriter(self, base, now)
        except OSError as error:
            raise write_failed(error, self.root) from error

    def collect(self, *, now: datetime) -> None:
        """Remove snapshots beyond the retention, and what only they named; never the current one.

        A writer that died before it moved the pointer leaves a snapshot file behind the current one.
        """
        current = self.current_name()
        names = sorted(path.name for path in (self.root / "snapshots").glob("*.json") if path.name <= current)
        for name in names[: -max(1, self._keep_snapshots)]:
            created_at = datetime.fromisoformat(json.loads((self.root / "snapshots" / name).read_text(encoding="utf-8"))["created_at"])
            if now - created_at > self._keep_for:
                (self.root / "snapshots" / name).unlink()
        self._remove_unnamed()

    def forget_past(self) -> int:
        """Remove every snapshot but the current one, and what only they named, whatever their age; returns how many there were.

        For the deletion of personal data, which must not wait for the retention. The caller holds the lake as its writer; a reader in the
        middle of a query over an older snapshot has to ask again.
        """
        current = self.current_name()
        past = [path for path in (self.root / "snapshots").glob("*.json") if path.name != current]
        for path in past:
            path.unlink()
        sync(self.root / "snapshots")
        self._remove_unnamed()
        return len(past)

    def _damaged(self, file: str) -> LakeDamaged:
        whole = sorted(path.name for path in (self.root / "snapshots").glob("*.json") if path.stat().st_size)
        zh = f"最近的完整快照是 {whole[-1]}" if whole else "没有可用的快照"
        en = f"the newest whole snapshot is {whole[-1]}" if whole else "there is no whole snapshot"
        return LakeDamaged(
            zh=f"数据湖 {self.root} 的文件 {file} 已损坏（{zh}）；请从备份恢复该文件后重试",
            en=f"lake {self.root}: the file {file} is damaged ({en}); restore it from the backup and try again",
            path=str(self.root / file),
        )

    def _hold(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeBusy(
                zh=f"数据湖 {self.root} 正在被另一个进程写入，请稍后重试",
                en=f"lake {self.root} is being written by another process; try again later",
                path=str(self.root),
            ) from None

    def _remove_unnamed(self) -> None:
        """Remove version directories that no stored snapshot names; only the writer calls this."""
        named: set[str] = set()
        for path in (self.root / "snapshots").glob("*.json"):
            named.update(json.loads(path.read_text(encoding="utf-8"))["tables"].values())
        for directory in self.root.glob("*/v=*"):
            if str(directory.relative_to(self.root)) not in named:
                shutil.rmtree(directory, ignore_errors=True)
        for leftover in (*self.root.glob("*.tmp"), *self.root.glob("snapshots/*.tmp")):
            with suppress(FileNotFoundError):
                leftover.unlink()
