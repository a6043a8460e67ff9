"""The data page: what was loaded and how good it was, runs that cannot overlap, quarantine without personal values."""

import fcntl
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import random_facts
from xingke.engine import Lake
from xingke.schema.findings import QUARANTINE_SCHEMA
from xingke.sources.closed import TRUTH_MARK, TruthIsClosed
from xingke.sources.csv_file import CsvFile
from xingke_web.audit.models import AuditEntry
from xingke_web.ingest.facade import last_failed_run, quarantined_rows, sources_state
from xingke_web.ingest.lineage import levels_of, lineage_svg, parents_of
from xingke_web.ingest.quarantine import masked
from xingke_web.ingest.selectors import loads_of, stored_tables
from xingke_web.ingest.services import RunUnderWay, lake_is_held, run_start
from xingke_web.jobs.facade import jobs_recent
from xingke_web.loop.facade import LoopRun, lake_of, run_loop

HELD = [
    ("customer", "display_name", "王小华", "required_missing"),
    ("customer", "age_band", "35-44", "not_a_choice"),
    ("order_line", "quantity_units", "0", "no_quantity"),
]


@pytest.fixture
def home(tmp_path):
    from dataclasses import replace

    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield tmp_path
    django_settings.XINGKE = original


@pytest.fixture
def ground(home, workspace):
    """The workspace with its lake in the test's own home."""
    from xingke_web.accounts.facade import workspace_info

    return workspace_info(workspace.slug)


@pytest.fixture
def loaded(home, ground):
    """A pass that loaded forty customers, and rows in quarantine beside them."""
    run = run_loop(ground.slug, source=random_facts(3, customers=40, as_of=ground.as_of), location=home)
    with lake_of(ground).writer(now=datetime(2024, 7, 1, tzinfo=UTC)) as writer:
        for table in ("customer", "order_line"):
            rows = [
                {
                    "table": table,
                    "file": "/secret/place/a.csv",
                    "row": number,
                    "column": column,
                    "value": value,
                    "reason": reason,
                    "record": json.dumps({column: value, "phone": "13812345678"}),
                }
                for number, (where, column, value, reason) in enumerate(HELD, 1)
                if where == table
            ]
            writer.put(f"quarantine_{table}", pa.Table.from_pylist(rows, schema=QUARANTINE_SCHEMA))
        writer.publish()
    tables = {table["table"]: table for table in run.tables}
    tables["customer"] |= {"rows_read": 42, "rows_quarantined": 2, "reasons": {"required_missing": 1, "not_a_choice": 1}}
    tables["order_line"] |= {"rows_read": tables["order_line"]["rows_read"] + 1, "rows_quarantined": 1, "reasons": {"no_quantity": 1}}
    run.tables = list(tables.values())
    run.save()
    return ground


def url(tail: str = "") -> str:
    return f"/w/iowa/data/{tail}"


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("analyst", 200), ("marketer", 403), ("approver", 403), ("customer_manager", 403), ("retailer", 403)],
)
def test_the_page_is_for_those_who_may_see_data(request, loaded, role, status):
    assert request.getfixturevalue(role).client.get(url()).status_code == status


def test_scores_follow_the_rule_of_the_library(loaded):
    run = LoopRun.objects.get()
    scores = {load.table: load for load in loads_of(loaded, run)}
    assert scores["customer"].score == Decimal("95.2")
    assert (scores["customer"].quarantined, scores["customer"].by_rule) == (2, 0)
    assert scores["order_line"].score == Decimal("100.0")
    assert (scores["order_line"].quarantined, scores["order_line"].by_rule) == (0, 1)
    assert scores["order_line"].has_quarantine
    assert not scores["product"].has_quarantine


def test_rows_that_do_not_add_up_get_no_score(loaded):
    run = LoopRun.objects.get()
    run.tables[0]["rows_read"] += 7
    assert loads_of(loaded, run)[0].score is None


def test_only_wrong_rows_wait_for_somebody(loaded):
    assert quarantined_rows(loaded) == 2
    state = sources_state(loaded)
    assert (state.rows_wrong, state.is_fine) == (2, True)


def test_nothing_loaded_yet_says_what_to_do(home, analyst, ground):
    page = analyst.client.get(url())
    assert page.status_code == 200
    assert page.context["tables"] == []
    assert not sources_state(ground).is_fine


def test_the_truth_of_a_world_is_no_source_and_the_last_snapshot_stays(loaded, tmp_path):
    hidden = tmp_path / "world" / "truth"
    hidden.mkdir(parents=True)
    (hidden / TRUTH_MARK).write_text("closed")
    (hidden / "lines.csv").write_text("customer_id,ordered_on,order_id,product_id,quantity_units,amount_yuan\n1,2024-01-01,1,1,1,1\n")
    before = lake_of(loaded).current_name()
    with pytest.raises(TruthIsClosed, match="scorer alone"):
        run_loop(loaded.slug, source=CsvFile(), location=hidden / "lines.csv")
    assert lake_of(loaded).current_name() == before
    assert "真相" in last_failed_run(loaded).error_zh


