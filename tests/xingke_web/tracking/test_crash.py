import pytest

from xingke.bench.ingest_crash import crash_run


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_acknowledged_event_is_there_once_after_kills_of_server_and_worker():
    metrics = crash_run(kills=12).metrics
    assert metrics["events_acknowledged"] > 0
    assert (metrics["lost"], metrics["doubled"], metrics["torn_files"], metrics["bad_answers"]) == (0, 0, 0, 0)
