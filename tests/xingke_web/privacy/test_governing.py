"""Personal fields by purpose, retention, uses and the zone, incidents and the guard of exports, the quarterly audit."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError

from tests.xingke_web.privacy.conftest import NEIGHBOUR, NUMBER, PHONE
from xingke.privacy.groups import PSEUDONYM
from xingke_web.audit.models import AuditEntry
from xingke_web.customers.facade import RevealRefused, consent_coverage
from xingke_web.privacy.incidents import (
    ExportBlocked,
    IncidentRefused,
    block_lift,
    export_allowed,
    incident_report,
    incident_step,
    steps_of,
)
from xingke_web.privacy.models import DataUse, ExportBlock, Incident, Restriction
from xingke_web.privacy.personal import personal_masked, personal_reveal
from xingke_web.privacy.quarterly import quarter_due_report, quarter_report, quarter_span
from xingke_web.privacy.retention import RetentionRefused, clocks, retention_run, retention_set
from xingke_web.privacy.signing import is_signed
from xingke_web.privacy.uses import UseRefused, use_decide, use_permits, use_propose
from xingke_web.privacy.zone import zone_table


def propose(person, *fields):
    return use_propose(
        viewer=person.viewer,
        name="客群研究",
        purpose="了解订货节奏",
        fields=fields or ("grade", "format", "city"),
        basis="pseudonymised",
        recipients="数据分析组",
        assessment="重新识别的风险",
        measures="假名、分组不少于十人",
    )


def test_fields_are_masked_whoever_looks(agreed, customer_manager):
    assert personal_masked(customer_manager.viewer, NUMBER) == {
        "owner_name": "王*英",
        "phone": "138****5621",
        "address": "星城市江北区人民路****",
        "licence_no": "3301****8842",
    }


def test_a_field_is_read_for_a_purpose_with_a_basis_and_it_is_written_down(agreed, customer_manager):
    value = personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field="phone", purpose="service", reason="回访")
    assert value == PHONE
    entry = AuditEntry.objects.get(name="personal.revealed")
    assert entry.facts == {"number": NUMBER, "field": "phone", "purpose": "service", "reason": "回访"}


@pytest.mark.parametrize(
    ("field", "purpose", "why"),
    [
        ("address", "marketing", "a field it does not need"),
        ("id_number", "service", "not needed"),
        ("phone", "curiosity", "no such purpose"),
    ],
)
def test_a_field_that_the_purpose_does_not_need_is_refused(agreed, customer_manager, field, purpose, why):
    with pytest.raises(RevealRefused):
        personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field=field, purpose=purpose, reason="x")
    assert AuditEntry.objects.filter(name="reveal.refused").count() == 1, why


def test_without_a_basis_nothing_is_read(world, customer_manager):
    with pytest.raises(RevealRefused, match="no basis"):
        personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field="phone", purpose="service", reason="x")


def test_a_restricted_person_is_not_read(agreed, customer_manager):
    Restriction.objects.create(workspace_id=agreed.workspace.id, customer_number=NUMBER, since=datetime.now(UTC))
    with pytest.raises(RevealRefused):
        personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field="phone", purpose="service", reason="x")


def test_role_reason_and_scope_are_asked_first(agreed, analyst, customer_manager):
    with pytest.raises(RevealRefused, match="role"):
        personal_reveal(viewer=analyst.viewer, number=NUMBER, field="phone", purpose="service", reason="x")
    with pytest.raises(RevealRefused, match="why"):
        personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field="phone", purpose="service", reason=" ")
    with pytest.raises(Exception, match="3"):
        personal_reveal(viewer=customer_manager.viewer, number=3, field="phone", purpose="service", reason="x")


def test_coverage_counts_who_may_be_dealt_with(agreed):
    coverage = consent_coverage(agreed.workspace.id, at=datetime.now(UTC))
    assert (coverage["marketing"][0], coverage["service"][0], coverage["transaction"][0]) == (1, 1, 0)
    assert coverage["marketing"][1] == 62


def test_what_is_due_is_shown_before_and_erased_with_evidence(world):
    due = {clock.data.name: clock.due for clock in clocks(world.workspace)}
    assert due["event"] == 2
    run = retention_run(world.workspace)
    assert run.erased == {"event": 2}
    assert is_signed({"at": run.ran_at.isoformat(), "workspace": world.workspace.slug, "erased": run.erased}, run.signature)
    assert {clock.data.name: clock.due for clock in clocks(world.workspace)}["event"] == 0
    assert len(list((world.lake.root / "snapshots").iterdir())) == 1


def test_a_clock_may_be_shortened_and_not_lengthened(world, admin):
    retention_set(viewer=admin.viewer, data_class="event", months=1)
    assert next(clock for clock in clocks(world.workspace) if clock.data.name == "event").due == 2
    for data_class, months in (("event", 25), ("event", 0), ("order", 12), ("nothing", 1)):
        with pytest.raises(RetentionRefused):
            retention_set(viewer=admin.viewer, data_class=data_class, months=months)


def test_another_person_approves_a_new_use(world, admin, approver):
    use = propose(admin)
    with pytest.raises(UseRefused, match="another person"):
        use_decide(viewer=admin.viewer, use=use, approved=True)
    with pytest.raises(UseRefused, match="not approved"):
        use_permits(use, ())
    use_decide(viewer=approver.viewer, use=use, approved=True)
    use_permits(use, ("city",))
    with pytest.raises(UseRefused, match="phone"):
        use_permits(use, ("city", "phone"))
    with pytest.raises(IntegrityError):
        DataUse.objects.filter(pk=use.pk).update(decided_by=use.proposed_by)


def test_the_zone_gives_approved_fields_without_persons_in_groups_of_ten(world, admin, approver):
    use = propose(admin, "grade", "district", "opened_on")
    with pytest.raises(UseRefused):
        zone_table(viewer=admin.viewer, use=use, table="customer")
    use_decide(viewer=approver.viewer, use=use, approved=True)
    grouped = zone_table(viewer=admin.viewer, use=use, table="customer")
    assert set(grouped.rows.column_names) == {PSEUDONYM, "grade", "district", "opened_on"}
    sizes = grouped.rows.group_by(["district", "opened_on"]).aggregate([(PSEUDONYM, "count")])[f"{PSEUDONYM}_count"].to_pylist()
    assert min(sizes) >= 10
    assert AuditEntry.objects.filter(name="zone.exported").count() == 1


def test_more_than_a_thousand_beyond_the_role_block_and_report_at_once(world, customer_manager, admin):
    with pytest.raises(ExportBlocked):
        export_allowed(viewer=customer_manager.viewer, what="customers", count=1001, persons=False)
    incident = Incident.objects.get()
    assert (incident.kind, incident.state, incident.people) == ("export", "contained", 1001)
    assert ExportBlock.objects.get().user_id == customer_manager.user.pk
    assert AuditEntry.objects.filter(name="export.blocked").exists()
    with pytest.raises(IncidentRefused):
        block_lift(viewer=customer_manager.viewer, block=ExportBlock.objects.get())
    block_lift(viewer=admin.viewer, block=ExportBlock.objects.get())


def test_persons_are_counted_over_a_day_and_firms_are_not(world, marketer):
    for _ in range(2):
        export_allowed(viewer=marketer.viewer, what="customers", count=500, persons=True)
    export_allowed(viewer=marketer.viewer, what="customers", count=5000, persons=False)
    with pytest.raises(ExportBlocked):
        export_allowed(viewer=marketer.viewer, what="customers", count=1, persons=True)
    with pytest.raises(ExportBlocked):
        export_allowed(viewer=marketer.viewer, what="customers", count=1, persons=False)
    assert Incident.objects.count() == 1, "one incident, however often it is tried again"


def test_a_small_export_beyond_the_role_is_refused_and_is_no_incident(world, customer_manager):
    with pytest.raises(ExportBlocked):
        export_allowed(viewer=customer_manager.viewer, what="customers", count=12, persons=False)
    assert not Incident.objects.exists()


def test_an_incident_goes_from_report_over_containment_to_recovery_by_its_clocks(world, admin):
    found = datetime(2026, 5, 1, tzinfo=UTC)
    incident = incident_report(workspace_id=world.workspace.id, kind="leak", what="附件误发", people=3, viewer=admin.viewer, now=found)
    assert [(step.name, step.due_at - found) for step in steps_of(incident)] == [
        ("contained", timedelta(hours=1)),
        ("authority", timedelta(hours=24)),
        ("people", timedelta(hours=72)),
        ("recovered", timedelta(days=7)),
    ]
    with pytest.raises(IncidentRefused, match="contain"):
        incident_step(viewer=admin.viewer, incident=incident, step="recovered")
    with time_machine.travel(found + timedelta(minutes=30), tick=False):
        incident_step(viewer=admin.viewer, incident=incident, step="contained", note="召回邮件")
        assert [step.is_late for step in steps_of(incident)] == [False] * 4
    with time_machine.travel(found + timedelta(days=2), tick=False):
        incident_step(viewer=admin.viewer, incident=incident, step="recovered")
        assert [step.is_late for step in steps_of(incident)] == [False, True, False, False]
    assert incident.state == "recovered"


def test_the_audit_of_a_quarter_comes_from_the_chain_and_is_signed(agreed, customer_manager):
    personal_reveal(viewer=customer_manager.viewer, number=NUMBER, field="phone", purpose="service", reason="回访")
    today = datetime.now(UTC).date()
    quarter = f"{today.year}-Q{(today.month - 1) // 3 + 1}"
    report = quarter_report(agreed.workspace, quarter)
    assert report.content["chain"]["intact"]
    assert report.content["watched"]["personal.revealed"] == 1
    assert report.content["watched"]["consent.granted"] == 2
    assert is_signed(report.content, report.signature)
    assert not is_signed({**report.content, "entries": 0}, report.signature)


def test_the_report_of_the_last_quarter_is_made_once(agreed):
    made = quarter_due_report(agreed.workspace, today=date(2026, 1, 5))
    assert made.quarter == "2025-Q4"
    assert quarter_due_report(agreed.workspace, today=date(2026, 2, 5)) is None
    assert [instant.date() for instant in quarter_span("2025-Q4")] == [date(2025, 10, 1), date(2026, 1, 1)]
    assert NEIGHBOUR
