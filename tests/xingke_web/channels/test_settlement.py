"""Unknown messages are settled together by what the provider's log says of them."""

import pytest

from xingke_web.audit.models import AuditEntry
from xingke_web.channels.contracts import OutcomeUnknown
from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.channels.settlement import SettlementExpired, settlement_apply, settlement_read

State = OutboxMessage.State
WHAT = "campaign:1"


@pytest.fixture
def unknown(workspace, outlets, plan, provider):
    """Six messages of unknown outcome, by their keys."""
    plan(outlets(6, channel="email"), channel="email")

    def broken(envelope):
        raise OutcomeUnknown("broken")

    provider.meanwhile = broken
    assert deliver_due(workspace=workspace).unknown == 6
    return [each.idempotency_key for each in OutboxMessage.objects.order_by("customer_number")]


def states():
    return list(OutboxMessage.objects.order_by("customer_number").values_list("state", flat=True))


LINES = {
    True: (
        "10:00:00.550 mx smtp[512]: message-id=<{key}@example.com> relay=mx[10.0.0.250]:587, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
        "{key},delivered", "<{key}@x> 已送达", '{{"id": "{key}", "event": "accepted"}}',
    ),
    False: (
        "message-id=<{key}@example.com>, dsn=5.1.1, status=bounced (550 5.1.1 no such user)",
        "{key},not delivered", "{key} 退信", "{key} rejected: message was not accepted",
    ),
    None: ("{key}", "message-id=<{key}@example.com> status=deferred (451 4.7.1 greylisted)", "{key} sent to the queue, then rejected"),
}  # fmt: skip


@pytest.mark.parametrize(("result", "line"), [(result, line) for result, lines in LINES.items() for line in lines])
def test_a_line_of_a_log_says_taken_refused_or_nothing(unknown, viewer_approver, result, line):
    plan = settlement_read(viewer=viewer_approver, what=WHAT, log=line.format(key=unknown[0]))
    assert (len(plan.taken), len(plan.refused), plan.open) == (result is True, result is False, 6 - (result is not None))
    assert states() == [State.UNKNOWN] * 6


def test_what_was_looked_at_is_written_down_once_and_audited(unknown, viewer_approver):
    log = "\n".join([f"{unknown[0]} deferred", f"{unknown[0]} sent", f"{unknown[1]} bounced", unknown[2], f"{'0' * 40} sent"])
    plan = settlement_read(viewer=viewer_approver, what=WHAT, log=log)
    assert (len(plan.taken), len(plan.refused), plan.open, plan.others) == (1, 1, 4, 1)
    token = plan.token(viewer_approver, WHAT)
    assert settlement_apply(viewer=viewer_approver, what=WHAT, token=token) == (1, 1)
    assert settlement_apply(viewer=viewer_approver, what=WHAT, token=token) == (0, 0)
    assert states() == [State.CONFIRMED, State.FAILED] + [State.UNKNOWN] * 4
    assert set(Touch.objects.values_list("customer_number", "kind")) == {(1, "sent"), (2, "failed")}
    entry = AuditEntry.objects.filter(name="channels.reconciled_by_log").earliest("sequence")
    assert (entry.facts["went"], entry.facts["stayed"]) == (1, 1)


def test_a_complete_log_settles_all_and_a_plain_list_means_what_was_said(unknown, viewer_approver):
    log = "\n".join(unknown[:4])
    plan = settlement_read(viewer=viewer_approver, what=WHAT, log=log, plain=True, complete=True)
    assert (len(plan.taken), len(plan.refused), plan.open) == (4, 2, 0)
    # A message that the log names without a result is named all the same.
    plan = settlement_read(viewer=viewer_approver, what=WHAT, log=log, complete=True)
    assert (len(plan.taken), len(plan.refused), plan.open) == (0, 2, 4)


def test_nobody_applies_what_another_looked_at_or_for_another_action(unknown, viewer_approver, viewer_analyst):
    token = settlement_read(viewer=viewer_approver, what=WHAT, log=unknown[0], plain=True).token(viewer_approver, WHAT)
    for viewer, what, given in ((viewer_analyst, WHAT, token), (viewer_approver, "campaign:2", token), (viewer_approver, WHAT, token[:-1])):
        with pytest.raises(SettlementExpired):
            settlement_apply(viewer=viewer, what=what, token=given)
    assert states() == [State.UNKNOWN] * 6
