"""Requests of persons: identity, decision, a second person for a deletion, the answer, and the proof."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.db import IntegrityError

from tests.xingke_web.privacy.conftest import ADDRESS, ID_NUMBER, NAME, NUMBER, PHONE, SECRETS
from xingke.engine.snapshot import read_snapshot
from xingke.privacy.searching import files_with
from xingke_web.audit.models import AuditEntry
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import basis_in_force, contact_address, recipient_facts
from xingke_web.customers.models import ContactPoint, Customer
from xingke_web.loop.facade import RunContext
from xingke_web.privacy.clocks import workday_after
from xingke_web.privacy.corrections import CorrectionUnclear, corrector_register
from xingke_web.privacy.models import Erased, Restriction, SubjectRequest
from xingke_web.privacy.requests import (
    RequestRefused,
    answer_of,
    report_of,
    request_approve,
    request_carry_out,
    request_decide,
    request_identify,
    request_open,
    request_refuse,
)
from xingke_web.privacy.signing import is_signed
from xingke_web.privacy.stage import erased_again

FRIDAY = datetime(2026, 9, 25, 3, tzinfo=UTC)


def ask(person, kind, wish="", *, second=None):
    """A request that was identified, decided, and where it needs one, approved."""
    made = request_open(viewer=person.viewer, number=NUMBER, kind=kind, wish=wish)
    request_identify(viewer=person.viewer, request=made, how="回拨登记电话")
    request_decide(viewer=person.viewer, request=made)
    if second:
        request_approve(viewer=second.viewer, request=made)
    return made


def carried_out(person, kind, wish="", *, second=None):
    made = ask(person, kind, wish, second=second)
    request_carry_out(made)
    made.refresh_from_db()
    return made


def test_an_answer_is_owed_within_fifteen_working_days_without_the_holidays(world, admin):
    made = request_open(viewer=admin.viewer, number=NUMBER, kind="access", wish="", now=FRIDAY)
    assert made.due_on == workday_after(date(2026, 9, 25), 15)
    assert workday_after(date(2026, 3, 6), 15) == date(2026, 3, 27)
    assert made.due_on > date(2026, 10, 16), "the National Day holiday does not count"


def test_the_words_of_the_person_are_sealed(world, admin):
    made = request_open(viewer=admin.viewer, number=NUMBER, kind="access", wish=f"我是{NAME}")
    stored = SubjectRequest.objects.values_list("wish", flat=True).get(pk=made.pk)
    assert NAME not in stored
    assert stored.startswith("xk1.")


def test_access_shows_everything_that_is_held_with_purpose_source_and_recipients(agreed, admin):
    made = carried_out(admin, "access")
    answer = answer_of(made)
    sections = {one["name"]: one for one in answer["sections"]}
    assert {"customer", "contact_point", "consent", "lake", "pieces", "trade", "message", "touch"} <= set(sections)
    assert all(one["purpose"]["zh"] and one["source"]["en"] and one["recipients"]["zh"] for one in sections.values())
    said = json.dumps(answer, ensure_ascii=False)
    assert all(secret in said for secret in SECRETS)
    assert {row["table"] for row in sections["lake"]["rows"]} == {"owner", "outlet", "source_record"}
    assert len(sections["trade"]["rows"]) > 0
    assert "13900000000" not in said, "nothing about the neighbour"
    assert any(one["name"] == "value_tier" for one in answer["explained"])


def test_the_answer_lies_sealed_in_the_database(agreed, admin):
    made = carried_out(admin, "access")
    assert made.answer.startswith("xk1.")
    assert PHONE not in made.answer


def test_a_deletion_needs_a_second_person(world, admin, approver):
    made = ask(admin, "delete")
    assert made.state == "awaiting"
    with pytest.raises(RequestRefused, match="another person"):
        request_approve(viewer=admin.viewer, request=made)
    request_carry_out(made)
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE, "nothing happens before"
    request_approve(viewer=approver.viewer, request=made)
    assert made.state == "working"


def test_the_database_keeps_a_deletion_of_one_person_out(world, admin):
    made = ask(admin, "delete")
    with pytest.raises(IntegrityError):
        SubjectRequest.objects.filter(pk=made.pk).update(state="done")


def test_a_deleted_person_is_gone_everywhere_and_the_proof_says_so(agreed, admin, approver):
    made = carried_out(admin, "delete", second=approver)
    proof = made.proof
    assert proof["is_clean"], proof
    assert proof["values"] >= 3
    assert (proof["rows_left"], proof["values_left"], proof["files_left"]) == (0, 0, [])
    assert proof["shared"] > 0, "the neighbour lives at the same address"
    assert contact_address(agreed.workspace.id, NUMBER, "sms") is None
    assert Customer.objects.get(number=NUMBER).name == "****"
    assert not ContactPoint.objects.filter(customer__number=NUMBER).exists()
    assert files_with(agreed.home, (PHONE, ID_NUMBER)) == {}


def test_no_older_snapshot_holds_the_person_any_more(agreed, admin, approver):
    before = {path.name for path in (agreed.lake.root / "snapshots").iterdir()}
    carried_out(admin, "delete", second=approver)
    after = [path.name for path in (agreed.lake.root / "snapshots").iterdir()]
    assert len(before) > 1
    assert after == [agreed.lake.current_name()]
    held = {version.directory for version in read_snapshot(agreed.lake.root, after[0]).tables.values()}
    assert {str(path.relative_to(agreed.lake.root)) for path in agreed.lake.root.glob("*/v=*")} == held


def test_the_neighbour_and_the_facts_of_trade_stay(agreed, admin, approver):
    made = carried_out(admin, "delete", second=approver)
    rows = agreed.pieces.read("load-1", "source_record").to_pylist()
    assert [(row["source_id"], row["phone"]) for row in rows] == [("a", None), ("n", "13900000000")]
    assert made.facts["trade"]["kept"] > 0
    assert made.facts["trade"]["because"]["zh"]
    assert made.facts["consent"]["kept"] >= 2


def test_the_report_is_signed_and_a_changed_figure_is_found(agreed, admin, approver):
    made = carried_out(admin, "delete", second=approver)
    assert is_signed(report_of(made), made.signature)
    made.proof["rows_left"] = 1
    assert not is_signed(report_of(made), made.signature)
    assert all(secret not in json.dumps(report_of(made), ensure_ascii=False) for secret in SECRETS)


def test_a_deletion_that_was_cut_off_goes_on(agreed, admin, approver, monkeypatch):
    from xingke_web.privacy import requests

    made = ask(admin, "delete", second=approver)
    monkeypatch.setattr(requests, "erasure_proof", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        request_carry_out(made)
    monkeypatch.undo()
    made = SubjectRequest.objects.get(pk=made.pk)
    request_carry_out(made)
    made.refresh_from_db()
    assert (made.state, made.proof["is_clean"], made.answer) == ("done", True, "")
    assert made.proof["values"] >= 3, "what to look for was still known"


def test_a_load_that_brings_the_person_back_is_erased_again(agreed, admin, approver):
    carried_out(admin, "delete", second=approver)
    assert Erased.objects.get().customer_number == NUMBER
    agreed.pieces.put("load-2", "source_record", pa.table({"system": ["crm"], "source_id": ["a"], "name": [NAME]}))
    now = datetime.now(UTC)
    with agreed.lake.writer(now=now) as writer:
        context = RunContext(agreed.workspace.id, agreed.workspace.slug, "wholesale", agreed.workspace.as_of, now, writer)
        assert erased_again(context)["erased"] >= 1
        assert erased_again(context)["erased"] == 0
    assert agreed.pieces.read("load-2", "source_record")["name"].to_pylist() == [None]


def test_no_message_leaves_after_a_withdrawal_or_restriction(agreed, admin):
    def facts():
        at = datetime.now(UTC)
        return recipient_facts(agreed.workspace.id, [NUMBER], channel="sms", purpose="marketing", at=at)[NUMBER]

    assert facts().consent == "granted"
    carried_out(admin, "withdraw")
    assert (facts().consent, facts().suppressed) == ("withdrawn", True)
    carried_out(admin, "restrict")
    assert Restriction.objects.get().customer_number == NUMBER


def test_a_withdrawal_ends_consents_and_not_contracts(agreed, admin):
    carried_out(admin, "withdraw")
    at = datetime.now(UTC)
    assert basis_in_force(agreed.workspace.id, [NUMBER], purpose="marketing", at=at) == {}
    assert basis_in_force(agreed.workspace.id, [NUMBER], purpose="service", at=at) == {NUMBER: "contract"}


def test_a_correction_goes_to_whoever_keeps_the_field(world, admin):
    got = []
    corrector_register("test", lambda workspace, number, fields, reference: got.append((number, fields, reference)) or len(fields))
    made = carried_out(admin, "correct", "phone：13700000001\naddress: 新路2号\n谢谢")
    assert got == [(NUMBER, {"phone": "13700000001", "address": "新路2号"}, made.reference)]
    assert made.facts["test"] == 2
    with pytest.raises(CorrectionUnclear, match="phone"):
        request_open(viewer=admin.viewer, number=NUMBER, kind="correct", wish="请改一下")


def test_an_explanation_says_why_a_person_has_a_tag(world, admin):
    explained = answer_of(carried_out(admin, "explain"))["explained"]
    assert {"value_tier", "rfm_level"} <= {one["name"] for one in explained}
    assert all(one["zh"] and one["en"] for one in explained)


def test_steps_come_in_order_and_a_refusal_has_a_reason(world, admin):
    made = request_open(viewer=admin.viewer, number=NUMBER, kind="access", wish="")
    with pytest.raises(RequestRefused):
        request_decide(viewer=admin.viewer, request=made)
    with pytest.raises(RequestRefused):
        request_identify(viewer=admin.viewer, request=made, how=" ")
    with pytest.raises(RequestRefused):
        request_refuse(viewer=admin.viewer, request=made, reason=" ")
    request_refuse(viewer=admin.viewer, request=made, reason="无法核验身份")
    assert (made.state, made.is_open) == ("refused", False)


def test_every_step_is_in_the_audit_log_without_a_personal_value(agreed, admin, approver):
    carried_out(admin, "delete", f"我叫{NAME}，电话{PHONE}", second=approver)
    names = list(AuditEntry.objects.filter(name__startswith="subject.").order_by("sequence").values_list("name", flat=True))
    assert names == ["subject.received", "subject.identified", "subject.decided", "subject.approved", "subject.answered"]
    said = json.dumps(list(AuditEntry.objects.values_list("facts", flat=True)), ensure_ascii=False)
    assert all(secret not in said for secret in (NAME, PHONE, ADDRESS))


def test_the_job_carries_it_out(world, admin, django_capture_on_commit_callbacks):
    from xingke_web.privacy.tasks import carry_out

    made = ask(admin, "explain")
    assert carry_out.func(made.pk) == {"state": "done"}
    assert vault_of(world.workspace.id)
