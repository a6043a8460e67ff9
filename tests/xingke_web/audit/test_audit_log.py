import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from xingke.errors import UnknownName
from xingke_web.audit.facade import record, register, verify_chain
from xingke_web.audit.facts import BadFact, PersonalValue
from xingke_web.audit.guard import guard_count, guard_off, guard_on
from xingke_web.audit.models import AppendOnly, AuditEntry, AuditHead
from xingke_web.audit.names import BadName, names_all

register("test.done", zh="做了 {what}，共 {count}", en="Did {what}, {count} in all", extra=("amount", "on"))


def test_an_entry_says_who_did_what_to_what_in_both_languages(viewer_analyst):
    record(
        "test.done", viewer=viewer_analyst, subject=("campaign", 12), what="spring", count=3, amount=Decimal("1.50"), on=date(2024, 1, 2)
    )
    entry = AuditEntry.objects.get(name="test.done")
    assert (entry.workspace_id, entry.actor_id, entry.subject_kind, entry.subject_id) == (
        viewer_analyst.workspace.id,
        viewer_analyst.user_id,
        "campaign",
        "12",
    )
    assert entry.facts == {"what": "spring", "count": 3, "amount": "1.50", "on": "2024-01-02"}
    said = next(each for each in names_all() if each.name == "test.done")
    assert said.say(entry.facts, "zh") == "做了 spring，共 3"
    assert said.say({}, "en") == "Did —, — in all"


def test_an_entry_is_undone_with_the_change_it_belongs_to(viewer_analyst):
    def fail_halfway():
        record("test.done", viewer=viewer_analyst, what="x", count=1)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        fail_halfway()
    assert not AuditEntry.objects.filter(name="test.done").exists()
    assert verify_chain(viewer_analyst.workspace.id).intact


@pytest.mark.parametrize("value", ["a@b.example", "13800005621", "+8613800005621", "号码 13912345678。", "330106199001011234"])
def test_contact_data_is_refused_as_a_fact(viewer_analyst, value):
    with pytest.raises(PersonalValue):
        record("test.done", viewer=viewer_analyst, what=value, count=1)


@pytest.mark.parametrize("facts", [{"phone": "1"}, {"what": object()}, {"count": float("nan")}, {"what": "x" * 201}])
def test_facts_that_cannot_be_stored_are_refused(viewer_analyst, facts):
    with pytest.raises(BadFact):
        record("test.done", viewer=viewer_analyst, **facts)


def test_a_name_that_nobody_registered_is_refused(viewer_analyst):
    with pytest.raises(UnknownName, match=r"did you mean 'test\.done'"):
        record("test.don", viewer=viewer_analyst)


def test_sentences_must_use_the_same_facts():
    with pytest.raises(BadName):
        register("test.bad", zh="做了 {what}", en="Did {which}")
    with pytest.raises(BadName):
        register("test.done", zh="别的", en="Other")


def test_exactly_one_actor_is_named(viewer_analyst):
    with pytest.raises(TypeError):
        record("test.done", what="x", count=1)
    with pytest.raises(TypeError):
        record("test.done", viewer=viewer_analyst, system=True, what="x", count=1)


def test_the_model_refuses_changes(viewer_analyst):
    record("test.done", viewer=viewer_analyst, what="x", count=1)
    entry = AuditEntry.objects.get(name="test.done")
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(name="y")):
        with pytest.raises(AppendOnly):
            change()


@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET name = 'y'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_changes(viewer_analyst, statement):
    record("test.done", viewer=viewer_analyst, what="x", count=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert guard_count(connection) == 2


def tampered(statement, parameters=()):
    guard_off(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    guard_on(connection)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ('UPDATE audit_auditentry SET facts = \'{"what": "x", "count": 99}\' WHERE name = \'test.done\' AND sequence = %s', "changed"),
        ("UPDATE audit_auditentry SET actor_id = NULL WHERE name = 'test.done' AND sequence = %s", "changed"),
        ("DELETE FROM audit_auditentry WHERE sequence = %s", "missing"),
        ("DELETE FROM audit_auditentry WHERE name = 'test.done' AND sequence >= %s", "cut"),
    ],
)
def test_tampering_past_the_triggers_is_found(viewer_analyst, statement, kind):
    numbers = [record("test.done", viewer=viewer_analyst, what="x", count=each) for each in range(5)]
    assert verify_chain(viewer_analyst.workspace.id).intact
    tampered(statement, [numbers[2]])
    report = verify_chain(viewer_analyst.workspace.id)
    assert (report.problems[0].sequence, report.problems[0].kind) == (numbers[2], kind)


