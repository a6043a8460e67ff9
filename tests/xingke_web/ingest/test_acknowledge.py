"""Findings that somebody acknowledges: who may, what counts then, and how they come back by themselves."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from xingke_web.accounts.facade import workspace_info
from xingke_web.audit.models import AuditEntry
from xingke_web.ingest.acknowledged import WORSE_SHARE, Size, judged, size_of
from xingke_web.ingest.acknowledging import NothingToAcknowledge, acknowledgement_withdraw, finding_acknowledge
from xingke_web.ingest.assessing import NOW, NOW_SCHEMA
from xingke_web.ingest.models import Acknowledgement
from xingke_web.ingest.quality import acknowledged_findings, failing_first, tables_quality
from xingke_web.loop.facade import lake_of

SOON = timedelta(days=30)


@pytest.fixture
def ground(tmp_path, workspace):
    """The workspace with a lake in which a look at one table is kept, as a pass leaves it."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    info = workspace_info(workspace.slug)
    with lake_of(info).writer(now=datetime(2024, 3, 1, tzinfo=UTC)) as writer:
        writer.put(NOW, pa.Table.from_pylist([told()], schema=NOW_SCHEMA), definition="quality")
        writer.publish()
    yield info
    django_settings.XINGKE = original


def told():
    words = {"zh": "数量大了整倍", "en": "a quantity off by a whole factor"}
    detail = {
        "rows": 9_000,
        "score": "98.5",
        "aspects": {},
        "findings": [
            {"code": "times_off", "rows": 60, **words, "examples": ["71", "72"]},
            {"code": "unknown_reference", "rows": 12, **words, "examples": []},
        ],
        "columns": [],
        "fresh": None,
        "days": [],
        "flags": [],
        "flagged": 60,
        "outside": {"unknown_reference": 12},
    }
    return {"table": "order_line", "version": "1", "detail": json.dumps(detail)}


@pytest.fixture
def finding(ground):
    return failing_first(tables_quality(ground))[0]


def address(finding, act):
    return f"/w/iowa/data/quality/{finding.table}/{finding.code}/{act}/"


def given(finding, **changes):
    return {"subject": finding.size.subject, "why": "来源系统下周修复", "until_on": (timezone.localdate() + SOON).isoformat(), **changes}


def keys(findings):
    return {(one.table, one.code, one.size.subject) for one in findings}


def key(finding):
    return finding.table, finding.code, finding.size.subject


def kept(size, until_on):
    return Acknowledgement(figure=size.figure, named=list(size.named), why="known", until_on=until_on, at=timezone.now())


def test_an_acknowledged_finding_fails_no_more_and_says_who_when_and_why(ground, analyst, finding):
    page = analyst.client.get(address(finding, "acknowledge"))
    assert page.status_code == 200
    assert (timezone.localdate() + SOON).isoformat() in page.content.decode()
    assert analyst.client.post(address(finding, "acknowledge"), given(finding)).status_code == 302
    tables = tables_quality(ground)
    assert key(finding) not in keys(failing_first(tables))
    assert keys(acknowledged_findings(tables)) == {key(finding)}
    for tail in ("quality/", f"quality/{finding.table}/"):
        text = analyst.client.get(f"/w/iowa/data/{tail}").content.decode()
        assert "已确认 1 项" in text
        assert f"{analyst.user.display_name} 于" in text
        assert "来源系统下周修复" in text
    entry = AuditEntry.objects.get(name="quality.acknowledged")
    assert entry.facts["check"] == finding.code
    assert entry.facts["why"] == "来源系统下周修复"


def test_what_was_acknowledged_can_be_taken_back(ground, analyst, finding):
    analyst.client.post(address(finding, "acknowledge"), given(finding))
    analyst.client.post(address(finding, "withdraw"), {"subject": finding.size.subject})
    assert key(finding) in keys(failing_first(tables_quality(ground)))
    assert AuditEntry.objects.filter(name="quality.acknowledgement_withdrawn").count() == 1
    with pytest.raises(NothingToAcknowledge):
        acknowledgement_withdraw(viewer=analyst.viewer, table=finding.table, code=finding.code, subject=finding.size.subject)