def test_a_failed_run_is_told_and_forgotten_after_a_good_one(loaded, analyst):
    run_at = datetime(2030, 1, 1, tzinfo=UTC)
    LoopRun.objects.create(
        workspace_id=loaded.id, as_of=loaded.as_of, started_at=run_at, state="failed", error_zh="磁盘满", error_en="disk full"
    )
    assert last_failed_run(loaded) is not None
    assert "磁盘满" in analyst.client.get(url()).content.decode()
    LoopRun.objects.create(workspace_id=loaded.id, as_of=loaded.as_of, started_at=run_at.replace(year=2031), state="done")
    assert last_failed_run(loaded) is None


def test_lineage_goes_from_the_source_to_the_tiers(loaded):
    tables = [table for table in stored_tables(loaded) if table.kind != "quarantine"]
    parents = parents_of(tables, "facts")
    levels = levels_of(parents)
    assert parents["tier"] == ("customer", "portrait")
    assert "portrait" in parents["tier_before"]
    assert levels["facts"] < levels["order_line"] < levels["portrait"] < levels["tier"]
    assert all(levels[parent] < levels[name] for name, above in parents.items() for parent in above)


def test_many_tables_that_nothing_is_made_of_are_drawn_as_one(loaded):
    tables = [table for table in stored_tables(loaded) if table.kind != "quarantine"]
    order_line = next(table for table in tables if table.name == "order_line")
    few, many = ([*tables, *(replace(order_line, name=f"more_{number}", rows=1) for number in range(count))] for count in (3, 30))
    assert "more_2" in lineage_svg(few, "facts", "facts")
    drawn = lineage_svg(many, "facts", "facts")
    assert "more_2" not in drawn
    assert "其他 31 张表" in drawn
    assert "order_line" in drawn


def test_a_circle_in_the_records_does_not_hang_the_drawing():
    assert set(levels_of({"a": ("b",), "b": ("a",)})) == {"a", "b"}


def test_quarantine_shows_reasons_and_masks_people(loaded, analyst):
    page = analyst.client.get(url("quarantine/customer/"))
    text = page.content.decode()
    assert page.context["total"] == 2
    assert "王*华" in text
    for hidden in ("王小华", "35-44", "13812345678", "/secret/place"):
        assert hidden not in text
    one = analyst.client.get(url("quarantine/customer/?reason=not_a_choice"))
    assert one.context["table"].total == 1
    assert analyst.client.get(url("quarantine/product/")).status_code == 404
    assert analyst.client.get(url("quarantine/nonsense/")).status_code == 404


def test_the_export_is_masked_too_and_written_down(loaded, analyst, customer_manager):
    text = analyst.client.post(url("quarantine/customer/export/")).content.decode("utf-8-sig")
    assert "王*华" in text
    assert "王小华" not in text
    assert "13812345678" not in text
    assert AuditEntry.objects.get(name="quarantine.exported").facts["rows"] == 2
    assert customer_manager.client.post(url("quarantine/customer/export/")).status_code == 403


@pytest.mark.parametrize(
    ("table", "column", "value", "shown"),
    [
        ("customer", "display_name", "王小华", "王*华"),
        ("customer", "age_band", "35-44", "****"),
        ("customer", "unheard_of", "x", "****"),
        ("order_line", "quantity_units", "0", "0"),
        ("order_line", "order_id+line_no", "1+2", "1+2"),
        ("customer", "city", None, None),
    ],
)
def test_what_is_known_to_be_harmless_is_shown(table, column, value, shown):
    assert masked(table, column, value) == shown


def test_a_run_is_queued_once(loaded, analyst, marketer):
    assert analyst.client.post(url("run/"), {"source": ""}).status_code == 302
    assert analyst.client.post(url("run/"), {"source": ""}).status_code == 302
    assert len(jobs_recent(workspace_id=loaded.id)) == 1
    with pytest.raises(RunUnderWay):
        run_start(viewer=analyst.viewer, source="")
    assert AuditEntry.objects.filter(name="data.run_started").count() == 1
    assert "jobs/" in analyst.client.get(url()).content.decode()
    assert marketer.client.post(url("run/"), {"source": ""}).status_code == 403
    assert analyst.client.post(url("run/"), {"source": "nonsense"}).status_code == 404


def test_a_lake_that_another_process_holds_is_not_queued_for(loaded, analyst):
    lake = Lake(loaded.lake_path)
    assert not lake_is_held(lake)
    with (lake.root / ".writer").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert lake_is_held(lake)
        page = analyst.client.post(url("run/"), {"source": ""}, follow=True)
    assert jobs_recent(workspace_id=loaded.id) == []
    assert "同一个数据湖同时只能由一个进程写入" in page.content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "数据血缘"), ("en", "Lineage")])
def test_the_page_speaks_both_languages(loaded, analyst, settings, language, word):
    analyst.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = analyst.client.get(url()).content.decode()
    assert word in page or "血缘" in page
