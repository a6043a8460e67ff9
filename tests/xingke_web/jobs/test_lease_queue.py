import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
import sample_tasks
import time_machine
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus

from xingke.words import both
from xingke_web.audit.models import AuditEntry
from xingke_web.config.home import Home, home_make
from xingke_web.jobs import queue
from xingke_web.jobs.facade import Recurring, job_add, job_cancel, job_state, jobs_recent, run_due, run_worker
from xingke_web.jobs.models import Job, Schedule
from xingke_web.jobs.schedules import schedule, schedules_due

pytestmark = pytest.mark.django_db


def test_a_task_runs_and_its_result_is_there():
    result = sample_tasks.add.enqueue(1, b=2)
    assert result.status == TaskResultStatus.READY
    assert run_due() == 1
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 3, 1)


def test_a_job_is_there_exactly_when_its_transaction_commits():
    def fail_halfway():
        sample_tasks.add.enqueue(1, 2)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        fail_halfway()
    assert not Job.objects.exists()


def test_an_open_job_with_the_same_key_is_not_added_twice():
    first = job_add(sample_tasks.add, 1, 2, unique_key="loop:1")
    assert job_add(sample_tasks.add, 5, 6, unique_key="loop:1").id == first.id
    run_due()
    assert job_add(sample_tasks.add, 5, 6, unique_key="loop:1").id != first.id
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(task="x", unique_key="loop:1")


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up():
    job = job_add(sample_tasks.break_down, "13800005621", max_attempts=3)
    now, pauses = timezone.now(), []
    for _ in range(3):
        with time_machine.travel(now, tick=False):
            assert run_due() == 1
        row = Job.objects.get(pk=job.id)
        pauses.append((row.run_after - now).total_seconds())
        now += timedelta(hours=1)
    assert pauses[:2] == [5, 10]
    assert row.status == Job.Status.DEAD
    assert job_state(job.id, workspace_id=None).error == both("执行时发生内部错误", "an internal error occurred")


def test_what_an_error_quotes_is_neither_stored_nor_logged(caplog):
    job_add(sample_tasks.break_down, "13800005621")
    run_due()
    row = Job.objects.get()
    assert "RuntimeError" in row.error_trace
    assert "sample_tasks.py" in row.error_trace
    assert "13800005621" not in row.error_trace


@pytest.mark.parametrize(
    ("task", "words"), [(sample_tasks.refuse, {"zh": "文件为空", "en": "the file is empty"}), (sample_tasks.never_again, None)]
)
def test_an_error_that_trying_again_cannot_mend_is_final_at_once(task, words):
    job = job_add(task)
    run_due()
    row = Job.objects.get(pk=job.id)
    assert (row.status, row.attempts, row.error_words) == (Job.Status.DEAD, 1, words)


def test_higher_priority_and_earlier_time_go_first():
    late = job_add(sample_tasks.add, 1, 2, delay=timedelta(hours=1))
    first = sample_tasks.add.using(priority=5).enqueue(1, 1)
    second = job_add(sample_tasks.add, 3, 4)
    claimed = [job.pk for job in queue.claim(worker="w", most=10)]
    assert claimed == [UUID(first.id), second.id]
    assert late.id not in claimed


def test_a_held_job_is_not_given_to_another_worker_before_its_lease_ends():
    job_add(sample_tasks.attempt_number)
    (held,) = queue.claim(worker="a", most=5)
    assert queue.claim(worker="b", most=5) == []
    after = timezone.now() + timedelta(seconds=django_settings.XINGKE_WORKER_LEASE_SECONDS + 1)
    (taken,) = queue.claim(worker="b", most=5, now=after)
    assert (taken.pk, taken.attempts, taken.workers) == (held.pk, 2, ["a", "b"])
    lost = queue.Hold(held.pk, "a", 1)
    assert queue.finish(lost, result=1) is False
    assert queue.keep(lost, done=1, total=2, words=None) is None
    assert queue.finish(queue.Hold(held.pk, "b", 2), result=2) is True


def test_a_job_whose_workers_vanish_too_often_is_given_up():
    job_add(sample_tasks.add, 1, 2, max_attempts=2)
    now = timezone.now()
    for each in range(2):
        assert queue.claim(worker="w", most=1, now=now + timedelta(hours=each))
    assert queue.claim(worker="w", most=1, now=now + timedelta(hours=3)) == []
    assert Job.objects.get().status == Job.Status.DEAD


def test_a_waiting_job_can_be_cancelled_only_in_its_workspace(workspace):
    job = job_add(sample_tasks.add, 1, 2, workspace_id=workspace.id)
    assert job_cancel(job.id, workspace_id=None) is False
    assert job_cancel(job.id, workspace_id=workspace.id) is True
    assert run_due() == 0
    assert [each.status for each in jobs_recent(workspace_id=workspace.id, tasks=[sample_tasks.add])] == ["cancelled"]


