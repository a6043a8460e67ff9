"""What is opened in memory is gone with its process, however that ends."""

import os
import subprocess
import sys
from pathlib import Path

from xingke.privacy.memory import memory_file, memory_free, memory_path

SECRET = "13800001234 王小明"
OPENS = f"""
import os, signal, sys
from pathlib import Path
sys.path[:0] = {sys.path!r}
from xingke.privacy.memory import memory_path
with memory_path("客户.csv") as (file, path):
    file.write({SECRET!r}.encode() * 1000)
    file.flush()
    assert {SECRET!r} in path.read_text()
    print(path.parent, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_no_clear_text_behind() -> None:
    killed = subprocess.run([sys.executable, "-c", OPENS], capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    left = Path(killed.stdout.strip())
    assert not any(path.exists() for path in left.iterdir())  # a link that leads nowhere any more
    with memory_path("b.csv"):
        assert not left.exists()


def test_a_path_in_memory_is_read_under_its_name_and_gone_afterwards() -> None:
    with memory_path("客户 名单.csv") as (file, path):
        file.write(SECRET.encode())
        file.flush()
        assert (path.name, path.read_text(encoding="utf-8"), path.is_file()) == ("客户 名单.csv", SECRET, True)
        assert path.stat().st_size == len(SECRET.encode())
    assert not path.parent.exists()


def test_a_file_in_memory_is_on_no_disk() -> None:
    with memory_file() as file:
        file.write(b"1")
        assert os.readlink(f"/proc/self/fd/{file.fileno()}").startswith("/memfd:")


def test_the_free_memory_is_told() -> None:
    free = memory_free()
    assert free is not None
    assert free > 1 << 20
