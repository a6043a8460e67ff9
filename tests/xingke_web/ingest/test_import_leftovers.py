"""An import whose process was killed counts for nothing, can be loaded again, and is forgotten when nobody does."""

import io
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from xingke.schema.intake import INTAKE_TABLES
from xingke_web.audit.models import AuditEntry
from xingke_web.ingest.import_leftovers import import_held, imports_settle
from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.imports import import_add, pieces_of
from xingke_web.ingest.kept_files import work_file
from xingke_web.ingest.models import Import

ROWS = "客户编号,店名,联系电话\n" + "".join(f"K{n:03d},第{n}商店,1380013{n:04d}\n" for n in range(20))


@pytest.fixture
def kept(workspace):
    return import_add(workspace=workspace, file=io.BytesIO(ROWS.encode()), name="customers.csv", origin=Import.Origin.COMMAND)


def half_loaded(kept, workspace):
    pieces_of(workspace).put(f"{kept.load_id}-p01", "order_line", INTAKE_TABLES["order_line"].arrow_schema.empty_table())


def loads(kept, workspace):
    return [load for load in pieces_of(workspace).loads() if load.startswith(kept.load_id)]


@pytest.mark.django_db(transaction=True)
def test_a_killed_load_counts_for_nothing_and_can_be_loaded_again(kept, workspace):
    path = work_file(kept, workspace)
    script = "import fcntl, os, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == "held\n"
        half_loaded(kept, workspace)
        assert imports_settle(workspace, now=timezone.now()) == 0
        assert loads(kept, workspace)
        worker.kill()
    assert imports_settle(workspace, now=timezone.now()) == 1
    kept.refresh_from_db()
    assert (kept.state, loads(kept, workspace), path.exists()) == (Import.State.FAILED, [], False)
    assert "重新载入" in kept.error_zh
    assert "loaded again" in kept.error_en
    assert load_now(kept.pk).total("rows_loaded") == 20


def test_an_import_under_way_is_left_alone(kept, workspace):
    half_loaded(kept, workspace)
    with import_held(kept, workspace):
        assert imports_settle(workspace, now=timezone.now() + timedelta(days=90)) == 0
    assert imports_settle(workspace, now=timezone.now()) == 1


@pytest.mark.parametrize(("origin", "days"), [(Import.Origin.COMMAND, 2), (Import.Origin.UPLOAD, 31)])
def test_what_nobody_goes_on_with_is_forgotten_with_its_upload(kept, workspace, django_capture_on_commit_callbacks, origin, days):
    Import.objects.filter(pk=kept.pk).update(origin=origin)
    upload = workspace.lake_path / "uploads" / f"{kept.pk}.upload"
    assert imports_settle(workspace, now=timezone.now() + timedelta(hours=20)) == 0
    assert upload.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert imports_settle(workspace, now=timezone.now() + timedelta(days=days)) == 1
    kept.refresh_from_db()
    assert (kept.state, upload.exists()) == (Import.State.DISCARDED, False)
    assert AuditEntry.objects.filter(name="import.expired").count() == 1


def test_a_job_that_ended_without_its_import_lets_it_go(kept, workspace):
    Import.objects.filter(pk=kept.pk).update(state=Import.State.LOADING)
    assert imports_settle(workspace, now=timezone.now()) == 1
    kept.refresh_from_db()
    assert kept.state == Import.State.FAILED
