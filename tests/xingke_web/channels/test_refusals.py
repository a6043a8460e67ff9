"""A refusal or a stop that is committed while messages leave one by one holds for all that have not left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.xingke_web.channels.conftest import EARLIER, NOW
from xingke.errors import TransientError
from xingke_web.accounts.models import Workspace
from xingke_web.channels import answers
from xingke_web.channels.claims import claim, worker_name
from xingke_web.channels.contracts import LineClosed, OutcomeUnknown
from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.channels.outbox import outbox_cancel
from xingke_web.customers.facade import ALL_CHANNELS, consent_record
from xingke_web.customers.models import Customer

State = OutboxMessage.State
pytestmark = pytest.mark.django_db


def withdraw(workspace, number, channel="email"):
    consent_record(
        workspace_id=workspace.id, number=number, purpose="marketing", channel=channel, state="withdrawn", basis="consent",
        evidence="call", at=NOW,
    )  # fmt: skip


REFUSALS = {
    "ledger": lambda workspace, number: withdraw(workspace, number),
    "all channels": lambda workspace, number: withdraw(workspace, number, ALL_CHANNELS),
    "link": lambda workspace, number: answers.opted_out(OutboxMessage.objects.get(customer_number=number), by="link"),
    "closed": lambda workspace, number: Customer.objects.filter(number=number).update(status="closed"),
    "licence": lambda workspace, number: Customer.objects.filter(number=number).update(licence_status="suspended"),
    "minor": lambda workspace, number: Customer.objects.filter(number=number).update(age_state="minor"),
}


@pytest.mark.parametrize("refuse", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_while_others_get_theirs_is_seen_by_the_next_one(workspace, outlets, plan, provider, refuse):
    numbers = outlets(5, channel="email")
    plan(numbers, channel="email")

    def refuse_all_but(envelope):
        if len(provider.offered) == 1:
            for number in set(numbers) - {envelope.customer_number}:
                refuse(workspace, number)

    provider.meanwhile = refuse_all_but
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.withheld) == (1, 4)
    assert len(provider.taken) == 1


def test_a_stop_while_messages_leave_cancels_those_in_hand(workspace, outlets, plan, provider):
    plan(outlets(40, channel="email"), channel="email")
    cancelled = []

    def stop(envelope):
        if len(provider.offered) == 3:
            cancelled.append(outbox_cancel(workspace_id=workspace.id, what="campaign:1", reason="campaign.stopped"))

    provider.meanwhile = stop
    deliver_due(workspace=workspace)
    deliver_due(workspace=workspace)
    assert len(provider.taken) == 3
    assert cancelled == [37]
    assert OutboxMessage.objects.filter(state=State.CANCELLED, reason="campaign.stopped").count() == 37


def test_a_stop_holds_for_a_message_that_the_provider_sent_back_and_for_one_planned_later(workspace, outlets, plan, provider):
    numbers = outlets(3, channel="email")
    plan(numbers[:1], channel="email")

    def stop_and_refuse(envelope):
        outbox_cancel(workspace_id=workspace.id, what="campaign:1", reason="campaign.stopped")
        raise TransientError("later")

    provider.meanwhile = stop_and_refuse
    assert deliver_due(workspace=workspace).retried == 1
    provider.meanwhile = lambda envelope: None
    plan(numbers, channel="email")
    OutboxMessage.objects.update(retry_at=None)
    assert deliver_due(workspace=workspace).cancelled == 3
    assert provider.taken == []


def test_quiet_hours_that_begin_amid_a_round_end_it(workspace, outlets, plan, provider):
    Workspace.objects.update(as_of=None)
    living = replace(workspace, pinned=False)
    plan(outlets(4, channel="email"), channel="email")
    with time_machine.travel(datetime(2024, 7, 1, 12, 29, 59, tzinfo=UTC), tick=False) as clock:
        provider.meanwhile = lambda envelope: clock.shift(timedelta(seconds=1)) if len(provider.offered) == 2 else None
        count = deliver_due(workspace=living)
    assert (count.confirmed, count.deferred) == (2, 2)
    put_off = OutboxMessage.objects.filter(state=State.PLANNED)
    assert set(put_off.values_list("due_at", "reason")) == {(datetime(2024, 7, 2, 1, tzinfo=UTC), "general.quiet_hours")}


def test_a_pinned_day_stands_still_however_long_a_round_takes(workspace, outlets, plan, provider):
    plan(outlets(2, channel="email"), channel="email")
    with time_machine.travel(datetime(2026, 1, 1, 12, 29, 59, tzinfo=UTC), tick=False) as clock:
        provider.meanwhile = lambda envelope: clock.shift(timedelta(hours=1))
        assert deliver_due(workspace=workspace).confirmed == 2
    assert set(OutboxMessage.objects.values_list("sent_at", flat=True)) == {NOW}


def test_two_messages_of_one_customer_are_never_at_work_at_once(workspace, outlets, plan, provider):
    [number] = outlets(1, channel="email")
    for at in (1, 2):
        plan([number], channel="email", what=f"campaign:{at}", body=f"{{name}}，第 {at} 封。")
    first = claim(workspace.id, worker=worker_name(), now=NOW, most=10, channels={"email"})
    assert [each.what for each in first] == ["campaign:1"]
    assert claim(workspace.id, worker=worker_name(), now=NOW, most=10, channels={"email"}) == []
    OutboxMessage.objects.filter(pk=first[0].pk).update(state=State.PLANNED, claimed_by="", lease_until=None)
    others = []

    def another_worker(envelope):
        others.extend(claim(workspace.id, worker=worker_name(), now=NOW, most=10, channels={"email"}))

    provider.meanwhile = another_worker
    assert deliver_due(workspace=workspace).confirmed == 2
    assert others == []


def test_a_line_that_breaks_amid_a_message_leaves_it_unknown_for_good(workspace, outlets, plan, provider, caplog):
    plan(outlets(3, channel="email"), channel="email")

    def broken(envelope):
        if len(provider.offered) == 1:
            raise OutcomeUnknown("broken")
        if len(provider.offered) == 2:
            raise RuntimeError("a fault of the transport")

    provider.meanwhile = broken
    count = deliver_due(workspace=workspace)
    assert (count.unknown, count.confirmed, count.retried) == (2, 1, 0)
    OutboxMessage.objects.update(retry_at=None)
    assert deliver_due(workspace=workspace).confirmed == 0
    assert len(provider.offered) == 3
    reasons = OutboxMessage.objects.filter(state=State.UNKNOWN).order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["delivery.line_broke", "delivery.transport_failed"]
    assert caplog.text.count("the transport failed") == 1


def test_a_provider_that_closes_politely_costs_nobody_a_message(workspace, outlets, plan, provider):
    plan(outlets(6, channel="email"), channel="email")

    def closes_each_third(envelope):
        if len(provider.offered) % 3 == 0:
            raise LineClosed("421")

    provider.meanwhile = closes_each_third
    assert deliver_due(workspace=workspace).confirmed == 6
    assert sorted(provider.taken) == [1, 2, 3, 4, 5, 6]
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_a_refusal_is_seen_before_the_second_try_over_a_fresh_line(workspace, outlets, plan, provider):
    plan(outlets(1, channel="email"), channel="email")

    def refused_meanwhile(envelope):
        withdraw(workspace, envelope.customer_number)
        raise LineClosed("421")

    provider.meanwhile = refused_meanwhile
    count = deliver_due(workspace=workspace)
    assert (count.withheld, len(provider.offered)) == (1, 1)


@pytest.mark.parametrize("at", ["opening", "meanwhile"])
def test_a_provider_that_stays_away_uses_up_no_attempts(workspace, outlets, plan, provider, at):
    plan(outlets(3, channel="email"), channel="email")

    def away(*_envelope):
        raise LineClosed("421")

    setattr(provider, at, away)
    for _ in range(7):
        OutboxMessage.objects.update(retry_at=None)
        assert deliver_due(workspace=workspace).retried == 3
    waiting = OutboxMessage.objects.filter(state=State.PLANNED, attempts=0, sent_at=None, retry_at__isnull=False)
    assert waiting.count() == 3
    setattr(provider, at, lambda *_envelope: None)
    OutboxMessage.objects.update(retry_at=None)
    assert deliver_due(workspace=workspace).confirmed == 3


def test_a_message_that_the_provider_refuses_for_now_is_given_up_after_five_tries(workspace, outlets, plan, provider):
    plan(outlets(1, channel="email"), channel="email")

    def later(envelope):
        raise TransientError("451")

    provider.meanwhile = later
    counts = []
    for _ in range(6):
        OutboxMessage.objects.update(retry_at=None)
        count = deliver_due(workspace=workspace)
        counts.append((count.retried, count.failed))
    assert counts == [(1, 0)] * 4 + [(0, 1), (0, 0)]
    assert Touch.objects.get().kind == Touch.Kind.FAILED


def test_an_answer_after_the_lease_is_still_heard(workspace, outlets, plan, provider):
    plan(outlets(1, channel="email"), channel="email")

    def slow(envelope):
        OutboxMessage.objects.update(lease_until=EARLIER)
        assert deliver_due(workspace=workspace).unknown == 1

    provider.meanwhile = slow
    assert deliver_due(workspace=workspace).confirmed == 1
    assert OutboxMessage.objects.get().state == State.CONFIRMED


def test_the_moment_of_the_hand_over_is_kept_beside_business_time(workspace, outlets, plan, provider):
    plan(outlets(1, channel="email"), channel="email")
    before = datetime.now(UTC)
    deliver_due(workspace=workspace)
    message = OutboxMessage.objects.get()
    assert message.sent_at == NOW
    assert before <= message.handed_at <= datetime.now(UTC)
