"""A builder killed at any moment: readers never notice, and the next build succeeds."""

from pathlib import Path

import pytest

from tests.crash_portrait import crash


def test_six_killed_builds_leave_readers_and_the_next_build_whole(tmp_path: Path) -> None:
    done = crash(tmp_path / "lake", kills=6, seed=3)
    assert done["reads"] > 20
    assert done["generations"] > 3


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_killed_builds_leave_readers_and_the_next_build_whole(tmp_path: Path) -> None:
    done = crash(tmp_path / "lake", kills=50)
    assert done["reads"] > 200
    assert done["generations"] > 6