def test_the_page_shows_progress_and_stops_a_job(analyst, customer_manager):
    job = job_add(sample_tasks.add, 1, 2, workspace_id=analyst.viewer.workspace.id)
    address = f"/w/iowa/jobs/{job.id}/"
    assert "hx-get" in analyst.client.get(address, headers={"HX-Request": "true"}).text
    assert customer_manager.client.post(f"{address}cancel/").status_code == 403
    assert "hx-get" not in analyst.client.post(f"{address}cancel/", headers={"HX-Request": "true"}).text
    assert AuditEntry.objects.filter(name="job.cancelled", subject_id=str(job.id)).exists()


def test_a_job_of_the_installation_is_not_shown_in_a_workspace(analyst):
    job = job_add(sample_tasks.add, 1, 2)
    assert analyst.client.get(f"/w/iowa/jobs/{job.id}/").status_code == 404


def test_a_daily_schedule_is_due_at_its_time_in_shanghai():
    daily = Recurring("d", sample_tasks.ask_people, both("每日", "daily"), daily_at=clock(2, 30))
    before = datetime(2024, 7, 1, 18, 29, tzinfo=UTC)
    assert daily.next_after(before) == datetime(2024, 7, 1, 18, 30, tzinfo=UTC)
    assert daily.next_after(before + timedelta(minutes=1)) == datetime(2024, 7, 2, 18, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="either"):
        Recurring("x", sample_tasks.ask_people, both("无", "none"))


def test_a_schedule_enqueues_one_job_each_time_it_is_due():
    schedule(Recurring("hourly", sample_tasks.ask_people, both("每小时", "hourly"), every=timedelta(hours=1)))
    now = timezone.now()
    schedules_due(now)  # the first look at a schedule only notes when it is due
    Schedule.objects.exclude(name="hourly").update(enabled=False)  # those of the apps have their own tests
    jobs = Job.objects.filter(task__endswith="ask_people")
    assert jobs.count() == 0
    assert schedules_due(now + timedelta(hours=1)) == 1
    assert schedules_due(now + timedelta(hours=1)) == 0
    # A pass that is still open is not piled upon.
    assert schedules_due(now + timedelta(hours=2)) == 1
    assert jobs.count() == 1
    Schedule.objects.update(enabled=False)
    assert schedules_due(now + timedelta(hours=9)) == 0


def _database_address() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    address = urlencode({"host": values["HOST"], "port": values["PORT"] or 5432})
    return f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?{address}"


@pytest.fixture
def start_worker(transactional_db, tmp_path):
    """A function that starts a worker process on the database of the test."""
    home = Home(tmp_path / "home", tmp_path / "home" / "keys")
    home_make(home)
    tasks = str(Path(sample_tasks.__file__).parent)
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XINGKE_")},
        "XINGKE_HOME": str(home.path),
        "XINGKE_DATABASE_URL": _database_address(),
        "XINGKE_WORKER_LEASE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "xingke_web.config.settings",
        "PYTHONPATH": tasks,
    }
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; from xingke_web.cli import main; sys.exit(main())", "worker", *arguments],
            env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _wait(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_the_job_of_a_killed_worker_is_done_by_the_next_one(start_worker, tmp_path):
    marks = tmp_path / "marks"
    job = job_add(sample_tasks.count_up, str(marks), 12, 0.1)
    first = start_worker()
    _wait(lambda: marks.exists() and Job.objects.get(pk=job.id).progress_done > 0)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert Job.objects.get(pk=job.id).status == Job.Status.RUNNING
    second = start_worker()
    _wait(lambda: Job.objects.get(pk=job.id).status == Job.Status.DONE)
    second.send_signal(signal.SIGTERM)
    out, _ = second.communicate(timeout=20)
    assert second.returncode == 0
    assert "1" in out
    lines = marks.read_text().splitlines()
    assert lines == [f"start {first.pid}", f"start {second.pid}", "end"]
    row = Job.objects.get(pk=job.id)
    assert (row.attempts, row.result, row.progress_total) == (2, 12, 12)


def test_two_workers_share_many_jobs_and_none_runs_twice(start_worker, tmp_path):
    marks = tmp_path / "marks"
    for _ in range(30):
        job_add(sample_tasks.count_up, str(marks), 0, 0)
    workers = [start_worker("--once", "--json") for _ in range(2)]
    for process in workers:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert Job.objects.filter(status=Job.Status.DONE, attempts=1).count() == 30
    assert marks.read_text().splitlines().count("end") == 30


def test_a_running_job_stops_at_its_next_progress_when_asked(transactional_db, tmp_path):
    job = job_add(sample_tasks.count_up, str(tmp_path / "marks"), 400, 0.05)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,), kwargs={"idle_seconds": 0.05})
    worker.start()
    try:
        _wait(lambda: Job.objects.get(pk=job.id).progress_done > 0)
        assert job_cancel(job.id, workspace_id=None)
        _wait(lambda: Job.objects.get(pk=job.id).status == Job.Status.CANCELLED)
    finally:
        stop.set()
        worker.join()
    assert "end" not in (tmp_path / "marks").read_text()
