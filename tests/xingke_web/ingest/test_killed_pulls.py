"""kill -9 in the middle of a pull, again and again: every row is there once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "crash_pull.py"
ROOT = SCRIPT.parents[1]
KILLS = 12


@pytest.mark.slow
def test_pulls_that_are_killed_lose_no_row_and_double_none(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XINGKE_", "DJANGO_"))}
    command = [sys.executable, str(SCRIPT), str(tmp_path / "home"), str(KILLS), "7"]
    done = subprocess.run(
        command, env={**clean, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)
    assert (found["made"], found["ended"]) == (True, True), done.stderr[-2_000:]
    assert found["struck"] > 2
    assert (found["rows"], found["different"], found["counted"]) == (12_000, 12_000, 12_000)
