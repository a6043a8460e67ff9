"""A disk that is full, a directory that may not be written: a clear error, and the last snapshot stays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tests.facts import NOW, lake_of, random_facts
from xingke.engine import Lake, LakeDamaged, LakeWriteFailed

DERIVE = """
import os, resource, sys
from datetime import UTC, date, datetime
from pathlib import Path
from xingke.engine import Lake, LakeWriteFailed
from xingke.loop import derive
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both
root, how = Path(sys.argv[1]), sys.argv[2]
import duckdb, sqlglot, pyarrow.parquet  # before rights are dropped: the interpreter may live where nobody cannot read
library = TagLibrary(general_tags())
steps = library.steps()
duckdb.connect().close()
if how == "small_files":
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
elif how == "nobody":
    import pwd
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
try:
    with Lake(root).writer(now=datetime.now(UTC)) as writer:
        derive(writer, library, TierScheme("x", both("x", "x")), as_of=date(2026, 11, 1), now=datetime.now(UTC))
        writer.publish()
except LakeWriteFailed as error:
    print(error.text("en"))
    print(error.text("zh"))
    sys.exit(3)
"""


def derive_in_a_process(root: Path, how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DERIVE, str(root), how]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def assert_failed_and_kept(lake: Lake, done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 3, done.stderr
    for word in ("nothing was lost", "没有数据丢失", *words):
        assert word in done.stdout
    assert lake.current().sequence == 1
    assert derive_in_a_process(lake.root, "freely").returncode == 0
    assert lake.current().sequence == 2
    assert lake.current().tables["portrait"].rows == 60


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of(tmp_path / "lake", random_facts(5, customers=60))


def test_write_that_the_system_refuses_keeps_the_last_snapshot(lake: Lake) -> None:
    assert_failed_and_kept(lake, derive_in_a_process(lake.root, "small_files"), "writing failed")


def test_full_disk_is_named_and_keeps_the_last_snapshot(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mounted = subprocess.run([mount, "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(root)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        lake = lake_of(root / "lake", random_facts(5, customers=60))
        filler = root / "filler"
        free = os.statvfs(root).f_bavail * os.statvfs(root).f_frsize
        filler.write_bytes(b"x" * max(0, free - 24_000))
        done = derive_in_a_process(lake.root, "freely")
        assert done.returncode == 3, done.stderr
        assert "the disk is full" in done.stdout
        assert "磁盘空间不足" in done.stdout
        assert lake.current().sequence == 1
        subprocess.run([mount, "-o", "remount,size=8m", str(root)], check=True)
        filler.unlink()
        assert derive_in_a_process(lake.root, "freely").returncode == 0
        assert lake.current().sequence == 2
    finally:
        subprocess.run([str(shutil.which("umount")), str(root)], check=True)


def test_directory_without_write_permission_is_named(lake: Lake, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        for directory in (tmp_path, *tmp_path.parents):
            if directory.stat().st_uid == 0 and directory != Path("/"):
                directory.chmod(directory.stat().st_mode | 0o555) if directory.is_relative_to(tmp_path.parents[1]) else None
        how = "nobody"
    else:
        lake.root.chmod(0o555)
        (lake.root / ".writer").unlink()
        how = "freely"
    done = derive_in_a_process(lake.root, how)
    lake.root.chmod(0o755)
    assert_failed_and_kept(lake, done, "no permission to write", "没有写入权限")


def test_lake_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LakeWriteFailed), Lake(tmp_path / "file" / "lake").writer(now=NOW):
        pytest.fail("a lake below a file")


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"format": 1}'])
def test_a_damaged_pointer_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    lake = Lake(tmp_path)
    with lake.writer(now=NOW) as writer:
        writer.put("left_side", pa.table({"value": [1]}))
        writer.publish()
    (tmp_path / "CURRENT").write_text(content)
    with pytest.raises(LakeDamaged) as caught:
        lake.current()
    assert "000001.json" in caught.value.text("zh")
    assert "backup" in caught.value.text("en")


def test_a_damaged_snapshot_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.writer(now=NOW) as writer:
        writer.put("left_side", pa.table({"value": [1]}))
        writer.publish()
    (tmp_path / "snapshots" / "000001.json").write_text("")
    with pytest.raises(LakeDamaged, match="snapshots/000001"):
        lake.current()
