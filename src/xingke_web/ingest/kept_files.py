"""Uploads as they are kept: sealed on the disk, in the clear in memory alone and only while they are read."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa

from xingke.durable import make_folder, whole_file, write_whole
from xingke.errors import UserFacingError
from xingke.paths import file_name
from xingke.privacy import Vault
from xingke.privacy.files import file_key_id
from xingke.privacy.memory import memory_free, memory_path
from xingke.schema.findings import quarantine_of
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.ingest.models import Import

DIRECTORY: Final = "uploads"
CHUNK: Final = 1 << 20


class NoRoom(UserFacingError):
    """There is not enough memory to open an upload."""


class FileGone(UserFacingError):
    """The upload is no longer kept."""


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def readable(self) -> bool:
        """Reading is all it does."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        part = self._file.read(size)
        self.digest.update(part)
        self.size += len(part)
        return part


def file_keep(kept: Import, workspace: WorkspaceInfo, file: BinaryIO) -> None:
    """Seal an upload below the workspace's lake; sets its size and digest."""
    hashed = _Hashed(file)
    path = _path(kept, workspace, "upload")
    make_folder(path.parent, mode=0o700)
    with whole_file(path, mode=0o600) as target:
        vault_of(workspace.id).seal_file(hashed, target, place=_place(kept, "upload"))  # type: ignore[arg-type]  # reads, which is all that is asked
    kept.size_bytes, kept.sha256 = hashed.size, hashed.digest.hexdigest()


@contextmanager
def file_opened(kept: Import, workspace: WorkspaceInfo) -> Iterator[Path]:
    """The upload in the clear, under its own name in memory that is gone afterwards, also when the process is killed.

    Raises
    ------
    FileGone
        It was removed.
    NoRoom
        It does not fit into the memory that is free.
    """
    path = _path(kept, workspace, "upload")
    if not path.exists():
        raise FileGone(zh=f"文件「{kept.file_name}」已不在保存区，请重新上传", en=f"'{kept.file_name}' is no longer kept; upload it again")
    free = memory_free()
    if free is not None and free < kept.size_bytes * 1.1:
        raise NoRoom(
            zh=f"内存不足以打开「{kept.file_name}」（{kept.size_bytes / 1e6:,.0f} MB），请拆分后再上传",
            en=f"there is not enough memory to open '{kept.file_name}' ({kept.size_bytes / 1e6:,.0f} MB); split it and upload the parts",
        )
    with memory_path(file_name(kept.file_name)) as (target, clear):
        with path.open("rb") as source:
            vault_of(workspace.id).open_file(source, target, place=_place(kept, "upload"))
        target.flush()
        yield clear


def held_keep(kept: Import, workspace: WorkspaceInfo, quarantine: pa.Table) -> None:
    """Seal the rows that stayed outside, in place of those kept before."""
    sealed_rows_write(_path(kept, workspace, "held"), quarantine, vault_of(workspace.id), place=_place(kept, "held"))


def held_of(kept: Import, workspace: WorkspaceInfo) -> pa.Table:
    """The rows that stayed outside; none before a load."""
    path = _path(kept, workspace, "held")
    if not path.exists():
        return quarantine_of()
    return sealed_rows_read(path, vault_of(workspace.id), place=_place(kept, "held"))


def sealed_rows_write(path: Path, rows: pa.Table, vault: Vault, *, place: str) -> None:
    """Write rows sealed and whole: a crash leaves the rows that were kept before, or these."""
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, rows.schema) as writer:
        writer.write_table(rows)
    make_folder(path.parent, mode=0o700)
    write_whole(path, vault.seal_bytes(buffer.getvalue(), place=place), mode=0o600)


def sealed_rows_read(path: Path, vault: Vault, *, place: str) -> pa.Table:
    """Rows that `sealed_rows_write` wrote."""
    with pa.ipc.open_stream(vault.open_bytes(path.read_bytes(), place=place)) as reader:
        return reader.read_all()


def files_forget(kept: Import, workspace: WorkspaceInfo) -> None:
    """Remove what is kept of an import."""
    for what in ("upload", "held"):
        _path(kept, workspace, what).unlink(missing_ok=True)


def files_resealed(kept: Import, workspace: WorkspaceInfo, vault: Vault) -> int:
    """Put what is kept of an import under the vault's present key; returns how many files were under another one."""
    done = 0
    for what in ("upload", "held"):
        path = _path(kept, workspace, what)
        if not path.exists():
            continue
        with path.open("rb") as file:
            stale = file_key_id(file.read(16)) not in ("", vault.key_id)
        if stale:
            clear = io.BytesIO()
            with path.open("rb") as source:
                vault.open_file(source, clear, place=_place(kept, what))
            clear.seek(0)
            with whole_file(path, mode=0o600) as target:
                vault.seal_file(clear, target, place=_place(kept, what))
            done += 1
    return done


def work_file(kept: Import, workspace: WorkspaceInfo) -> Path:
    """What a process locks while it works on an import."""
    return _path(kept, workspace, "working")


def _path(kept: Import, workspace: WorkspaceInfo, what: str) -> Path:
    return workspace.lake_path / DIRECTORY / f"{kept.pk}.{what}"


def _place(kept: Import, what: str) -> str:
    return f"import {kept.pk} {what}"
