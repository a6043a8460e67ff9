"""Decisions: an entry of the log each, consistent with each other, reversible, and never changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.xingke_web.identity.conftest import SYSTEMS, key_of
from xingke_web.audit.models import AuditEntry
from xingke_web.identity import selectors
from xingke_web.identity.bulk import bulk_plan
from xingke_web.identity.contracts import DecisionRefused, RecordKey
from xingke_web.identity.decisions import contradiction, decisions_table
from xingke_web.identity.models import Decision, DecisionImmutable, ReviewPair
from xingke_web.identity.services import batch_undo, decision_undo, pair_decide, pairs_merge, records_take_apart


def pairs_told(workspace):
    return [(row["kind"], row["left_id"], row["right_id"]) for row in decisions_table(workspace.id).to_pylist()]


def test_a_merge_binds_every_record_of_both_and_a_distinction_every_pair_of_the_records_asked_about(queued, viewer_analyst, pair_of):
    decision = pair_decide(viewer=viewer_analyst, pair=pair_of(12, 16), kind="merge")
    told = pairs_told(queued)
    assert {(kind, first) for kind, first, _ in told} == {("merge", key_of("crm", 12))}
    assert {other for _, _, other in told} == {key_of(system, number) for system in SYSTEMS for number in (12, 16)} - {key_of("crm", 12)}
    decision_undo(viewer=viewer_analyst, decision=decision)
    pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="distinct")
    assert pairs_told(queued) == [
        ("distinct", key_of("crm", 4), key_of("crm", 8)),
        ("distinct", key_of("crm", 4), key_of("wechat", 8)),
    ]


def test_what_was_put_off_or_undone_is_not_told(queued, viewer_analyst, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(9, 13), kind="later")
    decision_undo(viewer=viewer_analyst, decision=pair_decide(viewer=viewer_analyst, pair=pair_of(12, 16), kind="merge"))
    assert pairs_told(queued) == []


def test_nobody_decides_a_pair_twice(queued, viewer_analyst, pair_of):
    pair = pair_of(4, 8)
    pair_decide(viewer=viewer_analyst, pair=pair, kind="merge")
    with pytest.raises(DecisionRefused):
        pair_decide(viewer=viewer_analyst, pair=pair, kind="distinct")


def test_a_merge_against_an_earlier_distinction_is_refused_and_leaves_nothing(queued, viewer_analyst, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(12, 16), kind="merge")
    records_take_apart(
        viewer=viewer_analyst, number=12, org_path="/ia/polk/ames", moved=[RecordKey("crm", key_of("crm", 12))],
        kept=[RecordKey("crm", key_of("crm", 20))], reason="two shops",
    )  # fmt: skip
    with pytest.raises(DecisionRefused):
        pair_decide(viewer=viewer_analyst, pair=pair_of(16, 20), kind="merge")
    assert (pair_of(16, 20).state, contradiction(queued.id)) == ("open", None)


def test_the_last_decision_of_a_person_is_what_they_undo(queued, viewer_analyst, viewer_approver, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(12, 16), kind="later")
    pair_decide(viewer=viewer_approver, pair=pair_of(4, 8), kind="distinct")
    last = selectors.last_decision(viewer_analyst)
    assert last is not None
    assert last.kind == "later"
    decision_undo(viewer=viewer_analyst, decision=last)
    assert selectors.last_decision(viewer_analyst) is None


def test_a_decision_outside_the_scope_is_not_undone(queued, viewer_analyst, viewer_customer_manager, pair_of):
    decision = pair_decide(viewer=viewer_analyst, pair=pair_of(5, 7), kind="merge")
    with pytest.raises(DecisionRefused):
        decision_undo(viewer=viewer_customer_manager, decision=decision)


@pytest.mark.parametrize("role", ["marketer", "admin"])
def test_a_role_without_the_right_decides_nothing(queued, make_person, pair_of, role):
    viewer = make_person("somebody", role).viewer
    with pytest.raises(DecisionRefused):
        pair_decide(viewer=viewer, pair=pair_of(4, 8), kind="merge")
    assert not Decision.objects.exists()


def test_taking_apart_needs_a_reason_and_leaves_something(queued, viewer_analyst):
    key = RecordKey("crm", "KH1")
    for moved, kept, reason in (([], [key], "x"), ([key], [], "x"), ([key], [RecordKey("crm", "KH2")], " ")):
        with pytest.raises(DecisionRefused):
            records_take_apart(viewer=viewer_analyst, number=4, org_path="/ia", moved=moved, kept=kept, reason=reason)


def test_every_decision_is_in_the_audit_log_with_numbers_and_no_reason_in_words(queued, viewer_analyst, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="merge", reason="王小四说的")
    entry = AuditEntry.objects.get(name="identity.merged")
    assert entry.facts == {"number": 4, "other": 8}


def test_decisions_cannot_be_changed_whichever_way(queued, viewer_analyst, pair_of):
    decision = pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="later")
    for change in (decision.save, decision.delete, Decision.objects.all().delete, lambda: Decision.objects.update(reason="x")):
        with pytest.raises(DecisionImmutable):
            change()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update identity_decision set reason = 'x'")


def test_a_bulk_act_leaves_out_long_chains_and_what_is_known_to_differ(queued):
    pairs = list(ReviewPair.objects.order_by("-probability"))
    chain = bulk_plan(pairs, [])
    assert {(pair.left_number, pair.right_number) for pair in chain.pairs} == {(4, 8), (5, 7), (12, 16), (16, 20), (9, 13)}
    assert (chain.customers, chain.groups) == (9, 4)
    apart = bulk_plan(pairs, [(12, 20)])
    assert (12, 16) not in {(pair.left_number, pair.right_number) for pair in apart.pairs}
    assert apart.left_out == 2


def test_a_bulk_act_is_one_decision_for_two_customers_and_is_undone_as_one(queued, viewer_analyst):
    plan = bulk_plan(list(ReviewPair.objects.filter(probability__gte=0.6)), [])
    batch = pairs_merge(viewer=viewer_analyst, plan=plan)
    assert Decision.objects.filter(batch=batch).count() == 4
    assert set(ReviewPair.objects.filter(state="merged").values_list("left_number", flat=True)) == {4, 5, 12, 16}
    assert batch_undo(viewer=viewer_analyst, batch=batch) == 4
    assert not ReviewPair.objects.exclude(state="open").exists()
