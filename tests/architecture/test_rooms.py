"""The rooms stay apart: imports point down, the library runs without Django, and starting stays quick."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)


def test_imports_point_down() -> None:
    done = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_library_and_the_packs_load_without_django() -> None:
    done = run_python(
        "import sys; sys.modules['django'] = None\n"
        "import xingke.loop, xingke.compliance, xingke.experiment, xingke.segments\n"
        "from xingke.extensions import packs, sources\n"
        "assert len(packs()) >= 3 and len(sources()) >= 2"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("heavy", ["duckdb", "pyspark", "scipy", "pandas", "polars", "django"])
def test_importing_the_library_does_not_load(heavy: str) -> None:
    done = run_python(f"import sys, xingke, xingke.schema, xingke.expr, xingke.tags, xingke.engine; assert '{heavy}' not in sys.modules")
    assert done.returncode == 0, done.stderr


def test_the_command_line_answers_quickly() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "xingke_web.cli", "--help"], capture_output=True, check=False, cwd=ROOT)
        assert done.returncode == 0
        return time.perf_counter() - started

    assert min(seconds() for _ in range(3)) < 1.0