def test_a_chain_sealed_again_without_the_key_is_found(viewer_analyst, settings):
    record("test.done", viewer=viewer_analyst, what="x", count=1)
    settings.XINGKE_AUDIT_KEY = "another key"
    assert not verify_chain(viewer_analyst.workspace.id).intact


def test_a_removed_log_is_found(viewer_analyst):
    record("test.done", viewer=viewer_analyst, what="x", count=1)
    tampered("DELETE FROM audit_auditentry")
    assert verify_chain(viewer_analyst.workspace.id).problems[0].kind == "cut"
    assert AuditHead.objects.exists()


@given(st.text(alphabet='abc=+-@ ,"\n', max_size=30))
def test_any_text_survives_the_sentence(text):
    said = next(each for each in names_all() if each.name == "test.done")
    assert text in said.say({"what": text, "count": 1}, "en")


class TestThePage:
    def test_filters_by_name_person_day_subject_and_words(self, analyst, approver):
        record("test.done", viewer=analyst.viewer, subject=("campaign", 12), what="spring", count=3)
        record("test.done", viewer=approver.viewer, subject=("segment", 7), what="autumn", count=4)
        for query, shown, hidden in (
            ("?person=analyst", "spring", "autumn"),
            ("?subject=segment:7", "autumn", "spring"),
            ("?q=approver", "autumn", "spring"),
            ("?name=membership.set", "设置了成员权限：analyst", "spring"),
            ("?day_to=2000-01-01", "xk-empty", "spring"),
        ):
            page = analyst.client.get(f"/w/iowa/audit/{query}", headers={"HX-Request": "true"}).text
            assert shown in page, query
            assert hidden not in page, query

    def test_pages_through_many_entries(self, analyst):
        for each in range(60):
            record("test.done", viewer=analyst.viewer, what=f"number-{each:03}", count=each)
        assert "number-059" in analyst.client.get("/w/iowa/audit/").text
        second = analyst.client.get("/w/iowa/audit/?page=2").text
        assert "number-059" not in second
        assert "number-005" in second

    def test_entries_of_another_workspace_are_not_shown(self, analyst, stranger):
        assert "Elsewhere" not in analyst.client.get("/w/iowa/audit/").text
        names = set(AuditEntry.objects.filter(workspace__slug="elsewhere").values_list("pk", flat=True))
        assert names
        assert stranger.get("/w/elsewhere/audit/").status_code == 200

    def test_the_check_says_that_nothing_was_changed(self, analyst):
        assert "xk-note-ok" in analyst.client.post("/w/iowa/audit/verify/").text
        tampered("UPDATE audit_auditentry SET name = 'x' WHERE sequence = 2")
        assert "xk-note-bad" in analyst.client.post("/w/iowa/audit/verify/").text

    def test_the_export_holds_the_filtered_entries_and_is_an_entry_itself(self, analyst):
        record("test.done", viewer=analyst.viewer, what="=1+1", count=1)
        response = analyst.client.post("/w/iowa/audit/export/?name=test.done")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert AuditEntry.objects.get(name="audit.exported").facts == {"count": 1}

    def test_a_formula_is_not_executed_by_a_spreadsheet(self, analyst):
        record("test.done", viewer=analyst.viewer, subject=("=cmd", 1), what="x", count=1)
        assert "'=cmd:1" in analyst.client.post("/w/iowa/audit/export/?name=test.done").content.decode("utf-8-sig")