def test_only_those_who_run_the_data_may_acknowledge(ground, finding, customer_manager, marketer):
    for person in (customer_manager, marketer):
        for act in ("acknowledge", "withdraw"):
            assert person.client.post(address(finding, act), given(finding)).status_code == 403
    assert "确认知悉" not in marketer.client.get("/w/iowa/data/quality/").content.decode()
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("changes", [{"why": "  "}, {"until_on": "2020-01-01"}, {"until_on": "2999-01-01"}, {"until_on": "soon"}])
def test_without_a_reason_or_with_an_impossible_day_the_form_says_so(ground, analyst, finding, changes):
    page = analyst.client.post(address(finding, "acknowledge"), given(finding, **changes))
    assert page.status_code == 200
    assert "xk-field-error" in page.content.decode()
    assert not Acknowledgement.objects.exists()


def test_what_no_pass_finds_cannot_be_acknowledged(ground, analyst):
    assert analyst.client.get("/w/iowa/data/quality/order_line/never_heard_of/acknowledge/").status_code == 302
    with pytest.raises(NothingToAcknowledge):
        finding_acknowledge(
            viewer=analyst.viewer, table="order_line", code="never_heard_of", subject="", why="known", until_on=timezone.localdate()
        )


def test_it_comes_back_on_the_page_when_the_figure_has_grown(ground, analyst, finding):
    analyst.client.post(address(finding, "acknowledge"), given(finding))
    small = int(finding.size.figure / (1 + WORSE_SHARE)) - 1
    Acknowledgement.objects.update(figure=small, named=[])
    assert key(finding) in keys(failing_first(tables_quality(ground)))
    assert "情况变差，重新提示" in analyst.client.get("/w/iowa/data/quality/").content.decode()


def test_growth_of_a_fifth_is_borne_and_more_is_not():
    today = date(2026, 3, 1)
    then = kept(Size("", 100, ()), today)
    assert judged(then, Size("", 120, ()), today=today).holds
    assert judged(then, Size("", 40, ()), today=today).holds
    assert judged(then, Size("", 121, ()), today=today).is_worse


def test_it_is_over_on_the_day_after_the_last():
    last = date(2026, 3, 1)
    then = kept(Size("", 5, ()), last)
    assert judged(then, Size("", 5, ()), today=last).holds
    assert judged(then, Size("", 5, ()), today=last + timedelta(days=1)).is_over


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("shifted", ["format 0.31"], ["format 0.45", "org_path 0.33"]),
        ("fewer_rows", ["2026-02-01 3 / 40–60"], ["2026-02-01 3 / 40–60", "2026-02-02 1 / 40–60"]),
        ("stale", ["2026-01-01"], ["2026-02-01"]),
    ],
)
def test_another_column_or_day_brings_a_finding_back(code, before, after):
    today = date(2026, 3, 1)
    sizes = [size_of({"code": code, "rows": 900, "examples": examples}, 10) for examples in (before, after)]
    then = kept(sizes[0], today)
    assert judged(then, sizes[0], today=today).holds
    assert judged(then, sizes[1], today=today).is_worse


def test_other_rows_of_the_same_number_do_not_bring_a_finding_back():
    first, second = (size_of({"code": "times_off", "rows": 4, "examples": examples}, 0) for examples in (["a", "b"], ["c", "d"]))
    today = date(2026, 3, 1)
    assert judged(kept(first, today), second, today=today).holds


def test_two_findings_of_one_check_are_acknowledged_apart():
    one, other = (size_of({"code": "exceeds", "rows": 4, "examples": [text]}, 0) for text in ("a > b", "c > d"))
    assert one.subject != other.subject
    assert json.dumps(list(one.named)) == "[]"
